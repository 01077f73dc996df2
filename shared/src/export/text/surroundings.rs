//! What the probe's own host added to its times, where that matters; the whole of it is in the JSON.

use std::fmt;

use super::Page;
use super::numbers::{counted, duration};
use super::pen::{Ink, Pen};
use crate::report::v1::Environment;

/// A tick of a kernel of 100 Hz: later than that, a timer waited for a processor and not for its time.
const TICK_NS: i64 = 10_000_000;
/// Columns of the labels.
const LABEL: usize = 13;

pub(super) fn write(out: &mut dyn fmt::Write, page: &Page<'_>) -> fmt::Result {
    let Some(environment) = &page.report.environment else {
        return Ok(());
    };
    let lines = lines(page.pen, environment);
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

#[cfg(test)]
mod tests {
    use super::lines;
    use crate::export::text::pen::Pen;
    use crate::report::v1::{Clock, Cpu, Environment, Scheduling};

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
