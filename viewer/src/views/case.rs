//! What was found: the one sentence, the captures it is from, and the part of the page that is chosen.

use stallscope_shared::diagnosis::wilson;
use stallscope_shared::text::Language;
use yew::{Html, html};

use super::Store;
use super::attempt::attempt_view;
use super::controls::controls;
use super::packets::packets_view;
use super::servers::Servers;
use super::time_strip::TimeStrip;
use super::waterfall::waterfall;
use crate::load::summary::CaptureLine;
use crate::state::{Case, Tab};
use crate::text::{bytes, length, number, say, share, words};

/// The page of a case.
pub(crate) fn case_view(store: &Store) -> Html {
    let Some(case) = store.case.clone() else {
        return html! {};
    };
    let language = store.language;
    html! {
        <>
            <section class="summary" aria-label={say!(language, "summary")}>
                { headline(language, &case) }
                { facts(language, &case) }
                { warnings(language, &case) }
            </section>
            if case.summary.attempts == 0 {
                <p class="empty" data-testid="empty">{ say!(language, "no-attempts") }</p>
            } else {
                <>
                    <TimeStrip store={store.clone()} />
                    { controls(store) }
                    <section id="view" role="tabpanel" aria-busy={store.is_incomplete().to_string()} aria-labelledby={format!("tab-{}", store.view.tab.word())}>
                        { match store.view.tab {
                            _ if !store.is_unfolded => html! {},
                            Tab::Servers => html! { <Servers store={store.clone()} /> },
                            Tab::Waterfall => waterfall(store),
                            Tab::Attempt => attempt_view(store),
                            Tab::Packets => packets_view(store),
                        } }
                    </section>
                </>
            }
        </>
    }
}

/// The report's own sentence where it has one, and the counts.
fn headline(language: Language, case: &Case) -> Html {
    let totals = &case.summary;
    let servers = case.summary.servers.len() as u64;
    let counted = say!(
        language,
        "counts",
        "count" = totals.attempts,
        "attempts" = number(totals.attempts),
        "servers" = servers,
        "addresses" = number(servers),
    );
    let trouble = match (totals.failures, totals.stalled) {
        (0, 0) => say!(language, "counts-fine"),
        (failures, stalled) => say!(
            language,
            "counts-trouble",
            "failures" = failures,
            "failed" = number(failures),
            "stalled" = stalled,
            "slow" = number(stalled),
            "share" = share(wilson::rate(failures, totals.settled))
        ),
    };
    html! {
        <>
            if let Some((party, statement)) = &case.summary.headline {
                <p class="headline" data-testid="headline">
                    <span class={format!("party party-{}", words::party_code(*party))}>{ words::party(language, *party) }</span>
                    { " " }{ statement.of(language) }
                </p>
            }
            <p class="found" data-testid="found">
                { counted }
                if totals.attempts > 0 {
                    { " " }<span class={if totals.failures > 0 { "trouble" } else { "fine" }}>{ trouble }</span>
                }
            </p>
        </>
    }
}

fn facts(language: Language, case: &Case) -> Html {
    let report = &case.summary;
    let (from, to) = case.time();
    let is_known = !report.captures.is_empty() || case.is_whole();
    let began = words::moment(report.epoch.as_deref(), from).filter(|_| is_known);
    html! {
        <ul class="facts" data-testid="facts">
            for capture in &report.captures {
                <li title={digest(language, capture)}>{ capture_line(language, capture) }</li>
            }
            if let Some(began) = began {
                <li>{ say!(language, "time-span", "from" = began, "length" = length(language, to.saturating_sub(from))) }</li>
            }
            for (point, because) in &report.points {
                <li title={because.clone()}>{ point.of(language) }</li>
            }
            for key_log in &case.key_logs {
                <li>{ say!(language, "key-log", "file" = key_log.as_str()) }</li>
            }
        </ul>
    }
}

fn capture_line(language: Language, capture: &CaptureLine) -> String {
    say!(
        language,
        "capture-line",
        "name" = capture.name.as_str(),
        "packets" = number(capture.packets),
        "size" = bytes(capture.bytes)
    )
}

/// The capture's SHA-256, or how to get it: computing it here would double the time that loading takes.
fn digest(language: Language, capture: &CaptureLine) -> String {
    match &capture.sha256 {
        Some(digest) => format!("SHA-256 {digest}"),
        None => say!(language, "no-digest", "name" = capture.name.as_str()),
    }
}

/// What makes the captures less telling, in plain words.
fn warnings(language: Language, case: &Case) -> Html {
    let summary = &case.summary;
    let mut sentences = Vec::new();
    if case.is_stopped {
        sentences.push(say!(language, "stopped-early"));
    }
    let remarks = summary.remarks.iter();
    sentences.extend(remarks.map(|remark| remark.of(language).to_owned()));
    if sentences.is_empty() {
        return html! {};
    }
    let count = sentences.len();
    html! {
        <details class="warnings" open={count <= 3} data-testid="warnings">
            <summary>{ say!(language, "about-capture", "count" = count as u64) }</summary>
            <ul>
                for sentence in sentences {
                    <li>{ sentence }</li>
                }
            </ul>
        </details>
    }
}
