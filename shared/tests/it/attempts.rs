//! One conversation each: what its phases are, and how it went.

use stallscope_shared::report::v1::{Attempt, End, Outcome, PhaseName, PhaseOutcome};
use stallscope_shared::side::Side::{Originator as Client, Responder as Server};
use stallscope_shared::testkit::conversation::Conversation;

use super::{attempt, phase};

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n";
const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789";
const HALF: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234";
const MILLI: i64 = 1_000_000;

/// Connected within 24 ms, the request sent 1 ms later.
fn asked() -> Conversation {
    let mut talk = Conversation::new();
    talk.open(24).wait(1).data(Client, GET);
    talk
}

/// The request is acknowledged after 24 ms.
fn delivered() -> Conversation {
    let mut talk = asked();
    talk.wait(24).ack(Server);
    talk
}

/// Phase, its start and end in milliseconds, its outcome and what it waited for.
fn shown(
    attempt: &Attempt,
    name: PhaseName,
) -> (Option<i64>, Option<i64>, PhaseOutcome, Option<&str>) {
    let phase = phase(attempt, name);
    let millis = |at: Option<i64>| at.map(|at| at / MILLI);
    (
        millis(phase.start_ns),
        millis(phase.end_ns),
        phase.outcome,
        phase.awaiting.as_deref(),
    )
}

#[test]
fn a_healthy_exchange_has_every_phase() {
    let mut talk = delivered();
    talk.wait(6)
        .data(Server, OK)
        .wait(1)
        .ack(Client)
        .fin(Client)
        .wait(24)
        .fin(Server)
        .ack(Client);
    let attempt = attempt(&talk);
    assert_eq!(attempt.outcome, Outcome::Completed);
    assert_eq!(attempt.server_name.as_deref(), Some("shop.example"));
    let completed = PhaseOutcome::Completed;
    assert_eq!(
        shown(&attempt, PhaseName::Connect),
        (Some(0), Some(24), completed, None)
    );
    assert_eq!(
        shown(&attempt, PhaseName::Request),
        (Some(25), Some(25), completed, None)
    );
    assert_eq!(
        shown(&attempt, PhaseName::Wait),
        (Some(25), Some(55), completed, None)
    );
    assert_eq!(
        shown(&attempt, PhaseName::Receive),
        (Some(55), Some(55), completed, None)
    );
    assert_eq!(
        phase(&attempt, PhaseName::Dns).outcome,
        PhaseOutcome::NotObserved
    );
    let transport = attempt.transport.as_ref().unwrap();
    assert_eq!(transport.syn_rtt_ns, Some(24 * MILLI));
    assert_eq!(transport.closed_by, Some(End::Client));
    assert_eq!(attempt.http[0].status, Some(200));
    assert_eq!(attempt.http[0].request_acked_ns, Some(49 * MILLI));
}

#[test]
fn an_unanswered_syn_is_a_stalled_connect() {
    let mut talk = Conversation::new();
    talk.syn().wait(1000);
    talk.again(0).wait(2000);
    talk.again(0);
    let attempt = attempt(&talk);
    assert_eq!(attempt.outcome, Outcome::SynUnanswered);
    assert_eq!(
        shown(&attempt, PhaseName::Connect),
        (Some(0), Some(3000), PhaseOutcome::Stalled, Some("SYN-ACK"))
    );
    assert_eq!(
        phase(&attempt, PhaseName::Wait).outcome,
        PhaseOutcome::NotReached
    );
}

#[test]
fn one_syn_at_the_end_of_a_capture_accuses_nobody() {
    let mut talk = Conversation::new();
    talk.syn();
    assert_eq!(attempt(&talk).outcome, Outcome::InProgress);
}

#[test]
fn a_refused_syn_fails_the_connect() {
    let mut talk = Conversation::new();
    talk.syn().wait(24).rst(Server);
    let attempt = attempt(&talk);
    assert_eq!(attempt.outcome, Outcome::Refused);
    assert_eq!(
        phase(&attempt, PhaseName::Connect).outcome,
        PhaseOutcome::Failed
    );
}

#[test]
fn a_delivered_request_without_response_is_a_stalled_wait() {
    let mut talk = delivered();
    talk.wait(9_976).fin(Client).wait(24).ack(Server);
    let attempt = attempt(&talk);
    assert_eq!(attempt.outcome, Outcome::ResponseStalled);
    assert_eq!(
        shown(&attempt, PhaseName::Wait),
        (
            Some(25),
            Some(10_025),
            PhaseOutcome::Stalled,
            Some("response")
        )
    );
    let silence = &attempt.silences[0];
    assert_eq!(
        (silence.from, silence.awaiting.as_str()),
        (End::Server, "response")
    );
    assert_eq!(silence.end_ns - silence.start_ns, 10_000 * MILLI);
    assert!(
        silence.proof.same_side_later.is_some(),
        "the ACK shows that the server is alive"
    );
}

#[test]
fn a_client_that_leaves_early_accuses_nobody() {
    let mut talk = delivered();
    talk.wait(400).fin(Client).wait(24).ack(Server);
    assert_eq!(attempt(&talk).outcome, Outcome::ClosedByClient);
}

#[test]
fn an_unacknowledged_request_is_a_stalled_request() {
    let mut talk = asked();
    let request = talk.packets().len() - 1;
    for wait in [300, 600, 1200, 2400] {
        talk.wait(wait);
        talk.again(request);
    }
    talk.wait(500).rst(Client);
    let attempt = attempt(&talk);
    assert_eq!(attempt.outcome, Outcome::RequestStalled);
    assert_eq!(
        shown(&attempt, PhaseName::Request),
        (
            Some(25),
            Some(5025),
            PhaseOutcome::Stalled,
            Some("ACK of the request")
        )
    );
    assert_eq!(attempt.transport.unwrap().retransmissions.client.count, 4);
}

#[test]
fn half_a_response_is_a_stalled_receive() {
    let mut talk = delivered();
    talk.wait(6)
        .data(Server, HALF)
        .wait(1)
        .ack(Client)
        .wait(5000)
        .rst(Client);
    let attempt = attempt(&talk);
    assert_eq!(attempt.outcome, Outcome::ReceiveStalled);
    let (start, end, outcome, awaiting) = shown(&attempt, PhaseName::Receive);
    assert_eq!((start, end), (Some(55), Some(5056)));
    assert_eq!(
        (outcome, awaiting),
        (PhaseOutcome::Stalled, Some("rest of the response"))
    );
}

#[test]
fn who_ends_it_is_named() {
    let by = |end: fn(&mut Conversation)| {
        let mut talk = delivered();
        talk.wait(200);
        end(&mut talk);
        attempt(&talk).outcome
    };
    assert_eq!(
        by(|talk| {
            talk.fin(Server);
        }),
        Outcome::ClosedByServer
    );
    assert_eq!(
        by(|talk| {
            talk.rst(Server);
        }),
        Outcome::ResetByServer
    );
    assert_eq!(
        by(|talk| {
            talk.rst(Client);
        }),
        Outcome::ResetByClient
    );
}

#[test]
fn a_later_request_in_trouble_is_shown_beside_the_first() {
    let mut talk = delivered();
    talk.wait(6).data(Server, OK).wait(1).ack(Client);
    talk.wait(100).data(Client, GET).wait(24).ack(Server);
    talk.wait(4000).fin(Client).wait(24).ack(Server);
    let attempt = attempt(&talk);
    assert_eq!(attempt.outcome, Outcome::ResponseStalled);
    let waits: Vec<_> = attempt
        .phases
        .iter()
        .filter(|phase| phase.phase == PhaseName::Wait)
        .map(|phase| (phase.exchange, phase.outcome))
        .collect();
    assert_eq!(
        waits,
        [
            (Some(0), PhaseOutcome::Completed),
            (Some(1), PhaseOutcome::Stalled)
        ]
    );
}

#[test]
fn a_proxy_that_refuses_is_no_server_fault() {
    let mut talk = Conversation::new();
    talk.open(24).wait(1).data(
        Client,
        b"CONNECT shop.example:443 HTTP/1.1\r\nHost: shop.example:443\r\n\r\n",
    );
    talk.wait(24).ack(Server).wait(10);
    talk.data(
        Server,
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
    );
    talk.wait(1).fin(Client).wait(24).fin(Server).ack(Client);
    let attempt = attempt(&talk);
    assert_eq!(attempt.outcome, Outcome::ProxyRefused);
    assert_eq!(attempt.proxy[0].status, Some(503));
    assert_eq!(attempt.proxy[0].accepted, Some(false));
}

#[test]
fn phases_are_ordered_and_do_not_overlap() {
    for end in [1, 2_000] {
        let mut talk = delivered();
        talk.wait(6)
            .data(Server, HALF)
            .wait(end)
            .ack(Client)
            .fin(Client);
        let attempt = attempt(&talk);
        let mut free_from = 0;
        for phase in &attempt.phases {
            let (Some(start), Some(end)) = (phase.start_ns, phase.end_ns) else {
                continue;
            };
            assert!(start >= free_from && end >= start, "{:?}", attempt.phases);
            free_from = end;
        }
    }
}
