//! The time axis over the bars: how much time a bar's width is, and the labels.

use super::pen::Pen;

/// A bar that is longer than this many medians is cut at the edge, so that one patient client does not
/// flatten everybody else.
const LONGEST_MEDIANS: i64 = 4;
/// Columns between two labels, at least.
const LABEL_ROOM: i128 = 8;

/// How much time the width of a bar is, for bars of these lengths; at least 1 ns.
pub(super) fn limit(mut spans: Vec<i64>) -> i64 {
    spans.sort_unstable();
    let median = spans.get(spans.len() / 2).copied().unwrap_or(0);
    let bound = median.saturating_mul(LONGEST_MEDIANS);
    let within = spans.iter().rev().find(|span| **span <= bound);
    within.copied().unwrap_or(bound).max(1)
}

/// The labels over `cells` columns that stand for `limit` nanoseconds.
pub(super) fn labels(pen: Pen, cells: usize, limit: i64) -> String {
    let (columns, limit) = (cells as i128, i128::from(limit.max(1)));
    let step = step(columns, limit);
    let (unit, size) = match step {
        1_000_000_000.. => ("s", 1_000_000_000),
        1_000_000.. => ("ms", 1_000_000),
        1_000.. => (pen.pick("µs", "us"), 1_000),
        _ => ("ns", 1),
    };
    let tick = pen.pick('╷', '|');
    let mut line = String::new();
    let mut used = 0;
    let mut at = 0;
    while at <= limit {
        let column = at * columns / limit;
        let text = match at {
            0 => format!("{tick}0"),
            _ => format!("{tick}{} {unit}", at / size),
        };
        let width = text.chars().count() as i128;
        if column + width > columns + 1 {
            break;
        }
        at += step;
        if used > 0 && used >= column {
            // The label before is a long one.
            continue;
        }
        while used < column {
            line.push(' ');
            used += 1;
        }
        line.push_str(&text);
        used += width;
    }
    line
}

/// The smallest step of 1, 2 or 5 times a power of ten that leaves room for its label.
fn step(columns: i128, limit: i128) -> i128 {
    let mut power = 1;
    loop {
        for factor in [1, 2, 5] {
            let step = factor * power;
            if step * columns / limit >= LABEL_ROOM || step > limit {
                return step;
            }
        }
        power *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::{Pen, labels, limit};

    const PEN: Pen = Pen {
        color: false,
        unicode: false,
    };

    #[test]
    fn one_long_bar_is_cut() {
        assert_eq!(limit(vec![10, 11, 12, 400]), 12);
        assert_eq!(limit(vec![10, 11, 12, 40]), 40);
        assert_eq!(limit(vec![0, 0, 0]), 1);
        assert_eq!(limit(vec![]), 1);
        assert_eq!(limit(vec![i64::MAX, i64::MAX]), i64::MAX);
    }

    #[test]
    fn labels_stand_over_their_time() {
        let ten_seconds = labels(PEN, 50, 10_000_000_000);
        assert_eq!(ten_seconds.find("|6 s"), Some(30));
        assert_eq!(
            ten_seconds.matches('|').count(),
            5,
            "the last label has no room"
        );
        let milliseconds = labels(PEN, 48, 48_000_000);
        assert_eq!(
            milliseconds,
            "|0        |10 ms    |20 ms    |30 ms    |40 ms"
        );
        assert_eq!(labels(PEN, 12, 1), "|0");
        for cells in 10..100 {
            let long = labels(PEN, cells, i64::MAX);
            assert!(long.len() <= cells + 1, "{cells}: {long}");
        }
    }
}
