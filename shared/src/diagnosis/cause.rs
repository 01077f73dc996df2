//! The causes, by the ids of the catalogue.

macro_rules! causes {
    ($($id:ident $slug:literal,)*) => {
        /// A root cause.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Cause {
            $(#[doc = $slug] $id,)*
            /// Something failed, and the evidence does not say why.
            Undecided,
        }

        impl Cause {
            /// Every cause that has a name.
            pub const ALL: &'static [Self] = &[$(Self::$id,)*];

            /// Its id, for example `H1`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$id => stringify!($id),)*
                    Self::Undecided => "undecided",
                }
            }

            /// Its name, for example `server-stall-before-server-hello`.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self {
                    $(Self::$id => $slug,)*
                    Self::Undecided => "undecided",
                }
            }
        }
    };
}

causes! {
    D1 "resolver-timeout",
    D2 "parallel-query-lost",
    D3 "lookup-error",
    D4 "stale-address-set",
    T1 "syn-black-hole",
    T2 "listen-queue-overflow",
    T3 "syn-ack-lost",
    T4 "final-ack-dropped",
    T5 "connection-refused",
    T6 "icmp-unreachable",
    T7 "first-syn-challenge",
    T8 "source-nat-exhausted",
    T9 "timestamps-rejected",
    T10 "port-reuse-challenge",
    T11 "local-ports-exhausted",
    T12 "overlay-checksum-63-seconds",
    T13 "ipv6-broken",
    T14 "ecn-syn-dropped",
    T15 "fast-open-dropped",
    T16 "saturated-access-link",
    T17 "answer-from-other-address",
    T18 "source-address-blocked",
    H1 "server-stall-before-server-hello",
    H2 "front-end-without-back-end",
    H3 "client-hello-black-holed",
    H4 "large-client-hello-segment-lost",
    H5 "split-client-hello-misread",
    H6 "reset-injected",
    H7 "server-aborts-handshake",
    H8 "connection-state-lost",
    H9 "server-closes-during-handshake",
    H10 "tls-alert",
    H11 "path-mtu-black-hole",
    H12 "path-mtu-black-hole-healed",
    H13 "packet-loss",
    H14 "certificate-flight-beyond-initial-window",
    H15 "hello-retry-request",
    H16 "server-handshake-delay",
    H17 "client-cpu-starved",
    H18 "client-revocation-fetch",
    H19 "client-certificate-rejected",
    H20 "session-resumption-trouble",
    H21 "client-hello-fragmentation-intolerance",
    H22 "no-application-protocol",
    H23 "cancelled-by-client",
    H24 "not-tls",
    H25 "tls-intercepted",
    H26 "fingerprint-treated-differently",
    P1 "proxy-connect-failed",
    P2 "split-tcp-on-path",
    P3 "idle-flow-dropped",
    P4 "idle-flow-reset",
    P5 "window-scale-stripped",
    P6 "frozen-after-volume",
    A1 "slow-first-byte",
    A2 "request-not-delivered",
    A3 "server-stall-in-body",
    A4 "zero-window",
    A5 "ended-in-body",
    A6 "expect-continue-wait",
    A7 "close-race",
    A8 "http2-flow-control-stall",
    A9 "dead-http2-connection",
    A10 "nagle-and-delayed-ack",
    A11 "throughput-loss",
    Q1 "quic-blocked",
}
