//! Nanoseconds per packet, one layer more in each bench: what a layer costs is the difference to the one above.
//!
//! The packets are those of a real capture in the repository: 160 TLS connections.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a bench reads its capture from disk and ends where it cannot"
)]

use std::path::Path;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};

use stallscope_shared::analyzer::{Analyzer, Options};
use stallscope_shared::capture::{CaptureReader, CaptureSink, CapturedPacket};
use stallscope_shared::export::text::{TextStyle, text};
use stallscope_shared::flow::chunk::{Chunk, Hole, Mark, StreamSink};
use stallscope_shared::flow::table::FlowTable;
use stallscope_shared::ids::{CaptureId, Stamp};
use stallscope_shared::packet::{Dissector, Outcome, Transport};
use stallscope_shared::side::Side;
use stallscope_shared::stream::Conversation;
use stallscope_shared::time::Timestamp;
use stallscope_shared::warning::WarningLog;

const CAPTURE: &str = "../tests/corpus/faults/d_origin_oneweak_8pct.pcap";

/// Bytes handed over at once, as the command does.
const CHUNK_BYTES: usize = 1 << 20;

fn main() {
    divan::main();
}

#[divan::bench]
fn layer_1_capture(bencher: Bencher<'_, '_>) {
    bench(bencher, |capture| read(capture, &mut Count::default()));
}

#[divan::bench]
fn layer_2_packet(bencher: Bencher<'_, '_>) {
    bench(bencher, |capture| read(capture, &mut Dissect::default()));
}

#[divan::bench]
fn layer_3_flow(bencher: Bencher<'_, '_>) {
    bench(bencher, |capture| {
        read(capture, &mut Follow::<Deaf>::default());
    });
}

#[divan::bench]
fn layer_4_stream(bencher: Bencher<'_, '_>) {
    bench(bencher, |capture| {
        read(capture, &mut Follow::<Conversation>::default());
    });
}

#[divan::bench]
fn layer_5_analyzer(bencher: Bencher<'_, '_>) {
    bench(bencher, |capture| {
        drop(black_box(analysed(capture).report()));
    });
}

#[divan::bench]
fn layer_6_text(bencher: Bencher<'_, '_>) {
    bench(bencher, |capture| {
        drop(black_box(text(
            &analysed(capture).report(),
            TextStyle::default(),
        )));
    });
}

fn bench(bencher: Bencher<'_, '_>, work: impl Fn(&[u8])) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(CAPTURE);
    let capture = std::fs::read(path).unwrap();
    let mut count = Count::default();
    read(&capture, &mut count);
    bencher
        .counter(ItemsCount::new(count.packets))
        .counter(BytesCount::of_slice(&capture))
        .bench_local(|| work(black_box(&capture)));
}

fn analysed(capture: &[u8]) -> Analyzer {
    let mut analyzer = Analyzer::new(Options::default());
    analyzer.begin("bench");
    for chunk in capture.chunks(CHUNK_BYTES) {
        analyzer.feed(chunk).unwrap();
    }
    analyzer.end().unwrap();
    analyzer
}

fn read(capture: &[u8], sink: &mut impl CaptureSink) {
    let mut reader = CaptureReader::new(CaptureId(0));
    for chunk in capture.chunks(CHUNK_BYTES) {
        reader.feed(chunk, sink).unwrap();
    }
    reader.finish(sink).unwrap();
}

#[derive(Default)]
struct Count {
    packets: usize,
    warnings: WarningLog,
}

impl CaptureSink for Count {
    fn packet(&mut self, packet: CapturedPacket<'_>) {
        black_box(packet);
        self.packets += 1;
    }

    fn warnings(&mut self) -> &mut WarningLog {
        &mut self.warnings
    }
}

#[derive(Default)]
struct Dissect {
    dissector: Dissector,
    warnings: WarningLog,
}

impl CaptureSink for Dissect {
    fn packet(&mut self, packet: CapturedPacket<'_>) {
        black_box(self.dissector.dissect(&packet));
    }

    fn warnings(&mut self) -> &mut WarningLog {
        &mut self.warnings
    }
}

/// Follows flows whose bytes go to `S`.
#[derive(Default)]
struct Follow<S> {
    dissector: Dissector,
    flows: FlowTable<S>,
    warnings: WarningLog,
}

impl<S: StreamSink + Default> CaptureSink for Follow<S> {
    fn packet(&mut self, packet: CapturedPacket<'_>) {
        let stamp = Stamp {
            at: packet.at.unwrap_or(Timestamp::from_nanos(0)),
            packet: packet.reference,
        };
        if let Outcome::Dissected(found) = self.dissector.dissect(&packet)
            && let Transport::Tcp(segment) = found.transport
        {
            self.flows.on_segment(&found.ip, &segment, stamp);
        }
        while let Some(flow) = self.flows.take_finished() {
            drop(black_box(flow.sink));
        }
    }

    fn warnings(&mut self) -> &mut WarningLog {
        &mut self.warnings
    }
}

/// Takes bytes and does nothing with them.
#[derive(Default)]
struct Deaf;

impl StreamSink for Deaf {
    fn on_bytes(&mut self, chunk: Chunk<'_>) {
        black_box(chunk);
    }

    fn on_hole(&mut self, hole: Hole) {
        black_box(hole);
    }

    fn skip_until(&self, _side: Side) -> Option<u64> {
        None
    }

    fn next_mark(&mut self) -> Option<Mark> {
        None
    }
}
