//! What was found: the one sentence, the captures it is from, and the part of the page that is chosen.

use stallscope_shared::report::v1::{Capture, Position, Report, Warning};
use stallscope_shared::text::Language;
use yew::{Html, component, html};

use super::With;
use super::attempt::AttemptView;
use super::controls::Controls;
use super::packets::PacketsView;
use super::servers::Servers;
use super::time_strip::TimeStrip;
use super::waterfall::Waterfall;
use crate::state::{Case, Tab};
use crate::text::{bytes, length, number, say, sentence, words};

/// The page of a case.
#[component]
pub(crate) fn CaseView(with: &With) -> Html {
    let store = with.store.clone();
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
            if case.overview.rows.is_empty() {
                <p class="empty" data-testid="empty">{ say!(language, "no-attempts") }</p>
            } else {
                <>
                    <TimeStrip store={store.clone()} />
                    <Controls store={store.clone()} />
                    <section id="view" role="tabpanel" aria-labelledby={format!("tab-{}", store.view.tab.word())}>
                        { match store.view.tab {
                            Tab::Servers => html! { <Servers {store} /> },
                            Tab::Waterfall => html! { <Waterfall {store} /> },
                            Tab::Attempt => html! { <AttemptView {store} /> },
                            Tab::Packets => html! { <PacketsView {store} /> },
                        } }
                    </section>
                </>
            }
        </>
    }
}

/// The report's own sentence where it has one, and the counts.
fn headline(language: Language, case: &Case) -> Html {
    let totals = &case.report.totals;
    let counted = say!(
        language,
        "counts",
        "count" = totals.attempts,
        "attempts" = number(totals.attempts),
        "servers" = u64::try_from(case.report.servers.len()).unwrap_or(u64::MAX),
    );
    let trouble = match (totals.failures, totals.stalled) {
        (0, 0) => say!(language, "counts-fine"),
        (failures, stalled) => say!(
            language,
            "counts-trouble",
            "failures" = failures,
            "stalled" = stalled,
            "share" = stallscope_shared::text::Value::rate(share(failures, totals.attempts))
        ),
    };
    html! {
        <>
            if let Some(headline) = &case.report.headline {
                <p class="headline" data-testid="headline">
                    <span class={format!("party party-{}", words::party_code(headline.party))}>{ words::party(language, headline.party) }</span>
                    { " " }{ sentence(language, &headline.statement, headline.message.as_ref()) }
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

#[expect(
    clippy::cast_precision_loss,
    reason = "a share of counts needs no more digits than a float has"
)]
fn share(part: u64, of: u64) -> f64 {
    if of == 0 {
        0.0
    } else {
        part as f64 / of as f64
    }
}

fn facts(language: Language, case: &Case) -> Html {
    let report = &case.report;
    let (from, to) = case.time();
    let began = words::moment(report.epoch.as_deref(), from);
    html! {
        <ul class="facts" data-testid="facts">
            for capture in &report.captures {
                <li>{ capture_line(language, capture) }</li>
            }
            if let Some(began) = began {
                <li>{ say!(language, "time-span", "from" = began, "length" = length(language, to.saturating_sub(from))) }</li>
            }
            for point in &report.vantage.points {
                <li title={point.because.clone()}>{ position(language, point.position) }</li>
            }
            for key_log in &case.key_logs {
                <li>{ say!(language, "key-log", "file" = key_log.as_str()) }</li>
            }
        </ul>
    }
}

fn capture_line(language: Language, capture: &Capture) -> String {
    say!(
        language,
        "capture-line",
        "name" = capture.name.as_str(),
        "packets" = number(capture.packets),
        "size" = bytes(capture.bytes)
    )
}

fn position(language: Language, position: Position) -> String {
    let id = match position {
        Position::Client => "vantage-client",
        Position::Server => "vantage-server",
        Position::Between => "vantage-between",
        Position::Unknown => "vantage-unknown",
    };
    say!(language, id)
}

/// What makes the captures less telling, in plain words.
fn warnings(language: Language, case: &Case) -> Html {
    let report = &case.report;
    let mut sentences = Vec::new();
    if case.is_stopped {
        sentences.push(say!(language, "stopped-early"));
    }
    if !case.is_whole() {
        sentences.push(say!(
            language,
            "rows-left-out",
            "kept" = number(case.overview.rows.len() as u64),
            "all" = number(report.totals.attempts)
        ));
    }
    for capture in &report.captures {
        sentences.extend(quality(language, capture));
    }
    let odd: Vec<String> = report
        .warnings
        .iter()
        .map(|warning| warning_line(language, report, warning))
        .collect();
    if sentences.is_empty() && odd.is_empty() {
        return html! {};
    }
    let is_long = sentences.len() + odd.len() > 3;
    html! {
        <details class="warnings" open={!is_long} data-testid="warnings">
            <summary>{ say!(language, "about-capture", "count" = (sentences.len() + odd.len()) as u64) }</summary>
            <ul>
                for sentence in sentences {
                    <li>{ sentence }</li>
                }
                for sentence in odd {
                    <li lang="en">{ sentence }</li>
                }
            </ul>
        </details>
    }
}

fn quality(language: Language, capture: &Capture) -> Vec<String> {
    let quality = &capture.quality;
    let all = capture.packets;
    let counts: [(&'static str, u64); 7] = [
        ("quality-kernel-drops", quality.kernel_drops.unwrap_or(0)),
        ("quality-snapped", quality.snapped_packets),
        ("quality-one-sided", quality.one_sided_flows),
        ("quality-joined-midway", quality.flows_joined_midway),
        ("quality-acked-not-captured", quality.acked_not_captured),
        ("quality-duplicates", quality.duplicates),
        ("quality-time-went-back", quality.time_went_back),
    ];
    counts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(id, count)| say!(language, id, "count" = count, "all" = number(all)))
        .collect()
}

fn warning_line(language: Language, report: &Report, warning: &Warning) -> String {
    let mut sentence = warning.detail.clone();
    let capture = warning
        .capture
        .and_then(|index| report.captures.get(usize::from(index)));
    let place = [
        capture
            .filter(|_| report.captures.len() > 1)
            .map(|capture| capture.name.clone()),
        warning
            .packet
            .map(|packet| say!(language, "packet-number", "number" = packet.to_string())),
    ];
    let place: Vec<String> = place.into_iter().flatten().collect();
    if !place.is_empty() {
        sentence += &format!(" ({})", place.join(", "));
    }
    if warning.count > 1 {
        sentence += &format!(" ×{}", number(warning.count));
    }
    sentence
}
