//! Every text of a report, by its rule; then everything that stays, for traces of what went.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde_json::{Map, Value};

use super::rules::{Rule, rule_of};
use super::scrub::Scrubber;
use super::secrets::Traces;
use super::{Change, Item};
use crate::text::{Language, has};

/// Changes shown of each kind.
const EXAMPLES: usize = 8;
/// Characters of a text that a change shows.
const SHOWN: usize = 200;
/// Messages inside messages; ours are two deep.
const DEPTH: u8 = 8;

/// One way through a report as JSON.
pub(super) struct Walk<'a> {
    scrubber: Scrubber<'a>,
    counts: BTreeMap<Item, u64>,
    changes: Vec<Change>,
}

impl<'a> Walk<'a> {
    pub(super) const fn new(scrubber: Scrubber<'a>) -> Self {
        Self {
            scrubber,
            counts: BTreeMap::new(),
            changes: Vec::new(),
        }
    }

    /// Gives every text to its rule.
    pub(super) fn by_rules(&mut self, report: &mut Value) {
        self.value(report, &mut String::new());
    }

    /// Remembers what would go of another report, which is not shared.
    pub(super) fn notice(&mut self, report: &Value) {
        let (counts, changes) = (self.counts.clone(), self.changes.clone());
        self.by_rules(&mut report.clone());
        (self.counts, self.changes) = (counts, changes);
    }

    /// The search for what went.
    pub(super) fn traces(&self) -> Traces {
        self.scrubber.secrets.traces()
    }

    /// Takes traces of what went out of what stayed.
    pub(super) fn by_traces(&mut self, report: &mut Value, traces: &Traces) {
        self.trace(report, &mut String::new(), traces);
    }

    /// Adds what was taken out to the counts, and gives back examples.
    pub(super) fn changes(self, counts: &mut BTreeMap<Item, u64>) -> Vec<Change> {
        for (item, count) in self.counts {
            *counts.entry(item).or_default() += count;
        }
        self.changes
    }

    fn value(&mut self, value: &mut Value, path: &mut String) {
        match value {
            Value::Object(fields) => self.object(fields, path),
            Value::Array(items) => match rule_of(path) {
                Some(Rule::Nothing(item)) if !(self.scrubber.keeps)(item) => {
                    self.empty(items, item);
                }
                Some(Rule::OtherNames) => self.names(items),
                Some(Rule::Header) => items.retain_mut(|header| self.header(header)),
                _ => items.iter_mut().for_each(|item| self.value(item, path)),
            },
            Value::String(text) => {
                let made = self.judge(text, path);
                self.replace(text, made);
            }
            _ => {}
        }
    }

    fn object(&mut self, fields: &mut Map<String, Value>, path: &mut String) {
        fields.retain(|key, value| {
            if is_message(key) {
                return self.message(value, DEPTH);
            }
            let length = path.len();
            if length > 0 {
                path.push('.');
            }
            path.push_str(key);
            self.value(value, path);
            path.truncate(length);
            true
        });
    }

    /// A message of ours with its arguments judged; one of somebody else's does not stay.
    fn message(&mut self, message: &mut Value, depth: u8) -> bool {
        let Value::Object(fields) = message else {
            return message.is_null();
        };
        let id = fields.get("id").and_then(Value::as_str).unwrap_or_default();
        if !has(Language::English, id) {
            self.count(Item::Unknown);
            return false;
        }
        if let Some(Value::Object(arguments)) = fields.get_mut("arguments") {
            arguments.retain(|_, argument| self.argument(argument, depth));
        }
        true
    }

    fn argument(&mut self, argument: &mut Value, depth: u8) -> bool {
        let Some((kind, value)) = argument
            .as_object_mut()
            .and_then(|fields| fields.iter_mut().next())
        else {
            return false;
        };
        match (kind.as_str(), value) {
            (_, _) if depth == 0 => false,
            ("message", value) => self.message(value, depth - 1),
            ("list", Value::Array(values)) => {
                values.retain_mut(|value| self.argument(value, depth - 1));
                true
            }
            ("text", Value::String(text)) => {
                let made = self.scrubber.text(text);
                self.replace(text, made);
                true
            }
            (_, value) => value.is_number(),
        }
    }

    fn judge(&mut self, text: &str, path: &str) -> String {
        let Some(rule) = rule_of(path) else {
            self.scrubber.taken.push(Item::Unknown);
            self.scrubber.secrets.note(text, Item::Unknown);
            return Item::Unknown.stand_in().to_owned();
        };
        let keeps = |item| (self.scrubber.keeps)(item);
        match rule {
            Rule::Word if is_word(text) => text.to_owned(),
            Rule::Instead(item, stand_in) if !keeps(item) => {
                self.scrubber.taken.push(item);
                self.scrubber.secrets.note(text, item);
                stand_in.to_owned()
            }
            Rule::Numbered(item, prefix) if !keeps(item) => self.numbered(text, item, prefix),
            Rule::Instead(..) | Rule::Numbered(..) | Rule::Nothing(_) => text.to_owned(),
            Rule::Endpoint => self
                .scrubber
                .endpoint(text, Item::OtherAddress)
                .unwrap_or_else(|| self.scrubber.text(text)),
            Rule::Router => match text.parse::<IpAddr>() {
                Ok(address) => self
                    .scrubber
                    .address(address, Item::Router)
                    .unwrap_or_else(|| text.to_owned()),
                Err(_) => self.scrubber.text(text),
            },
            Rule::Name => self.scrubber.name(text),
            Rule::Target => self.scrubber.target(text),
            Rule::Greeting => self.greeting(text),
            Rule::Word | Rule::Text | Rule::Sentence | Rule::Header | Rule::OtherNames => {
                self.scrubber.text(text)
            }
        }
    }

    /// What a file or an interface is called, with what its path tells of who uses it.
    fn numbered(&mut self, text: &str, item: Item, prefix: &str) -> String {
        self.scrubber.taken.push(item);
        let parts: Vec<&str> = text.split(['/', '\\']).collect();
        if let Some(file) = parts.last().filter(|_| parts.len() > 1) {
            self.scrubber.secrets.note(file, item);
        }
        for pair in parts.windows(2) {
            if let [folder, user] = pair
                && HOMES.contains(folder)
            {
                self.scrubber.secrets.note(user, Item::User);
            }
        }
        self.scrubber.secrets.numbered(text, item, prefix)
    }

    /// `greeting: 220 mail.example.net` without what follows.
    fn greeting(&mut self, text: &str) -> String {
        match text.split_once(": ") {
            Some((kind, quoted)) if !(self.scrubber.keeps)(Item::Payload) => {
                self.scrubber.taken.push(Item::Payload);
                self.scrubber.secrets.note(quoted, Item::Payload);
                self.scrubber.text(kind)
            }
            _ => self.scrubber.text(text),
        }
    }

    fn empty(&mut self, items: &mut Vec<Value>, item: Item) {
        for value in items.drain(..) {
            self.count(item);
            if let Value::String(text) = value {
                self.show(item, &text, "");
                self.scrubber.secrets.note(&text, item);
            }
        }
    }

    fn names(&mut self, items: &mut Vec<Value>) {
        if (self.scrubber.keeps)(Item::OtherName) {
            return;
        }
        items.retain(|value| {
            let Value::String(name) = value else {
                return false;
            };
            if self.scrubber.focus.covers(name) {
                return true;
            }
            self.scrubber
                .secrets
                .numbered(name.trim_start_matches("*."), Item::OtherName, "host-");
            self.count(Item::OtherName);
            self.show(Item::OtherName, name, "");
            false
        });
    }

    /// Who answered, and for which request; other headers are not ours to tell.
    fn header(&mut self, header: &mut Value) -> bool {
        let Some([Value::String(name), Value::String(value)]) =
            header.as_array_mut().map(Vec::as_mut_slice)
        else {
            return false;
        };
        if !HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
            self.scrubber.secrets.note(value, Item::Unknown);
            self.count(Item::Unknown);
            return false;
        }
        if name.eq_ignore_ascii_case("server-timing") {
            let made = self.scrubber.text(value);
            self.replace(value, made);
        }
        true
    }

    fn replace(&mut self, text: &mut String, made: String) {
        let taken = std::mem::take(&mut self.scrubber.taken);
        for item in &taken {
            self.count(*item);
        }
        if let Some(item) = taken.first().filter(|_| *text != made) {
            self.show(*item, text, &made);
        }
        *text = made;
    }

    fn count(&mut self, item: Item) {
        *self.counts.entry(item).or_default() += 1;
    }

    fn show(&mut self, item: Item, before: &str, after: &str) {
        let of_kind = self
            .changes
            .iter()
            .filter(|change| change.item == item)
            .count();
        let is_known = || self.changes.iter().any(|change| change.before == before);
        if of_kind < EXAMPLES && !is_known() {
            let cut = |text: &str| text.chars().take(SHOWN).collect();
            self.changes.push(Change {
                item,
                before: cut(before),
                after: cut(after),
            });
        }
    }

    fn trace(&mut self, value: &mut Value, path: &mut String, traces: &Traces) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields.iter_mut() {
                    let length = path.len();
                    path.push('.');
                    path.push_str(key);
                    // The id of a message was checked.
                    if !(key == "id" && value.is_string()) {
                        self.trace(value, path, traces);
                    }
                    path.truncate(length);
                }
            }
            Value::Array(items) => items
                .iter_mut()
                .for_each(|item| self.trace(item, path, traces)),
            Value::String(text) => {
                let is_word = path.get(1..).and_then(rule_of) == Some(Rule::Word);
                if is_word {
                    return;
                }
                if let Some((made, items)) = traces.without(text) {
                    self.scrubber.taken.extend(items);
                    self.replace(text, made);
                }
            }
            _ => {}
        }
    }
}

/// Folders that hold the folders of users.
const HOMES: [&str; 3] = ["home", "Users", "users"];

/// Headers of a response that say who answered, from where, and for which request. None of them repeats what the
/// client sent.
const HEADERS: [&str; 27] = [
    "server",
    "via",
    "x-served-by",
    "x-cache",
    "x-cache-hits",
    "x-timer",
    "x-request-id",
    "x-amz-cf-pop",
    "x-amz-cf-id",
    "x-amz-request-id",
    "x-amzn-requestid",
    "x-azure-ref",
    "x-msedge-ref",
    "x-akamai-request-id",
    "x-edge-location",
    "x-backend",
    "x-backend-server",
    "x-envoy-upstream-service-time",
    "cf-ray",
    "cf-cache-status",
    "fly-request-id",
    "x-vercel-id",
    "eagleid",
    "server-timing",
    "age",
    "keep-alive",
    "grpc-status",
];

fn is_message(key: &str) -> bool {
    matches!(key, "message" | "statement_message" | "remedy_message")
}

/// Short, printable, and no address.
fn is_word(text: &str) -> bool {
    text.len() <= 128
        && text
            .bytes()
            .all(|byte| byte == b' ' || byte.is_ascii_graphic())
        && text.parse::<IpAddr>().is_err()
}
