//! H17: the client had what it needed, and its process did not run.

use super::probed;
use crate::diagnosis::{
    Answer, Brief, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, Rule, Tcp,
};
use crate::measure::{Elapsed, KernelAck, TurnEnd};
use crate::phase::{Outcome, PhaseName};
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::H17,
    documentation: Documentation {
        sees: "The server's flight was complete and the client's kernel acknowledged it at once, but the client's \
               process answered only after two throttling periods or more.",
        means: "Kernels acknowledge without the process. What lies between the kernel's ACK and the next word is the \
                client's own time: CPU limits (CFS throttling stops a process for the rest of each 100 ms period), a \
                stalled event loop, garbage collection.",
        refuted_by: "A server flight that was not complete, lookups or connections of the client in the gap (H18), a \
                     late ACK of the kernel.",
        needs: "The whole server flight and the client's ACK of it.",
        matches: &["d_h17_think", "old_cfs", "old_cpustop2"],
        near_misses: &["d_ok_allclients", "d_ok_pq", "d_h18_ocsp", "d_t16_bloat"],
        sources: &[
            "Linux Documentation/scheduler/sched-bwc.rst",
            "golang/go#19378",
            "kubernetes/kubernetes#67577",
        ],
    },
    explains: &[Cause::H1, Cause::H16, Cause::H23],
    judge,
};

/// Two periods of Linux's CPU bandwidth control (`cpu.max`, 100 ms): one may fall on any busy process once, and
/// computing a handshake takes a few milliseconds.
const STARVED: Nanos = Nanos::from_millis(200);

/// One period, which counts when the same host shows [`STARVED`] again and again.
const PERIOD: Nanos = Nanos::from_millis(100);

/// Before the ClientHello a process may load its trust store and make keys, once: a second is none of that.
const FIRST_WORD: Nanos = Nanos::from_secs(1);

/// What the kernel takes to acknowledge, at most: Linux's delayed ACK.
const KERNEL: Nanos = Nanos::from_millis(50);

/// So many starved attempts of one host are no accident.
const AGAIN: usize = 3;

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::h17(case, &probe);
    }
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    // A client that refuses takes its time to check what it refuses.
    if case.outcome() == Outcome::TlsAlert {
        return Answer::NoMatch;
    }
    let before = tcp.measured.client_think_before_hello;
    let after = after_flight(&tcp);
    // Shorter is nothing in any case, and the others need not be looked at.
    let is_short = |elapsed: &Elapsed| elapsed.length() < PERIOD;
    if before.iter().chain(&after).all(is_short) {
        return Answer::NoMatch;
    }
    let often = is_starved_again(case);
    let least = if often { PERIOD } else { STARVED };
    let is_long = |elapsed: &Elapsed, least: Nanos| elapsed.length() >= least;
    // What came before the ClientHello does not explain a failure after it; what is missing may be the ClientHello.
    let first = before.filter(|elapsed| {
        if !tcp.is_all_captured() {
            return false;
        }
        let is_starved = is_long(elapsed, FIRST_WORD) || (often && is_long(elapsed, PERIOD));
        !case.is_failure() && is_starved
    });
    let after = after.filter(|elapsed| is_long(elapsed, least));
    let Some(longest) = after.or(first) else {
        return Answer::NoMatch;
    };
    let Some(gap) = Evidence::packets("ev-client-idle", [longest.from, longest.until]) else {
        return Answer::NoMatch;
    };
    let gap = gap.with("length", longest.length());
    let wait = [gap.clone()];
    let finding = case
        .finding(Cause::H17, Party::Client, PhaseName::Tls, gap)
        .severity(case.severity())
        .confidence(if often {
            Confidence::Certain
        } else {
            Confidence::Likely
        })
        .with("length", longest.length())
        .with("packet", longest.from);
    if after.is_none() {
        let finding = finding.variant("first");
        return finding.rules_out(Party::Server, wait).into();
    }
    with_alibis(finding, &tcp).or(&[Cause::H18]).into()
}

/// From the whole flight, acknowledged at once, to the client's next word. A client that leaves without one may have
/// had enough for reasons of its own.
fn after_flight(tcp: &Tcp<'_>) -> Option<Elapsed> {
    let flight = tcp.measured.flight.as_ref()?;
    let turn = flight
        .client_turn
        .filter(|turn| turn.end == TurnEnd::Spoke)?;
    let is_late = |ack: KernelAck| !ack.with_payload && ack.elapsed.length() > KERNEL;
    if flight.kernel_ack.is_some_and(is_late) {
        return None;
    }
    let is_whole = flight.is_over || tcp.tls()?.client_finished.is_some();
    let is_seen = is_whole && tcp.is_two_sided() && tcp.is_all_captured();
    is_seen.then(|| since_last_word(tcp, turn.elapsed))
}

/// The client's time begins with the last thing that it was given, also where records were cut off and the flight
/// only seems to end before it.
fn since_last_word(tcp: &Tcp<'_>, elapsed: Elapsed) -> Elapsed {
    let given = tcp
        .flow
        .journal
        .iter()
        .filter(|entry| {
            let packet = entry.stamp().packet;
            entry.side() != tcp.client_side && entry.payload > 0 && packet < elapsed.until.packet
        })
        .last();
    let from = given.map_or(elapsed.from, |entry| entry.stamp().max(elapsed.from));
    Elapsed { from, ..elapsed }
}

fn with_alibis(finding: Finding, tcp: &Tcp<'_>) -> Finding {
    let ack = tcp
        .measured
        .flight
        .as_ref()
        .and_then(|flight| flight.kernel_ack);
    let kernel = ack.map(|ack| {
        Evidence::packet("ev-client-kernel-ack", ack.elapsed.until)
            .with("flight", ack.elapsed.from)
            .with("length", ack.elapsed.length())
    });
    finding
        .shown_by(kernel.clone())
        .rules_out(Party::Server, kernel.clone())
        .rules_out(Party::Network, kernel)
}

/// Other attempts of the same host whose process took as long.
fn is_starved_again(case: &Case<'_>) -> bool {
    let is_starved = |brief: &&Brief| brief.client_think.is_some_and(|think| think >= STARVED);
    case.own_others()
        .filter(is_starved)
        .nth(AGAIN - 1)
        .is_some()
}
