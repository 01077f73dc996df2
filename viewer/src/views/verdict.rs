//! Cause and party, with what shows it and what it rules out.

use std::rc::Rc;

use stallscope_shared::report::v1::{Evidence, EvidenceSource, PacketRef, Verdict};
use stallscope_shared::text::Language;
use yew::{Html, MouseEvent, html};

use super::{Store, With};
use crate::state::{Action, Case, Tab, View};
use crate::text::{length, say, sentence, words};

/// One line: who, what, how sure.
pub(crate) fn verdict_line(language: Language, verdict: &Verdict) -> Html {
    html! {
        <p class="verdict-line" data-testid="verdict-line">
            <span class={format!("party party-{}", words::party_code(verdict.party))}>{ words::party(language, verdict.party) }</span>
            { " " }{ sentence(language, &verdict.statement, verdict.statement_message.as_ref()) }{ " " }
            <span class="confidence">{ format!("({}, {})", verdict.cause, words::confidence(language, verdict.confidence)) }</span>
        </p>
    }
}

/// Everything about it.
pub(crate) fn verdict_box(store: &Store, case: &Rc<Case>, verdict: &Verdict) -> Html {
    let language = store.language;
    html! {
        <section class="verdict" data-testid="verdict">
            { verdict_line(language, verdict) }
            { evidence_list(store, case, &verdict.evidence) }
            if !verdict.rules_out.is_empty() {
                <>
                    <h4>{ say!(language, "rules-out") }</h4>
                    <ul>
                        for out in &verdict.rules_out {
                            <li>
                                <strong>{ words::party(language, out.party) }</strong>{ ": " }{ sentence(language, &out.because, out.message.as_ref()) }
                                { evidence_list(store, case, &out.evidence) }
                            </li>
                        }
                    </ul>
                </>
            }
            if !verdict.remedy.is_empty() {
                <p class="remedy"><strong>{ say!(language, "remedy") }</strong>{ " " }{ sentence(language, &verdict.remedy, verdict.remedy_message.as_ref()) }</p>
            }
        </section>
    }
}

fn evidence_list(store: &Store, case: &Rc<Case>, ids: &[u32]) -> Html {
    let found: Vec<&Evidence> = ids
        .iter()
        .filter_map(|id| {
            case.report
                .evidence
                .iter()
                .find(|evidence| evidence.id == *id)
        })
        .collect();
    if found.is_empty() {
        return html! {};
    }
    html! {
        <ul class="evidence">
            for evidence in found {
                <li>{ sentence(store.language, &evidence.statement, evidence.message.as_ref()) }{ " " }{ source(store, &evidence.source) }</li>
            }
        </ul>
    }
}

fn source(store: &Store, source: &EvidenceSource) -> Html {
    match source {
        EvidenceSource::Packets(packets) => packet_links(store, packets),
        EvidenceSource::Silence(silence) => html! {
            <>
                { length(store.language, silence.end_ns.saturating_sub(silence.start_ns)) }{ " " }
                { packet_link(store, silence.after) }
            </>
        },
        EvidenceSource::Events(events) => html! {
            { events.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>().join(", ") }
        },
    }
}

/// Links to packets, as Wireshark numbers them.
pub(crate) fn packet_links(store: &Store, packets: &[PacketRef]) -> Html {
    html! {
        <span class="packet-links">
            for packet in packets {
                { packet_link(store, *packet) }
            }
        </span>
    }
}

/// A link to one packet.
pub(crate) fn packet_link(store: &Store, packet: PacketRef) -> Html {
    let view = store.view.clone();
    let go = With::does::<MouseEvent>(store, move || {
        Action::Show(View {
            packet: Some((packet.capture, packet.number)),
            tab: if view.tab == Tab::Packets {
                Tab::Packets
            } else {
                Tab::Attempt
            },
            ..view.clone()
        })
    });
    let label = say!(
        store.language,
        "packet-number",
        "number" = packet.number.to_string()
    );
    html! { <button class="packet" onclick={go} aria-label={label}>{ format!("#{}", packet.number) }</button> }
}
