//! What is kept of the attempts: counts of all, the worst and a sample in full.

use std::collections::BTreeMap;

use crate::attempt::{Attempt, Body};
use crate::dns::Lookup;
use crate::ids::{CaptureId, Stamp};
use crate::phase::{Timeline, timeline_of};
use crate::report::build::{self, Context, FlowQuality};
use crate::report::keep::{Badness, Keep, Kept};
use crate::report::overview::Overview;
use crate::report::statistics::Statistics;
use crate::report::v1;
use crate::time::Timestamp;

/// Attempts and lookups, counted and kept.
#[derive(Debug)]
pub(super) struct Collection {
    statistics: Statistics,
    attempts: Kept<Box<Judged>>,
    dns: Kept<Vec<v1::DnsTransaction>>,
    quality: BTreeMap<CaptureId, FlowQuality>,
    keep: Keep,
    overview: Option<Overview>,
    count: u64,
    failures: u64,
    lookups: u64,
}

/// An attempt that is kept. It takes less memory than its report, and most are pushed out again by worse ones,
/// so the report is made when it is asked for.
#[derive(Debug)]
struct Judged {
    attempt: Attempt,
    timeline: Timeline,
    context: Context,
}

impl Judged {
    fn report(&self) -> v1::Attempt {
        build::attempt(&self.attempt, &self.timeline, &self.context)
    }
}

impl Collection {
    pub(super) fn new(keep: Keep) -> Self {
        Self {
            statistics: Statistics::default(),
            attempts: Kept::new(keep),
            dns: Kept::new(keep),
            quality: BTreeMap::new(),
            keep,
            overview: None,
            count: 0,
            failures: 0,
            lookups: 0,
        }
    }

    /// From now on every attempt leaves a short row.
    pub(super) fn write_overview(&mut self) {
        self.overview = Some(Overview::default());
    }

    /// The short rows so far.
    pub(super) fn take_overview(&mut self) -> Overview {
        let mut overview = self.overview.take().unwrap_or_default();
        overview.sort();
        overview
    }

    /// Attempts, and failures among them.
    pub(super) const fn counts(&self) -> (u64, u64) {
        (self.count, self.failures)
    }

    /// Counts an attempt, and keeps it if it is bad enough or drawn.
    pub(super) fn add(&mut self, attempt: Attempt, running: Stamp, epoch: Timestamp) {
        let timeline = timeline_of(&attempt);
        self.add_judged(attempt, timeline, running, epoch);
    }

    /// The same for a lookup, which is an attempt only when it failed or stalled.
    pub(super) fn add_if_troubled(&mut self, attempt: Attempt, running: Stamp, epoch: Timestamp) {
        let timeline = timeline_of(&attempt);
        if timeline.outcome.is_failure() || timeline.is_stalled {
            self.add_judged(attempt, timeline, running, epoch);
        }
    }

    fn add_judged(
        &mut self,
        attempt: Attempt,
        timeline: Timeline,
        running: Stamp,
        epoch: Timestamp,
    ) {
        self.count += 1;
        let is_failure = timeline.outcome.is_failure();
        self.failures += u64::from(is_failure);
        let name = attempt.name.as_ref().map(|(name, _)| &**name);
        self.statistics.add(attempt.server(), name, &timeline);
        if let Body::Tcp(connection) = &attempt.body {
            let capture = connection.flow.first.packet.capture();
            self.quality.entry(capture).or_default().add(connection);
        }
        let badness = Badness {
            is_failure,
            is_stalled: timeline.is_stalled,
            longest_wait: timeline.longest_wait,
        };
        let context = Context {
            epoch,
            id: u32::try_from(self.count).unwrap_or(u32::MAX),
            running: Some(running),
        };
        if let Some(overview) = &mut self.overview {
            build::overview_row(overview, &attempt, &timeline, &context);
        }
        self.attempts.offer(badness, self.count, || {
            Box::new(Judged {
                attempt,
                timeline,
                context,
            })
        });
    }

    /// Keeps a lookup's transactions if it is bad enough or drawn.
    pub(super) fn add_lookup(
        &mut self,
        lookup: &Lookup,
        vantage: u16,
        epoch: Timestamp,
        running: Stamp,
    ) {
        self.lookups += 1;
        let took = lookup
            .settled
            .map(|settled| settled.at.since(lookup.started.at));
        let badness = Badness {
            is_failure: lookup.outcome != crate::dns::LookupOutcome::Answered,
            is_stalled: took.is_none_or(|took| took >= crate::phase::OVERDUE),
            longest_wait: took,
        };
        let context = Context {
            epoch,
            id: 0,
            running: Some(running),
        };
        self.dns.offer(badness, self.lookups, || {
            build::transactions(lookup, vantage, &context)
        });
    }

    /// With everything kept: what came since the last call.
    pub(super) fn drain_attempts(&mut self) -> Vec<v1::Attempt> {
        match self.keep {
            Keep::All => reports(self.attempts.take()),
            Keep::Bounded(_) => Vec::new(),
        }
    }

    /// The kept attempts by start, and how many others there were.
    pub(super) fn take_attempts(&mut self) -> (Vec<v1::Attempt>, Option<v1::LeftOut>) {
        let left_out = match self.keep {
            Keep::All => 0,
            Keep::Bounded(_) => self.attempts.left_out(),
        };
        let mut attempts = reports(self.attempts.take());
        attempts.sort_by_key(|attempt| (attempt.started_ns, attempt.id));
        let left_out = (left_out > 0).then(|| v1::LeftOut {
            count: left_out,
            because: "the worst attempts and a fair sample of the others are kept in full; --all keeps every one".to_owned(),
        });
        (attempts, left_out)
    }

    /// The kept transactions by their first packet.
    pub(super) fn take_dns(&mut self) -> Vec<v1::DnsTransaction> {
        let mut all: Vec<_> = self.dns.take().into_iter().flatten().collect();
        all.sort_by_key(|transaction| {
            (
                transaction.query_ns.or(transaction.response_ns),
                transaction.lookup,
            )
        });
        all
    }

    pub(super) fn totals(&self) -> v1::Totals {
        self.statistics.totals()
    }

    pub(super) fn servers(&self) -> Vec<v1::Server> {
        self.statistics.servers()
    }

    /// What the flows that began in a capture say of it.
    pub(super) fn quality(&self, capture: usize) -> FlowQuality {
        let id = u16::try_from(capture).map(CaptureId);
        id.ok()
            .and_then(|id| self.quality.get(&id))
            .copied()
            .unwrap_or_default()
    }
}

/// The reports of attempts; each is dropped once its report is made.
fn reports(judged: impl IntoIterator<Item = Box<Judged>>) -> Vec<v1::Attempt> {
    judged.into_iter().map(|judged| judged.report()).collect()
}
