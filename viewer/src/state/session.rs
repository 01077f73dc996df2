//! The session: waiting for a file, reading, done or failed.

use std::rc::Rc;

use stallscope_shared::report::v1::Report;
use yew::Reducible;

use crate::worker::protocol::{FromWorker, Progress};

/// Where the session is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Session {
    /// Nothing was opened yet.
    #[default]
    Start,
    /// A job is under way.
    Reading {
        /// How far it is.
        progress: Progress,
        /// The user asked to stop; the report of what was read is coming.
        is_stopping: bool,
    },
    /// The report is here.
    Done(Rc<Report>),
    /// There will be no report.
    Failed(Failure),
}

/// Why there is no report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// What happened and what to do.
    pub(crate) sentence: String,
    /// For a bug report; absent when it is not our fault.
    pub(crate) detail: Option<String>,
}

/// What can happen to a session.
#[derive(Debug)]
pub(crate) enum Action {
    /// Files were chosen and a worker was started on them.
    Open {
        /// Name of the first.
        file: String,
        /// Length of all of them.
        bytes_total: u64,
    },
    /// The browser allows no workers.
    NoWorkers,
    /// The user wants no more to be read.
    Stop,
    /// The worker said something, and these bytes came with it.
    Hear(FromWorker, Vec<u8>),
}

impl Reducible for Session {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        match action {
            Action::Open { file, bytes_total } => Rc::new(Self::Reading {
                progress: Progress {
                    file,
                    bytes_total,
                    ..Progress::default()
                },
                is_stopping: false,
            }),
            Action::NoWorkers => Rc::new(Self::Failed(Failure {
                sentence: NO_WORKERS.to_owned(),
                detail: None,
            })),
            Action::Stop => self.stopping(),
            Action::Hear(words, cargo) => self.hear(words, &cargo),
        }
    }
}

impl Session {
    fn stopping(self: Rc<Self>) -> Rc<Self> {
        match &*self {
            Self::Reading { progress, .. } => Rc::new(Self::Reading {
                progress: progress.clone(),
                is_stopping: true,
            }),
            _ => self,
        }
    }

    fn hear(self: Rc<Self>, words: FromWorker, cargo: &[u8]) -> Rc<Self> {
        let Self::Reading { is_stopping, .. } = *self else {
            return self;
        };
        match words {
            FromWorker::Ready => self,
            FromWorker::Progress(progress) => Rc::new(Self::Reading {
                progress,
                is_stopping,
            }),
            FromWorker::Done => Rc::new(match serde_json::from_slice(cargo) {
                Ok(report) => Self::Done(Rc::new(report)),
                Err(error) => Self::broken(error.to_string()),
            }),
            FromWorker::Failed { sentence } => Rc::new(Self::Failed(Failure {
                sentence,
                detail: None,
            })),
            FromWorker::Broken { detail } => Rc::new(Self::broken(detail)),
        }
    }

    fn broken(detail: String) -> Self {
        Self::Failed(Failure {
            sentence: BROKEN.to_owned(),
            detail: Some(detail),
        })
    }
}

const BROKEN: &str = "The analyser stopped unexpectedly. That is a fault of stallscope and not of your file. Please report it with the words below; they hold nothing of your capture's contents.";

const NO_WORKERS: &str = "This browser does not let the page start a worker, and captures are only read in one. Open the page from a web server instead of from disk, or use the command: stallscope analyze FILE";

#[cfg(test)]
mod tests;
