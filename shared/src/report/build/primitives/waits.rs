//! M14 to M16.

use super::super::Context;
use super::super::context::{Ends, packet};
use super::packets;
use crate::measure::{Answer, Circle, Liveness, Since, TimerMatch};
use crate::report::v1;

pub(super) fn liveness(alive: &Liveness, context: &Context) -> v1::Liveness {
    let heard = |answer: Answer| v1::Heard {
        seen: context.stamp(answer.stamp),
        seq: answer.sequence.into(),
    };
    let times = alive.answer_times;
    let answers = alive.first_answer.zip(alive.last_answer);
    let mut shown: Vec<_> = alive
        .probe_packets
        .into_iter()
        .chain(answers.map(|(first, last)| (first.stamp, last.stamp)))
        .flat_map(|(first, last)| [first, last])
        .collect();
    shown.sort_by_key(|stamp| stamp.packet);
    shown.dedup();
    v1::Liveness {
        probes: alive.probes.into(),
        answered: alive.answered.into(),
        last_answer_ns: context.at(alive.last_answer.map(|answer| answer.stamp)),
        last_answer_seq: alive.last_answer.map(|answer| answer.sequence.into()),
        silence_ns: alive.length.get(),
        fastest_answer_ns: times.map(|(fastest, _)| fastest.get()),
        slowest_answer_ns: times.map(|(_, slowest)| slowest.get()),
        last_heard: alive.last_heard.map(heard),
        farewell: alive.farewell.map(|farewell| v1::Farewell {
            sent: context.stamp(farewell.sent),
            answer: farewell.answer.map(heard),
        }),
        around: packets([Some(alive.after), alive.until]),
        packets: shown.into_iter().map(packet).collect(),
    }
}

pub(super) fn phase_lock(circle: &Circle) -> Option<v1::PhaseLock> {
    Some(v1::PhaseLock {
        period_ns: Circle::PERIOD.get(),
        samples: circle.count().into(),
        resultant_permille: circle.resultant_permille()?,
        packets: circle
            .ends()
            .into_iter()
            .flat_map(|(first, last)| [packet(first), packet(last)])
            .collect(),
    })
}

pub(super) fn timer(timer: &TimerMatch, ends: Ends) -> v1::TimerMatch {
    v1::TimerMatch {
        waited_ns: timer.waited.get(),
        ended_by: ends.of(timer.ended_by),
        timer_ns: timer.known.first().map(|known| known.length.get()),
        known_as: timer
            .known
            .iter()
            .map(|known| known.name.to_owned())
            .collect(),
        since: match timer.since {
            Since::PhaseStart => v1::TimerSince::PhaseStart,
            Since::AttemptStart => v1::TimerSince::AttemptStart,
            Since::LastProgress => v1::TimerSince::LastProgress,
        },
        by_reset: timer.by_reset,
        whole_seconds: timer.whole_seconds,
        packets: packets([timer.from, Some(timer.until)]),
    }
}
