//! TLS: the hellos, what was agreed, alerts.

use stallscope_shared::report::v1::{self, Basis};
use stallscope_shared::tls::codepoints::{CipherSuite, NamedGroup, Version, is_grease};

use crate::facts::Comparison;
use crate::oracle::{Alert, ClientHello, ServerHello, nanos};
use crate::streams::Pair;

/// Bytes of a handshake message's header and of a record's.
const MESSAGE_HEADER: u32 = 4;
const RECORD_HEADER: u32 = 5;

/// Compares the TLS of one stream.
pub(crate) fn compare(comparison: &mut Comparison, pair: &Pair<'_>) {
    let nothing = v1::Tls::default();
    let ours = pair.ours.tls.as_ref().unwrap_or(&nothing);
    let theirs = pair.theirs.tls.as_ref();
    // A hello that repeats in its own packet is the same one, read again by tshark.
    let mut hellos: Vec<&ClientHello> = theirs.iter().flat_map(|tls| &tls.client_hello).collect();
    hellos.dedup_by_key(|hello| hello.frame);
    client_hello(comparison, pair, ours, hellos.first().copied());
    let answers = || theirs.iter().flat_map(|tls| &tls.server_hello);
    let retry = answers().find(|hello| hello.hello_retry == Some(true));
    let answer = answers().find(|hello| hello.hello_retry != Some(true));
    retries(comparison, pair, ours, (retry, hellos.get(1).copied()));
    server_hello(comparison, pair, ours, answer);
    let empty = Vec::new();
    alerts(
        comparison,
        pair,
        &ours.alerts,
        theirs.map_or(&empty, |tls| &tls.alerts),
    );
}

fn client_hello(
    comparison: &mut Comparison,
    pair: &Pair<'_>,
    ours: &v1::Tls,
    theirs: Option<&ClientHello>,
) {
    let subject = &pair.subject;
    let complete = ours.client_hello_complete_ns;
    let (seen, theirs_seen) = (complete.map(|_| "hello"), theirs.map(|_| "hello"));
    comparison.fact(subject, "client hello", seen, theirs_seen);
    let (Some(complete), Some(theirs)) = (complete, theirs) else {
        return;
    };
    let at = pair.at(Some(complete));
    comparison.time(subject, "client hello time", at, Some(nanos(&theirs.ts)));
    let name = theirs.sni.first().map(|name| name.to_ascii_lowercase());
    let ours_name = ours
        .server_name
        .as_ref()
        .map(|name| name.to_ascii_lowercase());
    comparison.fact(subject, "client hello sni", ours_name, name);
    let Some(hello) = &ours.client_hello else {
        return;
    };
    let joined = |list: &[String]| (!list.is_empty()).then(|| list.join(","));
    comparison.fact(
        subject,
        "client hello alpn",
        joined(&hello.alpn),
        joined(&theirs.alpn),
    );
    let headers = MESSAGE_HEADER + RECORD_HEADER * hello.records;
    let length = hello.bytes.checked_sub(headers);
    comparison.fact(subject, "client hello length", length, theirs.hs_length);
    let groups = theirs.groups.iter().map(|text| code(text));
    let groups: Vec<String> = groups.filter(|code| !is_grease(*code)).map(group).collect();
    let ours = joined(&hello.groups);
    comparison.fact(subject, "client hello groups", ours, joined(&groups));
    let shares = theirs.key_share_groups.iter();
    let shares = shares.map(|text| text.parse().unwrap_or_default());
    let shares: Vec<String> = shares.filter(|code| !is_grease(*code)).map(group).collect();
    let ours = joined(&hello.key_shares);
    comparison.fact(subject, "client hello key shares", ours, joined(&shares));
    if !theirs.supported_versions.is_empty() {
        let offered = theirs.supported_versions.iter().map(|text| code(text));
        let offered: Vec<String> = offered
            .filter(|code| !is_grease(*code))
            .map(version)
            .collect();
        let ours = joined(&hello.versions);
        comparison.fact(subject, "client hello versions", ours, joined(&offered));
    }
}

fn retries(
    comparison: &mut Comparison,
    pair: &Pair<'_>,
    ours: &v1::Tls,
    (retry, second): (Option<&ServerHello>, Option<&ClientHello>),
) {
    let retried = ours.hello_retry_request.as_ref();
    let subject = &pair.subject;
    let theirs = retry.map(|retry| nanos(&retry.ts));
    comparison.time(
        subject,
        "hello retry request",
        pair.at(retried.map(|ours| ours.at_ns)),
        theirs,
    );
    if let (Some(ours), Some(_)) = (retried, retry) {
        let ours = pair.at(ours.second_client_hello_ns);
        let theirs = second.map(|hello| nanos(&hello.ts));
        comparison.time(subject, "second client hello", ours, theirs);
    }
}

fn server_hello(
    comparison: &mut Comparison,
    pair: &Pair<'_>,
    ours: &v1::Tls,
    theirs: Option<&ServerHello>,
) {
    let subject = &pair.subject;
    let complete = ours.server_hello_complete_ns;
    let (seen, theirs_seen) = (complete.map(|_| "hello"), theirs.map(|_| "hello"));
    comparison.fact(subject, "server hello", seen, theirs_seen);
    let (Some(complete), Some(theirs)) = (complete, theirs) else {
        return;
    };
    let at = pair.at(Some(complete));
    comparison.time(subject, "server hello time", at, Some(nanos(&theirs.ts)));
    let agreed = theirs
        .selected_version
        .as_ref()
        .or(theirs.legacy_version.as_ref());
    let agreed = agreed.map(|text| version(code(text)));
    comparison.fact(subject, "tls version", ours.version.clone(), agreed);
    let suite = theirs.cipher.as_ref().map(|text| {
        let suite = CipherSuite(code(text));
        named(suite.name(), suite.0)
    });
    comparison.fact(
        subject,
        "tls cipher suite",
        ours.cipher_suite.clone(),
        suite,
    );
    // Before TLS 1.3 tshark's field is empty; the group is then in ServerKeyExchange.
    if let Some(text) = &theirs.group {
        let group = group(text.parse().unwrap_or_default());
        comparison.fact(subject, "tls group", ours.group.clone(), Some(group));
    }
    if !theirs.alpn.is_empty() {
        let alpn = theirs.alpn.join(",");
        comparison.fact(subject, "server hello alpn", ours.alpn.clone(), Some(alpn));
    }
}

fn alerts(comparison: &mut Comparison, pair: &Pair<'_>, ours: &[v1::Alert], theirs: &[Alert]) {
    // Alerts inside TLS 1.3 records are inferred from their size; tshark cannot see them.
    let mut left: Vec<_> = ours
        .iter()
        .filter(|ours| ours.basis == Basis::Observed)
        .collect();
    for theirs in theirs {
        let subject = format!("{} alert in {}", pair.subject, theirs.frame);
        let found = left.iter().position(|ours| {
            number(ours) == Some(theirs.frame) && pair.direction(ours.from) == theirs.dir
        });
        let said = Some(alert(theirs.level.first(), theirs.desc.first()));
        let Some(found) = found else {
            comparison.fact(&subject, "alert", None, said);
            continue;
        };
        let ours = left.remove(found);
        let heard = alert(ours.level.as_ref(), ours.code.as_ref());
        comparison.fact(&subject, "alert", Some(heard), said);
        let at = pair.at(Some(ours.at_ns));
        comparison.time(&subject, "alert time", at, Some(nanos(&theirs.ts)));
    }
    for ours in left {
        let frame = number(ours).unwrap_or_default();
        let subject = format!("{} alert in {frame}", pair.subject);
        let heard = alert(ours.level.as_ref(), ours.code.as_ref());
        comparison.fact(&subject, "alert", Some(heard), None);
    }
}

/// The packet that a capture saw it in.
fn number(alert: &v1::Alert) -> Option<u32> {
    alert.packet.as_ref().map(|packet| packet.number)
}

fn alert(level: Option<&u8>, code: Option<&u8>) -> String {
    match (level, code) {
        (Some(level), Some(code)) => format!("level {level} code {code}"),
        _ => "encrypted".to_owned(),
    }
}

fn code(text: &str) -> u16 {
    u16::from_str_radix(text.trim_start_matches("0x"), 16).unwrap_or_default()
}

fn group(code: u16) -> String {
    named(NamedGroup(code).name(), code)
}

fn version(code: u16) -> String {
    named(Version(code).name(), code)
}

fn named(name: Option<&'static str>, number: u16) -> String {
    name.map_or_else(|| format!("0x{number:04x}"), str::to_owned)
}
