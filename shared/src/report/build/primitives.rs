//! The measurements of one connection as the report holds them.

mod handshake;
mod path;
mod turns;
mod waits;

use super::Context;
use super::context::{Ends, packet};
use crate::ids::Stamp;
use crate::measure::{Elapsed, Primitives};
use crate::report::v1;

pub(super) fn primitives(measured: &Primitives, context: &Context) -> v1::Primitives {
    let ends = Ends {
        client: measured.client,
    };
    let mut hellos = measured.hellos.iter();
    let (first, second) = (hellos.next(), hellos.next());
    let flight = measured.flight.as_ref();
    v1::Primitives {
        syn_rtt: measured.connect.round_trip.map(handshake::syn_rtt),
        handshake: handshake::copies(&measured.connect, context),
        round_trip_ns: measured.round_trip.map(crate::time::Nanos::get),
        client_think_before_hello: measured.client_think_before_hello.map(elapsed),
        hello_delivery: first.and_then(|hello| turns::hello_delivery(hello, context)),
        retried_hello_delivery: second.and_then(|hello| turns::hello_delivery(hello, context)),
        server_think_before_hello: first.and_then(turns::server_think),
        server_think_after_retry: second.and_then(turns::server_think),
        server_flight: flight.map(turns::server_flight),
        client_kernel_ack: flight
            .and_then(|flight| flight.kernel_ack)
            .map(|ack| elapsed(ack.elapsed)),
        slowest_client_ack: measured
            .slowest_client_ack
            .map(|ack| turns::slow_ack(ack, context)),
        client_think_after_flight: flight.and_then(turns::flight_think),
        sequence_jump: measured
            .sequence
            .as_ref()
            .map(|sequence| path::sequence(sequence, context)),
        sack: path::sack(&measured.sack, ends),
        attributions: measured
            .attributions
            .iter()
            .map(|told| handshake::attribution(told, ends))
            .collect(),
        ip_id: measured.ip_id.as_ref().map(path::ip_id),
        ttls: ends.each(&measured.ttls, path::ttls),
        options: ends.each(&measured.connect.options, |print| {
            print.as_ref().map(handshake::option_print)
        }),
        liveness: measured
            .liveness
            .as_ref()
            .map(|alive| waits::liveness(alive, context)),
        phase_lock: waits::phase_lock(&measured.sending),
        resets: measured
            .resets
            .iter()
            .map(|reset| path::reset(reset, ends, context))
            .collect(),
        caveats: ends.each(&measured.caveats, path::caveats),
        ..requests(measured, context)
    }
}

/// Those of requests, and the timers that ended waits.
fn requests(measured: &Primitives, context: &Context) -> v1::Primitives {
    let ends = Ends {
        client: measured.client,
    };
    v1::Primitives {
        server_think_after_request: measured
            .exchanges
            .iter()
            .filter_map(turns::request_think)
            .collect(),
        request_deliveries: measured
            .exchanges
            .iter()
            .map(|exchange| turns::request_delivery(exchange, ends, context))
            .collect(),
        timer: measured
            .timer
            .as_ref()
            .map(|timer| waits::timer(timer, ends)),
        idle_timer: measured
            .idle_timer
            .as_ref()
            .map(|timer| waits::timer(timer, ends)),
        ..v1::Primitives::default()
    }
}

fn elapsed(elapsed: Elapsed) -> v1::Elapsed {
    v1::Elapsed {
        elapsed_ns: elapsed.length().get(),
        packets: both(elapsed),
    }
}

/// The packets at both ends of a time.
fn both(elapsed: Elapsed) -> Vec<v1::PacketRef> {
    vec![packet(elapsed.from), packet(elapsed.until)]
}

/// The packets of stamps, of those that there are.
fn packets<const N: usize>(stamps: [Option<Stamp>; N]) -> Vec<v1::PacketRef> {
    stamps.into_iter().flatten().map(packet).collect()
}

/// A position as a relative sequence number, which counts the SYN.
const fn relative(position: u64) -> u64 {
    position.saturating_add(1)
}
