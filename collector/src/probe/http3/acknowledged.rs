//! What the peer's QUIC stack has acknowledged: congestion control is told of every acknowledgement, so one that only
//! listens stands before the usual one.

use std::any::Any;
use std::sync::Arc;
use std::time::Instant;

use quinn::congestion::{Controller, ControllerFactory, ControllerMetrics, CubicConfig};

use super::witness::Witness;

/// Makes congestion controls that listen.
#[derive(Debug)]
pub(super) struct Listening(pub(super) Arc<Witness>);

impl ControllerFactory for Listening {
    fn build(self: Arc<Self>, now: Instant, current_mtu: u16) -> Box<dyn Controller> {
        Box::new(Listener {
            usual: Arc::new(CubicConfig::default()).build(now, current_mtu),
            witness: Arc::clone(&self.0),
        })
    }
}

struct Listener {
    usual: Box<dyn Controller>,
    witness: Arc<Witness>,
}

impl Controller for Listener {
    fn on_sent(&mut self, now: Instant, bytes: u64, last_packet_number: u64) {
        self.usual.on_sent(now, bytes, last_packet_number);
    }

    fn on_ack(
        &mut self,
        now: Instant,
        sent: Instant,
        bytes: u64,
        app_limited: bool,
        rtt: &quinn_proto::RttEstimator,
    ) {
        self.usual.on_ack(now, sent, bytes, app_limited, rtt);
    }

    fn on_end_acks(
        &mut self,
        now: Instant,
        in_flight: u64,
        app_limited: bool,
        largest_packet_num_acked: Option<u64>,
    ) {
        self.usual
            .on_end_acks(now, in_flight, app_limited, largest_packet_num_acked);
        // Nothing is on its way, and nothing waits to be sent.
        self.witness.acked(in_flight == 0 && app_limited);
    }

    fn on_congestion_event(
        &mut self,
        now: Instant,
        sent: Instant,
        is_persistent_congestion: bool,
        lost_bytes: u64,
    ) {
        self.usual
            .on_congestion_event(now, sent, is_persistent_congestion, lost_bytes);
    }

    fn on_mtu_update(&mut self, new_mtu: u16) {
        self.usual.on_mtu_update(new_mtu);
    }

    fn window(&self) -> u64 {
        self.usual.window()
    }

    fn metrics(&self) -> ControllerMetrics {
        self.usual.metrics()
    }

    fn clone_box(&self) -> Box<dyn Controller> {
        Box::new(Self {
            usual: self.usual.clone_box(),
            witness: Arc::clone(&self.witness),
        })
    }

    fn initial_window(&self) -> u64 {
        self.usual.initial_window()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self.usual.into_any()
    }
}
