//! A flow whose beginning is kept as headers says the same as one that was followed in full from its first packet.

use std::net::SocketAddr;

use proptest::collection::vec;
use proptest::prelude::*;

use super::{O, R, Recorder};
use crate::flow::facts::{DirectionBasis, FlowEnd};
use crate::flow::followed::Followed;
use crate::flow::key::FlowKey;
use crate::flow::live::Birth;
use crate::flow::seen::Seen;
use crate::ids::FlowId;
use crate::limits::{MARKS, PLAIN_PACKETS};
use crate::packet::TcpFlags;
use crate::side::Side;
use crate::testkit::conversation::{Conversation, Sent};

/// One thing that happens after the SYN.
#[derive(Clone, Debug)]
enum Step {
    SynAck,
    Syn,
    Data(Side, Vec<u8>),
    Ack(Side),
    Wait(i64),
    Again(prop::sample::Index),
    KeepAlive(Side),
    Unseen,
    Fin(Side),
    Reset(Side),
    /// The packet before is odd.
    Odd(Oddity),
}

#[derive(Clone, Debug)]
enum Oddity {
    Ttl(u8),
    Identification(Option<u16>),
    Window(u16),
    Sequence(u32),
    Acknowledgment(u32),
    Flags(u16),
    Snapped,
    NoTimestamps,
    OptionsCut,
    Sack(u32, u32),
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(O), Just(R)]
}

fn oddity() -> impl Strategy<Value = Oddity> {
    // Near, or too far to belong to the stream: what lies between makes holes of a gigabyte.
    let number = prop_oneof![0..3_u32, 0..5_000_u32, 0x6000_0000..0xa000_0000_u32];
    prop_oneof![
        any::<u8>().prop_map(Oddity::Ttl),
        any::<Option<u16>>().prop_map(Oddity::Identification),
        (0..2_u16).prop_map(Oddity::Window),
        number.clone().prop_map(Oddity::Sequence),
        number.clone().prop_map(Oddity::Acknowledgment),
        (0..0x200_u16).prop_map(Oddity::Flags),
        Just(Oddity::Snapped),
        Just(Oddity::NoTimestamps),
        Just(Oddity::OptionsCut),
        (number.clone(), number).prop_map(|(left, right)| Oddity::Sack(left, right)),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let payload = vec(prop_oneof![4 => any::<u8>(), 1 => Just(b'\n')], 1..40);
    prop_oneof![
        2 => Just(Step::SynAck),
        1 => Just(Step::Syn),
        16 => (side(), payload).prop_map(|(side, bytes)| Step::Data(side, bytes)),
        8 => side().prop_map(Step::Ack),
        8 => (0..3_000_i64).prop_map(Step::Wait),
        1 => any::<prop::sample::Index>().prop_map(Step::Again),
        1 => side().prop_map(Step::KeepAlive),
        1 => Just(Step::Unseen),
        1 => side().prop_map(Step::Fin),
        1 => side().prop_map(Step::Reset),
        2 => oddity().prop_map(Step::Odd),
    ]
}

fn told(mut talk: Conversation, steps: &[Step]) -> Conversation {
    talk.syn();
    for step in steps {
        match step {
            Step::SynAck => talk.syn_ack(),
            Step::Syn => talk.syn(),
            Step::Data(side, bytes) => talk.data(*side, bytes),
            Step::Ack(side) => talk.ack(*side),
            Step::Wait(millis) => talk.wait(*millis),
            Step::Again(index) => talk.again(index.index(talk.packets().len())),
            Step::KeepAlive(side) => talk.keep_alive(*side),
            Step::Unseen if talk.packets().len() > 1 => talk.unseen(),
            Step::Unseen => &mut talk,
            Step::Fin(side) => talk.fin(*side),
            Step::Reset(side) => talk.rst(*side),
            Step::Odd(oddity) => talk.adjust(|sent| oddity.happen(sent)),
        };
    }
    talk
}

impl Oddity {
    fn happen(&self, sent: &mut Sent) {
        let header = &mut sent.header;
        match self {
            Self::Ttl(ttl) => sent.ip.ttl = *ttl,
            Self::Identification(number) => sent.ip.identification = *number,
            Self::Window(window) => header.window = *window,
            Self::Sequence(by) => header.sequence = header.sequence.wrapping_add(*by),
            Self::Acknowledgment(by) => {
                header.acknowledgment = header.acknowledgment.wrapping_add(*by);
            }
            Self::Flags(flags) => header.flags = TcpFlags(*flags),
            Self::Snapped => {
                sent.payload.pop();
            }
            Self::NoTimestamps => header.options.timestamps = None,
            Self::OptionsCut => {
                header.options.timestamps = None;
                header.options.snapped = true;
            }
            Self::Sack(left, right) => {
                let at = header.acknowledgment;
                header.options.sack[0] = Some((at.wrapping_add(*left), at.wrapping_add(*right)));
            }
        }
    }
}

/// How the flow's beginning is kept.
#[derive(Clone, Copy)]
enum Course {
    Plain,
    InFull,
}

/// Everything that a flow of these packets says, and whether it was plain to the end.
fn all_said(packets: &[Sent], course: Course) -> (String, bool) {
    let first = &packets[0];
    let endpoint = |ip, port| SocketAddr::new(ip, port);
    let (key, low_is_originator) = FlowKey::of(
        endpoint(first.ip.source, first.header.source_port),
        endpoint(first.ip.destination, first.header.destination_port),
    );
    let birth = Birth {
        id: FlowId(0),
        nth: 0,
        key,
        low_is_originator,
        direction: DirectionBasis::Syn,
        stamp: first.stamp,
        speaker: O,
    };
    let mut followed = match course {
        Course::Plain => Followed::new(birth, Recorder::default()),
        Course::InFull => Followed::in_full(birth, Recorder::default()),
    };
    let mut said = String::new();
    for sent in packets {
        let seen = Seen {
            side: sent.side,
            ttl: sent.ip.ttl,
            identification: sent.ip.identification,
            segment: &sent.segment(),
            stamp: sent.stamp,
        };
        said += &format!("{} ", followed.is_replaced_by(&seen));
        followed.on_segment(&seen);
        said += &format!("{:?} {:?}\n", followed.stage(), followed.last());
    }
    let is_plain = followed.is_plain();
    let last = packets.last().unwrap().stamp.at;
    let mut finished = followed.finish(FlowEnd::Open, last);
    // How it is packed may differ; what is read of it may not.
    let journal = std::mem::take(&mut finished.facts.journal);
    for entry in journal.iter() {
        said += &format!("{entry:?}\n");
    }
    said += &format!(
        "{}\n{:#?}\n{:#?}",
        journal.omitted(),
        finished.facts,
        finished.sink
    );
    (said, is_plain)
}

/// Says where two tellings of one flow part.
fn assert_same(packets: &[Sent], name: &str) -> bool {
    let (plain, is_plain) = all_said(packets, Course::Plain);
    let (full, _) = all_said(packets, Course::InFull);
    let parting = plain
        .lines()
        .zip(full.lines())
        .position(|(plain, full)| plain != full);
    if let Some(line) = parting {
        let from = line.saturating_sub(6);
        let part = |said: &str| {
            said.lines()
                .skip(from)
                .take(14)
                .collect::<Vec<_>>()
                .join("\n")
        };
        panic!(
            "{name}, line {line}\nplain:\n{}\nin full:\n{}",
            part(&plain),
            part(&full)
        );
    }
    assert_eq!(plain.len(), full.len(), "{name}");
    is_plain
}

proptest! {
    #[test]
    fn a_plain_beginning_changes_nothing_that_is_said(
        isn in prop_oneof![Just(1_000_000_u32), any::<u32>()],
        has_clock: bool,
        steps in vec(step(), 0..40),
    ) {
        let mut steps = steps;
        // Most handshakes come to their end.
        steps.insert(0, Step::SynAck);
        let mut talk = Conversation::new();
        talk.ends.originator.next = isn;
        if !has_clock {
            talk.ends.originator.clock = None;
        }
        let talk = told(talk, &steps);
        assert_same(talk.packets(), "any steps");
    }
}

/// Nothing that gets a name happens, though not all of it is usual.
fn steady_step() -> impl Strategy<Value = Step> {
    let payload = vec(prop_oneof![4 => any::<u8>(), 1 => Just(b'\n')], 1..40);
    let oddity = prop_oneof![
        any::<u8>().prop_map(Oddity::Ttl),
        any::<Option<u16>>().prop_map(Oddity::Identification),
        (1..200_u16).prop_map(Oddity::Window),
        Just(Oddity::NoTimestamps),
    ];
    prop_oneof![
        8 => (side(), payload).prop_map(|(side, bytes)| Step::Data(side, bytes)),
        4 => (side(), 1_000..40_000_usize).prop_map(|(side, length)| Step::Data(side, vec![b'.'; length])),
        4 => side().prop_map(Step::Ack),
        6 => (0..3_000_i64).prop_map(Step::Wait),
        1 => side().prop_map(Step::Fin),
        3 => oddity.prop_map(Step::Odd),
    ]
}

proptest! {
    #[test]
    fn what_is_steady_to_its_end_says_the_same(
        has_clock: bool,
        steps in vec(steady_step(), 0..30),
    ) {
        let mut talk = Conversation::new();
        if !has_clock {
            talk.ends.originator.clock = None;
        }
        talk.open(25);
        let talk = told(talk, &steps);
        // Not all of them: nobody says anything new after a FIN.
        assert_same(talk.packets(), "steady steps");
    }
}

#[test]
fn a_request_its_answer_and_both_fins_stay_plain() {
    let mut talk = Conversation::new();
    talk.open(25).data(O, b"hello\n").wait(25).data(R, b"you\n");
    talk.fin(O).wait(25).fin(R).wait(25).ack(O);
    assert!(assert_same(talk.packets(), "to the FINs"));
}

#[test]
fn a_long_flow_is_followed_in_full() {
    let mut talk = Conversation::new();
    talk.open(25);
    for _ in 0..PLAIN_PACKETS {
        talk.data(O, b"more\n");
    }
    assert!(!assert_same(talk.packets(), "long"));
}

#[test]
fn many_questions_are_not_piled_up() {
    let mut talk = Conversation::new();
    talk.open(25).data(O, &b"?\n".repeat(MARKS + 1));
    talk.wait(25).ack(R);
    assert!(!assert_same(talk.packets(), "many questions"));
}

#[test]
fn what_was_odd_at_the_beginning_is_followed_in_full() {
    type Tell = fn(&mut Conversation);
    let rows: [(&str, Tell); 8] = [
        ("a FIN again", |talk| {
            talk.open(25).fin(O).wait(300).again(3);
        }),
        ("data after a FIN", |talk| {
            talk.open(25).fin(O).data(O, b"more");
        }),
        ("an RST", |talk| {
            talk.open(25).rst(R);
        }),
        ("a SYN again", |talk| {
            talk.syn().wait(1_000).syn();
        }),
        ("a segment again", |talk| {
            talk.open(25).data(O, b"hello").wait(300).again(3);
        }),
        ("a segment that is missing", |talk| {
            talk.open(25).data(O, b"hello").unseen().data(O, b"you");
        }),
        ("a keep-alive", |talk| {
            talk.open(25).data(O, b"hello").keep_alive(O);
        }),
        ("an acknowledgement of what was not seen", |talk| {
            talk.open(25).data(O, b"hello").unseen().ack(R);
        }),
    ];
    for (name, tell) in rows {
        let mut talk = Conversation::new();
        tell(&mut talk);
        assert!(!assert_same(talk.packets(), name), "{name}");
    }
}
