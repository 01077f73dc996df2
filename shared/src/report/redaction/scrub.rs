//! Free text, word by word: addresses, names, paths and accounts in it.

use std::net::{IpAddr, SocketAddr};

use super::Item;
use super::focus::Focus;
use super::secrets::Secrets;
use crate::logged::is_of_table;
use crate::measure::timers::KNOWN;

/// What decides about words.
pub(super) struct Scrubber<'a> {
    pub(super) focus: &'a Focus,
    pub(super) secrets: &'a mut Secrets,
    pub(super) keeps: &'a dyn Fn(Item) -> bool,
    /// What was taken out, in order.
    pub(super) taken: Vec<Item>,
}

impl Scrubber<'_> {
    /// The text with stand-ins.
    pub(super) fn text(&mut self, text: &str) -> String {
        // "Node.js server.keepAliveTimeout" and "Client.Timeout exceeded" look like names of hosts.
        if KNOWN.iter().any(|timer| timer.name == text) || is_of_table(text) {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(is_of_word) {
            let (before, from_word) = rest.split_at(start);
            out.push_str(before);
            let end = from_word
                .find(|character| !is_of_word(character))
                .unwrap_or(from_word.len());
            let (word, after) = from_word.split_at(end);
            let core = word.trim_end_matches(['.', ':']);
            out.push_str(&self.word(core));
            out.push_str(word.get(core.len()..).unwrap_or_default());
            rest = after;
        }
        out.push_str(rest);
        out
    }

    fn word(&mut self, word: &str) -> String {
        if FIELDS.contains(&word) || word.is_empty() {
            return word.to_owned();
        }
        if let Some(text) = self.endpoint(word, Item::OtherAddress) {
            return text;
        }
        let (item, stand_in) = if is_mac(word) {
            (Item::Mac, None)
        } else if word.contains("://") {
            return self.url(word);
        } else if word.contains('@') {
            (Item::User, Some("…"))
        } else if is_path(word) {
            (Item::FileName, Some("…"))
        } else if host_of(word).is_some() {
            return self.name(word);
        } else {
            return word.to_owned();
        };
        if (self.keeps)(item) {
            return word.to_owned();
        }
        self.taken.push(item);
        match stand_in {
            Some(stand_in) => {
                self.secrets.note(word, item);
                stand_in.to_owned()
            }
            None => self.secrets.numbered(word, item, item.stand_in()),
        }
    }

    /// `ip`, `ip:port`, `[ip]:port`, `ip/length`; `None` when it is none of these.
    pub(super) fn endpoint(&mut self, text: &str, item: Item) -> Option<String> {
        if let Ok(socket) = text.parse::<SocketAddr>() {
            let host = self.address(socket.ip(), item)?;
            return Some(format!("{host}:{}", socket.port()));
        }
        let (address, behind) = match text.split_once('/') {
            Some((address, length)) if length.parse::<u8>().is_ok() => {
                (address, format!("/{length}"))
            }
            _ => (text, String::new()),
        };
        let address: IpAddr = address
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse()
            .ok()?;
        Some(match self.address(address, item) {
            Some(host) => host + &behind,
            None => text.to_owned(),
        })
    }

    /// What an address is called; `None` when it may stand as it is.
    pub(super) fn address(&mut self, address: IpAddr, item: Item) -> Option<String> {
        if let Some((item, known)) = self.secrets.known(address) {
            let known = known.to_owned();
            self.taken.push(item);
            return Some(known);
        }
        if self.focus.has_address(address) || (self.keeps)(item) || address.is_unspecified() {
            return None;
        }
        self.taken.push(item);
        Some(self.secrets.address(address, item).to_owned())
    }

    /// A host's name, or address, with or without a port.
    pub(super) fn name(&mut self, text: &str) -> String {
        if let Some(endpoint) = self.endpoint(text, Item::OtherAddress) {
            return endpoint;
        }
        let (account, host) = text
            .rsplit_once('@')
            .map_or((None, text), |(account, host)| (Some(account), host));
        if let Some(account) = account.filter(|_| !(self.keeps)(Item::User)) {
            self.taken.push(Item::User);
            account
                .split(':')
                .for_each(|part| self.secrets.note(part, Item::User));
        }
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if port.parse::<u16>().is_ok() => (name, format!(":{port}")),
            _ => (host, String::new()),
        };
        if let Ok(address) = name
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>()
        {
            return self
                .address(address, Item::OtherAddress)
                .unwrap_or_else(|| name.to_owned())
                + &port;
        }
        if self.focus.covers(name) || (self.keeps)(Item::OtherName) || name.is_empty() {
            return format!("{name}{port}");
        }
        self.taken.push(Item::OtherName);
        self.secrets
            .numbered(name, Item::OtherName, Item::OtherName.stand_in())
            + &port
    }

    fn url(&mut self, url: &str) -> String {
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        let at = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, target) = rest.split_at(at);
        let host = self.name(host);
        let target = self.target(target);
        format!("{scheme}://{host}{target}")
    }

    /// Target of a request: of its path and query only the shape stays.
    pub(super) fn target(&mut self, target: &str) -> String {
        if (self.keeps)(Item::Url) || target.is_empty() || target == "/" || target == "*" {
            return target.to_owned();
        }
        if target.contains("://") {
            return self.url(target);
        }
        if !target.starts_with(['/', '?', '#']) {
            return self.name(target);
        }
        self.taken.push(Item::Url);
        let at = target.find(['?', '#']).unwrap_or(target.len());
        let (path, query) = target.split_at(at);
        let mut shape = String::new();
        for segment in path.split('/').skip(1) {
            // Words of a language stand in too many sentences.
            if segment.len() >= TELLING || segment.bytes().any(|byte| !byte.is_ascii_lowercase()) {
                self.secrets.note(segment, Item::Url);
            }
            let kind = segment.rsplit_once('.').map(|(_, kind)| kind);
            let kind = kind
                .filter(|kind| KINDS.contains(kind))
                .map_or_else(String::new, |kind| format!(".{kind}"));
            let stem = if segment.is_empty() { "" } else { "…" };
            shape.push('/');
            shape.push_str(stem);
            shape.push_str(&kind);
        }
        if !query.is_empty() {
            self.secrets.note(query, Item::Url);
            for pair in query.split(['?', '#', '&', ';']) {
                let (_, value) = pair.split_once('=').unwrap_or(("", pair));
                self.secrets.note(value, Item::Url);
            }
            shape.push_str("?…");
        }
        shape
    }
}

/// A segment of a path that is no word of a language.
const TELLING: usize = 14;

/// Fields of Wireshark's filters, which look like names of hosts.
const FIELDS: [&str; 12] = [
    "ip.addr",
    "ipv6.addr",
    "ip.src",
    "ip.dst",
    "ipv6.src",
    "ipv6.dst",
    "tcp.port",
    "udp.port",
    "tcp.stream",
    "udp.stream",
    "frame.number",
    "dns.id",
];

/// Kinds of files that say what was asked for and not by whom.
const KINDS: [&str; 24] = [
    "css", "gif", "gz", "html", "ico", "jpeg", "jpg", "js", "json", "m3u8", "m4s", "mp3", "mp4",
    "mpd", "pdf", "php", "png", "svg", "ts", "txt", "webp", "woff2", "xml", "zip",
];

/// Characters of addresses, names, paths and accounts.
const fn is_of_word(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(
            character,
            '.' | '_'
                | '-'
                | ':'
                | '['
                | ']'
                | '@'
                | '/'
                | '\\'
                | '~'
                | '%'
                | '?'
                | '&'
                | '='
                | '#'
                | '+'
                | '*'
                | '$'
        )
}

fn is_mac(word: &str) -> bool {
    let is_octet =
        |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    [':', '-'].iter().any(|between| {
        let mut parts = word.split(*between);
        parts.clone().count() == 6 && parts.all(is_octet)
    })
}

fn is_path(word: &str) -> bool {
    let is_drive = || {
        let mut characters = word.chars();
        characters
            .next()
            .is_some_and(|letter| letter.is_ascii_alphabetic())
            && characters.next() == Some(':')
            && matches!(characters.next(), Some('\\' | '/'))
    };
    let is_absolute = word.starts_with('/') && word.len() > 1;
    is_absolute
        || word.starts_with("~/")
        || word.starts_with("./")
        || word.starts_with("../")
        || word.contains('\\')
        || is_drive()
}

/// A word that may be a host's name: labels with dots between, the last one of letters.
fn host_of(word: &str) -> Option<&str> {
    let host = match word.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => host,
        _ => word,
    };
    let labels = host.strip_prefix("*.").unwrap_or(host).split('.');
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    let last = labels.clone().next_back()?;
    let is_last = last.len() >= 2
        && (last.bytes().all(|byte| byte.is_ascii_alphabetic()) || last.starts_with("xn--"));
    (is_last && labels.clone().count() >= 2 && labels.clone().all(is_label)).then_some(host)
}
