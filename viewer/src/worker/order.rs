//! The order of several captures: by their first packets, so that a rotated set is one vantage point in
//! whatever order it was dropped.

use stallscope_shared::capture::{CaptureReader, CaptureSink, CapturedPacket};
use stallscope_shared::ids::CaptureId;
use stallscope_shared::time::Timestamp;
use stallscope_shared::warning::WarningLog;

/// Bytes in which the first packet is looked for; section and interface blocks go before it.
pub(super) const HEAD: u64 = 64 << 10;

/// Time of the first packet in a capture's first bytes; `None` where there is none with a time.
pub(super) fn first_packet(head: &[u8]) -> Option<Timestamp> {
    let mut first = First::default();
    let mut reader = CaptureReader::new(CaptureId(0));
    // What is wrong with it is said when it is read.
    drop(reader.feed(head, &mut first));
    first.at
}

#[derive(Default)]
struct First {
    at: Option<Timestamp>,
    warnings: WarningLog,
}

impl CaptureSink for First {
    fn packet(&mut self, packet: CapturedPacket<'_>) {
        self.at = self.at.or(packet.at);
    }

    fn warnings(&mut self) -> &mut WarningLog {
        &mut self.warnings
    }
}
