//! Waiting for QUIC: each step against its limit, while the socket is listened to.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::AtomicBool;

use quinn::Connection;
use stallscope_shared::probe::What;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep_until};

use super::socket::Datagrams;
use super::witness::Witness;
use crate::probe::limits::Deadline;
use crate::probe::watched::{Over, SAMPLING, is_over};

/// A connection that is waited for.
pub(super) struct Line<'a> {
    pub(super) witness: &'a Witness,
    pub(super) socket: &'a Datagrams,
    pub(super) interrupt: &'a AtomicBool,
    /// Once the handshake is done.
    pub(super) connection: RefCell<Option<Connection>>,
    pub(super) is_confirmed: Cell<bool>,
}

impl Line<'_> {
    /// Does something of QUIC's, within its limit.
    pub(super) async fn step<T>(
        &self,
        deadline: &Deadline,
        work: impl Future<Output = T>,
    ) -> Result<T, Over> {
        let mut work = pin!(work);
        // What is always ready would never be over.
        self.check(deadline)?;
        loop {
            let next = deadline.instant().min(Instant::now() + SAMPLING);
            tokio::select! {
                biased;
                done = &mut work => {
                    self.confirm();
                    return Ok(done);
                }
                () = self.socket.until_errors() => {}
                // QUIC's own tasks read it first.
                () = self.witness.until_news(), if !self.is_confirmed.get() => yield_now().await,
                () = sleep_until(next) => {}
            }
            self.confirm();
            self.socket.drain();
            if let Some(error) = self.witness.refusal() {
                self.witness
                    .record(|recorder| recorder.now(What::ConnectFailed(error)));
                return Err(Over);
            }
            self.check(deadline)?;
        }
    }

    /// A limit fired, or whoever runs this ended it.
    fn check(&self, deadline: &Deadline) -> Result<(), Over> {
        let is_over = |recorder: &mut _| is_over(recorder, deadline, self.interrupt);
        if self.witness.record(is_over) {
            return Err(Over);
        }
        Ok(())
    }

    /// Writes down that the server confirmed the handshake, once it has.
    fn confirm(&self) {
        if self.is_confirmed.get() {
            return;
        }
        let connection = self.connection.borrow();
        let frames = connection.as_ref().map(|it| it.stats().frame_rx);
        if frames.is_some_and(|frames| frames.handshake_done > 0) {
            self.is_confirmed.set(true);
            // In which datagram it was is not told.
            self.witness
                .record(|recorder| recorder.now(What::HandshakeConfirmed));
        }
    }
}
