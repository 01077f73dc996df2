//! Cause and party, with what shows it and what it rules out.

use stallscope_shared::report::v1::PacketRef;
use stallscope_shared::text::Language;
use yew::{Html, MouseEvent, html};

use super::marked::marked;
use super::{Store, With};
use crate::load::dossier::Verdict;
use crate::load::summary::VerdictLine;
use crate::state::{Action, Tab, View};
use crate::text::{say, words};

/// One line: who, what, how sure.
pub(crate) fn verdict_line(language: Language, verdict: &VerdictLine) -> Html {
    html! {
        <p class="verdict-line" data-testid="verdict-line">
            <span class={format!("party party-{}", words::party_code(verdict.party))}>{ words::party(language, verdict.party) }</span>
            { " " }{ marked(verdict.statement.of(language)) }{ " " }
            if let Some(cause) = words::cause(&verdict.cause) {
                <span class="confidence">{ format!("({cause}, {})", words::confidence(language, verdict.confidence)) }</span>
            }
        </p>
    }
}

/// Everything about it.
pub(crate) fn verdict_box(store: &Store, verdict: &Verdict) -> Html {
    let language = store.language;
    html! {
        <section class="verdict" data-testid="verdict">
            { verdict_line(language, &verdict.line) }
            if !verdict.evidence.is_empty() {
                <ul class="evidence">
                    for evidence in &verdict.evidence {
                        <li>{ marked(evidence.statement.of(language)) }{ " " }{ packet_links(store, &evidence.packets) }</li>
                    }
                </ul>
            }
            if !verdict.rules_out.is_empty() {
                <>
                    <h4>{ say!(language, "rules-out") }</h4>
                    <ul>
                        for (party, because, evidence) in &verdict.rules_out {
                            <li>
                                <strong>{ words::party(language, *party) }</strong>{ ": " }{ marked(because.of(language)) }
                                for shown in evidence {
                                    { " " }{ packet_links(store, &shown.packets) }
                                }
                            </li>
                        }
                    </ul>
                </>
            }
            if !verdict.remedy.is_empty() {
                <p class="remedy"><strong>{ say!(language, "remedy") }</strong>{ " " }{ marked(verdict.remedy.of(language)) }</p>
            }
        </section>
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
