//! What is written of causes, for a terminal: the list of them, or one at length.

use std::fmt::Write as _;

use crate::diagnosis::{Cause, RULES, Rule, name_of};
use crate::text::{Language, Message, render};

/// Columns of the labels.
const LABEL: usize = 14;

/// Every cause in one line.
#[must_use]
pub fn list() -> String {
    let mut out = String::new();
    for cause in Cause::ALL {
        // Writing to a String cannot fail.
        let _infallible = writeln!(
            out,
            "{:4} {}",
            cause.id(),
            render(Language::English, &name_of(*cause))
        );
    }
    out
}

/// One cause at length, by its id or its name with hyphens; `None` when there is none of that.
#[must_use]
pub fn of(name: &str, width: usize) -> Option<String> {
    let is_named = |cause: &&Cause| {
        cause.id().eq_ignore_ascii_case(name) || cause.slug().eq_ignore_ascii_case(name)
    };
    let cause = *Cause::ALL.iter().find(is_named)?;
    let title = format!(
        "{} {} ({})\n",
        cause.id(),
        render(Language::English, &name_of(cause)),
        cause.slug()
    );
    let rule = RULES.iter().find(|rule| rule.cause == cause);
    let body = rule.map_or_else(
        || "  No packet shows it: only what a client's own socket says.\n".to_owned(),
        |rule| rule_text(rule, width),
    );
    Some(title + &body)
}

fn rule_text(rule: &Rule, width: usize) -> String {
    let documentation = &rule.documentation;
    let id = rule.cause.id().to_ascii_lowercase();
    let others: Vec<String> = rule
        .explains
        .iter()
        .map(|cause| {
            format!(
                "{} {}",
                cause.id(),
                render(Language::English, &name_of(*cause))
            )
        })
        .collect();
    let mut out = String::new();
    for (label, text) in [
        ("what it sees", documentation.sees),
        ("what it means", documentation.means),
        ("refuted by", documentation.refuted_by),
        ("what it needs", documentation.needs),
        ("takes back", &others.join("; ")),
        ("sources", &documentation.sources.join("; ")),
    ] {
        paragraph(&mut out, label, text, width);
    }
    let remedy = Message::new(format!("{id}-remedy"));
    let remedy = render(Language::English, &remedy);
    // Its gaps are filled where there is a capture.
    paragraph(&mut out, "to do", &remedy.replace(['{', '}'], ""), width);
    out
}

pub(super) fn paragraph(out: &mut String, label: &str, text: &str, width: usize) {
    let room = width.saturating_sub(2 + LABEL).max(20);
    for (index, line) in super::text::wrap(text, room).iter().enumerate() {
        let label = if index == 0 { label } else { "" };
        let _infallible = writeln!(out, "  {label:LABEL$}{line}");
    }
}

#[cfg(test)]
mod tests {
    use super::{list, of};
    use crate::diagnosis::Cause;

    #[test]
    fn every_cause_can_be_asked_for_by_either_name() {
        for cause in Cause::ALL {
            let by_id = of(cause.id(), 80);
            assert!(by_id.is_some(), "{}", cause.id());
            assert_eq!(by_id, of(cause.slug(), 80));
        }
        assert_eq!(list().lines().count(), Cause::ALL.len());
    }

    #[test]
    fn lines_fit_and_an_unknown_name_is_said_to_be_unknown() {
        let text = of("H1", 60).unwrap();
        assert!(
            text.lines().skip(1).all(|line| line.chars().count() <= 60),
            "{text}"
        );
        assert_eq!(of("H99", 60), None);
    }
}
