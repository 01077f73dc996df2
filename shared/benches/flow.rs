//! Nanoseconds that following a flow takes for one segment, by what flows look like.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};

use stallscope_shared::flow::chunk::{Chunk, Hole, Mark, StreamSink};
use stallscope_shared::flow::table::FlowTable;
use stallscope_shared::side::Side;
use stallscope_shared::testkit::conversation::{Conversation, Sent};

/// Flows in one sample.
const FLOWS: u16 = 400;

fn main() {
    divan::main();
}

/// Counts bytes and asks for nothing.
#[derive(Default)]
struct Counter(u64);

impl StreamSink for Counter {
    fn on_bytes(&mut self, chunk: Chunk<'_>) {
        self.0 += chunk.bytes.len() as u64;
    }
    fn on_hole(&mut self, hole: Hole) {
        self.0 += hole.length;
    }
    fn skip_until(&self, _: Side) -> Option<u64> {
        None
    }
    fn next_mark(&mut self) -> Option<Mark> {
        None
    }
}

/// One flow of a kind.
type Kind = fn(&mut Conversation);

const O: Side = Side::Originator;
const R: Side = Side::Responder;

/// A TLS handshake, a request, an answer of eight segments, an orderly close: 23 packets.
fn exchange(talk: &mut Conversation) {
    talk.open(25).data(O, &[1; 517]).wait(25).ack(R);
    talk.data(R, &[2; 1448])
        .data(R, &[2; 1448])
        .data(R, &[2; 900]);
    talk.ack(O).data(O, &[1; 64]).data(O, &[1; 200]).wait(25);
    for _ in 0..4 {
        talk.data(R, &[3; 1448]).data(R, &[3; 1448]).ack(O);
    }
    talk.fin(O).wait(25).fin(R).ack(O);
}

/// A hundred segments in order, every second one acknowledged.
fn download(talk: &mut Conversation) {
    talk.open(25);
    for _ in 0..50 {
        talk.data(R, &[3; 1448]).data(R, &[3; 1448]).ack(O);
    }
}

/// The same with every tenth segment late and one in thirty sent again.
fn lossy(talk: &mut Conversation) {
    download(talk);
    let packets = talk.packets_mut();
    for index in (10..packets.len()).step_by(10) {
        packets.swap(index, index - 1);
    }
    for index in (20..packets.len()).step_by(30) {
        talk.wait(200).again(index);
    }
}

/// A SYN that nobody answers.
fn scan(talk: &mut Conversation) {
    talk.syn();
}

/// The packets of many flows of one kind, from different ports, interleaved packet by packet.
fn mix(kind: Kind) -> Vec<Sent> {
    let mut packets: Vec<(usize, Sent)> = (0..FLOWS)
        .flat_map(|flow| {
            let mut talk = Conversation::new();
            talk.ends.originator.address.set_port(10_000 + flow);
            kind(&mut talk);
            talk.packets()
                .iter()
                .cloned()
                .enumerate()
                .collect::<Vec<_>>()
        })
        .collect();
    packets.sort_by_key(|(index, _)| *index);
    packets.into_iter().map(|(_, sent)| sent).collect()
}

fn follow(bencher: Bencher<'_, '_>, kind: Kind) {
    let packets = mix(kind);
    bencher
        .counter(ItemsCount::new(packets.len()))
        .bench_local(|| {
            let mut table = FlowTable::<Counter>::new();
            for sent in &packets {
                table.on_segment(&sent.ip, &black_box(sent.segment()), sent.stamp);
            }
            table.finish();
            let mut bytes = 0;
            while let Some(flow) = table.take_finished() {
                bytes += flow.sink.0;
            }
            bytes
        });
}

#[divan::bench]
fn tls_exchange(bencher: Bencher<'_, '_>) {
    follow(bencher, exchange);
}

#[divan::bench]
fn bulk_download(bencher: Bencher<'_, '_>) {
    follow(bencher, download);
}

#[divan::bench]
fn lossy_download(bencher: Bencher<'_, '_>) {
    follow(bencher, lossy);
}

#[divan::bench]
fn syn_scan(bencher: Bencher<'_, '_>) {
    follow(bencher, scan);
}
