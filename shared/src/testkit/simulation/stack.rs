//! What tells one host's TCP from another's: first TTL, options, timers, how it numbers its packets.
//!
//! The values are the defaults of the systems: Linux (`net.ipv4` sysctls, `tcp_input.c`, `tcp_timer.c`), Windows
//! (MS-TCPIP behaviour notes), Apple's and the BSDs' `tcp_var.h`, and what load balancers and user-space TCPs show.

use crate::time::Nanos;

/// How IPv4 identifications are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbering {
    /// One counter for each connection; SYN-ACKs and what no socket sends have 0 (Linux).
    Connection,
    /// One counter for the whole host (Windows).
    Host,
    /// Always 0, as the packets may not be fragmented anyway (RFC 6864 §4.1; Apple, load balancers).
    Zero,
    /// Random (OpenBSD, FreeBSD).
    Random,
}

/// How a live socket's RST looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetLook {
    /// With timestamps and a window (Linux).
    Full,
    /// Without options, window 0 (Windows, load balancers).
    Poor,
}

/// One host's TCP.
#[derive(Clone, Debug)]
pub struct Stack {
    /// First TTL or hop limit.
    pub ttl: u8,
    /// IPv4 identifications.
    pub numbering: Numbering,
    /// Offers and takes timestamps.
    pub timestamps: bool,
    /// Offers and takes SACK.
    pub sack: bool,
    /// Offers and takes window scaling by this shift.
    pub window_scale: Option<u8>,
    /// Receive buffer, bytes.
    pub buffer: u64,
    /// Largest segment that it takes.
    pub mss: u16,
    /// Waits between SYNs, milliseconds; after the last it gives up.
    pub syn_waits: &'static [u32],
    /// Waits between SYN-ACKs, milliseconds.
    pub syn_ack_waits: &'static [u32],
    /// What the retransmission timer waits at least beyond the round trip.
    pub timer_floor: Nanos,
    /// How long an ACK may be put off.
    pub delayed_ack: Nanos,
    /// Segments that are acknowledged at once, at first.
    pub quick_acks: u32,
    /// Sends a tail loss probe before the timer (RFC 8985 §7).
    pub tail_probe: bool,
    /// Shrinks its segments to 1024 bytes when the timer expired four times (RFC 4821; `tcp_mtu_probing=1`).
    pub mtu_probing: bool,
    /// First congestion window in segments (RFC 6928).
    pub initial_window: u64,
    /// Its RSTs.
    pub reset: ResetLook,
    /// Asks for ECN in its first SYN and not in others (RFC 3168 §6.1.1, `tcp_ecn_fallback`).
    pub ecn: bool,
    /// Puts a Fast Open option with this cookie into its first SYN.
    pub fast_open: Option<[u8; 8]>,
    /// Holds small segments back while others are under way (RFC 896).
    pub nagle: bool,
}

/// A kind of system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// Linux 6.5 and later.
    Linux,
    /// Linux before.
    OldLinux,
    /// Windows 10 and Server 2016, or later.
    Windows,
    /// macOS, iOS.
    Apple,
    /// FreeBSD, as in some content delivery networks.
    FreeBsd,
    /// A load balancer or user-space TCP with few options.
    Appliance,
}

impl Stack {
    /// As the system does by default.
    #[must_use]
    pub const fn of(system: System) -> Self {
        match system {
            System::Linux => LINUX,
            System::OldLinux => OLD_LINUX,
            System::Windows => WINDOWS,
            System::Apple => APPLE,
            System::FreeBsd => FREE_BSD,
            System::Appliance => APPLIANCE,
        }
    }
}

const LINUX: Stack = Stack {
    ttl: 64,
    numbering: Numbering::Connection,
    timestamps: true,
    sack: true,
    window_scale: Some(7),
    buffer: 64_240,
    mss: 1460,
    syn_waits: &[1000, 1000, 1000, 1000, 1000, 2000, 4000, 8000, 16000, 32000],
    syn_ack_waits: &[1000, 2000, 4000, 8000, 16000],
    timer_floor: Nanos::from_millis(200),
    delayed_ack: Nanos::from_millis(40),
    quick_acks: 16,
    tail_probe: true,
    mtu_probing: false,
    initial_window: 10,
    reset: ResetLook::Full,
    ecn: false,
    fast_open: None,
    nagle: false,
};

const OLD_LINUX: Stack = Stack {
    syn_waits: &[1000, 2000, 4000, 8000, 16000, 32000, 64000],
    ..LINUX
};

const WINDOWS: Stack = Stack {
    ttl: 128,
    numbering: Numbering::Host,
    timestamps: false,
    window_scale: Some(8),
    buffer: 262_144,
    syn_waits: &[1000, 2000, 4000, 8000],
    timer_floor: Nanos::from_millis(300),
    delayed_ack: Nanos::from_millis(50),
    quick_acks: 0,
    reset: ResetLook::Poor,
    ..LINUX
};

const APPLE: Stack = Stack {
    numbering: Numbering::Zero,
    window_scale: Some(6),
    buffer: 131_072,
    syn_waits: &[1000, 1000, 1000, 1000, 1000, 2000, 4000, 8000, 16000],
    timer_floor: Nanos::from_millis(230),
    delayed_ack: Nanos::from_millis(100),
    quick_acks: 4,
    reset: ResetLook::Poor,
    ..LINUX
};

const FREE_BSD: Stack = Stack {
    numbering: Numbering::Random,
    window_scale: Some(6),
    buffer: 65_536,
    syn_waits: &[1000, 1000, 1000, 1000, 2000, 4000, 8000],
    timer_floor: Nanos::from_millis(230),
    delayed_ack: Nanos::from_millis(40),
    tail_probe: false,
    reset: ResetLook::Poor,
    ..LINUX
};

const APPLIANCE: Stack = Stack {
    ttl: 255,
    numbering: Numbering::Zero,
    timestamps: false,
    sack: true,
    window_scale: Some(5),
    buffer: 32_768,
    timer_floor: Nanos::from_millis(500),
    delayed_ack: Nanos::from_millis(100),
    quick_acks: 2,
    tail_probe: false,
    reset: ResetLook::Poor,
    ..LINUX
};
