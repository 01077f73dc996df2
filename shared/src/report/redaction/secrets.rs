//! What was taken out: remembered while redacting, so that it is found wherever else it stands, in whatever
//! encoding.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::Item;
use super::focus::plain;

/// Shorter texts say nothing about where they are from, and stand in too many words by chance.
const SHORTEST: usize = 4;
/// From here on a text is looked for inside of words as well.
const LONG: usize = 8;

/// What was taken out, with what stands in its place.
#[derive(Clone, Debug, Default)]
pub(super) struct Secrets {
    /// By the text in lower case, with the spellings that occurred.
    texts: BTreeMap<String, (Item, String, BTreeSet<String>)>,
    addresses: BTreeMap<IpAddr, (Item, String)>,
    counts: BTreeMap<String, u32>,
}

impl Secrets {
    /// The stand-in of an address; the same one gets the same.
    pub(super) fn address(&mut self, address: IpAddr, item: Item) -> &str {
        let address = address.to_canonical();
        if !self.addresses.contains_key(&address) {
            let stand_in = self.next(item.stand_in());
            self.addresses.insert(address, (item, stand_in));
        }
        self.addresses
            .get(&address)
            .map_or("", |(_, text)| text.as_str())
    }

    /// The stand-in of a text, with a number; the same one gets the same, and a stand-in is its own.
    pub(super) fn numbered(&mut self, text: &str, item: Item, prefix: &str) -> String {
        let prefix = prefix.trim_end_matches('-');
        if is_stand_in(text, prefix) {
            return text.to_owned();
        }
        let key = plain(text);
        if let Some((_, known, spellings)) = self.texts.get_mut(&key) {
            spellings.insert(text.to_owned());
            return known.clone();
        }
        let stand_in = self.next(prefix);
        let spellings = BTreeSet::from([text.to_owned()]);
        self.texts.insert(key, (item, stand_in.clone(), spellings));
        stand_in
    }

    /// A text that is to be found elsewhere too.
    pub(super) fn note(&mut self, text: &str, item: Item) {
        if text.chars().count() >= SHORTEST && !text.chars().all(|character| character == '…') {
            let entry = self
                .texts
                .entry(plain(text))
                .or_insert_with(|| (item, "…".to_owned(), BTreeSet::new()));
            entry.2.insert(text.to_owned());
        }
    }

    /// Addresses with their stand-ins.
    pub(super) fn addresses(&self) -> impl Iterator<Item = (IpAddr, Item, &str)> {
        self.addresses
            .iter()
            .map(|(address, (item, text))| (*address, *item, text.as_str()))
    }

    /// What an address is known as, if it was taken out, and as what.
    pub(super) fn known(&self, address: IpAddr) -> Option<(Item, &str)> {
        let known = self.addresses.get(&address.to_canonical());
        known.map(|(item, text)| (*item, text.as_str()))
    }

    fn next(&mut self, prefix: &str) -> String {
        let count = self.counts.entry(prefix.to_owned()).or_default();
        *count += 1;
        format!("{prefix}-{count}")
    }

    /// The search for all of it.
    pub(super) fn traces(&self) -> Traces {
        let mut patterns = Vec::new();
        let mut meanings = Vec::new();
        for (address, (item, stand_in)) in &self.addresses {
            for (pattern, edge) in of_address(*address, *item) {
                patterns.push(pattern);
                meanings.push(Meaning {
                    item: *item,
                    stand_in: stand_in.clone(),
                    edge,
                });
            }
        }
        for (text, (item, stand_in, spellings)) in &self.texts {
            let edge = if text.len() >= LONG {
                Edge::None
            } else {
                Edge::Word
            };
            if text.len() >= SHORTEST {
                patterns.push(text.clone().into_bytes());
                meanings.push(Meaning {
                    item: *item,
                    stand_in: stand_in.clone(),
                    edge,
                });
            }
            if text.len() >= LONG {
                for pattern in spellings.iter().flat_map(|text| of_bytes(text.as_bytes())) {
                    patterns.push(pattern);
                    meanings.push(Meaning {
                        item: *item,
                        stand_in: stand_in.clone(),
                        edge: Edge::None,
                    });
                }
            }
        }
        let search = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(&patterns)
            .ok();
        Traces {
            search,
            meanings,
            is_empty: patterns.is_empty(),
        }
    }
}

/// What must not stand next to a match for it to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    /// Nothing matters.
    None,
    /// A digit, which would make it another address.
    Digit,
    /// A letter or a digit.
    Word,
}

/// What a pattern stands for.
#[derive(Clone, Debug)]
struct Meaning {
    item: Item,
    stand_in: String,
    edge: Edge,
}

/// A search for everything that was taken out.
#[derive(Clone, Debug)]
pub(super) struct Traces {
    search: Option<AhoCorasick>,
    meanings: Vec<Meaning>,
    is_empty: bool,
}

impl Traces {
    /// The text without any of it, and what was found; `None` when there is nothing to change.
    pub(super) fn without(&self, text: &str) -> Option<(String, Vec<Item>)> {
        let Some(search) = &self.search else {
            // No search could be built: then nothing that was not judged is told.
            return (!self.is_empty).then(|| (String::new(), vec![Item::Unknown]));
        };
        let mut out = String::new();
        let mut items = Vec::new();
        let mut from = 0;
        for found in search.find_iter(text) {
            let Some(meaning) = self.meanings.get(found.pattern().as_usize()) else {
                continue;
            };
            if found.start() < from || !is_alone(text, found.range(), meaning.edge) {
                continue;
            }
            out.push_str(text.get(from..found.start()).unwrap_or_default());
            out.push_str(&meaning.stand_in);
            items.push(meaning.item);
            from = found.end();
        }
        if items.is_empty() {
            return None;
        }
        out.push_str(text.get(from..).unwrap_or_default());
        Some((out, items))
    }

    /// Where the first trace of any of it is in bytes of any kind.
    pub(super) fn first_in(&self, bytes: &[u8]) -> Option<usize> {
        match &self.search {
            Some(search) => search.find(bytes).map(|found| found.start()),
            None => (!self.is_empty).then_some(0),
        }
    }
}

fn is_alone(text: &str, range: std::ops::Range<usize>, edge: Edge) -> bool {
    let before = text
        .get(..range.start)
        .and_then(|text| text.chars().next_back());
    let after = text.get(range.end..).and_then(|text| text.chars().next());
    let joins = |character: char| match edge {
        Edge::None => false,
        Edge::Digit => character.is_ascii_digit(),
        Edge::Word => character.is_alphanumeric(),
    };
    !before.is_some_and(joins) && !after.is_some_and(joins)
}

/// `client-1` and its like: what redaction itself wrote.
fn is_stand_in(text: &str, prefix: &str) -> bool {
    let number = text
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('-'));
    number.is_some_and(|number| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// How an address may be written.
fn of_address(address: IpAddr, item: Item) -> Vec<(Vec<u8>, Edge)> {
    let mut texts = vec![address.to_string()];
    let mut bytes = Vec::new();
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            // Reversed, another address may be a client's.
            let reversed = format!("{d}.{c}.{b}.{a}");
            texts.push(if item == Item::OtherAddress {
                reversed + ".in-addr"
            } else {
                reversed
            });
            texts.push(format!("{a}-{b}-{c}-{d}"));
            texts.push(format!("{a:03}.{b:03}.{c:03}.{d:03}"));
            bytes.push(hex(&v4.octets()));
            bytes.push(format!("{a:02x}.{b:02x}.{c:02x}.{d:02x}").into_bytes());
            bytes.push(format!("{a:02x}:{b:02x}:{c:02x}:{d:02x}").into_bytes());
        }
        IpAddr::V6(v6) => {
            let groups: Vec<String> = v6
                .segments()
                .iter()
                .map(|group| format!("{group:04x}"))
                .collect();
            let short: Vec<String> = v6
                .segments()
                .iter()
                .map(|group| format!("{group:x}"))
                .collect();
            texts.push(groups.join(":"));
            texts.push(short.join(":"));
            texts.push(short.join("-"));
            let nibbles: Vec<String> = groups.concat().chars().rev().map(String::from).collect();
            texts.push(nibbles.join("."));
            bytes.extend(of_bytes(&v6.octets()));
        }
    }
    bytes.extend(texts.iter().flat_map(|text| of_bytes(text.as_bytes())));
    let texts = texts
        .into_iter()
        .map(|text| (text.into_bytes(), Edge::Digit));
    texts
        .chain(bytes.into_iter().map(|pattern| (pattern, Edge::None)))
        .collect()
}

/// How bytes may be written: hex, base64 at each of its three phases in either alphabet, UTF-16.
fn of_bytes(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut patterns = vec![hex(bytes)];
    for phase in 0..3 {
        patterns.push(base64_inside(&STANDARD_NO_PAD, bytes, phase));
        patterns.push(base64_inside(&URL_SAFE_NO_PAD, bytes, phase));
    }
    if bytes.is_ascii() {
        // Either order of bytes has a zero between two characters.
        let wide: Vec<u8> = bytes.iter().flat_map(|byte| [0, *byte]).skip(1).collect();
        patterns.push(hex(&wide));
        patterns.push(wide);
    }
    patterns.sort_unstable();
    patterns.dedup();
    patterns
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    bytes
        .iter()
        .flat_map(|byte| format!("{byte:02x}").into_bytes())
        .collect()
}

/// The characters that do not depend on what stands in front or behind, with `phase` bytes in front.
fn base64_inside(engine: &base64::engine::GeneralPurpose, bytes: &[u8], phase: usize) -> Vec<u8> {
    let padded = [vec![0; phase], bytes.to_vec()].concat();
    let encoded = engine.encode(&padded);
    let first = (phase * 8).div_ceil(6);
    let last = padded.len() * 8 / 6;
    encoded
        .as_bytes()
        .get(first..last)
        .unwrap_or_default()
        .to_vec()
}
