//! What holds for any bytes and any order of events.

use proptest::prelude::*;

use super::*;
use crate::dns::message::Message;

/// What may happen next, on few enough ports, names and identifiers that they meet.
#[derive(Clone, Debug)]
enum Event {
    Query(u16, u16, u8),
    Response(u16, u16, u8, u16),
    Refusal(u16),
    Noise(Vec<u8>),
}

fn event() -> impl Strategy<Value = Event> {
    let (port, id, name) = (4000u16..4003, 0u16..3, 0u8..3);
    prop_oneof![
        4 => (port.clone(), id.clone(), name.clone()).prop_map(|(p, i, n)| Event::Query(p, i, n)),
        4 => (port.clone(), id, name, 0u16..4).prop_map(|(p, i, n, r)| Event::Response(p, i, n, r)),
        1 => port.prop_map(Event::Refusal),
        1 => proptest::collection::vec(any::<u8>(), 0..60).prop_map(Event::Noise),
    ]
}

/// Plays the events at the given steps, and takes finished lookups out after every `batch` of them.
fn play(events: &[(i64, Event)], batch: usize) -> (Scene, Vec<Lookup>) {
    let mut scene = Scene::new();
    let mut taken = Vec::new();
    let mut now = 0;
    let types = [RecordType::A, RecordType::AAAA];
    for (index, (step, event)) in events.iter().enumerate() {
        now += step;
        if index % batch == 0 {
            taken.extend(scene.finished());
        }
        match event {
            Event::Query(port, id, name) => {
                let kind = types[usize::from(*id) % 2];
                scene.asks_for(now, *port, &format!("h{name}.example"), *id, kind);
            }
            Event::Response(port, id, name, rcode) => {
                let key = (*port, *id, types[usize::from(*id) % 2]);
                let addresses: &[&str] = if *rcode == 0 { &["203.0.113.10"] } else { &[] };
                scene.answers_for(now, key, &format!("h{name}.example"), *rcode, addresses);
            }
            Event::Refusal(port) => {
                scene.refuses(now, client(*port), resolver());
            }
            Event::Noise(bytes) => {
                scene.datagram(now, client(4000), resolver(), bytes);
            }
        }
    }
    (scene, taken)
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        unseen in 0usize..3000,
    ) {
        let length = bytes.len() + unseen;
        if let Ok(message) = Message::parse(&bytes, length) {
            prop_assert!(message.records.addresses.len() <= crate::limits::DNS_ADDRESSES);
            prop_assert!(unseen == 0 || message.is_cut);
        }
    }

    #[test]
    fn a_damaged_message_never_panics(at in 0usize..80, value in any::<u8>(), kept in 0usize..80) {
        let addresses = ["203.0.113.10".parse().unwrap(), "2001:db8::1".parse().unwrap()];
        let mut bytes = message(1, 0x8180, NAME, RecordType::ANY, &addresses);
        let length = bytes.len();
        if let Some(byte) = bytes.get_mut(at) {
            *byte = value;
        }
        let kept = kept.min(length);
        let is_cut = Message::parse(&bytes[..kept], length).map(|message| message.is_cut);
        prop_assert!(kept == length || is_cut != Ok(false));
    }

    #[test]
    fn every_message_is_in_exactly_one_place(
        events in proptest::collection::vec((-ms(50)..s(8), event()), 0..120),
    ) {
        let (mut scene, _) = play(&events, usize::MAX);
        let counts = scene.tracker.counts();
        let lookups = scene.lookups(s(2000));
        let (mut queries, mut responses, mut copies) = (0u64, 0u64, 0u64);
        for lookup in &lookups {
            prop_assume!(lookup.transactions_left_off == 0);
            for t in &lookup.transactions {
                queries += u64::from(t.query.is_some()) + u64::from(t.repeat_count);
                responses += u64::from(t.response.is_some()) + u64::from(t.further_response_count);
                copies += u64::from(t.copy_count);
                prop_assert!(t.query.is_some() || t.response.is_some());
            }
        }
        prop_assert_eq!(queries + responses + copies, counts.queries + counts.responses);
        prop_assert_eq!(copies, counts.copies);
    }

    #[test]
    fn lookups_are_the_same_whenever_they_are_taken(
        events in proptest::collection::vec((0..s(4), event()), 0..80),
        every in 1usize..10,
    ) {
        let (mut at_once, nothing) = play(&events, usize::MAX);
        let expected = at_once.lookups(s(2000));
        let (mut in_batches, mut taken) = play(&events, every);
        taken.extend(in_batches.lookups(s(2000)));
        taken.sort_by_key(|lookup| lookup.id);
        prop_assert!(nothing.is_empty());
        prop_assert_eq!(taken, expected);
    }
}
