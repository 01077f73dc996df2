//! Every language says everything, with the same gaps.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::{Arguments, Language, Message, Value, render};
use crate::time::Nanos;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

type Gaps = BTreeMap<String, BTreeSet<String>>;

/// Messages of a language and the gaps of each.
#[expect(
    clippy::disallowed_methods,
    reason = "what stands on disk is what is tested"
)]
fn gaps(language: Language) -> Gaps {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("locales")
        .join(language.tag());
    let mut gaps = Gaps::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let parsed = fluent_syntax::parser::parse(text.as_str());
        let resource = parsed.unwrap_or_else(|(_, errors)| panic!("{path:?}: {errors:?}"));
        for entry in &resource.body {
            let Entry::Message(message) = entry else {
                continue;
            };
            let mut names = BTreeSet::new();
            collect(message.value.as_ref().unwrap(), &mut names);
            let id = message.id.name.to_owned();
            assert!(
                gaps.insert(id, names).is_none(),
                "{} twice",
                message.id.name
            );
        }
    }
    gaps
}

fn collect(pattern: &Pattern<&str>, names: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else {
            continue;
        };
        match expression {
            Expression::Inline(inline) => collect_inline(inline, names),
            Expression::Select { selector, variants } => {
                collect_inline(selector, names);
                for variant in variants {
                    collect(&variant.value, names);
                }
            }
        }
    }
}

fn collect_inline(inline: &InlineExpression<&str>, names: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            names.insert(id.name.to_owned());
        }
        InlineExpression::Placeable { expression } => match expression.as_ref() {
            Expression::Inline(inline) => collect_inline(inline, names),
            Expression::Select { selector, .. } => collect_inline(selector, names),
        },
        _ => {}
    }
}

#[test]
fn every_language_has_every_message_with_the_same_gaps() {
    let english = gaps(Language::English);
    assert!(!english.is_empty());
    assert_eq!(english, gaps(Language::SimplifiedChinese));
}

#[test]
fn every_file_on_disk_is_part_of_the_catalogue() {
    for language in Language::ALL {
        for id in gaps(language).keys() {
            assert!(super::has(language, id), "{} {id}", language.tag());
        }
    }
}

#[test]
fn durations_keep_three_digits_that_count() {
    for (nanos, text) in [
        (10_000_000_000, "10.0 s"),
        (10_004_000_000, "10.0 s"),
        (1_500_000_000, "1.50 s"),
        (24_300_000, "24.3 ms"),
        (999_600_000, "1000 ms"),
        (410_000, "410 µs"),
        (12, "12.0 ns"),
        (0, "0 s"),
        (-2_000_000, "-2.00 ms"),
    ] {
        assert_eq!(Value::Duration(Nanos(nanos)).write(Language::English), text);
    }
}

#[test]
fn a_share_is_never_rounded_to_nothing_or_all() {
    for (share, text) in [
        (0, "0 %"),
        (200, "< 0.1 %"),
        (66_000, "6.6 %"),
        (250_000, "25 %"),
        (999_900, "99.9 %"),
        (1_000_000, "100 %"),
    ] {
        assert_eq!(Value::Share(share).write(Language::English), text);
    }
}

#[test]
fn an_unknown_message_is_written_by_its_id() {
    assert_eq!(render(Language::English, &Message::new("nobody")), "nobody");
}

#[test]
fn locales_of_the_environment_are_understood() {
    for (tag, language) in [
        ("zh_CN.UTF-8", Some(Language::SimplifiedChinese)),
        ("zh-Hans-SG", Some(Language::SimplifiedChinese)),
        ("C", Some(Language::English)),
        ("en_GB", Some(Language::English)),
        ("de_DE", None),
    ] {
        assert_eq!(Language::of_tag(tag), language, "{tag}");
    }
}

#[test]
fn arguments_are_kept_by_name_and_the_last_one_stands() {
    let named = |names: &[(&'static str, u64)]| -> Arguments {
        let all = names.iter();
        all.map(|(name, count)| ((*name).into(), Value::Count(*count)))
            .collect()
    };
    let all = named(&[("waited", 1), ("bytes", 2), ("port", 3), ("bytes", 4)]);
    let names: Vec<&str> = all.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, ["bytes", "port", "waited"]);
    assert_eq!(all.get("bytes"), Some(&Value::Count(4)));
    assert_eq!(all.get("address"), None);
    assert_eq!(all, named(&[("port", 3), ("waited", 1), ("bytes", 4)]));
}

#[test]
fn what_earlier_builds_asked_for_without_a_port_has_no_gap() {
    for id in ["collect-packets-beside", "collect-quic-packets"] {
        for language in Language::ALL {
            let said = render(language, &Message::new(id));
            assert!(said.contains("tcpdump"), "{id} {language:?}: {said}");
            assert!(!said.contains('{'), "{id} {language:?}: {said}");
        }
    }
}
