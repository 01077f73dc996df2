//! The Fluent files, read once, and the writing of messages from them.

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use super::{Language, Message, Value};

type Bundle = FluentBundle<FluentResource>;

/// Every file of each language, in the order of [`Language::ALL`].
const FILES: [&[&str]; 2] = [
    &[
        include_str!("../../locales/en/words.ftl"),
        include_str!("../../locales/en/causes.ftl"),
        include_str!("../../locales/en/evidence.ftl"),
        include_str!("../../locales/en/summary.ftl"),
        include_str!("../../locales/en/cause-d.ftl"),
        include_str!("../../locales/en/cause-t.ftl"),
        include_str!("../../locales/en/cause-h.ftl"),
        include_str!("../../locales/en/cause-p.ftl"),
        include_str!("../../locales/en/cause-a.ftl"),
        include_str!("../../locales/en/cause-q.ftl"),
        include_str!("../../locales/en/probe.ftl"),
        include_str!("../../locales/en/probe-arms.ftl"),
        include_str!("../../locales/en/input.ftl"),
        include_str!("../../locales/en/viewer.ftl"),
        include_str!("../../locales/en/viewer-worker.ftl"),
        include_str!("../../locales/en/evidence-page.ftl"),
    ],
    &[
        include_str!("../../locales/zh-CN/words.ftl"),
        include_str!("../../locales/zh-CN/causes.ftl"),
        include_str!("../../locales/zh-CN/evidence.ftl"),
        include_str!("../../locales/zh-CN/summary.ftl"),
        include_str!("../../locales/zh-CN/cause-d.ftl"),
        include_str!("../../locales/zh-CN/cause-t.ftl"),
        include_str!("../../locales/zh-CN/cause-h.ftl"),
        include_str!("../../locales/zh-CN/cause-p.ftl"),
        include_str!("../../locales/zh-CN/cause-a.ftl"),
        include_str!("../../locales/zh-CN/cause-q.ftl"),
        include_str!("../../locales/zh-CN/probe.ftl"),
        include_str!("../../locales/zh-CN/probe-arms.ftl"),
        include_str!("../../locales/zh-CN/input.ftl"),
        include_str!("../../locales/zh-CN/viewer.ftl"),
        include_str!("../../locales/zh-CN/viewer-worker.ftl"),
        include_str!("../../locales/zh-CN/evidence-page.ftl"),
    ],
];

/// Writes a message. One that a language lacks is written in English, and one that nobody has by its id.
#[must_use]
pub fn render(language: Language, message: &Message) -> String {
    write(language, message)
        .or_else(|| write(Language::default(), message))
        .unwrap_or_else(|| message.id.clone().into_owned())
}

/// A language has a message of this id.
#[must_use]
pub fn has(language: Language, id: &str) -> bool {
    bundle(language).has_message(id)
}

fn write(language: Language, message: &Message) -> Option<String> {
    let bundle = bundle(language);
    let pattern = bundle.get_message(&message.id)?.value()?;
    let mut arguments = FluentArgs::with_capacity(message.arguments.len());
    for (name, value) in message.arguments.iter() {
        arguments.set(name.clone(), argument(value, language));
    }
    // What is missing from the arguments is left standing in braces: a test finds it, a reader sees it.
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&arguments), &mut errors);
    Some(text.into_owned())
}

/// Counts stay numbers, since they choose plural forms; everything else is written by us.
fn argument(value: &Value, language: Language) -> FluentValue<'static> {
    match value {
        Value::Count(count) => FluentValue::from(*count),
        other => FluentValue::from(other.write(language)),
    }
}

fn bundle(language: Language) -> &'static Bundle {
    static BUNDLES: [OnceLock<Bundle>; 2] = [const { OnceLock::new() }; 2];
    let index = language.index();
    let (cell, files) = match index {
        0 => (&BUNDLES[0], FILES[0]),
        _ => (&BUNDLES[1], FILES[1]),
    };
    cell.get_or_init(|| load(language, files))
}

fn load(language: Language, files: &[&str]) -> Bundle {
    let locale = language.tag().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![locale]);
    // Isolation marks are for text that mixes directions; neither language does.
    bundle.set_use_isolating(false);
    for file in files {
        // A file with an error gives what of it could be read; a test reads every file and fails on any.
        let resource = match FluentResource::try_new((*file).to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
    }
    bundle
}
