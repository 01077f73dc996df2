//! What there was of the processors: run and waited for, stopped by quota, pressure on the host.

use std::fs;

use stallscope_shared::report::v1::Cpu;

use super::group::{self, Group};
use super::line;

/// Counters that only grow.
#[derive(Debug, Default)]
pub(super) struct Usage {
    group: Group,
    /// Ran and waited for a processor, nanoseconds: of the main thread, which makes all attempts.
    scheduled: Option<(i64, i64)>,
    /// Some process waited for a processor, microseconds.
    pressure: Option<i64>,
}

impl Usage {
    pub(super) fn now() -> Self {
        Self {
            group: group::own(),
            scheduled: line("/proc/self/schedstat").and_then(|text| scheduled(&text)),
            pressure: fs::read_to_string("/proc/pressure/cpu")
                .ok()
                .and_then(|text| pressure(&text)),
        }
    }

    /// What was used between two readings.
    pub(super) fn since(&self, before: &Self) -> Cpu {
        let between = |now: Option<i64>, before: Option<i64>| Some(now? - before?);
        let ran = |usage: &Self| usage.scheduled.map(|(ran, _)| ran);
        let waited = |usage: &Self| usage.scheduled.map(|(_, waited)| waited);
        let periods = between(self.group.throttled_periods, before.group.throttled_periods);
        Cpu {
            available: fs::read_to_string("/proc/self/status")
                .ok()
                .and_then(|text| allowed(&text)),
            quota: self.group.quota,
            throttled_periods: periods.and_then(|periods| u64::try_from(periods).ok()),
            throttled_ns: between(self.group.throttled_ns, before.group.throttled_ns),
            ran_ns: between(ran(self), ran(before)),
            waited_ns: between(waited(self), waited(before)),
            pressure_ns: between(self.pressure, before.pressure).map(|micros| micros * 1_000),
            load: line("/proc/loadavg").and_then(|text| text.split(' ').next()?.parse().ok()),
        }
    }
}

/// `ran waited slices` (Documentation/scheduler/sched-stats.rst of Linux).
fn scheduled(text: &str) -> Option<(i64, i64)> {
    let mut words = text.split_whitespace();
    Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}

/// `some avg10=… avg60=… avg300=… total=MICROSECONDS` (Documentation/accounting/psi.rst).
fn pressure(text: &str) -> Option<i64> {
    let some = text.lines().find(|line| line.starts_with("some "))?;
    some.split_once("total=")?.1.trim().parse().ok()
}

/// The line `Cpus_allowed_list:` with ranges, `0-3,8` (proc(5)).
fn allowed(status: &str) -> Option<u64> {
    let mut lines = status.lines();
    let list = lines.find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?;
    let ranges = list.trim().split(',').map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
        Some(last.checked_sub(first)? + 1)
    });
    ranges.sum()
}

#[cfg(test)]
mod tests {
    use super::{Usage, allowed, pressure, scheduled};

    #[test]
    fn the_kernels_words_are_understood() {
        assert_eq!(scheduled("1200300 4500 17\n"), Some((1_200_300, 4_500)));
        let text = "some avg10=0.12 avg60=0.04 avg300=0.01 total=123456\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n";
        assert_eq!(pressure(text), Some(123_456));
        assert_eq!(allowed("Name:\tx\nCpus_allowed_list:\t0-3,8\n"), Some(5));
        assert_eq!(allowed("Cpus_allowed_list:\t3-0\n"), None);
        assert_eq!(
            (scheduled(""), pressure(""), allowed("")),
            (None, None, None)
        );
    }

    #[test]
    fn what_is_missing_once_is_missing() {
        let now = Usage {
            scheduled: Some((9, 5)),
            pressure: Some(3),
            ..Usage::default()
        };
        let before = Usage {
            scheduled: Some((4, 5)),
            ..Usage::default()
        };
        let cpu = now.since(&before);
        assert_eq!(
            (cpu.ran_ns, cpu.waited_ns, cpu.pressure_ns, cpu.throttled_ns),
            (Some(5), Some(0), None, None)
        );
    }
}
