//! DNS messages, and ICMP errors where they quote what the report holds.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use stallscope_shared::dns::{RecordType, ResponseCode};
use stallscope_shared::report::v1::{DnsTransaction, Report};

use crate::facts::Comparison;
use crate::oracle::{DnsMessage, IcmpError, Tshark, nanos};

/// One message of a transaction of ours.
struct Ours<'a> {
    packet: u32,
    at: i128,
    is_response: bool,
    of: &'a DnsTransaction,
    /// It is the one that the transaction's RCODE is from.
    has_rcode: bool,
}

/// Our messages that are still to be found among theirs.
struct Left<'a> {
    messages: Vec<Ours<'a>>,
    /// Transactions of which messages were captured twice, and how many. The report does not say which.
    copies: Vec<(&'a DnsTransaction, u32)>,
}

/// Compares DNS messages over UDP and TCP, and LLMNR; multicast DNS is no lookup of ours.
pub(crate) fn dns(comparison: &mut Comparison, report: &Report, tshark: &Tshark, epoch: i128) {
    let of_all = report.dns.iter();
    let mut ours = Left {
        messages: of_all.clone().flat_map(|of| messages(of, epoch)).collect(),
        copies: of_all.map(|of| (of, of.copies)).collect(),
    };
    let messages = tshark
        .dns_messages
        .iter()
        .filter(|message| message.proto != "mdns");
    for theirs in messages {
        for index in 0..theirs.id.len().max(1) {
            one_dns(comparison, &mut ours, theirs, index);
        }
    }
    for ours in ours.messages {
        let subject = format!("dns in {} id {}", ours.packet, ours.of.id);
        let seen = Some(ours.of.name.as_str());
        comparison.fact(&subject, fact(ours.is_response), seen, None);
    }
}

const fn fact(is_response: bool) -> &'static str {
    if is_response {
        "dns response"
    } else {
        "dns query"
    }
}

fn one_dns(comparison: &mut Comparison, left: &mut Left<'_>, theirs: &DnsMessage, index: usize) {
    let id = theirs.id.get(index).copied();
    let is_response = theirs.response.get(index).copied().unwrap_or_default();
    let name = theirs.qname.get(index).map(String::as_str);
    let subject = format!("dns in {} id {}", theirs.frame, id.unwrap_or_default());
    let found = left.messages.iter().position(|ours| {
        ours.packet == theirs.frame && ours.is_response == is_response && Some(ours.of.id) == id
    });
    let fact = fact(is_response);
    let Some(found) = found else {
        if id.is_some_and(|id| left.take_copy(id, name)) {
            return comparison.fact(&subject, fact, Some("seen"), Some("seen"));
        }
        let carrier = format!("{} over {}", name.unwrap_or("no question"), theirs.l4);
        comparison.fact(&subject, fact, None, Some(carrier));
        return;
    };
    let ours = left.messages.remove(found);
    comparison.fact(&subject, fact, Some("seen"), Some("seen"));
    comparison.time(&subject, "dns time", Some(ours.at), Some(nanos(&theirs.ts)));
    // Of many questions in one packet, the first few are named.
    if let Some(name) = name {
        let ours = plain(&ours.of.name, 10);
        comparison.fact(&subject, "dns name", Some(ours), Some(plain(name, 8)));
    }
    if let Some(code) = theirs.qtype.get(index) {
        let kind = RecordType(*code);
        let kind = kind
            .name()
            .map_or_else(|| format!("TYPE{code}"), str::to_owned);
        comparison.fact(&subject, "dns type", Some(ours.of.kind.clone()), Some(kind));
    }
    if ours.has_rcode {
        addresses(comparison, &subject, ours.of, theirs);
        let rcode = theirs.rcode.first().map(|code| {
            let rcode = ResponseCode(*code);
            rcode
                .name()
                .map_or_else(|| format!("RCODE{code}"), str::to_owned)
        });
        comparison.fact(&subject, "dns rcode", ours.of.rcode.clone(), rcode);
    }
}

/// The addresses of a response: each of ours is one of theirs, which tshark takes from every section.
fn addresses(
    comparison: &mut Comparison,
    subject: &str,
    ours: &DnsTransaction,
    theirs: &DnsMessage,
) {
    let Some(answers) = &theirs.answers else {
        return;
    };
    let theirs: BTreeSet<IpAddr> = answers
        .a
        .iter()
        .chain(&answers.aaaa)
        .filter_map(|address| address.parse().ok())
        .collect();
    let is_address = |kind: &str| kind == "A" || kind == "AAAA";
    let ours = ours
        .answers
        .iter()
        .filter(|answer| is_address(&answer.kind));
    for address in ours.filter_map(|answer| answer.data.parse::<IpAddr>().ok()) {
        let found = theirs.contains(&address).then_some(address);
        comparison.fact(subject, "dns address", Some(address), found);
    }
}

/// A name as it is, without the escapes in which it was written: we write `\\013` in decimal (RFC 1035 §5.1),
/// tshark `\\015` in octal, and some by a letter.
fn plain(name: &str, base: u32) -> String {
    let mut bytes = Vec::new();
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend_from_slice(before.as_bytes());
        let code = after.get(..3);
        let code = code.and_then(|digits| u8::from_str_radix(digits, base).ok());
        let length = if code.is_some() { 3 } else { 1 };
        let code = code.or_else(|| after.bytes().next().map(named_by));
        // tshark does not escape the sign itself.
        bytes.push(code.unwrap_or(b'\\'));
        rest = after.get(length..).unwrap_or_default();
    }
    bytes.extend_from_slice(rest.as_bytes());
    let name = String::from_utf8_lossy(&bytes);
    name.to_ascii_lowercase().replace("<root>", ".")
}

/// The byte that stands for itself or for what this letter means in C.
const fn named_by(letter: u8) -> u8 {
    match letter {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        other => other,
    }
}

impl Left<'_> {
    /// A second copy of a message with this ID that asks for this name, once each.
    fn take_copy(&mut self, id: u16, name: Option<&str>) -> bool {
        let is_of = |of: &DnsTransaction| {
            of.id == id && name.is_some_and(|name| plain(&of.name, 10) == plain(name, 8))
        };
        let mut copies = self.copies.iter_mut();
        let copied = copies.find(|(of, count)| *count > 0 && is_of(of));
        copied.map(|(_, count)| *count -= 1).is_some()
    }
}

fn messages(of: &DnsTransaction, epoch: i128) -> Vec<Ours<'_>> {
    let ours = |packet, ns, is_response, has_rcode| Ours {
        packet,
        at: epoch + i128::from(ns),
        is_response,
        of,
        has_rcode,
    };
    let query = of.query_packet.zip(of.query_ns);
    let response = of.response_packet.zip(of.response_ns);
    let repeats = of.repeats.iter().map(|again| (again.packet, again.at_ns));
    let further = of
        .further_responses
        .iter()
        .map(|again| (again.packet, again.at_ns));
    query
        .into_iter()
        .chain(repeats)
        .map(|(packet, ns)| ours(packet.number, ns, false, false))
        .chain(response.map(|(packet, ns)| ours(packet.number, ns, true, true)))
        .chain(further.map(|(packet, ns)| ours(packet.number, ns, true, false)))
        .collect()
}

/// Compares ICMP errors about TCP connections and DNS queries of the capture.
pub(crate) fn icmp(comparison: &mut Comparison, report: &Report, tshark: &Tshark, epoch: i128) {
    for theirs in &tshark.icmp_errors {
        let Some(ends) = quoted_ends(theirs) else {
            continue;
        };
        match theirs.quoted_l4.as_deref() {
            Some("tcp") => about_tcp(comparison, report, theirs, (&ends, epoch)),
            Some("udp") => about_dns(comparison, report, theirs, (&ends, epoch)),
            _ => {}
        }
    }
}

fn quoted_ends(error: &IcmpError) -> Option<[String; 2]> {
    let end = |address: &Option<String>, port: Option<u16>| {
        let address: IpAddr = address.as_ref()?.parse().ok()?;
        Some(SocketAddr::new(address, port?).to_string())
    };
    Some([
        end(&error.quoted_src, error.quoted_sport)?,
        end(&error.quoted_dst, error.quoted_dport)?,
    ])
}

fn about_tcp(
    comparison: &mut Comparison,
    report: &Report,
    theirs: &IcmpError,
    (ends, epoch): (&[String; 2], i128),
) {
    let mut known = report.attempts.iter().filter(|attempt| {
        attempt.transport.is_some()
            && ends.contains(&attempt.client)
            && ends.contains(&attempt.server)
    });
    if known.clone().next().is_none() {
        return;
    }
    let found = known.find_map(|attempt| {
        attempt
            .icmp
            .iter()
            .find(|icmp| icmp.packet.number == theirs.frame)
    });
    let subject = format!("icmp in {}", theirs.frame);
    let said = |kind: u8, code: u8, mtu: Option<u32>, from: &str| {
        format!(
            "type {kind} code {code} mtu {} from {from}",
            mtu.unwrap_or_default()
        )
    };
    let ours = found.map(|ours| said(ours.kind, ours.code, ours.mtu, &ours.from));
    let from = theirs.src.as_deref().unwrap_or_default();
    let theirs_said = said(theirs.kind, theirs.code, theirs.mtu, from);
    comparison.fact(&subject, "icmp error", ours, Some(theirs_said));
    if let Some(ours) = found {
        let at = Some(epoch + i128::from(ours.at_ns));
        comparison.time(&subject, "icmp time", at, Some(nanos(&theirs.ts)));
    }
}

fn about_dns(
    comparison: &mut Comparison,
    report: &Report,
    theirs: &IcmpError,
    (ends, epoch): (&[String; 2], i128),
) {
    let [client, server] = ends;
    let mut asked = report
        .dns
        .iter()
        .filter(|asked| asked.client == *client && asked.server == *server);
    if asked.clone().next().is_none() {
        return;
    }
    let refusal = asked.find_map(|asked| {
        let mut refusals = asked.refusals.iter();
        refusals.find(|icmp| icmp.packet.number == theirs.frame)
    });
    let subject = format!("icmp in {}", theirs.frame);
    let at = refusal.map(|icmp| epoch + i128::from(icmp.at_ns));
    comparison.time(&subject, "icmp about a query", at, Some(nanos(&theirs.ts)));
}
