//! `stallscope analyze`: captures in, one report out.

use std::mem::ManuallyDrop;
use std::path::PathBuf;

use anyhow::bail;
use stallscope_shared::analyzer::{Analyzer, Options};
use stallscope_shared::export::jsonl;
use stallscope_shared::report::keep::Keep;
use stallscope_shared::report::v1::Warning;

use super::read::{Ended, Interrupt, Source, is_stdin, total_bytes};
use super::saved;
use crate::cli::{Analyze, Format};
use crate::exit::Outcome;
use crate::output::progress::Progress;
use crate::output::report::{self, Lines, has_fault};
use crate::output::sink::Sink;
use crate::output::terminal::complain;

/// Reads what was given and writes one report.
pub(super) fn run(args: &Analyze) -> anyhow::Result<Outcome> {
    check(args)?;
    if let Some(report) = saved::report(&args.files)? {
        let mut sink = Sink::open(args.out.output.as_deref())?;
        report::write(&report, &args.out, &mut Lines::default(), &mut sink)?;
        sink.flush()?;
        return Ok(match has_fault(&report) {
            true => Outcome::Fault,
            false => Outcome::NoFault,
        });
    }
    let interrupt = Interrupt::install()?;
    // The process ends with it, and its memory with the process: to give back some hundred thousand pieces one by one
    // takes longer than writing the report.
    let mut session = ManuallyDrop::new(Session::new(args)?);
    session.read(args, &interrupt)?;
    session.judge(&interrupt);
    session.finish(args)
}

/// What clap cannot know.
fn check(args: &Analyze) -> anyhow::Result<()> {
    if args.files.iter().filter(|path| is_stdin(path)).count() > 1 {
        bail!("standard input can be read once, but - was given more often");
    }
    let Some(output) = args
        .out
        .output
        .as_deref()
        .and_then(|path| path.canonicalize().ok())
    else {
        return Ok(());
    };
    let is_output = |path: &&PathBuf| path.canonicalize().is_ok_and(|path| path == output);
    match args.files.iter().find(is_output) {
        Some(path) => bail!(
            "{} would be overwritten with the report; give --output another name",
            path.display()
        ),
        None => Ok(()),
    }
}

/// One run.
struct Session {
    analyzer: Analyzer,
    progress: Progress,
    sink: Sink,
    /// JSON lines are written while reading; the first line was.
    is_streaming: bool,
    lines: Lines,
    problems: Vec<Warning>,
    files_read: usize,
    ended: Ended,
}

impl Session {
    fn new(args: &Analyze) -> anyhow::Result<Self> {
        let options = Options {
            keep: if args.out.all {
                Keep::All
            } else {
                Keep::DEFAULT
            },
            // People do not compare digests by eye, and it costs time.
            digest: args.out.format != Format::Text,
        };
        Ok(Self {
            analyzer: Analyzer::new(options),
            progress: Progress::new(total_bytes(&args.files), args.out.quiet),
            sink: Sink::open(args.out.output.as_deref())?,
            is_streaming: args.out.all && args.out.format == Format::Jsonl,
            lines: Lines::default(),
            problems: Vec::new(),
            files_read: 0,
            ended: Ended::AtEnd,
        })
    }

    fn read(&mut self, args: &Analyze, interrupt: &Interrupt) -> anyhow::Result<()> {
        for path in &args.files {
            let name = if is_stdin(path) {
                "standard input".to_owned()
            } else {
                path.display().to_string()
            };
            let source = match Source::open(path) {
                Ok(source) => source,
                Err(error) => {
                    self.unreadable(&name, &error);
                    continue;
                }
            };
            self.analyzer.begin(&path.display().to_string());
            // Errors of the source or its content leave the other files; errors of writing end it all.
            let mut written = Ok(());
            let ended = source.pieces(interrupt, |piece| {
                self.analyzer.feed(piece)?;
                written = self.advance(piece.len() as u64);
                Ok(written.is_ok() && !self.sink.is_closed())
            });
            written?;
            match self.close(ended) {
                Ok(Ended::AtEnd) => self.files_read += 1,
                Ok(Ended::Interrupted) => {
                    self.files_read += 1;
                    self.stopped(&name);
                    return Ok(());
                }
                Ok(Ended::Enough) => return Ok(()),
                Err(error) => self.unreadable(&name, &error),
            }
        }
        Ok(())
    }

    /// Ends a capture that was begun. Where reading it failed, that error is worth more than the one at its end.
    fn close(&mut self, ended: anyhow::Result<Ended>) -> anyhow::Result<Ended> {
        let closed = match &ended {
            Ok(Ended::Interrupted | Ended::Enough) => Ok(()),
            Ok(Ended::AtEnd) | Err(_) => self.analyzer.end(),
        };
        let ended = ended?;
        closed?;
        self.ended = ended;
        Ok(ended)
    }

    fn advance(&mut self, bytes: u64) -> anyhow::Result<()> {
        let progress = self.analyzer.progress();
        self.progress
            .advance(bytes, progress.attempts, progress.failures);
        if !self.is_streaming {
            return Ok(());
        }
        let attempts = self.analyzer.drain_attempts();
        if attempts.is_empty() {
            return Ok(());
        }
        let epoch = self.analyzer.epoch();
        self.lines.head(&mut self.sink, epoch.as_deref())?;
        for attempt in &attempts {
            self.sink.write_all(jsonl::attempt(attempt)?.as_bytes())?;
        }
        Ok(())
    }

    fn unreadable(&mut self, name: &str, error: &anyhow::Error) {
        self.progress
            .pause(|| complain(&format!("{name}: {error:#}")));
        self.remark(
            "unreadable-file",
            format!("{name} could not be read: {error:#}"),
        );
    }

    fn stopped(&mut self, name: &str) {
        let bytes = self.analyzer.progress().bytes;
        self.remark(
            "reading-stopped",
            format!(
                "reading was stopped after {bytes} bytes, in {name}; what follows was not looked at"
            ),
        );
    }

    fn remark(&mut self, kind: &str, detail: String) {
        self.problems.push(Warning {
            message: None,
            kind: kind.to_owned(),
            capture: None,
            packet: None,
            offset: None,
            detail,
            count: 1,
        });
    }

    /// Judges what was read. Ctrl-C ends it, also where another one has ended reading before.
    fn judge(&mut self, interrupt: &Interrupt) {
        /// So few attempts are judged in less than a redraw, also among as many as are compared with each other.
        const AT_ONCE: usize = 16;
        let _ended_reading = interrupt.take();
        while let Some((judged, all)) = self.analyzer.judge(AT_ONCE) {
            self.progress.judged(judged, all);
            if interrupt.take() {
                self.analyzer.stop_judging();
                self.ended = Ended::Interrupted;
                let left = all - judged;
                let words =
                    format!("judging was stopped; {left} of {all} attempts have no verdict");
                self.remark("judging-stopped", words);
                return;
            }
        }
    }

    /// Writes the report of what was read.
    fn finish(&mut self, args: &Analyze) -> anyhow::Result<Outcome> {
        self.progress.clear();
        let is_whole = self
            .problems
            .iter()
            .all(|problem| problem.kind != "unreadable-file");
        if self.files_read == 0 && !self.sink.is_closed() {
            return Ok(if is_whole {
                Outcome::Interrupted
            } else {
                Outcome::Unable
            });
        }
        let mut report = ManuallyDrop::new(self.analyzer.report());
        report.made_at = report::now();
        report.warnings.append(&mut self.problems);
        report::write(&report, &args.out, &mut self.lines, &mut self.sink)?;
        self.sink.flush()?;
        if !is_whole {
            let failed = args.files.len() - self.files_read;
            complain(&format!(
                "{failed} of {} files could not be read; the report is about the others",
                args.files.len()
            ));
        }
        Ok(match self.ended {
            Ended::Interrupted => Outcome::Interrupted,
            _ if self.sink.is_closed() => Outcome::NoFault,
            _ if !is_whole => Outcome::Unable,
            _ if has_fault(&report) => Outcome::Fault,
            _ => Outcome::NoFault,
        })
    }
}
