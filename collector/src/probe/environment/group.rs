//! The control group that the process is in, and its processor quota: version 2 and version 1.

use std::fs;
use std::path::{Path, PathBuf};

/// Counters and quota of a control group.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Group {
    /// Processors that it may use; the least of its own and those of the groups above it. `None` without a limit.
    pub(super) quota: Option<f64>,
    /// Periods in which it was stopped.
    pub(super) throttled_periods: Option<i64>,
    /// For how long.
    pub(super) throttled_ns: Option<i64>,
}

/// Where both versions are mounted.
const MOUNT: &str = "/sys/fs/cgroup";

/// That of this process; empty where none can be read.
pub(super) fn own() -> Group {
    let text = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let Some((folder, is_v2)) = folder(&text, Path::new(MOUNT)) else {
        return Group::default();
    };
    let mut found = Group::default();
    // A container sees its own group at the mount, whatever its path says outside.
    for folder in folder
        .ancestors()
        .take_while(|folder| folder.starts_with(MOUNT))
    {
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default();
        let quota = if is_v2 {
            quota_v2(&read("cpu.max"))
        } else {
            quota_v1(&read("cpu.cfs_quota_us"), &read("cpu.cfs_period_us"))
        };
        found.quota = match (found.quota, quota) {
            (Some(known), Some(quota)) => Some(known.min(quota)),
            (known, quota) => known.or(quota),
        };
        let (periods, length) = throttled(&read("cpu.stat"));
        // Of nested groups, any may be the one that is stopped.
        found.throttled_periods = found.throttled_periods.max(periods);
        found.throttled_ns = found.throttled_ns.max(length);
    }
    found
}

/// Folder of the group, and whether it is of version 2 (cgroups(7)): lines are `number:controllers:path`.
fn folder(text: &str, mount: &Path) -> Option<(PathBuf, bool)> {
    let mut lines = text.lines().filter_map(|line| {
        let mut parts = line.splitn(3, ':');
        Some((parts.next()?, parts.next()?, parts.next()?))
    });
    let under = |folder: PathBuf, path: &str| folder.join(path.trim_start_matches('/'));
    // With both, the one that has the processors counts.
    let old = lines
        .clone()
        .find(|(_, controllers, _)| controllers.split(',').any(|name| name == "cpu"));
    if let Some((_, controllers, path)) = old {
        return Some((under(mount.join(controllers), path), false));
    }
    let (_, _, path) = lines.find(|(number, ..)| *number == "0")?;
    Some((under(mount.to_owned(), path), true))
}

/// `QUOTA PERIOD` or `max PERIOD`, microseconds.
fn quota_v2(text: &str) -> Option<f64> {
    let (quota, period) = text.trim().split_once(' ')?;
    quota_v1(quota, period)
}

/// -1 is no limit.
fn quota_v1(quota: &str, period: &str) -> Option<f64> {
    let (quota, period): (f64, f64) = (quota.trim().parse().ok()?, period.trim().parse().ok()?);
    (quota > 0.0 && period > 0.0).then(|| quota / period)
}

/// Periods and nanoseconds; version 2 has microseconds under another name.
fn throttled(text: &str) -> (Option<i64>, Option<i64>) {
    let value = |name: &str| {
        let mut lines = text.lines().filter_map(|line| line.split_once(' '));
        let (_, value) = lines.find(|(key, _)| *key == name)?;
        value.trim().parse::<i64>().ok()
    };
    let micros = value("throttled_usec").map(|micros| micros.saturating_mul(1_000));
    (
        value("nr_throttled"),
        micros.or_else(|| value("throttled_time")),
    )
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{folder, quota_v1, quota_v2, throttled};

    #[test]
    fn both_versions_are_read() {
        let mount = Path::new("/m");
        for (text, found) in [
            (
                "0::/user.slice/a.scope\n",
                Some(("/m/user.slice/a.scope", true)),
            ),
            ("0::/\n", Some(("/m/", true))),
            (
                "4:memory:/x\n3:cpu,cpuacct:/docker/1\n0::/\n",
                Some(("/m/cpu,cpuacct/docker/1", false)),
            ),
            ("5:cpuset:/x\n", None),
            ("", None),
        ] {
            let found = found.map(|(path, is_v2)| (Path::new(path).to_owned(), is_v2));
            assert_eq!(folder(text, mount), found, "{text}");
        }
        assert_eq!(quota_v2("10000 100000\n"), Some(0.1));
        assert_eq!(quota_v2("max 100000\n"), None);
        assert_eq!(quota_v1("-1\n", "100000\n"), None);
        assert_eq!(quota_v1("250000\n", "100000\n"), Some(2.5));
        let new = "usage_usec 5\nnr_periods 9\nnr_throttled 3\nthrottled_usec 70\n";
        assert_eq!(throttled(new), (Some(3), Some(70_000)));
        let old = "nr_periods 9\nnr_throttled 3\nthrottled_time 70000\n";
        assert_eq!(throttled(old), (Some(3), Some(70_000)));
        assert_eq!(throttled("usage_usec 5\n"), (None, None));
    }
}
