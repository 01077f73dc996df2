//! What comes in pieces, until all of it is there: each piece is taken in by itself, so that the page never stands
//! still for long.

use std::rc::Rc;

use stallscope_shared::report::overview::Overview;

use super::case::Case;
use super::store::{Action, Failure};
use crate::load::protocol::FromWorker;
use crate::load::reckoned::{Piece, Reckoned};
use crate::load::summary::Summary;

/// A case that is coming.
#[derive(Debug, Default)]
pub(crate) struct Gathering {
    begun: Option<Begun>,
    overview: Overview,
    reckoned: Reckoned,
    has_packets: bool,
}

#[derive(Debug)]
struct Begun {
    summary: Summary,
    key_logs: Vec<String>,
    is_stopped: bool,
}

impl Gathering {
    /// What the page is to do about what the worker said; nothing while more is coming.
    pub(crate) fn take(&mut self, words: FromWorker, cargo: Vec<u8>) -> Option<Action> {
        match words {
            FromWorker::Report {
                key_logs,
                is_stopped,
            } => match postcard::from_bytes(&cargo) {
                Ok(summary) => {
                    self.begun = Some(Begun {
                        summary,
                        key_logs,
                        is_stopped,
                    });
                    None
                }
                Err(error) => Some(broken(error)),
            },
            FromWorker::Rows { left } => match postcard::from_bytes(&cargo) {
                Ok(piece) => {
                    self.take_piece(piece, left as usize);
                    (left == 0).then(|| self.arrive()).flatten()
                }
                Err(error) => Some(broken(error)),
            },
            FromWorker::Progress(progress) => {
                self.has_packets = progress.packets > 0;
                Some(Action::Hear(FromWorker::Progress(progress), cargo))
            }
            words => Some(Action::Hear(words, cargo)),
        }
    }

    /// Pieces are of one size, so the first one tells how much room all of them need.
    fn take_piece(&mut self, Piece { overview, reckoned }: Piece, left: usize) {
        if self.overview.rows.is_empty() {
            let times = left.saturating_add(1);
            self.overview.rows.reserve(overview.rows.len() * times);
            self.overview.spans.reserve(overview.spans.len() * times);
            self.overview
                .repeats
                .reserve(overview.repeats.len() * times);
            self.reckoned.reserve(&reckoned, times);
        }
        self.overview.append(overview);
        self.reckoned.append(reckoned);
    }

    fn arrive(&mut self) -> Option<Action> {
        let begun = self.begun.take()?;
        Some(Action::Arrive(Rc::new(Case {
            summary: Rc::new(begun.summary),
            overview: std::mem::take(&mut self.overview),
            reckoned: std::mem::take(&mut self.reckoned),
            key_logs: begun.key_logs,
            is_stopped: begun.is_stopped,
            has_packets: self.has_packets,
        })))
    }
}

fn broken(error: postcard::Error) -> Action {
    Action::Fail(Failure::Broken(error.to_string()))
}
