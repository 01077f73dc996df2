//! A worker that dies, or of which nothing is heard.

use super::store::{Bytes, Detail, Failure, Job, State};

/// How long nothing is heard of a worker that owes an answer before the page says so. One that reads a file is heard
/// every few slices; the longest silence of a sound one is that in which it writes the report of a capture of gigabytes.
pub(crate) const SILENCE_MS: i32 = 15_000;

impl State {
    /// The worker owes an answer.
    pub(crate) fn is_waiting(&self) -> bool {
        self.lost.is_none()
            && (matches!(self.job, Job::Reading { .. })
                || self.has_asked()
                || (self.sharing.as_ref()).is_some_and(|sharing| sharing.sheet.is_none()))
    }

    /// Part of what the view shows is still to come: it was asked for, or will be once this is drawn.
    pub(crate) fn is_incomplete(&self) -> bool {
        !self.is_unfolded
            || self.has_asked()
            || self.wanted_attempt().is_some()
            || self.wanted_packet().is_some()
    }

    /// An attempt or a packet was asked for and is still to come.
    const fn has_asked(&self) -> bool {
        matches!(self.detail, Detail::Asked(_)) || matches!(self.bytes, Bytes::Asked(_))
    }

    /// The worker died. What is shown stays; what was asked of it will not come.
    pub(super) fn broken(&mut self, detail: String) {
        if self.case.is_some() {
            self.lost.get_or_insert(Failure::Broken(detail));
            self.sharing = None;
            self.give_up();
            return;
        }
        match &self.job {
            // Its first words are the cause, and others come after them.
            Job::Failed(Failure::Broken(_) | Failure::OutOfMemory(_)) => {}
            Job::Reading { progress, .. } if is_out_of_memory(&detail) => {
                self.job = Job::Failed(Failure::OutOfMemory(progress.clone()));
            }
            _ => self.job = Job::Failed(Failure::Broken(detail)),
        }
    }

    /// Nobody is there to answer what was asked.
    pub(super) fn give_up(&mut self) {
        if self.lost.is_none() {
            return;
        }
        if let Detail::Asked(id) = self.detail {
            self.detail = Detail::Missing(id);
        }
        if let Bytes::Asked(packet) = self.bytes {
            self.bytes = Bytes::Missing(packet);
        }
    }
}

/// What a browser says where an allocation failed: the module ends itself without a word of its own, which every other
/// of its ends has, or there is no room to hand it a file's bytes.
fn is_out_of_memory(detail: &str) -> bool {
    // V8 and SpiderMonkey, JavaScriptCore, V8 of a buffer, SpiderMonkey of anything.
    const SAID: [&str; 4] = [
        "RuntimeError: unreachable",
        "RuntimeError: Unreachable",
        "Array buffer allocation failed",
        "out of memory",
    ];
    SAID.iter().any(|said| detail.contains(said))
}
