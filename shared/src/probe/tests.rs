//! The words of the log, and what a reading of TCP_INFO adds to the one before.

use super::{Arm, Kind, Sample};
use crate::time::{Nanos, Timestamp};

#[test]
fn every_kind_is_found_by_its_code_and_has_a_name_of_its_own() {
    let mut names = Vec::new();
    for kind in Kind::ALL {
        assert_eq!(Kind::of_code(*kind as u32), Some(*kind));
        names.push(kind.name());
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Kind::ALL.len());
    assert_eq!(Kind::of_code(Kind::ALL.len() as u32), None);
}

#[test]
fn every_arm_is_found_by_its_code_and_has_a_name_of_its_own() {
    let mut names = Vec::new();
    for arm in Arm::ALL {
        assert_eq!(Arm::of_code(arm as u64), Some(arm));
        names.push(arm.name());
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Arm::ALL.len());
    assert_eq!(Arm::of_code(Arm::ALL.len() as u64), None);
}

#[test]
fn a_reading_says_something_unless_only_time_went_by() {
    let earlier = Sample {
        at: Timestamp::from_nanos(10_000_000_000),
        state: 1,
        retransmits: 0,
        unacknowledged: 0,
        sacked: 0,
        lost: 0,
        total_retransmits: 0,
        round_trip: Nanos::from_millis(20),
        least_round_trip: Some(Nanos::from_millis(18)),
        since_data: None,
        since_ack: Some(Nanos::from_millis(400)),
        send_mss: 1448,
        receive_mss: None,
        options: 7,
        bytes_acked: Some(518),
        bytes_received: Some(0),
        segments_in: Some(2),
        out_of_order: None,
    };
    let later = |since_ack: i64, change: fn(&mut Sample)| {
        let mut sample = Sample {
            at: earlier.at + Nanos::from_millis(100),
            since_ack: Some(Nanos::from_millis(since_ack)),
            ..earlier
        };
        change(&mut sample);
        sample.only_waits_since(&earlier)
    };
    assert!(later(500, |_| {}));
    assert!(later(496, |_| {}), "as exact as a jiffy");
    assert!(
        later(20, |sample| sample.segments_in = Some(3)),
        "a keep-alive was answered"
    );
    assert!(!later(20, |_| {}), "an acknowledgement came in no segment");
    assert!(!later(20, |sample| {
        sample.segments_in = Some(3);
        sample.bytes_acked = Some(519);
    }));
    assert!(!later(500, |sample| sample.since_data = Some(Nanos(0))));
    assert!(!later(500, |sample| sample.segments_in = Some(3)));
    assert!(!later(500, |sample| sample.retransmits = 1));
}
