//! Which rule each text of a report goes by. A text that no line names goes by the strictest.

use super::Item;

/// What happens to the text of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// One of our own words, a time, a digest: stays.
    Word,
    /// `ip:port`: the port stays, the address where it is a server's.
    Endpoint,
    /// An address on the way.
    Router,
    /// A host's name, with or without a port.
    Name,
    /// A list of names of which the others are left out.
    OtherNames,
    /// Target of a request.
    Target,
    /// A response header and its value.
    Header,
    /// What the first bytes look like: what is quoted of them goes.
    Greeting,
    /// Anything: addresses, names, paths and accounts in it are looked for.
    Text,
    /// An English sentence, written anew from its message where it has one.
    Sentence,
    /// Gone, with this in its place.
    Instead(Item, &'static str),
    /// Gone, and whatever stood there is looked for everywhere else; numbered, with this in front of the number.
    Numbered(Item, &'static str),
    /// No element of the list stays.
    Nothing(Item),
}

/// The rule of a field by its path, list indices left out; inside messages by what stands in them.
pub(super) fn rule_of(path: &str) -> Option<Rule> {
    let line = RULES
        .binary_search_by(|(known, _)| (*known).cmp(path))
        .ok()?;
    RULES.get(line).map(|(_, rule)| *rule)
}

use Rule::{
    Endpoint, Greeting, Header, Instead, Name, Nothing, Numbered, OtherNames, Router, Sentence,
    Target, Text, Word,
};

/// Every text of version 1, by path; a test holds that none is forgotten.
const RULES: [(&str, Rule); 142] = [
    ("attempts.client", Endpoint),
    ("attempts.http.basis", Word),
    ("attempts.http.host", Name),
    ("attempts.http.method", Text),
    ("attempts.http.notable_headers", Header),
    ("attempts.http.protocol", Word),
    ("attempts.http.reset.from", Word),
    ("attempts.http.reset.name", Word),
    ("attempts.http.target", Target),
    ("attempts.http.upgraded_to", Text),
    ("attempts.http2.goaway.from", Word),
    ("attempts.http2.goaway.name", Word),
    ("attempts.http2.window_stalls.sender", Word),
    ("attempts.icmp.from", Router),
    ("attempts.icmp.name", Word),
    ("attempts.icmp.quotes", Word),
    ("attempts.kind", Word),
    ("attempts.name_basis", Word),
    ("attempts.outcome", Word),
    ("attempts.packets.flags", Word),
    ("attempts.packets.from", Word),
    ("attempts.packets.notes", Word),
    ("attempts.phases.awaiting", Word),
    ("attempts.phases.basis", Word),
    ("attempts.phases.outcome", Word),
    ("attempts.phases.phase", Word),
    ("attempts.primitives.attributions.basis", Word),
    ("attempts.primitives.attributions.from", Word),
    ("attempts.primitives.attributions.of", Word),
    (
        "attempts.primitives.client_think_after_flight.ended_with",
        Word,
    ),
    ("attempts.primitives.idle_timer.ended_by", Word),
    ("attempts.primitives.idle_timer.known_as", Word),
    ("attempts.primitives.idle_timer.since", Word),
    (
        "attempts.primitives.request_deliveries.idle.last_from",
        Word,
    ),
    ("attempts.primitives.resets.from", Word),
    ("attempts.primitives.resets.relation", Word),
    ("attempts.primitives.sack.blocks.from", Word),
    ("attempts.primitives.syn_rtt.basis", Word),
    ("attempts.primitives.timer.ended_by", Word),
    ("attempts.primitives.timer.known_as", Word),
    ("attempts.primitives.timer.since", Word),
    ("attempts.probe.error.errno", Word),
    ("attempts.probe.error.icmp.from", Router),
    ("attempts.probe.events.detail", Text),
    ("attempts.probe.events.kind", Word),
    ("attempts.probe.limit.name", Word),
    ("attempts.probe.target", Target),
    ("attempts.proxy.kind", Word),
    ("attempts.proxy.target", Name),
    ("attempts.quic.version", Word),
    ("attempts.server", Endpoint),
    ("attempts.server_name", Name),
    ("attempts.silences.awaiting", Word),
    ("attempts.silences.from", Word),
    ("attempts.tls.alerts.basis", Word),
    ("attempts.tls.alerts.from", Word),
    ("attempts.tls.alerts.name", Word),
    ("attempts.tls.alpn", Text),
    ("attempts.tls.certificates.dns_names", OtherNames),
    ("attempts.tls.certificates.issuer", Text),
    ("attempts.tls.certificates.not_after", Word),
    ("attempts.tls.certificates.not_before", Word),
    ("attempts.tls.certificates.sha256", Word),
    ("attempts.tls.certificates.subject", Text),
    ("attempts.tls.cipher_suite", Word),
    ("attempts.tls.client_hello.alpn", Text),
    ("attempts.tls.client_hello.cipher_suites", Word),
    ("attempts.tls.client_hello.groups", Word),
    ("attempts.tls.client_hello.ja4", Word),
    ("attempts.tls.client_hello.key_shares", Word),
    ("attempts.tls.client_hello.versions", Word),
    ("attempts.tls.group", Word),
    ("attempts.tls.handshake_basis", Word),
    ("attempts.tls.hello_retry_request.group", Word),
    (
        "attempts.tls.not_tls.first_bytes",
        Instead(Item::Payload, ""),
    ),
    ("attempts.tls.not_tls.from", Word),
    ("attempts.tls.not_tls.looks_like", Greeting),
    ("attempts.tls.server_name", Name),
    ("attempts.tls.version", Word),
    ("attempts.transport.closed_by", Word),
    ("attempts.transport.reset_by", Word),
    ("attempts.transport.teardown.from", Word),
    ("attempts.transport.teardown.kind", Word),
    ("attempts.verdict.alternatives", Word),
    ("attempts.verdict.cause", Word),
    ("attempts.verdict.confidence", Word),
    ("attempts.verdict.party", Word),
    ("attempts.verdict.phase", Word),
    ("attempts.verdict.remedy", Sentence),
    ("attempts.verdict.rules_out.because", Sentence),
    ("attempts.verdict.rules_out.party", Word),
    ("attempts.verdict.severity", Word),
    ("attempts.verdict.slug", Word),
    ("attempts.verdict.statement", Sentence),
    ("attempts_left_out.because", Text),
    ("captures.comments", Nothing(Item::Comment)),
    ("captures.compression", Word),
    ("captures.format", Word),
    (
        "captures.interfaces.description",
        Numbered(Item::FileName, "interface-description-"),
    ),
    (
        "captures.interfaces.name",
        Numbered(Item::FileName, "interface-"),
    ),
    ("captures.link_types.name", Word),
    ("captures.name", Numbered(Item::FileName, "capture-")),
    ("captures.quality.not_understood.kind", Word),
    ("captures.sha256", Word),
    ("dns.answers.data", Text),
    ("dns.answers.type", Word),
    ("dns.client", Endpoint),
    ("dns.name", Name),
    ("dns.rcode", Word),
    ("dns.server", Endpoint),
    ("dns.transport", Word),
    ("dns.type", Word),
    ("epoch", Word),
    ("evidence.events.detail", Text),
    ("evidence.events.kind", Text),
    ("evidence.silence.awaiting", Word),
    ("evidence.silence.from", Word),
    ("evidence.statement", Sentence),
    ("headline.cause", Word),
    ("headline.party", Word),
    ("headline.servers", Endpoint),
    ("headline.statement", Sentence),
    ("made_at", Word),
    ("servers.address", Endpoint),
    ("servers.names", OtherNames),
    ("servers.verdict.alternatives", Word),
    ("servers.verdict.cause", Word),
    ("servers.verdict.confidence", Word),
    ("servers.verdict.party", Word),
    ("servers.verdict.phase", Word),
    ("servers.verdict.remedy", Sentence),
    ("servers.verdict.rules_out.because", Sentence),
    ("servers.verdict.rules_out.party", Word),
    ("servers.verdict.severity", Word),
    ("servers.verdict.slug", Word),
    ("servers.verdict.statement", Sentence),
    ("tool.name", Text),
    ("tool.version", Text),
    ("vantage.points.because", Text),
    ("vantage.points.position", Word),
    ("warnings.detail", Text),
    ("warnings.kind", Word),
];
