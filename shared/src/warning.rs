//! What is odd about the input. Data, not text: the words are made where they are shown.

use std::collections::BTreeMap;

use crate::ids::{CaptureId, PacketNumber};
use crate::limits::WARNINGS_PER_KIND;
use crate::text::Message;

/// One oddity of a capture and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Kebab-case name of the kind, for example `cut-packet`.
    pub kind: &'static str,
    /// Which capture.
    pub capture: CaptureId,
    /// The packet it was found at; `None` when it is between packets or of the whole capture.
    pub packet: Option<PacketNumber>,
    /// Byte offset in the capture, after decompression.
    pub offset: Option<u64>,
    /// What was found, in a network engineer's words, without a full stop.
    pub detail: Message,
}

/// Warnings in order of discovery, the first few of each kind kept, all of them counted.
#[derive(Clone, Debug, Default)]
pub struct WarningLog {
    kept: Vec<Warning>,
    counts: BTreeMap<(CaptureId, &'static str), u64>,
}

impl WarningLog {
    /// Counts the warning, and keeps it while its kind is rare. `detail` is only made when it is kept.
    pub fn push(
        &mut self,
        kind: &'static str,
        capture: CaptureId,
        packet: Option<PacketNumber>,
        offset: Option<u64>,
        detail: impl FnOnce() -> Message,
    ) {
        let count = self.counts.entry((capture, kind)).or_default();
        *count = count.saturating_add(1);
        if *count <= WARNINGS_PER_KIND as u64 {
            let detail = detail();
            self.kept.push(Warning {
                kind,
                capture,
                packet,
                offset,
                detail,
            });
        }
    }

    /// The kept warnings, in order of discovery.
    #[must_use]
    pub fn kept(&self) -> &[Warning] {
        &self.kept
    }

    /// How often each kind occurred in each capture.
    #[must_use]
    pub const fn counts(&self) -> &BTreeMap<(CaptureId, &'static str), u64> {
        &self.counts
    }
}
