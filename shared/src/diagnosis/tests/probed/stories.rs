//! One attempt each, and what is to be said of it.

use super::Act;
use crate::probe::What;
use crate::report::v1::{Confidence, Party, Severity};

/// What each story is, and what is to be said of it: cause, party, severity, confidence.
pub(super) const STORIES: &[(&str, Act, &str, Party, Severity, Confidence)] = &[
    (
        "the kernel is there and the process silent",
        |story| {
            story
                .connected()
                .hello()
                .acked(1)
                .alive(9_000)
                .limit("--tls-timeout", 10_000);
        },
        "H1",
        Party::Server,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "nothing shows that the kernel is still there",
        |story| {
            story
                .connected()
                .hello()
                .acked(1)
                .limit("--tls-timeout", 10_000);
        },
        "undecided",
        Party::Undecided,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "it ends by a timer of its own",
        |story| {
            story
                .connected()
                .hello()
                .acked(1)
                .at(6_000, What::ClosedByServer);
        },
        "H2",
        Party::Server,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "no byte of the hello is taken",
        |story| {
            story.connected().hello();
            story.sampled(5_000, |sample| sample.total_retransmits = 4);
            story.limit("--tls-timeout", 10_000);
        },
        "H3",
        Party::Middlebox,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "one copy lost before the limit is chance",
        |story| {
            story.connected().hello();
            story.sampled(1_500, |sample| sample.total_retransmits = 1);
            story.limit("--tls-timeout", 1_600);
        },
        "undecided",
        Party::Undecided,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "the first segment of the hello is taken",
        |story| {
            story.connected().hello();
            story.sampled(5_000, |sample| {
                sample.total_retransmits = 4;
                sample.bytes_acked = Some(1 + 1_000);
                sample.segments_in = Some(2);
            });
            story.limit("--tls-timeout", 10_000);
        },
        "H4",
        Party::Middlebox,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "segments come that take nothing: SYN-ACKs again",
        |story| {
            story.connected().hello();
            story.sampled(5_000, |sample| {
                sample.total_retransmits = 4;
                sample.segments_in = Some(4);
            });
            story.limit("--tls-timeout", 10_000);
        },
        "T4",
        Party::Middlebox,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "later segments of the flight come, the first never",
        |story| {
            story.connected().hello().acked(1);
            story.sampled(5_000, |sample| {
                sample.bytes_acked = Some(1 + 1_500);
                sample.out_of_order = Some(1);
            });
            story.alive(9_000).limit("--tls-timeout", 10_000);
        },
        "H11",
        Party::Network,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "it closes at once",
        |story| {
            story
                .connected()
                .hello()
                .acked(1)
                .at(3, What::ClosedByServer);
        },
        "H9",
        Party::Server,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "a reset: only its packet shows whose",
        |story| {
            story.connected().hello().acked(1).broken(3, "ECONNRESET");
        },
        "undecided",
        Party::Undecided,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "a handshake that the client's library gives up",
        |story| {
            story.connected().hello().acked(1).broken(3, "EPROTO");
        },
        "undecided",
        Party::Undecided,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "a response that the client's library does not accept",
        |story| {
            story.connected().hello().flight().asked().taken();
            story.broken(80, "EPROTO");
        },
        "undecided",
        Party::Undecided,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "a connection that the client's library gives up after a long wait",
        |story| {
            story.connected().hello().flight().asked().taken();
            story.broken(3_000, "EPROTO");
        },
        "undecided",
        Party::Undecided,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "a rest of a response that the client's library does not accept",
        |story| {
            story.connected().hello().flight().asked().taken().begun();
            story.broken(2_000, "EPROTO");
        },
        "undecided",
        Party::Undecided,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "an alert of the server",
        |story| {
            story.connected().hello().acked(1).alert(3, 40);
        },
        "H10",
        Party::Server,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "no protocol in common",
        |story| {
            story.connected().hello().acked(1).alert(3, 120);
        },
        "H22",
        Party::Server,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "the client does not accept the certificate",
        |story| {
            story
                .connected()
                .hello()
                .acked(1)
                .at(3, What::ServerHello)
                .at(4, What::AlertSent { code: 48 });
        },
        "H10",
        Party::Client,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "the answer is no TLS",
        |story| {
            story.connected().hello().acked(1).at(3, What::NotTls);
        },
        "H24",
        Party::Server,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "no SYN is answered",
        |story| {
            story.syn();
            story.sampled(9_000, |sample| {
                sample.state = 2;
                sample.total_retransmits = 5;
                sample.segments_in = Some(0);
            });
            story.limit("--tcp-timeout", 10_000);
        },
        "T1",
        Party::Network,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "a reset answers the SYN",
        |story| {
            story.syn().failed(1, "ECONNREFUSED", false);
        },
        "T5",
        Party::Server,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "a router prohibits it",
        |story| {
            story.syn().prohibited(1);
        },
        "T6",
        Party::Middlebox,
        Severity::Failure,
        Confidence::Certain,
    ),
    (
        "an ICMP error of the client's own address",
        |story| {
            story.syn().icmp(1, [10, 9, 0, 1], 1);
        },
        "undecided",
        Party::Undecided,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "no way, and nobody is known to have said so",
        |story| {
            story.syn().failed(1, "EHOSTUNREACH", false);
        },
        "T6",
        Party::Undecided,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "this host has no route",
        |story| {
            story.failed(0, "ENETUNREACH", true);
        },
        "T6",
        Party::Client,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "this host has no port",
        |story| {
            story.failed(0, "EADDRNOTAVAIL", true);
        },
        "T11",
        Party::Client,
        Severity::Failure,
        Confidence::Certain,
    ),
    (
        "the request is taken and not answered",
        |story| {
            story
                .connected()
                .hello()
                .flight()
                .asked()
                .taken()
                .alive(9_000)
                .limit("--ttfb-timeout", 10_000);
        },
        "A1",
        Party::Server,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "the request is taken and the connection ended",
        |story| {
            story
                .connected()
                .hello()
                .flight()
                .asked()
                .taken()
                .at(60, What::ClosedByServer);
        },
        "A5",
        Party::Server,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "the request is sent again and again",
        |story| {
            story.connected().hello().flight().asked();
            story.sampled(5_000, |sample| sample.total_retransmits = 5);
            story.limit("--ttfb-timeout", 10_000);
        },
        "A2",
        Party::Network,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "the body stops",
        |story| {
            story.connected().hello().flight().asked().taken().begun();
            story.sampled(100, |sample| sample.receive_mss = Some(1_448));
            story.alive(9_000).limit("--body-timeout", 10_000);
        },
        "A3",
        Party::Server,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "the body stops, and no packet of full size ever came",
        |story| {
            story.connected().hello().flight().asked().taken().begun();
            story.alive(9_000).limit("--body-timeout", 10_000);
        },
        "undecided",
        Party::Undecided,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "the connection ends in the body",
        |story| {
            story
                .connected()
                .hello()
                .flight()
                .asked()
                .taken()
                .begun()
                .at(90, What::ClosedByServer);
        },
        "A5",
        Party::Server,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "the proxy refuses",
        |story| {
            let answered = What::ProxyAnswered {
                code: 503,
                is_granted: false,
            };
            story
                .connected()
                .at(2, What::ProxyAsked { bytes: 90 })
                .at(20, answered);
        },
        "P1",
        Party::Middlebox,
        Severity::Failure,
        Confidence::Certain,
    ),
    (
        "a limit shorter than anybody can be accused by",
        |story| {
            story
                .connected()
                .hello()
                .acked(1)
                .limit("--tls-timeout", 300);
        },
        "H23",
        Party::Client,
        Severity::Info,
        Confidence::Certain,
    ),
    (
        "the ServerHello comes late",
        |story| {
            story
                .connected()
                .hello()
                .acked(1)
                .alive(2_000)
                .late_flight(3_000)
                .asked()
                .answered();
        },
        "H16",
        Party::Server,
        Severity::Delay,
        Confidence::Possible,
    ),
    (
        "the flight pauses behind the ServerHello",
        |story| {
            story.connected().hello().acked(1).at(30, What::ServerHello);
            story.alive(2_000).late_flight(3_000).asked().answered();
            // The flight's own first byte came long before.
            story.log.events.retain(|event| {
                event.what != What::ServerHello
                    || event.when().since(story.log.began).get() < 1_000_000_000
            });
        },
        "H16",
        Party::Server,
        Severity::Delay,
        Confidence::Possible,
    ),
    (
        "the flight stops, and nothing shows that large packets pass",
        |story| {
            story.connected().hello().acked(1).at(30, What::ServerHello);
            story.alive(9_000).limit("--tls-timeout", 10_000);
        },
        "undecided",
        Party::Undecided,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "the flight stops, and no packet of it may be large",
        |story| {
            story.syn().at(1, What::Connected);
            story.sampled(1, |sample| sample.send_mss = 1_188).hello();
            story.acked(1).at(30, What::ServerHello);
            story.alive(9_000).limit("--tls-timeout", 10_000);
        },
        "H16",
        Party::Server,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "the client's last flight is taken, and the server does not finish",
        |story| {
            story.connected().hello().acked(1).at(30, What::ServerHello);
            story.at(31, What::FlightComplete);
            story.at(32, What::FinishedWritten { bytes: 100 });
            story.at(33, What::FinishedAcked);
            story.alive(9_000).limit("--tls-timeout", 10_000);
        },
        "H16",
        Party::Server,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "the client's last flight is lost",
        |story| {
            story.connected().hello().acked(1).at(30, What::ServerHello);
            story.at(31, What::FlightComplete);
            story.at(32, What::FinishedWritten { bytes: 100 });
            story.sampled(5_000, |sample| sample.total_retransmits = 4);
            story.limit("--tls-timeout", 10_000);
        },
        "undecided",
        Party::Undecided,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "the server asks for another key share, and all is well",
        |story| {
            story.connected().hello().retried();
            story.at(41, What::HelloAcked).late_flight(60);
            story.asked().answered();
        },
        "H15",
        Party::Server,
        Severity::Info,
        Confidence::Certain,
    ),
    (
        "the server asks for another key share, and does not answer the second hello",
        |story| {
            story.connected().hello().retried();
            story.at(41, What::HelloAcked).alive(9_000);
            story.limit("--tls-timeout", 10_000);
        },
        "H15",
        Party::Server,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "the server asks for another key share, and the second hello is lost again and again",
        |story| {
            story.connected().hello().retried();
            story.sampled(5_000, |sample| {
                sample.total_retransmits = 4;
                sample.bytes_acked = Some(1 + 1_500);
                sample.segments_in = Some(3);
            });
            story.limit("--tls-timeout", 10_000);
        },
        "H15",
        Party::Middlebox,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "the response comes late",
        |story| {
            story
                .connected()
                .hello()
                .flight()
                .asked()
                .taken()
                .answered_at(4_000);
        },
        "A1",
        Party::Server,
        Severity::Delay,
        Confidence::Likely,
    ),
    (
        "the kernel has the answer and the process sleeps",
        |story| {
            story
                .connected()
                .hello()
                .acked(1)
                .flight_read_late(400)
                .asked()
                .answered();
        },
        "H17",
        Party::Client,
        Severity::Delay,
        Confidence::Likely,
    ),
];
