//! From an attempt of a report to what the page shows of it.

use stallscope_shared::export::words;
use stallscope_shared::report::v1;
use stallscope_shared::text::render;

use super::summary::verdict_line;
use super::{facts, measures, sentence, tell};
use crate::load::dossier::{Dossier, Evidence, Packet, Phase, Silence, Verdict};
use crate::load::sentence::Sentence;

/// What is shown of an attempt; `evidence` is the report's.
pub(super) fn dossier(attempt: &v1::Attempt, evidence: &[v1::Evidence]) -> Dossier {
    let transport = attempt.transport.as_ref();
    let first = attempt.http.first();
    let mut sections = facts::sections(attempt);
    sections.extend(measures::section(&attempt.primitives));
    Dossier {
        id: attempt.id,
        kind: attempt.kind,
        client: attempt.client.clone(),
        server: attempt.server.clone(),
        name: attempt.server_name.clone(),
        started_ns: attempt.started_ns,
        outcome: attempt.outcome,
        is_tls: attempt.tls.is_some(),
        is_closed: transport.is_some_and(|transport| !transport.teardown.is_empty()),
        target: first.and_then(|exchange| exchange.target.clone()),
        verdict: attempt
            .verdict
            .as_ref()
            .map(|found| verdict(found, evidence)),
        phases: attempt.phases.iter().filter_map(phase).collect(),
        silences: attempt.silences.iter().map(silence).collect(),
        packets: attempt.packets.iter().map(packet).collect(),
        packets_left_out: attempt.packets_left_out,
        sections,
    }
}

fn verdict(verdict: &v1::Verdict, book: &[v1::Evidence]) -> Verdict {
    let looked_up = |ids: &[u32]| -> Vec<Evidence> {
        ids.iter()
            .filter_map(|id| entry(book, *id))
            .map(evidence)
            .collect()
    };
    let rules_out = verdict.rules_out.iter().map(|out| {
        let because = sentence(&out.because, out.message.as_ref());
        (out.party, because, looked_up(&out.evidence))
    });
    let others = words::alternatives(verdict).map(|others| Evidence {
        statement: Sentence::write(|language| render(language, &others)),
        packets: Vec::new(),
    });
    let mut shown = looked_up(&verdict.evidence);
    shown.extend(others);
    Verdict {
        line: verdict_line(verdict),
        evidence: shown,
        rules_out: rules_out.collect(),
        remedy: sentence(&verdict.remedy, verdict.remedy_message.as_ref()),
    }
}

/// Ids ascend; some may have been left out.
fn entry(book: &[v1::Evidence], id: u32) -> Option<&v1::Evidence> {
    let place = book.binary_search_by_key(&id, |evidence| evidence.id);
    place.ok().and_then(|place| book.get(place))
}

fn evidence(evidence: &v1::Evidence) -> Evidence {
    let statement = sentence(&evidence.statement, evidence.message.as_ref());
    let packets = match &evidence.source {
        v1::EvidenceSource::Packets(packets) => packets.clone(),
        // How long it was stands in the statement.
        v1::EvidenceSource::Silence(silence) => vec![silence.after],
        v1::EvidenceSource::Events(_) => Vec::new(),
    };
    Evidence { statement, packets }
}

fn phase(phase: &v1::Phase) -> Option<Phase> {
    Some(Phase {
        name: phase.phase,
        outcome: phase.outcome,
        start_ns: phase.start_ns?,
        end_ns: phase.end_ns?,
        awaiting: phase.awaiting.clone(),
        basis: phase.basis,
    })
}

fn silence(silence: &v1::Silence) -> Silence {
    Silence {
        after: silence.after,
        until: silence.until,
        start_ns: silence.start_ns,
        end_ns: silence.end_ns,
        awaiting: silence.awaiting.clone(),
        from: silence.from,
        proofs: proofs(&silence.proof),
    }
}

/// Why it would have been seen.
fn proofs(proof: &v1::SilenceProof) -> Vec<Sentence> {
    let mut proofs = Vec::new();
    if proof.answered_probes > 0 {
        proofs.push(tell!("proof-probes", "count" = proof.answered_probes));
    }
    if proof.same_side_later.is_some() {
        proofs.push(tell!("proof-same-side"));
    }
    if proof.capture_running.is_some() {
        proofs.push(tell!("proof-running"));
    }
    match proof.kernel_drops {
        Some(0) => proofs.push(tell!("proof-no-drops")),
        Some(drops) => proofs.push(tell!("proof-drops", "count" = drops)),
        None => {}
    }
    if proof.sent_but_lost_bytes > 0 {
        proofs.push(tell!("proof-lost", "bytes" = proof.sent_but_lost_bytes));
    }
    proofs
}

fn packet(packet: &v1::JournalPacket) -> Packet {
    Packet {
        packet: packet.packet,
        at_ns: packet.at_ns,
        from: packet.from,
        flags: packet.flags.clone(),
        seq: packet.seq,
        ack: packet.ack,
        length: packet.length,
        notes: packet.notes.clone(),
    }
}
