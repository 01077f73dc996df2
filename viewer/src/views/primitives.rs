//! The measurements M1 to M16 that rules read, each with its packets.

use stallscope_shared::report::v1::{Attempt, PacketRef, Primitives};
use stallscope_shared::text::Language;
use yew::{Html, html};

use super::Store;
use super::verdict::packet_links;
use crate::text::{bytes, length, say, words};

/// One measurement: its number, what it is, its value, its packets.
struct Measured {
    code: &'static str,
    label: &'static str,
    value: String,
    packets: Vec<PacketRef>,
}

/// Packets that are linked; the first ones tell.
const LINKS: usize = 6;

/// All that were taken.
pub(crate) fn primitives(store: &Store, attempt: &Attempt) -> Html {
    let language = store.language;
    let mut all = handshake(language, &attempt.primitives);
    all.extend(tls(language, &attempt.primitives));
    all.extend(path(language, &attempt.primitives));
    all.extend(prints(&attempt.primitives));
    all.extend(waits(language, &attempt.primitives));
    if all.is_empty() {
        return html! {};
    }
    html! {
        <section class="info-box" data-testid="primitives">
            <h3>{ say!(language, "primitives") }</h3>
            <table class="measures">
                <tbody>
                    for measured in all {
                        <tr>
                            <th scope="row"><abbr title={say!(language, measured.label)}>{ measured.code }</abbr></th>
                            <td>{ say!(language, measured.label) }</td>
                            <td class="number">{ measured.value }</td>
                            <td>{ packet_links(store, measured.packets.get(..LINKS.min(measured.packets.len())).unwrap_or_default()) }</td>
                        </tr>
                    }
                </tbody>
            </table>
        </section>
    }
}

fn measured(
    code: &'static str,
    label: &'static str,
    value: String,
    packets: &[PacketRef],
) -> Measured {
    Measured {
        code,
        label,
        value,
        packets: packets.to_vec(),
    }
}

fn handshake(language: Language, from: &Primitives) -> Vec<Measured> {
    let mut all = Vec::new();
    if let Some(rtt) = &from.syn_rtt {
        all.push(measured(
            "M1",
            "m1",
            length(language, rtt.rtt_ns),
            &rtt.packets,
        ));
    }
    if let Some(think) = &from.client_think_before_hello {
        all.push(measured(
            "M2",
            "m2",
            length(language, think.elapsed_ns),
            &think.packets,
        ));
    }
    all
}

fn tls(language: Language, from: &Primitives) -> Vec<Measured> {
    let mut all = Vec::new();
    if let Some(delivery) = &from.hello_delivery {
        let value = match delivery.elapsed_ns {
            Some(ns) => length(language, ns),
            None => say!(
                language,
                "acked-of",
                "acked" = delivery.acked_bytes,
                "all" = delivery.hello_bytes
            ),
        };
        all.push(measured("M3", "m3", value, &delivery.packets));
    }
    if let Some(think) = &from.server_think_before_hello {
        let ns = think.net_ns.unwrap_or(think.elapsed_ns);
        all.push(measured("M4", "m4", length(language, ns), &think.packets));
    }
    if let Some(ack) = &from.client_kernel_ack {
        all.push(measured(
            "M5",
            "m5",
            length(language, ack.elapsed_ns),
            &ack.packets,
        ));
    }
    if let Some(think) = &from.client_think_after_flight {
        all.push(measured(
            "M6",
            "m6",
            length(language, think.elapsed_ns),
            &think.packets,
        ));
    }
    for think in from.server_think_after_request.iter().take(4) {
        let ns = think.net_ns.unwrap_or(think.elapsed_ns);
        all.push(measured("M7", "m7", length(language, ns), &think.packets));
    }
    all
}

fn path(language: Language, from: &Primitives) -> Vec<Measured> {
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
            say!(language, "packets-count", "count" = blocks),
            &packets,
        ));
    }
    for attribution in from.attributions.iter().take(4) {
        let value = say!(
            language,
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
            say!(language, "packets-count", "count" = ip_id.unseen_packets),
            &ip_id.packets,
        ));
    }
    all
}

/// What the headers of each end say of it.
fn prints(from: &Primitives) -> Vec<Measured> {
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

fn waits(language: Language, from: &Primitives) -> Vec<Measured> {
    let mut all = Vec::new();
    if let Some(liveness) = from
        .liveness
        .as_ref()
        .filter(|liveness| liveness.probes > 0)
    {
        let value = say!(
            language,
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
            length(language, lock.period_ns),
            &lock.packets,
        ));
    }
    if let Some(timer) = &from.timer {
        let known = timer.known_as.join(", ");
        let value = format!(
            "{} {} {known}",
            words::end(language, timer.ended_by),
            length(language, timer.waited_ns)
        );
        all.push(measured(
            "M16",
            "m16",
            value.trim().to_owned(),
            &timer.packets,
        ));
    }
    all
}
