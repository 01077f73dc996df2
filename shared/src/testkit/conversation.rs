//! TCP conversations made by hand, with virtual time: two hosts that number, acknowledge and stamp their
//! segments rightly, and a capture point that can lose what it sees.
//!
//! ```
//! use stallscope_shared::side::Side;
//! use stallscope_shared::testkit::conversation::Conversation;
//!
//! let mut talk = Conversation::new();
//! talk.open(25).data(Side::Originator, b"hello").wait(25).ack(Side::Responder);
//! assert_eq!(talk.packets().len(), 5);
//! ```

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::ids::{CaptureId, PacketNumber, PacketRef, Stamp};
use crate::packet::{IpHeader, TcpFlags, TcpOptions, TcpSegment};
use crate::side::{PerSide, Side};
use crate::testkit::packet::{Packet, Segment, TcpOption};
use crate::time::{Nanos, Timestamp};

/// One host's state.
#[derive(Clone, Debug)]
pub struct End {
    /// Its address and port.
    pub address: SocketAddr,
    /// The sequence number it sends next.
    pub next: u32,
    /// The sequence number it expects next: what it acknowledges.
    pub expects: u32,
    /// Its window as sent.
    pub window: u16,
    /// TTL of its packets where they are captured.
    pub ttl: u8,
    /// Identification of its next packet; `None` for none, as in IPv6.
    pub identification: Option<u16>,
    /// TSval at time 0, in milliseconds; `None` for no timestamps.
    pub clock: Option<u32>,
    /// The last TSval it received.
    pub heard: u32,
}

/// One packet of a conversation.
#[derive(Clone, Debug)]
pub struct Sent {
    /// When and where it was captured.
    pub stamp: Stamp,
    /// Who sent it.
    pub side: Side,
    /// Its IP header.
    pub ip: IpHeader,
    /// Its TCP header; the payload is beside it.
    pub header: TcpSegment<'static>,
    /// Its payload as captured.
    pub payload: Vec<u8>,
}

impl Sent {
    /// The segment with its payload.
    #[must_use]
    pub fn segment(&self) -> TcpSegment<'_> {
        TcpSegment {
            payload: &self.payload,
            ..self.header
        }
    }

    /// The packet as it was on the wire, for captures.
    #[must_use]
    pub fn packet(&self) -> Packet {
        let header = &self.header;
        let mut options = Vec::new();
        options.extend(header.options.mss.map(TcpOption::Mss));
        options.extend(header.options.window_scale.map(TcpOption::WindowScale));
        if header.options.sack_permitted {
            options.push(TcpOption::SackPermitted);
        }
        options.extend(
            header
                .options
                .timestamps
                .map(|(value, echo)| TcpOption::Timestamps(value, echo)),
        );
        let blocks: Vec<_> = header.options.sack.iter().flatten().copied().collect();
        if !blocks.is_empty() {
            options.push(TcpOption::Sack(blocks));
        }
        let segment = Segment {
            sequence: header.sequence,
            acknowledgment: header.acknowledgment,
            flags: header.flags,
            window: header.window,
            options,
            payload: self.payload.clone(),
        };
        let source = SocketAddr::new(self.ip.source, header.source_port);
        let destination = SocketAddr::new(self.ip.destination, header.destination_port);
        let mut packet = Packet::tcp(source, destination, &segment);
        packet.ttl = self.ip.ttl;
        packet.identification = self.ip.identification.unwrap_or_default();
        packet
    }
}

/// A conversation being made, from 10.9.0.1:40000 to 10.9.1.1:443.
#[derive(Clone, Debug)]
pub struct Conversation {
    now: Timestamp,
    number: PacketNumber,
    packets: Vec<Sent>,
    /// The hosts, to be changed before or between packets.
    pub ends: PerSide<End>,
}

impl Default for Conversation {
    fn default() -> Self {
        Self::new()
    }
}

impl Conversation {
    /// Before the first packet.
    #[must_use]
    pub fn new() -> Self {
        let end = |last: [u8; 4], port, next, clock| End {
            address: SocketAddr::new(IpAddr::V4(Ipv4Addr::from(last)), port),
            next,
            expects: 0,
            window: 1000,
            ttl: 64,
            identification: Some(1000),
            clock: Some(clock),
            heard: 0,
        };
        Self {
            now: Timestamp::from_nanos(0),
            number: PacketNumber::FIRST,
            packets: Vec::new(),
            ends: PerSide {
                originator: end([10, 9, 0, 1], 40_000, 1_000_000, 500_000),
                responder: end([10, 9, 1, 1], 443, 2_000_000, 900_000),
            },
        }
    }

    /// The packets so far, in the order of capture.
    #[must_use]
    pub fn packets(&self) -> &[Sent] {
        &self.packets
    }

    /// The packets, to be changed, reordered or repeated.
    pub const fn packets_mut(&mut self) -> &mut Vec<Sent> {
        &mut self.packets
    }

    /// Time passes, milliseconds.
    pub fn wait(&mut self, millis: i64) -> &mut Self {
        self.now = self.now + Nanos::from_millis(millis);
        self
    }

    /// The three-way handshake, with this round trip in milliseconds.
    pub fn open(&mut self, round_trip: i64) -> &mut Self {
        self.syn().wait(round_trip).syn_ack().ack(Side::Originator)
    }

    /// A SYN; again the same one when there was one before.
    pub fn syn(&mut self) -> &mut Self {
        self.handshake(Side::Originator, TcpFlags::SYN)
    }

    /// A SYN-ACK; again the same one when there was one before.
    pub fn syn_ack(&mut self) -> &mut Self {
        self.handshake(Side::Responder, TcpFlags(TcpFlags::SYN.0 | TcpFlags::ACK.0))
    }

    /// A pure acknowledgement.
    pub fn ack(&mut self, side: Side) -> &mut Self {
        self.send(side, TcpFlags::ACK, &[])
    }

    /// Payload.
    pub fn data(&mut self, side: Side, payload: &[u8]) -> &mut Self {
        self.send(side, TcpFlags(TcpFlags::ACK.0 | TcpFlags::PSH.0), payload)
    }

    /// A FIN.
    pub fn fin(&mut self, side: Side) -> &mut Self {
        self.send(side, TcpFlags(TcpFlags::ACK.0 | TcpFlags::FIN.0), &[])
    }

    /// An RST as a live socket sends it.
    pub fn rst(&mut self, side: Side) -> &mut Self {
        self.send(side, TcpFlags(TcpFlags::ACK.0 | TcpFlags::RST.0), &[])
    }

    /// A keep-alive without payload: one before the next number.
    pub fn keep_alive(&mut self, side: Side) -> &mut Self {
        self.ack(side)
            .adjust(|sent| sent.header.sequence = sent.header.sequence.wrapping_sub(1))
    }

    /// Sends packet `index` again: same numbers and payload, new time, identification and timestamps.
    pub fn again(&mut self, index: usize) -> &mut Self {
        let Some(old) = self.packets.get(index).cloned() else {
            return self;
        };
        let end = &self.ends[old.side];
        let next = end.next;
        self.send(old.side, old.header.flags, &old.payload);
        self.ends[old.side].next = next;
        self.adjust(|sent| {
            let timestamps = sent.header.options.timestamps;
            sent.header = TcpSegment {
                acknowledgment: sent.header.acknowledgment,
                ..old.header
            };
            sent.header.options.timestamps =
                timestamps.filter(|_| old.header.options.timestamps.is_some());
        })
    }

    /// Changes the last packet.
    pub fn adjust(&mut self, change: impl FnOnce(&mut Sent)) -> &mut Self {
        if let Some(last) = self.packets.last_mut() {
            change(last);
        }
        self
    }

    /// The last packet did not arrive, but was captured: the other side does not know of it.
    pub fn lost(&mut self) -> &mut Self {
        if let Some(last) = self.packets.last() {
            self.ends[!last.side].expects = last.header.sequence;
        }
        self
    }

    /// The last packet arrived, but was not captured.
    pub fn unseen(&mut self) -> &mut Self {
        self.packets.pop();
        self
    }

    /// Any segment: numbers and timestamps as they are due, then the host's numbers move on.
    pub fn send(&mut self, side: Side, flags: TcpFlags, payload: &[u8]) -> &mut Self {
        let stamp = self.stamp(payload.len());
        let (source, destination) = (self.ends[side].address, self.ends[!side].address);
        let elapsed = u32::try_from(self.now.nanos() / 1_000_000).unwrap_or(u32::MAX);
        let end = &mut self.ends[side];
        let tsval = end.clock.map(|clock| clock.wrapping_add(elapsed));
        let is_ack = flags.contains(TcpFlags::ACK);
        let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
        let header = TcpSegment {
            source_port: source.port(),
            destination_port: destination.port(),
            sequence: end.next,
            acknowledgment: if is_ack { end.expects } else { 0 },
            flags,
            window: end.window,
            options: TcpOptions {
                timestamps: tsval.map(|tsval| (tsval, if is_ack { end.heard } else { 0 })),
                ..TcpOptions::NONE
            },
            payload: &[],
            payload_length: length,
        };
        let ip = IpHeader {
            source: source.ip(),
            destination: destination.ip(),
            ttl: end.ttl,
            identification: end.identification,
            ecn: 0,
            dont_fragment: true,
            tunnel_depth: 0,
        };
        end.identification = end.identification.map(|number| number.wrapping_add(1));
        let takes_number = TcpFlags(TcpFlags::SYN.0 | TcpFlags::FIN.0);
        let span = length.wrapping_add(u32::from(flags.intersects(takes_number)));
        end.next = end.next.wrapping_add(span);
        let next = end.next;
        let other = &mut self.ends[!side];
        if other.expects == header.sequence || flags.contains(TcpFlags::SYN) {
            other.expects = next;
        }
        other.heard = tsval.unwrap_or(other.heard);
        self.packets.push(Sent {
            stamp,
            side,
            ip,
            header,
            payload: payload.to_vec(),
        });
        self
    }

    fn handshake(&mut self, side: Side, flags: TcpFlags) -> &mut Self {
        let earlier = self
            .packets
            .iter()
            .position(|sent| sent.side == side && sent.header.flags == flags);
        if let Some(index) = earlier {
            return self.again(index);
        }
        self.send(side, flags, &[]);
        self.adjust(|sent| {
            sent.header.options.mss = Some(1460);
            sent.header.options.window_scale = Some(7);
            sent.header.options.sack_permitted = true;
            // The order in which Linux sends them.
            sent.header.options.kinds = [2, 4, 8, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        })
    }

    fn stamp(&mut self, payload: usize) -> Stamp {
        let number = self.number;
        self.number = number.next();
        Stamp {
            at: self.now,
            packet: PacketRef::new(
                CaptureId(0),
                number,
                u64::from(number.get()) * 100,
                54 + u32::try_from(payload).unwrap_or(0),
            ),
        }
    }
}
