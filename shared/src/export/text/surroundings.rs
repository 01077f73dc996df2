//! What the probe's own host added to its times, where that matters; the whole of it is in the JSON.

use std::fmt;

use super::Page;
use super::numbers::{counted, duration};
use super::pen::{Ink, Pen};
use crate::report::v1::{Environment, Route};

/// A tick of a kernel of 100 Hz: later than that, a timer waited for a processor and not for its time.
const TICK_NS: i64 = 10_000_000;
/// Columns of the labels.
const LABEL: usize = 13;

pub(super) fn write(out: &mut dyn fmt::Write, page: &Page<'_>) -> fmt::Result {
    let Some(environment) = &page.report.environment else {
        return Ok(());
    };
    let mut lines = lines(page.pen, environment);
    // Whoever looks into a failure may hold a capture of this host beside it.
    if page.report.totals.failures > 0 {
        lines.extend(environment.interfaces.iter().filter_map(offloads));
    }
    if lines.is_empty() {
        return Ok(());
    }
    let pen = page.pen;
    writeln!(
        out,
        "\n{}{}",
        pen.paint(Ink::Strong, "Surroundings"),
        pen.paint(Ink::Dim, "  what the probe's own host may have added")
    )?;
    for (label, text) in lines {
        let width = page.width.saturating_sub(2 + LABEL).max(20);
        for (index, line) in super::wrap(&text, width).iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            let label = pen.paint(Ink::Dim, &format!("{label:LABEL$}"));
            writeln!(out, "  {label}{line}")?;
        }
    }
    Ok(())
}

fn lines(pen: Pen, environment: &Environment) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    let cpu = &environment.cpu;
    if let Some(periods) = cpu.throttled_periods.filter(|periods| *periods > 0) {
        let quota = cpu
            .quota
            .map_or_else(String::new, |quota| format!(" of {quota:.2} processors"));
        let length = cpu.throttled_ns.map_or_else(String::new, |length| {
            format!(", for {} in all", duration(pen, length))
        });
        let periods = counted(periods, "period");
        lines.push((
            "throttled",
            format!("its control group had used up its quota{quota} in {periods}{length}"),
        ));
    }
    let late = environment.scheduling.as_ref();
    if let Some(late) = late.filter(|late| late.latest_ns >= TICK_NS) {
        lines.push((
            "late",
            format!(
                "a timer of the probe was served up to {} late, and more than 1 ms in {} of {}",
                duration(pen, late.latest_ns),
                late.late,
                counted(late.wakeups, "time")
            ),
        ));
    }
    if let Some(egress) = &environment.egress {
        let seen = egress
            .address
            .as_ref()
            .map(|address| format!("{address}, as the echo service sees it"));
        lines.extend(seen.or(egress.failure.clone()).map(|text| ("egress", text)));
    }
    if environment
        .clock
        .as_ref()
        .is_some_and(|clock| !clock.is_synchronised)
    {
        let text = "nobody keeps it in time: beside the logs of other hosts, times may be off";
        lines.push(("clock", text.to_owned()));
    }
    lines
}

/// What an interface does in the kernel's place; nothing of loopback, which has no wire.
fn offloads(route: &Route) -> Option<(&'static str, String)> {
    if route.name == "lo" {
        return None;
    }
    let speed = route.speed_mbit_s.map(|speed| format!("{speed} Mbit/s"));
    let about: Vec<String> = route.driver.clone().into_iter().chain(speed).collect();
    let about = if about.is_empty() {
        String::new()
    } else {
        format!(" ({})", about.join(", "))
    };
    let Some(found) = route.offloads else {
        let text = format!(
            "{}{about}: this kernel or sandbox does not tell",
            route.name
        );
        return Some(("offloads", text));
    };
    let all = [
        ("TSO", found.tso),
        ("GSO", found.gso),
        ("GRO", found.gro),
        ("LRO", found.lro),
        ("checksums of what is sent", found.tx_checksum),
        ("checksums of what comes", found.rx_checksum),
    ];
    let listed = |wanted: Option<bool>| -> String {
        let names = all.iter().filter(|(_, is_on)| *is_on == wanted);
        let names: Vec<&str> = names.map(|(name, _)| *name).collect();
        names.join(", ")
    };
    let states = [("on", Some(true)), ("off", Some(false)), ("not told", None)];
    let parts = states.map(|(word, wanted)| (listed(wanted), word));
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(names, _)| !names.is_empty())
        .map(|(names, word)| format!("{names} {word}"))
        .collect();
    Some((
        "offloads",
        format!("{}{about}: {}", route.name, parts.join("; ")),
    ))
}

#[cfg(test)]
mod tests {
    use super::{lines, offloads};
    use crate::export::text::pen::Pen;
    use crate::report::v1::{Clock, Cpu, Egress, Environment, Offloads, Route, Scheduling};

    #[test]
    fn on_off_and_not_told_are_three_things() {
        let route = |name: &str, offloads| Route {
            name: name.to_owned(),
            offloads,
            ..Route::default()
        };
        let some = Offloads {
            tso: Some(true),
            gro: Some(true),
            lro: Some(false),
            ..Offloads::default()
        };
        let wired = Route {
            driver: Some("ixgbe".to_owned()),
            speed_mbit_s: Some(10_000),
            ..route("eth0", Some(some))
        };
        for (route, text) in [
            (route("lo", Some(some)), None),
            (
                route("eth1", None),
                Some("eth1: this kernel or sandbox does not tell"),
            ),
            (
                wired,
                Some(
                    "eth0 (ixgbe, 10000 Mbit/s): TSO, GRO on; LRO off; GSO, checksums of what is sent, checksums of what \
                     comes not told",
                ),
            ),
        ] {
            let said = offloads(&route);
            assert_eq!(said.as_ref().map(|(_, text)| text.as_str()), text);
        }
    }

    #[test]
    fn only_what_matters_is_said() {
        let pen = Pen {
            color: false,
            unicode: false,
        };
        let mut environment = Environment {
            scheduling: Some(Scheduling {
                wakeups: 100,
                late: 3,
                latest_ns: 9_999_999,
            }),
            clock: Some(Clock {
                is_synchronised: true,
                ..Clock::default()
            }),
            cpu: Cpu {
                throttled_periods: Some(0),
                ..Cpu::default()
            },
            ..Environment::default()
        };
        assert!(lines(pen, &environment).is_empty());
        assert!(lines(pen, &Environment::default()).is_empty());
        let egress = |address: Option<&str>, failure: Option<&str>| Environment {
            egress: Some(Egress {
                address: address.map(str::to_owned),
                failure: failure.map(str::to_owned),
            }),
            ..Environment::default()
        };
        for (environment, text) in [
            (
                egress(Some("192.0.2.7"), None),
                "192.0.2.7, as the echo service sees it",
            ),
            (egress(None, Some("it did not answer")), "it did not answer"),
        ] {
            assert_eq!(lines(pen, &environment)[0], ("egress", text.to_owned()));
        }
        environment.scheduling = Some(Scheduling {
            wakeups: 100,
            late: 3,
            latest_ns: 23_000_000,
        });
        environment.clock = Some(Clock::default());
        environment.cpu.throttled_periods = Some(1);
        environment.cpu.quota = Some(0.1);
        let all = lines(pen, &environment);
        let text = |index: usize| all[index].1.as_str();
        assert_eq!(
            text(0),
            "its control group had used up its quota of 0.10 processors in 1 period"
        );
        assert_eq!(
            text(1),
            "a timer of the probe was served up to 23.0 ms late, and more than 1 ms in 3 of 100 times"
        );
        assert_eq!(all[2].0, "clock");
    }
}
