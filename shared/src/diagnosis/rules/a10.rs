//! A10: a small segment waited for the delayed acknowledgement of the one before.

use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Party, Rule, Severity, Tcp,
};
use crate::ids::Stamp;
use crate::phase::PhaseName;
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::A10,
    documentation: Documentation {
        sees: "The server sent a segment that was not full, the client's kernel acknowledged it after its delayed-ACK \
               timer (about 40 ms on Linux, up to 200 ms elsewhere), and the server's next data came one round trip \
               after that acknowledgement.",
        means: "Nagle's algorithm holds a small segment back while another is unacknowledged (RFC 9293 §3.7.4), and \
                the receiver waits with its acknowledgement for data to carry it (RFC 9293 §3.8.6.3): each waits for \
                the other. TCP_NODELAY or one write for all ends it.",
        refuted_by: "Data that came sooner or later than a round trip after the acknowledgement, a full segment before.",
        needs: "Both directions at the client, and a round trip.",
        matches: &["d_a10_nagle"],
        near_misses: &["d_a1_curl_ttfb", "d_ok_longpoll3"],
        sources: &[
            "RFC 9293 §3.7.4",
            "RFC 9293 §3.8.6.3",
            "brooker.co.za 2024/05/09",
        ],
    },
    explains: &[],
    judge,
};

/// Linux's shortest delayed ACK (TCP_DELACK_MIN) is 40 ms, less one tick of 4 ms at 250 Hz; the longest of common
/// systems is 200 ms (TCP_DELACK_MAX; Windows; BSD), plus as much.
const DELAYED: std::ops::RangeInclusive<i64> = 36_000_000..=220_000_000;

fn judge(case: &Case<'_>) -> Answer {
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let Some((slow, rtt)) = tcp.measured.slowest_client_ack.zip(tcp.round_trip()) else {
        return Answer::NoMatch;
    };
    let Some(resumed) = slow.resumed.filter(|_| slow.is_bare) else {
        return Answer::NoMatch;
    };
    let (data, ack) = (slow.elapsed.from, slow.elapsed.until);
    let delay = slow.elapsed.length();
    let after = Tcp::between(ack, resumed);
    if !DELAYED.contains(&delay.get())
        || !is_one_trip(after, rtt)
        || !is_short(&tcp, data)
        || !is_response(&tcp, resumed)
    {
        return Answer::NoMatch;
    }
    let Some(waited) = Evidence::packets("ev-delayed-ack", [data, ack, resumed]) else {
        return Answer::NoMatch;
    };
    case.finding(
        Cause::A10,
        // The server's Nagle waits for the client's delayed ACK: each alone would do no harm.
        Party::Undecided,
        PhaseName::Wait,
        waited
            .with("ack", ack)
            .with("delay", delay)
            .with("after", after)
            .with("rtt", rtt),
    )
    .severity(Severity::Info)
    .confidence(Confidence::Likely)
    .with("delay", delay)
    .into()
}

/// One round trip, as the shortest known one and a fourth of it, or five milliseconds where that is less than the
/// capture and the server's scheduling need.
fn is_one_trip(after: Nanos, rtt: Nanos) -> bool {
    const GRAIN: i64 = 5_000_000;
    let slack = (rtt.get() / 4).max(GRAIN);
    rtt.get().saturating_sub(slack) <= after.get() && after.get() <= rtt.get().saturating_add(slack)
}

/// It belongs to a response, or one began with it: what was held back was waited for. A session ticket is not.
fn is_response(tcp: &Tcp<'_>, resumed: Stamp) -> bool {
    // What one ACK lets go comes in one burst.
    const BURST: Nanos = Nanos::from_millis(1);
    let tickets = tcp.tls().map_or(&[][..], |tls| &tls.tickets);
    let is_ticket = tickets.iter().any(|ticket| ticket.first_byte == resumed);
    let mut answers = tcp.measured.exchanges.iter().filter_map(|turn| turn.answer);
    answers.any(|answer| {
        let is_part = !is_ticket && answer.until.packet <= resumed.packet;
        let begins =
            answer.until.packet >= resumed.packet && Tcp::between(resumed, answer.until) <= BURST;
        is_part || begins
    })
}

fn is_short(tcp: &Tcp<'_>, data: Stamp) -> bool {
    const OPTIONS: u32 = 40;
    let Some(mss) = tcp.client.mss else {
        return false;
    };
    let mut entries = tcp.flow.journal.iter();
    entries
        .find(|entry| entry.stamp() == data)
        .is_some_and(|entry| entry.payload.saturating_add(OPTIONS) < u32::from(mss))
}
