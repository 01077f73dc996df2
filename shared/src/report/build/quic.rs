//! The first flight of a QUIC connection.

use super::context::packet;
use super::{Context, icmp_name};
use crate::quic::{Flow, Version};
use crate::report::v1;

pub(super) fn quic(flow: &Flow, context: &Context) -> v1::Quic {
    let initial = flow.client_initials.first().copied();
    let answer = flow.traffic.responder.first;
    v1::Quic {
        version: flow.versions.first().map(|version| version_name(*version)),
        initial_ns: context.at(initial),
        initial_packet: initial.map(packet),
        initials_sent: flow.client_initial_count.into(),
        answer_ns: context.at(answer),
        answer_packet: answer.map(packet),
        saw_retry: flow.retry.is_some(),
        saw_version_negotiation: flow.version_negotiation.is_some(),
        datagrams: v1::PerEnd {
            client: flow.traffic.originator.datagrams,
            server: flow.traffic.responder.datagrams,
        },
        bytes: v1::PerEnd {
            client: flow.traffic.originator.bytes,
            server: flow.traffic.responder.bytes,
        },
    }
}

pub(super) fn version_name(version: Version) -> String {
    version
        .name()
        .map_or_else(|| format!("0x{:08x}", version.0), str::to_owned)
}

pub(super) fn icmp(flow: &Flow, context: &Context) -> Vec<v1::IcmpError> {
    flow.icmp_errors
        .iter()
        .map(|icmp| v1::IcmpError {
            at_ns: context.ns(icmp.stamp.at),
            from: icmp.reporter.to_string(),
            is_v6: icmp.is_v6,
            kind: icmp.kind,
            code: icmp.code,
            name: icmp_name::of(icmp.is_v6, icmp.kind, icmp.code).map(str::to_owned),
            mtu: icmp.mtu,
            quotes: Some(if icmp.quotes_client {
                v1::End::Client
            } else {
                v1::End::Server
            }),
            packet: packet(icmp.stamp),
        })
        .collect()
}
