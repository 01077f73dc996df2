//! One file per target. Each says which law it holds.

pub mod analyzer;
pub mod capture_reader;
pub mod dissect;
pub mod dns_message;
pub mod http2;
pub mod link;
pub mod tcp_events;
pub mod tls_records;

use stallscope_shared::ids::{CaptureId, PacketNumber, PacketRef, Stamp};
use stallscope_shared::time::Timestamp;

/// The stamp of the packet with this number, one millisecond after the one before.
fn stamp(number: u32) -> Stamp {
    Stamp {
        at: Timestamp::from_parts(1_700_000_000, i64::from(number) * 1_000_000),
        packet: PacketRef::new(
            CaptureId(0),
            PacketNumber::new(number.saturating_add(1)).unwrap_or(PacketNumber::FIRST),
            u64::from(number) * 100,
            100,
        ),
    }
}
