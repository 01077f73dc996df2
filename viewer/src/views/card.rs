//! One server: counts, outcomes over time, medians of its phases, and when its attempts were done.

use stallscope_shared::text::Language;
use yew::{Html, MouseEvent, html};

use super::verdict::verdict_line;
use super::{Store, With};
use crate::draw::marks::look;
use crate::geometry::ecdf::thinned;
use crate::geometry::px::px;
use crate::geometry::rug::columns;
use crate::geometry::scale::Scale;
use crate::state::Action;
use crate::state::server::Card;
use crate::text::{length, number, say, share, words};

/// What is the same in all cards, so that they can be compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shared {
    /// The capture's time.
    time: (i64, i64),
    /// Longest sum of medians or 95th percentile that is drawn to scale.
    longest: i64,
    /// Shortest and longest time until an attempt was done.
    done: (i64, i64),
}

const RUG: (f64, f64) = (260.0, 34.0);
const BAR: (f64, f64) = (320.0, 34.0);
const ECDF: (f64, f64) = (180.0, 56.0);

impl Shared {
    /// Of all cards.
    pub(crate) fn of(cards: &[Card], time: (i64, i64)) -> Self {
        let sums = cards.iter().map(sum_of_medians).max().unwrap_or(1).max(1);
        let tails = cards
            .iter()
            .filter_map(|card| card.done_p95)
            .max()
            .unwrap_or(1);
        let steps = || {
            cards
                .iter()
                .flat_map(|card| &card.done.steps)
                .map(|step| step.0)
        };
        Self {
            time,
            // One slow tail does not make every median a line: beyond twice the longest it is cut and says so.
            longest: tails.clamp(sums, sums.saturating_mul(2)),
            done: (
                steps().filter(|ns| *ns > 0).min().unwrap_or(1),
                steps().max().unwrap_or(1).max(2),
            ),
        }
    }
}

fn sum_of_medians(card: &Card) -> i64 {
    card.medians.iter().map(|(_, median)| *median).sum()
}

/// The card.
pub(crate) fn card_view(store: &Store, card: &Card, shared: Shared) -> Html {
    let language = store.language;
    let is_failing = card.failures > 0;
    html! {
        <article class={if is_failing { "card failing" } else { "card" }} data-testid="card">
            <div class="card-who">
                <h3>
                    <button class="link" onclick={open(store, card)} data-testid="card-address">{ &card.address }</button>
                </h3>
                <p class="card-names">{ names(language, card) }</p>
                { counts(language, card) }
            </div>
            <figure class="card-rug">{ rug(language, card, shared) }</figure>
            <figure class="card-bar">{ medians(language, card, shared) }<figcaption>{ medians_text(language, card) }</figcaption></figure>
            <figure class="card-ecdf">
                if !is_part(card) {
                    { ecdf(language, card, shared) }
                }
                <figcaption>{ ecdf_text(language, card) }</figcaption>
            </figure>
            if let Some(verdict) = &card.verdict {
                { verdict_line(language, verdict) }
            }
        </article>
    }
}

/// The attempts of this server, in the waterfall.
pub(crate) fn open(store: &Store, card: &Card) -> yew::Callback<MouseEvent> {
    let view = store.view.of_server(&card.address);
    With::does(store, move || Action::Show(view.clone()))
}

/// Names, and the address family where no name tells more.
pub(crate) fn names(language: Language, card: &Card) -> String {
    let family = if card.address.starts_with('[') {
        "IPv6"
    } else {
        "IPv4"
    };
    match card.names.as_slice() {
        [] => say!(language, "no-name", "family" = family),
        [one] => format!("{one} · {family}"),
        [one, others @ ..] => say!(
            language,
            "names-more",
            "name" = one.as_str(),
            "more" = others.len() as u64,
            "family" = family
        ),
    }
}

fn counts(language: Language, card: &Card) -> Html {
    let [low, high] = card.wilson95;
    html! {
        <p class="card-counts">
            <span>{ say!(language, "attempts", "count" = card.attempts, "number" = number(card.attempts)) }</span>
            if card.failures > 0 {
                <strong class="trouble" title={say!(language, "interval", "low" = share(low), "high" = share(high))}>
                    { say!(language, "failed", "count" = card.failures, "number" = number(card.failures), "share" = share(card.failure_rate)) }
                </strong>
            } else if card.stalled > 0 {
                <strong class="slow">{ say!(language, "stalled-count", "count" = card.stalled, "number" = number(card.stalled)) }</strong>
            } else {
                <span class="fine">{ say!(language, "none-failed") }</span>
            }
        </p>
    }
}

/// One tick for each attempt, or one for each column; failures below the line.
fn rug(language: Language, card: &Card, shared: Shared) -> Html {
    const STEP: f64 = 3.0;
    let (width, height) = RUG;
    let columns = columns(
        card.starts.iter().copied(),
        shared.time,
        (width / STEP) as usize,
    );
    let middle = height / 2.0;
    let most = columns
        .iter()
        .map(|column| column.fine.max(column.failed))
        .max()
        .unwrap_or(1)
        .max(1);
    let bar = |count: u32| (f64::from(count) / f64::from(most)).sqrt() * (middle - 2.0);
    let (mut fine, mut failed) = (String::new(), String::new());
    for (index, column) in columns.iter().enumerate() {
        let x = index as f64 * STEP;
        if column.fine > 0 {
            let high = bar(column.fine).max(4.0);
            fine += &tick(x, middle - high, high);
        }
        if column.failed > 0 {
            let high = bar(column.failed).max(6.0);
            failed += &tick(x, middle + 1.0, high);
        }
    }
    let label = say!(
        language,
        "rug-label",
        "attempts" = card.attempts,
        "failures" = card.failures
    );
    html! {
        <svg viewBox={view_box(width, height)} preserveAspectRatio="xMinYMid" role="img" aria-label={label}>
            <path class="axis" d={format!("M0 {}h{}", px(middle), px(width))} />
            <path class="rug-fine" d={fine} />
            <path class="rug-failed" d={failed} />
        </svg>
    }
}

/// A bar two pixels wide.
fn tick(x: f64, top: f64, high: f64) -> String {
    let high = px(high);
    format!("M{} {}v{high}h2v-{high}z", px(x), px(top))
}

fn view_box(width: f64, height: f64) -> String {
    format!("0 0 {} {}", px(width), px(height))
}

fn medians(language: Language, card: &Card, shared: Shared) -> Html {
    let (width, height) = BAR;
    let scale = Scale::linear(0, shared.longest, width - 12.0);
    let mut from = 0_i64;
    let mut bars = Vec::new();
    for (phase, median) in &card.medians {
        let x = scale.x(from);
        let wide = (scale.x(from.saturating_add(*median)) - x).max(1.0);
        let look = look(*phase);
        let (y, high) = if look.is_thin {
            (12.0, 10.0)
        } else {
            (7.0, 20.0)
        };
        bars.push(html! {
            <rect class={look.class} x={px(x)} width={px(wide)} y={px(y)} height={px(high)}>
                <title>{ format!("{} {}", words::phase(language, *phase), length(language, *median)) }</title>
            </rect>
        });
        from = from.saturating_add(*median);
    }
    let whisker = card.done_p95.filter(|p95| *p95 > from).map(|p95| {
        let is_cut = p95 > shared.longest;
        let end = scale.x(p95.min(shared.longest));
        let cap = if is_cut {
            "m-4 -4l4 4l-4 4"
        } else {
            "m0 -6v12"
        };
        format!(
            "M{} {}H{}{cap}",
            px(scale.x(from)),
            px(height / 2.0),
            px(end)
        )
    });
    html! {
        <svg viewBox={view_box(width, height)} preserveAspectRatio="xMinYMid" role="img" aria-label={medians_text(language, card)}>
            <path class="axis" d={format!("M0.5 2v{}", px(height - 4.0))} />
            { for bars }
            if let Some(whisker) = whisker {
                <path class="whisker" d={whisker} />
            }
        </svg>
    }
}

fn medians_text(language: Language, card: &Card) -> String {
    if card.medians.is_empty() {
        return say!(language, "no-phase-completed");
    }
    let listed: Vec<String> = card
        .medians
        .iter()
        .filter(|(_, median)| *median > 0)
        .map(|(phase, median)| {
            format!(
                "{} {}",
                words::phase(language, *phase),
                length(language, *median)
            )
        })
        .collect();
    let p95 = card.done_p95.map(|p95| length(language, p95));
    let list = listed.join(" · ");
    match p95 {
        Some(p95) => say!(language, "medians-p95", "list" = list, "p95" = p95),
        None => say!(language, "medians", "list" = list),
    }
}

/// A step line over logarithmic time; the share that never finished is the gap at its end.
fn ecdf(language: Language, card: &Card, shared: Shared) -> Html {
    let (width, height) = ECDF;
    let (top, bottom) = (4.0, height - 4.0);
    let (from, to) = shared.done;
    let log = |ns: i64| {
        let share =
            (ns.max(from) as f64 / from as f64).ln() / (to.max(from + 1) as f64 / from as f64).ln();
        share * (width - 30.0)
    };
    let y = |share: f64| bottom - share * (bottom - top);
    let mut path = format!("M0 {}", px(bottom));
    let mut last = 0.0;
    for (ns, share) in thinned(&card.done.steps, 90) {
        path += &format!("H{}V{}", px(log(ns)), px(y(share)));
        last = share;
    }
    let end = format!(
        "M{} {}H{}",
        px(card.done.steps.last().map_or(0.0, |step| log(step.0))),
        px(y(last)),
        px(width)
    );
    let has_gap = card.done.never > 0.0;
    let right = px(width);
    html! {
        <svg viewBox={view_box(width, height)} preserveAspectRatio="xMinYMid" role="img" aria-label={ecdf_text(language, card)}>
            <path class="grid" d={format!("M0 {}H{right}M0 {}H{right}", px(top), px(y(0.5)))} />
            <path class="axis" d={format!("M0 {}H{right}", px(bottom))} />
            <path class="ecdf" d={path} />
            <path class={if has_gap { "ecdf-never" } else { "ecdf" }} d={end} />
            if has_gap {
                <path class="ecdf-gap" d={format!("M{} {}V{}", px(width - 3.0), px(top), px(y(last)))} />
            }
        </svg>
    }
}

/// Attempts were counted that are not held.
fn is_part(card: &Card) -> bool {
    (card.starts.len() as u64) < card.attempts
}

fn ecdf_text(language: Language, card: &Card) -> String {
    if is_part(card) {
        let kept = number(card.starts.len() as u64);
        return say!(
            language,
            "ecdf-part",
            "kept" = kept,
            "all" = number(card.attempts)
        );
    }
    let done = card
        .done
        .steps
        .iter()
        .find(|step| step.1 >= (1.0 - card.done.never) / 2.0);
    match (card.done.never > 0.0, done) {
        (_, None) => say!(language, "ecdf-nobody"),
        (true, Some(_)) => say!(language, "ecdf-never", "share" = share(card.done.never)),
        (false, Some((median, _))) => {
            say!(language, "ecdf-median", "time" = length(language, *median))
        }
    }
}
