//! One attempt: what it was, whose fault, its ladder, its measurements and facts.

use std::rc::Rc;

use stallscope_shared::report::overview::Judgement;
use stallscope_shared::report::v1::PhaseOutcome;
use stallscope_shared::text::Language;
use yew::{Html, MouseEvent, html};

use super::facts::facts;
use super::ladder::LadderView;
use super::verdict::{packet_link, verdict_box};
use super::{Same, Store, With};
use crate::geometry::px::px;
use crate::load::dossier::{Dossier, Phase, Silence};
use crate::state::arrange::Step;
use crate::state::keys::Command;
use crate::state::store::Detail;
use crate::state::{Action, Case, Tab, View};
use crate::text::{length, say, words};

/// The view.
pub(crate) fn attempt_view(store: &Store) -> Html {
    let (Some(case), Some(attempt)) = (store.case.clone(), here(store)) else {
        return absent(store);
    };
    html! {
        <div class="attempt" data-testid="attempt">
            { head(store, &case, &attempt) }
            if let Some(verdict) = &attempt.verdict {
                { verdict_box(store, verdict) }
            } else if is_not_judged(store, &case) {
                <p class="soft" data-testid="not-judged">{ say!(store.language, "not-judged") }</p>
            }
            <div class="attempt-columns">
                <div class="attempt-main">
                    { phases(store, &attempt) }
                    { silences(store, &attempt) }
                    // A probe has none: what its socket saw stands beside.
                    if attempt.packets.len() as u64 + attempt.packets_left_out > 0 {
                        <LadderView store={store.clone()} attempt={Same(attempt.clone())} />
                    }
                </div>
                <div class="attempt-side">
                    { facts(store, &attempt) }
                </div>
            </div>
        </div>
    }
}

/// No rule looked at the selected attempt, which is something else than that none found anything.
fn is_not_judged(store: &Store, case: &Case) -> bool {
    let row = store
        .selected()
        .and_then(|index| case.overview.rows.get(index));
    row.is_some_and(|row| row.judgement == Judgement::NotJudged)
}

/// The selected attempt, where it is here.
pub(crate) fn here(store: &Store) -> Option<Rc<Dossier>> {
    match &store.detail {
        Detail::Here(attempt) => Some(Rc::clone(attempt)),
        _ => None,
    }
}

/// Why there is nothing: none is selected, it is on its way, or it cannot be had.
pub(crate) fn absent(store: &Store) -> Html {
    let id = match store.detail {
        Detail::Asked(_) => "attempt-coming",
        Detail::Missing(_) => "attempt-missing",
        Detail::None | Detail::Here(_) => "attempt-none",
    };
    html! { <p class="empty" role="status">{ say!(store.language, id) }</p> }
}

/// Which attempt it is, with the ways to its neighbours.
pub(crate) fn head(store: &Store, case: &Case, attempt: &Dossier) -> Html {
    let language = store.language;
    let go = |is_back, only_failures| {
        With::does::<MouseEvent>(store, move || {
            Action::Press(Command::Go(Step {
                is_back,
                only_failures,
            }))
        })
    };
    let began = words::moment(case.summary.epoch.as_deref(), attempt.started_ns);
    let outcome_class = if attempt.outcome.is_failure() {
        "badge failing"
    } else {
        "badge"
    };
    html! {
        <header class="attempt-head">
            <div>
                <h2>
                    <span class="mono">{ format!("#{} ", attempt.id) }{ &attempt.server }</span>
                    if let Some(name) = &attempt.name {
                        { " " }<span class="name">{ name }</span>
                    }
                </h2>
                <p>
                    <span class={outcome_class} data-testid="outcome">{ words::outcome(language, attempt.outcome) }</span>
                    { " " }
                    <span>{ say!(language, "attempt-from", "client" = attempt.client.as_str(), "kind" = words::kind(attempt.kind)) }</span>
                    if let Some(began) = began {
                        { " · " }<span class="mono moment">{ began }{ " UTC" }</span>
                    }
                </p>
            </div>
            <nav aria-label={say!(language, "neighbours")}>
                <button onclick={go(true, false)} aria-keyshortcuts="k">{ say!(language, "previous") }</button>
                <button onclick={go(false, false)} aria-keyshortcuts="j">{ say!(language, "next") }</button>
                <button onclick={go(false, true)} aria-keyshortcuts="]">{ say!(language, "next-failure") }</button>
                { similar(store, attempt) }
            </nav>
        </header>
    }
}

/// Other attempts that waited for the same thing about as long, and others of the same cause.
fn similar(store: &Store, attempt: &Dossier) -> Html {
    let row = || {
        let rows = &store.case.as_ref()?.overview.rows;
        rows.get(store.selected()?)
            .filter(|row| row.id == attempt.id)
    };
    let by_silence = row().and_then(|row| row.longest_wait_ns).map(|waited| {
        let code = crate::filter::outcome_code(attempt.outcome);
        let ms = |tenths: i64| waited.saturating_mul(tenths) / 10 / 1_000_000;
        format!("out:{code} silence>{}ms silence<{}ms", ms(8), ms(12) + 1)
    });
    let by_cause = attempt
        .verdict
        .as_ref()
        .map(|verdict| format!("cause:{}", verdict.line.cause));
    html! {
        <>
            { by_silence.map(|filter| find(store, "find-similar", filter)) }
            { by_cause.map(|filter| find(store, "find-cause", filter)) }
        </>
    }
}

/// A button that leaves in the waterfall what a filter leaves.
fn find(store: &Store, label: &'static str, filter: String) -> Html {
    let view = store.view.clone();
    let find = With::does::<MouseEvent>(store, move || {
        Action::Show(View {
            tab: Tab::Waterfall,
            filter: filter.clone(),
            brush: None,
            zoom: None,
            ..view.clone()
        })
    });
    html! { <button onclick={find} data-testid={label}>{ say!(store.language, label) }</button> }
}

/// Each phase with its length on one scale.
fn phases(store: &Store, attempt: &Dossier) -> Html {
    let language = store.language;
    let ends = attempt.phases.iter().map(|phase| phase.end_ns);
    let end = ends.max().unwrap_or(1).max(1);
    let x = |ns: i64| ns as f64 * 1000.0 / end as f64;
    html! {
        <table class="phases">
            <caption>{ say!(language, "phases") }</caption>
            <tbody>
                for phase in &attempt.phases {
                    <tr>
                        <th scope="row">{ words::phase(language, phase.name) }</th>
                        <td class="phase-bar">
                            <svg viewBox="0 0 1000 10" preserveAspectRatio="none" width="100%" height="14" aria-hidden="true">
                                <rect class={phase_class(phase)} x={px(x(phase.start_ns))} y="1" height="8" width={px((x(phase.end_ns) - x(phase.start_ns)).max(5.0))} />
                            </svg>
                        </td>
                        <td class="number">{ length(language, phase.end_ns.saturating_sub(phase.start_ns)) }</td>
                        <td>{ phase_note(language, phase) }</td>
                    </tr>
                }
            </tbody>
        </table>
    }
}

fn phase_class(phase: &Phase) -> &'static str {
    match phase.outcome {
        PhaseOutcome::Stalled | PhaseOutcome::Failed => "trouble-bar",
        _ => crate::draw::marks::look(phase.name).class,
    }
}

fn phase_note(language: Language, phase: &Phase) -> Html {
    let mut note = match (phase.outcome, &phase.awaiting) {
        (PhaseOutcome::Completed, _) => String::new(),
        (outcome, None) => words::phase_outcome(language, outcome),
        (outcome, Some(awaiting)) => say!(
            language,
            "phase-awaiting",
            "outcome" = words::phase_outcome(language, outcome),
            "awaiting" = awaiting.as_str()
        ),
    };
    if let Some(basis) = words::basis(language, phase.basis) {
        note += &format!(" ({basis})");
    }
    let is_trouble = matches!(phase.outcome, PhaseOutcome::Stalled | PhaseOutcome::Failed);
    html! { <span class={if is_trouble { "trouble" } else { "soft" }}>{ note }</span> }
}

/// What never came, and why it would have been seen.
fn silences(store: &Store, attempt: &Dossier) -> Html {
    if attempt.silences.is_empty() {
        return html! {};
    }
    html! {
        <section class="silences">
            <h3>{ say!(store.language, "silences") }</h3>
            <ul>
                for silence in attempt.silences.iter().take(4) {
                    <li>{ silence_line(store, silence) }</li>
                }
            </ul>
        </section>
    }
}

fn silence_line(store: &Store, silence: &Silence) -> Html {
    let language = store.language;
    let proofs: Vec<&str> = silence
        .proofs
        .iter()
        .map(|proof| proof.of(language))
        .collect();
    html! {
        <>
            <strong>{ length(language, silence.end_ns.saturating_sub(silence.start_ns)) }</strong>
            { " " }
            { say!(language, "silence-of", "end" = words::end(language, silence.from), "awaiting" = silence.awaiting.as_str()) }
            { " " }{ packet_link(store, silence.after) }
            if let Some(until) = silence.until {
                { " – " }{ packet_link(store, until) }
            }
            <span class="under">{ proofs.join(" · ") }</span>
        </>
    }
}
