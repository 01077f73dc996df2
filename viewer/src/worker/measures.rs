//! The measurements M1 to M16 that rules read, each with its packets.

use stallscope_shared::report::v1::{PacketRef, Primitives};
use stallscope_shared::text::duration;
use stallscope_shared::time::Nanos;

use super::tell;
use crate::load::dossier::{Item, Layout, Section};
use crate::load::sentence::Sentence;
use crate::text::{bytes, words};

/// Packets that are linked; the first ones tell.
const LINKS: usize = 6;

/// All that were taken; `None` where none was.
pub(super) fn section(from: &Primitives) -> Option<Section> {
    let mut items = handshake(from);
    items.extend(tls(from));
    items.extend(path(from));
    items.extend(prints(from));
    items.extend(waits(from));
    (!items.is_empty()).then(|| Section {
        title: tell!("primitives"),
        layout: Layout::Table,
        items,
        left_out: 0,
    })
}

fn measured(
    code: &'static str,
    label: &'static str,
    value: impl Into<Sentence>,
    packets: &[PacketRef],
) -> Item {
    Item {
        code: code.to_owned(),
        label: tell!(label),
        value: value.into(),
        packets: packets.iter().take(LINKS).copied().collect(),
    }
}

fn length(ns: i64) -> Sentence {
    Sentence::write(|language| duration(Nanos(ns), language))
}

fn handshake(from: &Primitives) -> Vec<Item> {
    let mut all = Vec::new();
    if let Some(rtt) = &from.syn_rtt {
        all.push(measured("M1", "m1", length(rtt.rtt_ns), &rtt.packets));
    }
    if let Some(think) = &from.client_think_before_hello {
        all.push(measured(
            "M2",
            "m2",
            length(think.elapsed_ns),
            &think.packets,
        ));
    }
    all
}

fn tls(from: &Primitives) -> Vec<Item> {
    let mut all = Vec::new();
    if let Some(delivery) = &from.hello_delivery {
        let value = match delivery.elapsed_ns {
            Some(ns) => length(ns),
            None => tell!(
                "acked-of",
                "acked" = delivery.acked_bytes,
                "all" = delivery.hello_bytes
            ),
        };
        all.push(measured("M3", "m3", value, &delivery.packets));
    }
    if let Some(think) = &from.server_think_before_hello {
        let ns = think.net_ns.unwrap_or(think.elapsed_ns);
        all.push(measured("M4", "m4", length(ns), &think.packets));
    }
    if let Some(ack) = &from.client_kernel_ack {
        all.push(measured("M5", "m5", length(ack.elapsed_ns), &ack.packets));
    }
    if let Some(think) = &from.client_think_after_flight {
        all.push(measured(
            "M6",
            "m6",
            length(think.elapsed_ns),
            &think.packets,
        ));
    }
    for think in from.server_think_after_request.iter().take(4) {
        let ns = think.net_ns.unwrap_or(think.elapsed_ns);
        all.push(measured("M7", "m7", length(ns), &think.packets));
    }
    all
}

fn path(from: &Primitives) -> Vec<Item> {
    let mut all = Vec::new();
    if let Some(jump) = from
        .sequence_jump
        .as_ref()
        .filter(|jump| jump.jump_count > 0)
    {
        all.push(measured(
            "M8",
            "m8",
            bytes(jump.missing_bytes),
            &jump.packets,
        ));
    }
    if let Some(sack) = &from.sack {
        let blocks = sack.packets_with_blocks.client + sack.packets_with_blocks.server;
        let packets: Vec<PacketRef> = sack.blocks.iter().map(|block| block.packet).collect();
        all.push(measured(
            "M9",
            "m9",
            tell!("packets-count", "count" = blocks),
            &packets,
        ));
    }
    for attribution in from.attributions.iter().take(4) {
        let value = tell!(
            "copy-of",
            "copy" = attribution.answered_copy.to_string(),
            "copies" = attribution.copies.to_string()
        );
        all.push(measured("M10", "m10", value, &attribution.packets));
    }
    if let Some(ip_id) = from.ip_id.as_ref().filter(|ip_id| ip_id.is_usable) {
        all.push(measured(
            "M11",
            "m11",
            tell!("packets-count", "count" = ip_id.unseen_packets),
            &ip_id.packets,
        ));
    }
    all
}

/// What the headers of each end say of it.
fn prints(from: &Primitives) -> Vec<Item> {
    let mut all = Vec::new();
    let changes = from.ttls.client.changes + from.ttls.server.changes;
    let values = from
        .ttls
        .client
        .values
        .iter()
        .chain(&from.ttls.server.values);
    let ttls: Vec<String> = values.clone().map(|value| value.ttl.to_string()).collect();
    if changes > 0 {
        let packets: Vec<PacketRef> = values.map(|value| value.first).collect();
        all.push(measured("M12", "m12", ttls.join(", "), &packets));
    }
    for (end, print) in [
        (&from.options.client, "m13-client"),
        (&from.options.server, "m13-server"),
    ] {
        if let Some(options) = end {
            let kinds: Vec<String> = options.kinds.iter().map(u8::to_string).collect();
            all.push(measured("M13", print, kinds.join(" "), &[options.packet]));
        }
    }
    all
}

fn waits(from: &Primitives) -> Vec<Item> {
    let mut all = Vec::new();
    if let Some(liveness) = from
        .liveness
        .as_ref()
        .filter(|liveness| liveness.probes > 0)
    {
        let value = tell!(
            "answered-of",
            "answered" = liveness.answered,
            "all" = liveness.probes
        );
        all.push(measured("M14", "m14", value, &liveness.packets));
    }
    if let Some(lock) = &from.phase_lock {
        all.push(measured(
            "M15",
            "m15",
            length(lock.period_ns),
            &lock.packets,
        ));
    }
    if let Some(timer) = &from.timer {
        let known = timer.known_as.join(", ");
        let end = words::end_id(timer.ended_by);
        let end = tell!(end);
        let value = Sentence::write(|language| {
            let waited = duration(Nanos(timer.waited_ns), language);
            let text = format!("{} {waited} {known}", end.of(language));
            text.trim().to_owned()
        });
        all.push(measured("M16", "m16", value, &timer.packets));
    }
    all
}
