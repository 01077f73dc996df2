//! A sample of stalled sockets is kept open past the limit: what is late then comes, and what is dead does not.

use std::cell::Cell;
use std::rc::Rc;

use stallscope_shared::probe::What;
use tokio::time::{Duration, Instant};

use super::watched::{SAMPLING, Watched};

/// Sockets that are kept open past their limits at one time: a sample says as much as all, and a server that stalls has
/// enough of them.
const AT_ONCE: usize = 16;

/// How long, and how many are.
#[derive(Clone, Debug)]
pub(crate) struct Patience {
    length: Duration,
    open: Rc<Cell<usize>>,
}

impl Patience {
    /// So long past the limit.
    pub(crate) fn new(length: Duration) -> Self {
        Self {
            length,
            open: Rc::new(Cell::new(0)),
        }
    }

    /// Waits on a socket whose limit fired, unless enough are waited on.
    pub(super) async fn wait(&self, watched: &mut Watched) {
        let last = watched.recorder.log.events.iter().rev();
        let mut told = last.filter(|event| !event.what.is_acknowledgement());
        let is_limit = |what: &What| matches!(what, What::LimitFired(_));
        if !told.next().is_some_and(|event| is_limit(&event.what)) || self.open.get() >= AT_ONCE {
            return;
        }
        self.open.set(self.open.get() + 1);
        self.watch(watched).await;
        self.open.set(self.open.get() - 1);
    }

    async fn watch(&self, watched: &mut Watched) {
        let until = Instant::now() + self.length;
        let mut room = [0; 64];
        loop {
            match watched.stream.receive(&mut room) {
                Some(Ok((0, _)) | Err(_)) => {
                    watched.recorder.now(What::EndedLate);
                    return;
                }
                Some(Ok((read, stamp))) => {
                    let bytes = u32::try_from(read).unwrap_or(u32::MAX);
                    let at = super::now();
                    watched.recorder.push(at, stamp, What::CameLate { bytes });
                    return;
                }
                None if watched.is_interrupted() => return,
                None if Instant::now() >= until => {
                    watched.recorder.now(What::NeverCame);
                    return;
                }
                None => watched.rest(until.min(Instant::now() + SAMPLING)).await,
            }
        }
    }
}
