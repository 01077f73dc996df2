//! The first and last packets of a connection, each with what is to be said of it.

use super::Context;
use super::context::{Ends, packet};
use crate::attempt::Connection;
use crate::flow::journal::{Entry, Notes};
use crate::http::facts::HttpFacts;
use crate::ids::Stamp;
use crate::packet::TcpFlags;
use crate::report::v1;
use crate::tls;

pub(super) fn packets(connection: &Connection, context: &Context) -> Vec<v1::JournalPacket> {
    let ends = Ends {
        client: connection.client(),
    };
    let messages = messages(connection);
    let told = |stamp: Stamp| {
        messages
            .iter()
            .filter(move |(at, _)| *at == stamp)
            .map(|(_, name)| name.clone())
    };
    connection
        .flow
        .journal
        .iter()
        .map(|entry| {
            let stamp = entry.stamp();
            let has_ack = entry.flags.contains(TcpFlags::ACK);
            v1::JournalPacket {
                packet: packet(stamp),
                at_ns: context.ns(stamp.at),
                from: ends.of(entry.side()),
                flags: Some(flags(entry.flags)),
                seq: Some(entry.sequence.into()),
                ack: has_ack.then_some(entry.acknowledgment.into()),
                length: entry.payload,
                window: Some(entry.window),
                ttl: Some(entry.ttl),
                ip_id: entry.identification(),
                timestamps: entry.timestamps().map(Into::into),
                notes: notes(&entry)
                    .map(str::to_owned)
                    .chain(told(stamp))
                    .collect(),
            }
        })
        .collect()
}

/// What messages begin in which packet.
fn messages(connection: &Connection) -> Vec<(Stamp, String)> {
    let mut all = Vec::new();
    if let Some(tls) = connection.tls() {
        tell_tls(tls, &mut all);
    }
    if let Some(http) = connection.http() {
        tell_http(http, &mut all);
    }
    for prelude in &connection.stream().preludes {
        all.push((prelude.started, "proxy-request".to_owned()));
        let answer = prelude.response_first_byte;
        all.extend(answer.map(|stamp| (stamp, "proxy-reply".to_owned())));
    }
    all.sort_by_key(|(stamp, _)| stamp.packet);
    all.dedup();
    all
}

fn tell_tls(tls: &tls::Facts, all: &mut Vec<(Stamp, String)>) {
    let hellos = tls.client_hellos.iter();
    let retry = tls.hello_retry_request.iter();
    let told = hellos
        .map(|hello| (hello.first_byte, "client-hello"))
        .chain(retry.map(|retry| (retry.first_byte, "hello-retry-request")))
        .chain(
            tls.server_hello
                .iter()
                .map(|hello| (hello.first_byte, "server-hello")),
        )
        .chain(
            tls.client_finished
                .iter()
                .map(|end| (end.stamp, "client-finished")),
        )
        .chain(
            tls.server_finished
                .iter()
                .map(|end| (end.stamp, "server-finished")),
        )
        .chain(tls.alerts.iter().map(|alert| (alert.stamp, "alert")))
        .chain(
            tls.tickets
                .iter()
                .map(|ticket| (ticket.first_byte, "session-ticket")),
        );
    let asked = tls
        .exchanges
        .iter()
        .map(|exchange| (exchange.request.first, "request"));
    let answers = tls
        .exchanges
        .iter()
        .filter_map(|exchange| exchange.response.as_ref());
    let told = told
        .chain(asked)
        .chain(answers.map(|response| (response.first, "response")));
    all.extend(told.map(|(stamp, name)| (stamp, name.to_owned())));
}

fn tell_http(http: &HttpFacts, all: &mut Vec<(Stamp, String)>) {
    for exchange in http.exchanges.iter() {
        let request = exchange.request.iter();
        all.extend(request.map(|request| (request.first_byte, "request".to_owned())));
        let informational = exchange.informational.iter();
        all.extend(
            informational.map(|info| (info.first_byte, format!("response-{}", info.status))),
        );
        let response = exchange.response.iter();
        all.extend(response.map(|response| (response.first_byte, "response".to_owned())));
    }
}

/// Flags in Wireshark's words and order.
fn flags(flags: TcpFlags) -> String {
    const WORDS: [(TcpFlags, &str); 8] = [
        (TcpFlags::FIN, "FIN"),
        (TcpFlags::SYN, "SYN"),
        (TcpFlags::RST, "RST"),
        (TcpFlags::PSH, "PSH"),
        (TcpFlags::ACK, "ACK"),
        (TcpFlags::URG, "URG"),
        (TcpFlags::ECE, "ECE"),
        (TcpFlags::CWR, "CWR"),
    ];
    let set: Vec<_> = WORDS
        .iter()
        .filter(|(flag, _)| flags.contains(*flag))
        .map(|(_, word)| *word)
        .collect();
    set.join(",")
}

fn notes(entry: &Entry) -> impl Iterator<Item = &'static str> {
    const WORDS: [(Notes, &str); 23] = [
        (Notes::RETRANSMISSION, "retransmission"),
        (Notes::FAST_RETRANSMISSION, "fast-retransmission"),
        (Notes::SPURIOUS_RETRANSMISSION, "spurious-retransmission"),
        (Notes::OUT_OF_ORDER, "out-of-order"),
        (Notes::DUPLICATE_ACK, "duplicate-ack"),
        (Notes::KEEP_ALIVE, "keep-alive"),
        (Notes::KEEP_ALIVE_ACK, "keep-alive-ack"),
        (Notes::ZERO_WINDOW, "zero-window"),
        (Notes::ZERO_WINDOW_PROBE, "zero-window-probe"),
        (Notes::ZERO_WINDOW_PROBE_ACK, "zero-window-probe-ack"),
        (Notes::WINDOW_FULL, "window-full"),
        (Notes::WINDOW_UPDATE, "window-update"),
        (Notes::DSACK, "d-sack"),
        (Notes::LOST_BEFORE, "previous-segment-lost"),
        (Notes::ACKED_UNSEEN, "acked-unseen"),
        (Notes::SACK, "sack"),
        (Notes::SUPER_SEGMENT, "larger-than-mss"),
        (Notes::SNAPPED, "snapped"),
        (Notes::REUSED_PORTS, "reused-ports"),
        (Notes::DUPLICATE_CAPTURE, "captured-twice"),
        (Notes::CHALLENGE_ACK, "challenge-ack"),
        (Notes::TTL_CHANGE, "ttl-change"),
        (Notes::IP_ID_GAP, "ip-id-gap"),
    ];
    let set = entry.notes();
    WORDS
        .into_iter()
        .filter(move |(note, _)| set.contains(*note))
        .map(|(_, word)| word)
}
