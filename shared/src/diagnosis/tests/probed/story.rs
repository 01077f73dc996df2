//! Logs written event by event. Milliseconds count from the attempt's beginning.

use std::net::SocketAddr;

use crate::analyzer::{Analyzer, Options};
use crate::http::facts::HttpVersion;
use crate::probe::{Event, Http, Icmp, Limit, Log, Quic, Sample, SocketError, Tls, What};
use crate::quic::Version;
use crate::report::v1::Report;
use crate::time::{Nanos, Timestamp};

/// Somewhere in 2023.
const CURTAIN: i64 = 1_700_000_000_000_000_000;
/// So much later the application learns of what the kernel knows.
const LATER: Nanos = Nanos::from_micros(100);

/// One attempt's log.
pub(super) struct Story {
    pub(super) log: Log,
    /// The kernel stamps from here on.
    began: Timestamp,
}

/// The report of attempts at one address, each a minute's twentieth after the one before.
pub(super) fn reports(acts: &[fn(&mut Story)]) -> Report {
    let mut analyzer = Analyzer::new(Options::default());
    for (index, act) in (0..).zip(acts) {
        let mut story = Story::new(index);
        act(&mut story);
        let _went = analyzer.probed(story.log);
    }
    analyzer.report()
}

impl Story {
    fn new(index: u16) -> Self {
        let began = Timestamp::from_nanos(CURTAIN) + Nanos::from_secs(i64::from(index) * 3);
        let log = Log {
            id: 0,
            target: Box::from("https://cdn.example.net/"),
            client: SocketAddr::from(([10, 9, 0, 1], 40_000 + index)),
            server: SocketAddr::from(([203, 0, 113, 10], 443)),
            name: Box::from("cdn.example.net"),
            arm: None,
            hop: None,
            tunnel: None,
            due: None,
            began,
            events: Vec::new(),
            samples: Vec::new(),
            quic: None,
            tls: Some(Tls {
                server_name: Some(Box::from("cdn.example.net")),
                ..Tls::default()
            }),
            http: Some(Http {
                method: Box::from("GET"),
                path: Box::from("/"),
                host: Box::from("cdn.example.net"),
                version: Some(HttpVersion::Http11),
                ..Http::default()
            }),
            has_kernel_times: true,
        };
        Self { log, began }
    }

    /// Something at this millisecond by the kernel's clock.
    pub(super) fn at(&mut self, millis: i64, what: What) -> &mut Self {
        let kernel = self.began + Nanos::from_millis(millis);
        self.log.events.push(Event {
            at: kernel + LATER,
            kernel: Some(kernel),
            what,
        });
        self
    }

    pub(super) fn sampled(&mut self, millis: i64, change: impl FnOnce(&mut Sample)) -> &mut Self {
        let mut sample = Sample {
            at: self.began + Nanos::from_millis(millis),
            state: 1,
            retransmits: 0,
            unacknowledged: 0,
            sacked: 0,
            lost: 0,
            total_retransmits: 0,
            round_trip: Nanos::from_millis(1),
            least_round_trip: Some(Nanos::from_millis(1)),
            since_data: None,
            since_ack: None,
            send_mss: 1_448,
            receive_mss: Some(536),
            options: 7,
            bytes_acked: Some(1),
            bytes_received: Some(0),
            segments_in: Some(1),
            out_of_order: Some(0),
        };
        change(&mut sample);
        self.log.samples.push(sample);
        self
    }

    pub(super) fn syn(&mut self) -> &mut Self {
        self.at(0, What::SynSent)
    }

    pub(super) fn connected(&mut self) -> &mut Self {
        self.syn().at(1, What::Connected).sampled(1, |_| {})
    }

    pub(super) fn hello(&mut self) -> &mut Self {
        self.at(2, What::HelloWritten { bytes: 1_500 })
    }

    pub(super) fn acked(&mut self, after: i64) -> &mut Self {
        self.at(2 + after, What::HelloAcked)
    }

    /// A HelloRetryRequest answers, and the second ClientHello leaves at millisecond 40.
    pub(super) fn retried(&mut self) -> &mut Self {
        self.acked(1)
            .at(30, What::RetryAsked)
            .at(40, What::HelloWritten { bytes: 1_560 })
    }

    pub(super) fn alive(&mut self, millis: i64) -> &mut Self {
        self.at(millis, What::PeerAlive)
    }

    pub(super) fn flight(&mut self) -> &mut Self {
        self.acked(1).late_flight(30)
    }

    /// The server's flight from this millisecond on, and the client's Finished message.
    pub(super) fn late_flight(&mut self, millis: i64) -> &mut Self {
        self.at(millis, What::ServerHello)
            .at(
                millis + 1,
                What::Record {
                    content_type: 23,
                    bytes: 3_000,
                },
            )
            .at(millis + 1, What::FlightComplete)
            .at(millis + 3, What::FinishedWritten { bytes: 80 })
            .at(millis + 3, What::HandshakeDone)
    }

    /// The same, which the application read so much later.
    pub(super) fn flight_read_late(&mut self, late: i64) -> &mut Self {
        let from = self.log.events.len();
        self.late_flight(30);
        for event in self.log.events.iter_mut().skip(from) {
            let is_read = event.what.is_of_server();
            let later = Nanos::from_millis(late);
            event.at = event.at + later;
            event.kernel = event.kernel.map(|at| if is_read { at } else { at + later });
        }
        self
    }

    pub(super) fn last_millis(&self) -> i64 {
        let last = self.log.events.iter().map(Event::when).max().unwrap();
        last.since(self.began).get() / 1_000_000
    }

    /// Over QUIC the request leaves before the server's confirmation of the handshake comes.
    pub(super) fn asked(&mut self) -> &mut Self {
        let now = self.last_millis() + 1;
        self.at(now, What::RequestBegun)
            .at(now, What::RequestWritten { bytes: 120 });
        if self.log.quic.is_some() {
            self.at(now + 29, What::HandshakeConfirmed);
        }
        self
    }

    pub(super) fn taken(&mut self) -> &mut Self {
        let now = self.last_millis() + 1;
        self.at(now, What::RequestAcked)
    }

    pub(super) fn begun(&mut self) -> &mut Self {
        let now = self.last_millis() + 10;
        self.at(now, What::ResponseBegun)
            .at(now, What::HeadRead { status: 200 })
    }

    pub(super) fn answered(&mut self) -> &mut Self {
        let now = self.last_millis() + 10;
        self.answered_at(now)
    }

    pub(super) fn answered_at(&mut self, millis: i64) -> &mut Self {
        self.at(millis, What::ResponseBegun)
            .at(millis, What::HeadRead { status: 200 })
            .at(millis + 2, What::BodyRead { bytes: 512 })
            .sampled(millis + 3, |sample| {
                sample.bytes_acked = Some(1 + 1_700);
                sample.bytes_received = Some(3_900);
                sample.receive_mss = Some(1_448);
                sample.segments_in = Some(9);
            })
            .at(millis + 3, What::ClosedByClient)
    }

    /// Over QUIC: datagrams with Initial packets at these milliseconds.
    pub(super) fn initials(&mut self, millis: &[i64]) -> &mut Self {
        self.log.quic = Some(Quic {
            version: Some(Version::V1),
            initials: millis.len() as u64,
            ..Quic::default()
        });
        for at in millis {
            self.at(*at, What::InitialSent { bytes: 1_200 });
        }
        self
    }

    /// The server's first datagram of QUIC, 30 ms after the first Initial packet.
    pub(super) fn quic(&mut self) -> &mut Self {
        self.initials(&[0]).at(30, What::Answered { bytes: 1_200 })
    }

    /// The largest datagram of QUIC that came after the handshake.
    pub(super) fn largest(&mut self, bytes: u32) -> &mut Self {
        if let Some(quic) = &mut self.log.quic {
            quic.largest = bytes;
        }
        self
    }

    /// The handshake of QUIC.
    pub(super) fn quic_connected(&mut self) -> &mut Self {
        self.quic().at(32, What::HandshakeDone)
    }

    pub(super) fn icmp(&mut self, millis: i64, from: [u8; 4], code: u8) -> &mut Self {
        let icmp = Icmp {
            from: from.into(),
            is_v6: false,
            kind: 3,
            code,
        };
        let what = What::ConnectFailed(error("ECONNREFUSED", Some(icmp), false));
        self.at(millis, what)
    }

    pub(super) fn alert(&mut self, millis: i64, code: u8) -> &mut Self {
        self.at(
            millis,
            What::AlertReceived {
                code,
                is_fatal: true,
            },
        )
    }

    pub(super) fn broken(&mut self, millis: i64, errno: &str) -> &mut Self {
        self.at(millis, What::Broken(error(errno, None, false)))
    }

    pub(super) fn failed(&mut self, millis: i64, errno: &str, is_local: bool) -> &mut Self {
        self.at(millis, What::ConnectFailed(error(errno, None, is_local)))
    }

    pub(super) fn prohibited(&mut self, millis: i64) -> &mut Self {
        let icmp = Icmp {
            from: [192, 0, 2, 7].into(),
            is_v6: false,
            kind: 3,
            code: 13,
        };
        self.at(
            millis,
            What::ConnectFailed(error("EHOSTUNREACH", Some(icmp), false)),
        )
    }

    /// A limit of this name and length, which began with the phase.
    pub(super) fn limit(&mut self, name: &str, millis: i64) -> &mut Self {
        let limit = Limit {
            name: Box::from(name),
            length: Nanos::from_millis(millis),
        };
        self.at(millis, What::LimitFired(limit))
    }
}

fn error(errno: &str, icmp: Option<Icmp>, is_local: bool) -> SocketError {
    SocketError {
        errno: Box::from(errno),
        icmp,
        is_local,
    }
}
