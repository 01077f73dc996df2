//! The measurements of one connection that rules are built from, by role and each with its packets.
//!
//! They are numbered as in the field guide that the rules follow: M1 round trip of the SYN, M2 and M6 the
//! client's own time, M3 delivery of the ClientHello, M4 and M7 the server's own time, M5 the client
//! kernel's ACK, M8 what the server is known to have sent, M9 SACK, M10 which copy arrived, M11 IPv4
//! identification, M12 TTL, M13 options, M14 signs of life in silence, M15 sending in step with a period,
//! M16 whose timer ended a wait. Nothing here judges, and what is absent could not be measured.

mod connect;
mod copies;
mod delivery;
mod exchange;
mod flight;
mod hello;
mod liveness;
mod locking;
mod packets;
mod path;
mod timer;
pub mod timers;

#[cfg(test)]
mod tests;

use crate::attempt::Connection;
use crate::flow::facts::{IpIdFacts, Reset, SackFacts};
use crate::ids::Stamp;
use crate::phase::Timeline;
use crate::side::{PerSide, Side};
use crate::time::Nanos;

pub use self::connect::{Connect, OptionPrint, SynRtt};
pub use self::copies::{Attribution, AttributionBasis, Subject};
pub use self::delivery::Delivery;
pub use self::exchange::{ExchangeTurn, IdleTime};
pub use self::flight::{ClientTurn, FlightTurn, KernelAck, SlowAck, TurnEnd};
pub use self::hello::HelloTurn;
pub use self::liveness::{Answer, Farewell, Liveness};
pub use self::locking::Circle;
pub use self::path::{Caveats, Sequence, TtlCount, Ttls};
pub(crate) use self::timer::whole_seconds;
pub use self::timer::{Since, TimerMatch};

use self::packets::Packets;

/// Everything measured on one connection.
#[derive(Clone, Debug)]
pub struct Primitives {
    /// Which side the client is.
    pub client: Side,
    /// M1 and M13, and every SYN and SYN-ACK for M10.
    pub connect: Connect,
    /// The shortest round trip from the client that is known, of its SYN or of its data: what is taken off
    /// M4 and M7.
    pub round_trip: Option<Nanos>,
    /// M2: from what let the client begin TLS (the SYN-ACK, or the answer to its last prelude) to its
    /// ClientHello.
    pub client_think_before_hello: Option<Elapsed>,
    /// M3 and M4 of each ClientHello, the second one after a HelloRetryRequest too.
    pub hellos: Vec<HelloTurn>,
    /// M5 and M6, and how the server's flight was sent; `None` while the server said nothing in TLS.
    pub flight: Option<FlightTurn>,
    /// M5 over all data of the server: the ACK that the client's kernel took longest for.
    pub slowest_client_ack: Option<SlowAck>,
    /// M7 and the delivery of each request.
    pub exchanges: Vec<ExchangeTurn>,
    /// M8; `None` when only one side's packets were captured.
    pub sequence: Option<Sequence>,
    /// M9, by who sent the blocks; `None` where a side sent none.
    pub sack: PerSide<Option<SackFacts>>,
    /// M10: which copy of something sent more than once arrived, where that can be told.
    pub attributions: Vec<Attribution>,
    /// M11 of the server's packets; `None` over IPv6, and where none has a counted identification.
    pub ip_id: Option<IpIdFacts>,
    /// M12.
    pub ttls: PerSide<Ttls>,
    /// M14; `None` when nothing new was said for less than [`crate::phase::OVERDUE`] at most.
    pub liveness: Option<Liveness>,
    /// M15: the times of the client's new payload on the circle of one throttling period.
    pub sending: Circle,
    /// M16 of the wait that failed; `None` when none did, or no packet ended it.
    pub timer: Option<TimerMatch>,
    /// M16 of the idle time that a FIN or RST ended on a connection that had no trouble.
    pub idle_timer: Option<TimerMatch>,
    /// RSTs with what tells their sender, first ones.
    pub resets: Vec<Reset>,
    /// What makes the capture of a side less telling.
    pub caveats: PerSide<Caveats>,
}

/// From one packet to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed {
    /// The packet that it began with.
    pub from: Stamp,
    /// The packet that it ended with.
    pub until: Stamp,
}

impl Elapsed {
    /// How long; negative when the capture has the packets' times in the other order.
    #[must_use]
    pub const fn length(&self) -> Nanos {
        self.until.at.since(self.from.at)
    }
}

impl Primitives {
    /// Measures a connection whose time was cut.
    #[must_use]
    pub fn of(connection: &Connection, timeline: &Timeline) -> Self {
        let flow = &*connection.flow;
        let client = connection.client();
        let kept: Vec<_> = flow.journal.iter().collect();
        let packets = Packets::of(&flow.journal, &kept);
        let connect = Connect::of(flow, &packets);
        // A SYN-ACK that was lost is in M1 too, so data may know better.
        let data_rtt = flow.sides[client].round_trips.map(|trips| trips.min);
        let syn_rtt = connect.round_trip.map(|trip| trip.rtt);
        let round_trip = syn_rtt.into_iter().chain(data_rtt).min();
        let hellos = hello::turns(connection, &packets, round_trip);
        let exchanges = exchange::turns(connection, &packets, round_trip);
        Self {
            client,
            round_trip,
            client_think_before_hello: hello::client_think(connection),
            flight: flight::turn(connection, &packets, round_trip),
            slowest_client_ack: flight::slowest_ack(&packets, client),
            sequence: path::sequence(flow, client),
            sack: path::each_side(|side| flow.sides[side].sack.as_deref().copied()),
            attributions: copies::attributions(connection, &hellos, &exchanges),
            ip_id: path::ip_id(flow, client),
            ttls: path::each_side(|side| path::ttls(flow, &packets, side)),
            liveness: liveness::of(flow, client, timeline, &packets),
            sending: locking::sending(&packets, client),
            timer: timer::of_wait(flow, client, timeline, &packets),
            idle_timer: timer::of_idle(flow, client, timeline),
            resets: flow.resets.to_vec(),
            caveats: path::each_side(|side| Caveats::of(&flow.sides[side])),
            connect,
            hellos,
            exchanges,
        }
    }
}
