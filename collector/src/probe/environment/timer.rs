//! A timer that fires every few milliseconds, and how late each time: what the scheduler adds to every time that a
//! program measures on this host.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use stallscope_shared::report::v1::Scheduling;

/// Often enough to fall into every stop of a control group (a period is 100 ms), seldom enough to cost nothing.
const EVERY: Duration = Duration::from_millis(5);
/// Timers of ordinary processes may be as late as 50 µs by themselves (`PR_SET_TIMERSLACK`); this is no such thing.
const LATE: Duration = Duration::from_millis(1);

pub(super) struct Timer {
    stop: Sender<()>,
    thread: JoinHandle<Scheduling>,
}

impl Timer {
    /// Runs until it is stopped; `None` where there is no thread to be had.
    pub(super) fn start() -> Option<Self> {
        let (stop, stopped) = mpsc::channel();
        let run = move || {
            let mut found = Scheduling::default();
            let mut due = Instant::now() + EVERY;
            loop {
                let wait = due.saturating_duration_since(Instant::now());
                if stopped.recv_timeout(wait) != Err(RecvTimeoutError::Timeout) {
                    return found;
                }
                let now = Instant::now();
                note(&mut found, now.saturating_duration_since(due));
                // What was missed is one lateness, not many.
                due = now.max(due) + EVERY;
            }
        };
        let builder = thread::Builder::new().name("timer".to_owned());
        let thread = builder.spawn(run).ok()?;
        Some(Self { stop, thread })
    }

    /// How it went.
    pub(super) fn stop(self) -> Scheduling {
        drop(self.stop);
        self.thread.join().unwrap_or_default()
    }
}

fn note(found: &mut Scheduling, late: Duration) {
    found.wakeups += 1;
    found.late += u64::from(late > LATE);
    let late = i64::try_from(late.as_nanos()).unwrap_or(i64::MAX);
    found.latest_ns = found.latest_ns.max(late);
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;
    use std::time::Duration;

    use super::{Scheduling, Timer, note};

    #[test]
    fn it_fires_until_it_is_stopped() {
        let timer = Timer::start().unwrap();
        sleep(Duration::from_millis(300));
        let found = timer.stop();
        assert!(found.wakeups >= 2 && found.wakeups <= 60, "{found:?}");
        assert!(found.latest_ns >= 0 && found.late <= found.wakeups);
    }

    #[test]
    fn lateness_is_counted_from_a_millisecond_on() {
        let mut found = Scheduling::default();
        for micros in [60, 1_000, 1_001, 30_000] {
            note(&mut found, Duration::from_micros(micros));
        }
        assert_eq!(
            (found.wakeups, found.late, found.latest_ns),
            (4, 2, 30_000_000)
        );
    }
}
