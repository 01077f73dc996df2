//! What a client of our own saw of an attempt: what ended it, its events, and what its kernel said.

use stallscope_shared::report::v1::{Probe, ProbeEvent, TcpSample};
use stallscope_shared::text::{Language, Message, has, render};

use super::tell;
use crate::load::dossier::{Item, Layout, Section};
use crate::load::sentence::Sentence;
use crate::text::{bytes, length};

/// Readings of TCP_INFO that are shown.
const SAMPLES: usize = 20;

/// Events first: they are what the verdict cites. Times count from `started_ns`.
pub(super) fn sections(probe: &Probe, started_ns: i64) -> Vec<Section> {
    let mut sections = Vec::new();
    if !probe.events.is_empty() {
        sections.push(events(&probe.events, started_ns));
    }
    if !probe.samples.is_empty() {
        sections.push(samples(&probe.samples, started_ns));
    }
    sections
}

/// What ended the attempt, and how it differs from others; values without a line of their own elsewhere.
pub(super) fn lines(probe: &Probe) -> Vec<(&'static str, Option<Sentence>)> {
    let limit = probe.limit.as_ref().map(|limit| {
        let (name, allowed) = (limit.name.clone(), limit.length_ns);
        Sentence::write(|language| format!("{name} ({})", length(language, allowed)))
    });
    let error = probe.error.as_ref().map(|error| match &error.icmp {
        Some(icmp) => format!(
            "{} (ICMP {}/{} {})",
            error.errno, icmp.kind, icmp.code, icmp.from
        ),
        None => error.errno.clone(),
    });
    vec![
        ("fact-target", Some(probe.target.clone().into())),
        ("fact-arm", probe.arm.clone().map(Sentence::from)),
        ("fact-hop", probe.hop.map(|hop| hop.to_string().into())),
        ("fact-limit", limit),
        ("fact-error", error.map(Sentence::from)),
        (
            "fact-delay",
            probe
                .client_delay_ns
                .map(|delay| Sentence::write(|language| length(language, delay))),
        ),
    ]
}

fn events(events: &[ProbeEvent], started_ns: i64) -> Section {
    let item = |(number, event): (u32, &ProbeEvent)| Item {
        code: number.to_string(),
        label: Sentence::write(|language| named(language, event)),
        value: Sentence::write(|language| when(language, event, started_ns)),
        packets: Vec::new(),
    };
    Section {
        title: tell!("facts-events"),
        layout: Layout::Table,
        items: (1..).zip(events).map(item).collect(),
        left_out: 0,
    }
}

/// What happened, with what it is about.
fn named(language: Language, event: &ProbeEvent) -> String {
    let id = format!("page-event-{}", event.kind);
    let mut text = match has(Language::default(), &id) {
        true => render(language, &Message::new(id)),
        false => event.kind.clone(),
    };
    let number = event.code.map(|code| code.to_string());
    if let Some(detail) = event.detail.clone().or(number) {
        text += &format!(" ({detail})");
    }
    if let Some(count) = event.bytes {
        text += &format!(" · {}", bytes(count));
    }
    text
}

/// When the kernel saw it, and how much later the program, where that can be told apart.
fn when(language: Language, event: &ProbeEvent, started_ns: i64) -> String {
    let after = |at: i64| length(language, at.saturating_sub(started_ns));
    match event.kernel_ns {
        Some(kernel) => {
            let id = Message::new("event-times")
                .with("kernel", after(kernel))
                .with("program", after(event.at_ns));
            render(language, &id)
        }
        None => after(event.at_ns),
    }
}

fn samples(samples: &[TcpSample], started_ns: i64) -> Section {
    let item = |sample: &TcpSample| Item {
        code: String::new(),
        label: Sentence::default(),
        value: Sentence::write(|language| reading(language, sample, started_ns)),
        packets: Vec::new(),
    };
    Section {
        title: Sentence::Plain("TCP_INFO".to_owned()),
        layout: Layout::Lines,
        items: samples.iter().take(SAMPLES).map(item).collect(),
        left_out: samples.len().saturating_sub(SAMPLES) as u64,
    }
}

/// By the kernel's own names, which are looked up in its documentation.
fn reading(language: Language, sample: &TcpSample, started_ns: i64) -> String {
    let mut parts = vec![
        format!("rtt {}", length(language, sample.rtt_ns)),
        format!("unacked {}", sample.unacknowledged),
        format!("retransmits {}", sample.retransmits),
        format!("total_retrans {}", sample.total_retransmits),
    ];
    let since = [
        ("last_data_recv", sample.since_data_ns),
        ("last_ack_recv", sample.since_ack_ns),
    ];
    for (name, since) in since {
        parts.extend(since.map(|since| format!("{name} {}", length(language, since))));
    }
    let counts = [
        ("bytes_acked", sample.bytes_acked),
        ("bytes_received", sample.bytes_received),
        ("segs_in", sample.segments_in.map(u64::from)),
        ("rcv_ooopack", sample.out_of_order.map(u64::from)),
    ];
    for (name, count) in counts {
        parts.extend(count.map(|count| format!("{name} {count}")));
    }
    let at = length(language, sample.at_ns.saturating_sub(started_ns));
    format!("{at}: {}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use stallscope_shared::report::v1::{Probe, ProbeEvent, ProbeLimit, TcpSample};
    use stallscope_shared::text::Language;

    use super::{lines, sections};

    fn probe() -> Probe {
        let event = |kind: &str, at_ns: i64, kernel_ns: Option<i64>| ProbeEvent {
            at_ns,
            kernel_ns,
            kind: kind.to_owned(),
            ..ProbeEvent::default()
        };
        Probe {
            target: "https://cdn.example/".to_owned(),
            limit: Some(ProbeLimit {
                name: "--tls-timeout".to_owned(),
                length_ns: 10_000_000_000,
            }),
            events: vec![
                event("syn-sent", 1_000_000_000, None),
                event(
                    "client-hello-acknowledged",
                    1_030_000_000,
                    Some(1_020_000_000),
                ),
                event("of-a-later-version", 2_000_000_000, None),
            ],
            samples: vec![
                TcpSample {
                    at_ns: 1_100_000_000,
                    unacknowledged: 2,
                    ..TcpSample::default()
                };
                25
            ],
            ..Probe::default()
        }
    }

    #[test]
    fn events_have_numbers_names_and_both_times() {
        let sections = sections(&probe(), 1_000_000_000);
        let rows: Vec<(&str, &str, &str)> = sections[0]
            .items
            .iter()
            .map(|item| {
                let (label, value) = (&item.label, &item.value);
                (
                    item.code.as_str(),
                    label.of(Language::English),
                    value.of(Language::English),
                )
            })
            .collect();
        assert_eq!(
            rows,
            [
                ("1", "SYN sent", "0 s"),
                (
                    "2",
                    "ClientHello acknowledged",
                    "20.0 ms in the kernel, 30.0 ms in the program"
                ),
                ("3", "of-a-later-version", "1.00 s"),
            ]
        );
    }

    #[test]
    fn readings_beyond_a_page_are_counted() {
        let sections = sections(&probe(), 1_000_000_000);
        assert_eq!((sections[1].items.len(), sections[1].left_out), (20, 5));
        let first = sections[1].items[0].value.of(Language::English);
        assert!(
            first.starts_with("100 ms: rtt ") && first.contains("unacked 2"),
            "{first}"
        );
        assert!(
            !first.contains("bytes_acked"),
            "what was not told is not there"
        );
    }

    #[test]
    fn what_ended_it_is_said() {
        let said = |name: &str| {
            let mut lines = lines(&probe()).into_iter();
            let found = lines.find(|(known, _)| *known == name);
            found.and_then(|(_, value)| Some(value?.of(Language::English).to_owned()))
        };
        assert_eq!(
            said("fact-limit").as_deref(),
            Some("--tls-timeout (10.0 s)")
        );
        assert_eq!(said("fact-error"), None);
    }
}
