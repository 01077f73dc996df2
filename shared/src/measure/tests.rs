//! Conversations packet by packet, and what is measured on them.

mod stories;
mod talk;

use super::Circle;
use super::timer::{agrees, whole_seconds};
use super::timers::KNOWN;
use crate::ids::{CaptureId, PacketNumber, PacketRef, Stamp};
use crate::time::{Nanos, Timestamp};

fn stamp(number: u32, millis: i64) -> Stamp {
    Stamp {
        at: Timestamp::from_nanos(millis * 1_000_000),
        packet: PacketRef::new(CaptureId(0), PacketNumber::new(number).unwrap(), 0, 60),
    }
}

fn circle(times: impl IntoIterator<Item = i64>) -> Circle {
    let mut circle = Circle::default();
    for (number, millis) in (1..).zip(times) {
        circle.add(stamp(number, millis));
    }
    circle
}

#[test]
fn times_in_step_with_the_period_show() {
    // Woken at a refill every few periods, and sending within ten milliseconds.
    let locked = circle((0..12).map(|turn| turn * 300 + 40 + turn * 7 % 10));
    assert!(locked.resultant_permille() > Some(950), "{locked:?}");
    // Spread evenly: a step of 37 ms meets every phase.
    let unlocked = circle((0..100).map(|turn| turn * 37));
    assert_eq!(unlocked.resultant_permille(), Some(0));
    // Before the epoch too, and all at one phase.
    let same = circle((-10..0).map(|turn| turn * 100));
    assert_eq!(same.resultant_permille(), Some(1000));
}

#[test]
fn few_times_say_nothing() {
    assert_eq!(
        circle((0..9).map(|turn| turn * 100)).resultant_permille(),
        None
    );
    assert_eq!(Circle::default().resultant_permille(), None);
}

#[test]
fn the_order_of_connections_does_not_matter() {
    let (one, other) = (
        circle([5, 107, 212, 303]),
        circle([11, 2, 999, 404, 60, 71]),
    );
    let (mut forth, mut back) = (one, other);
    forth.merge(&other);
    back.merge(&one);
    assert_eq!(forth, back);
    assert_eq!(forth.count(), 10);
}

#[test]
fn a_timer_is_known_by_its_length() {
    for (name, waited_ms, seconds, is_known, whole) in [
        ("to the point", 10_000, 10, true, Some(10)),
        ("the process waited to close", 10_020, 10, true, Some(10)),
        ("and poll was late", 10_034, 10, true, Some(10)),
        ("a container out of quota", 10_090, 10, true, None),
        ("later than anything explains", 10_120, 10, false, None),
        ("the process waited to send", 9_980, 10, true, Some(10)),
        ("before a timer can have fired", 9_700, 10, false, None),
        ("a starved client", 11_004, 10, false, Some(11)),
        ("poll is at most 100 ms late", 300_210, 300, false, None),
        ("no time at all", 3, 2, false, None),
    ] {
        let waited = Nanos::from_millis(waited_ms);
        assert_eq!(
            agrees(waited, Nanos::from_secs(seconds)),
            is_known,
            "{name}"
        );
        assert_eq!(whole_seconds(waited), whole, "{name}");
    }
}

#[test]
fn known_timers_stand_by_length() {
    assert!(KNOWN.is_sorted_by_key(|timer| timer.length));
}
