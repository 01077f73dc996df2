//! Where results go: standard output or a file.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::Context as _;

/// What results are written into. Its type is known, so that a writer's many small pieces go into the buffer without a call
/// for each.
pub(crate) type Buffer = BufWriter<Box<dyn Write>>;

/// Takes results. A reader that has gone away (`| head`) is no error: the rest is not written.
pub(crate) struct Sink {
    out: Buffer,
    name: String,
    is_closed: bool,
}

impl Sink {
    /// Opens the file, or standard output without one.
    pub(crate) fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let (out, name): (Box<dyn Write>, String) = match path {
            Some(path) => {
                let file = Late::open(path)
                    .with_context(|| format!("cannot write to {} (--output)", path.display()))?;
                (Box::new(file), path.display().to_string())
            }
            None => (Box::new(io::stdout().lock()), "standard output".to_owned()),
        };
        Ok(Self {
            out: BufWriter::with_capacity(1 << 16, out),
            name,
            is_closed: false,
        })
    }

    /// Nobody reads any more.
    pub(crate) const fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Writes what `write` writes.
    pub(crate) fn write(
        &mut self,
        write: impl FnOnce(&mut Buffer) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        let result = write(&mut self.out);
        self.settle(result)
    }

    /// Writes these.
    pub(crate) fn write_all(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.write(|out| out.write_all(bytes))
    }

    /// Writes out what is buffered.
    pub(crate) fn flush(&mut self) -> anyhow::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        let result = self.out.flush();
        self.settle(result)
    }

    fn settle(&mut self, result: io::Result<()>) -> anyhow::Result<()> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(())
            }
            other => other.with_context(|| format!("cannot write to {}", self.name)),
        }
    }
}

/// A file whose old content stays until there is something to write: a mistyped input costs nothing.
struct Late {
    file: File,
    is_fresh: bool,
}

impl Late {
    fn open(path: &Path) -> io::Result<Self> {
        let file = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        Ok(Self {
            file,
            is_fresh: true,
        })
    }
}

impl Write for Late {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_fresh {
            self.is_fresh = false;
            // A pipe or device has no length to set.
            if self.file.metadata()?.is_file() {
                self.file.set_len(0)?;
            }
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
