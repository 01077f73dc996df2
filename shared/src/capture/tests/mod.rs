//! Captures made by the test kit, read back in every chunking.

mod damage;
mod laws;
mod not_a_capture;
mod pcap;
mod pcapng;
mod unpacking;

use super::{CaptureError, CaptureFacts, CaptureReader, CaptureSink, CapturedPacket, LinkType};
use crate::ids::{CaptureId, PacketRef};
use crate::time::Timestamp;
use crate::warning::{Warning, WarningLog};

/// A packet as the reader handed it out.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    reference: PacketRef,
    at: Option<Timestamp>,
    link_type: LinkType,
    original_length: u32,
    bytes: Vec<u8>,
}

/// Everything a capture gave.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Read {
    packets: Vec<Seen>,
    facts: CaptureFacts,
    warnings: Vec<Warning>,
    result: Result<(), CaptureError>,
}

#[derive(Default)]
struct Collector {
    packets: Vec<Seen>,
    warnings: WarningLog,
}

impl CaptureSink for Collector {
    fn packet(&mut self, packet: CapturedPacket<'_>) {
        self.packets.push(Seen {
            reference: packet.reference,
            at: packet.at,
            link_type: packet.link_type,
            original_length: packet.original_length,
            bytes: packet.bytes.to_vec(),
        });
    }

    fn warnings(&mut self) -> &mut WarningLog {
        &mut self.warnings
    }
}

fn read_chunks<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Read {
    let mut reader = CaptureReader::new(CaptureId(3));
    let mut collector = Collector::default();
    let mut result = Ok(());
    for chunk in chunks {
        result = reader.feed(chunk, &mut collector);
    }
    if result.is_ok() {
        result = reader.finish(&mut collector);
    }
    Read {
        packets: collector.packets,
        facts: reader.facts().clone(),
        warnings: collector.warnings.kept().to_vec(),
        result,
    }
}

/// Reads the capture whole and in small chunks, which must make no difference.
fn read(capture: &[u8]) -> Read {
    let whole = read_chunks([capture]);
    for size in [1, 7, 4_096] {
        assert_eq!(
            read_chunks(capture.chunks(size)),
            whole,
            "in chunks of {size}"
        );
    }
    whole
}

impl Read {
    fn kinds(&self) -> Vec<&'static str> {
        self.warnings.iter().map(|warning| warning.kind).collect()
    }

    fn times(&self) -> Vec<Option<i64>> {
        self.packets
            .iter()
            .map(|packet| packet.at.map(Timestamp::nanos))
            .collect()
    }
}

/// Packets for captures: recognisable bytes of odd lengths.
fn payload(number: usize) -> Vec<u8> {
    (0..40 + number * 13 % 90)
        .map(|at| (at * 7 + number * 31) as u8)
        .collect()
}

/// A moment in 2023, some nanoseconds after a whole second.
const fn moment(seconds: i64, nanos: i64) -> Timestamp {
    Timestamp::from_parts(1_700_000_000 + seconds, nanos)
}
