//! Captures from files and standard input, in large pieces, until the end or Ctrl-C.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use anyhow::{Context as _, bail};

/// Bytes read at once: what fits the cache of one core beside all else.
const PIECE: usize = 1 << 18;
/// How often Ctrl-C is looked for while standard input is silent.
const PATIENCE: Duration = Duration::from_millis(100);

/// Ctrl-C was pressed.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Takes Ctrl-C (and SIGTERM) from the system: from now on it ends reading, not the program.
    pub(crate) fn install() -> anyhow::Result<Self> {
        let pressed = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&pressed);
        ctrlc::set_handler(move || seen.store(true, Ordering::Relaxed))
            .context("cannot watch for Ctrl-C")?;
        Ok(Self(pressed))
    }

    /// It was pressed.
    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// It was pressed since this was asked last.
    pub(crate) fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

/// Why reading ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Everything was read.
    AtEnd,
    /// Ctrl-C.
    Interrupted,
    /// The one who takes the pieces wants no more.
    Enough,
}

/// `-`, which means standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Bytes of all files; `None` where one of them has no length, as a pipe.
pub(crate) fn total_bytes(files: &[PathBuf]) -> Option<u64> {
    let length = |path: &PathBuf| {
        let metadata = path.metadata().ok().filter(|_| !is_stdin(path));
        metadata
            .filter(std::fs::Metadata::is_file)
            .map(|metadata| metadata.len())
    };
    // A file that cannot be opened has no bytes to wait for; its error comes when its turn does.
    files
        .iter()
        .filter(|path| is_stdin(path) || path.exists())
        .map(length)
        .sum()
}

/// Bytes that are about to be read.
pub(crate) enum Source {
    /// A file.
    File(File),
    /// Standard input.
    Stdin,
}

impl Source {
    /// Opens a file, or standard input where `path` is `-`.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        if is_stdin(path) {
            if io::stdin().is_terminal() {
                bail!("nothing is piped in; use it as in `tcpdump -w - | stallscope analyze -`");
            }
            return Ok(Self::Stdin);
        }
        if path.is_dir() {
            bail!(
                "this is a directory; give the captures in it, as in {}/*.pcap",
                path.display()
            );
        }
        File::open(path).map(Self::File).context("cannot open it")
    }

    /// Hands every piece to `take`, which says whether it wants more.
    pub(crate) fn pieces(
        self,
        interrupt: &Interrupt,
        take: impl FnMut(&[u8]) -> anyhow::Result<bool>,
    ) -> anyhow::Result<Ended> {
        match self {
            Self::File(file) => from_file(file, interrupt, take),
            Self::Stdin => from_channel(&stdin_pieces(), interrupt, take),
        }
    }
}

fn from_file(
    mut file: impl Read,
    interrupt: &Interrupt,
    mut take: impl FnMut(&[u8]) -> anyhow::Result<bool>,
) -> anyhow::Result<Ended> {
    let mut buffer = vec![0; PIECE];
    while !interrupt.is_set() {
        let length = read_some(&mut file, &mut buffer).context("cannot read it")?;
        let Some(piece) = buffer.get(..length).filter(|piece| !piece.is_empty()) else {
            return Ok(Ended::AtEnd);
        };
        if !take(piece)? {
            return Ok(Ended::Enough);
        }
    }
    Ok(Ended::Interrupted)
}

fn read_some(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match from.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// Standard input may be silent for long, so it is read by a thread of its own and Ctrl-C is not held up.
fn stdin_pieces() -> Receiver<io::Result<Vec<u8>>> {
    let (sender, receiver) = sync_channel(2);
    std::thread::spawn(move || {
        let mut stdin = io::stdin().lock();
        loop {
            let mut buffer = vec![0; PIECE];
            let piece = read_some(&mut stdin, &mut buffer).map(|length| {
                buffer.truncate(length);
                buffer
            });
            let is_last = piece.as_ref().map_or(true, Vec::is_empty);
            if sender.send(piece).is_err() || is_last {
                return;
            }
        }
    });
    receiver
}

fn from_channel(
    pieces: &Receiver<io::Result<Vec<u8>>>,
    interrupt: &Interrupt,
    mut take: impl FnMut(&[u8]) -> anyhow::Result<bool>,
) -> anyhow::Result<Ended> {
    while !interrupt.is_set() {
        let piece = match pieces.recv_timeout(PATIENCE) {
            Ok(piece) => piece.context("cannot read it")?,
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => return Ok(Ended::AtEnd),
        };
        if piece.is_empty() {
            return Ok(Ended::AtEnd);
        }
        if !take(&piece)? {
            return Ok(Ended::Enough);
        }
    }
    Ok(Ended::Interrupted)
}
