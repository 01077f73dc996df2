//! What is kept of the attempts: counts of all, the worst and a sample in full.

use std::collections::BTreeMap;

use crate::attempt::{Attempt, Body};
use crate::diagnosis::{self, Case, Counted, Crowd, Judgement, ServerVerdict, Severity};
use crate::dns::Lookup;
use crate::ids::{CaptureId, Stamp};
use crate::measure::Primitives;
use crate::phase::{Timeline, timeline_of};
use crate::report::build::{self, Context, EvidenceBook, FlowQuality};
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
    crowd: Crowd,
    evidence: EvidenceBook,
    judgements: Vec<Judgement>,
    judging: Option<Judging>,
    /// Not every attempt was kept and judged.
    is_sampled: bool,
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

/// Kept attempts on their way into the report.
#[derive(Debug)]
struct Judging {
    rest: std::vec::IntoIter<Box<Judged>>,
    reports: Vec<Box<v1::Attempt>>,
    /// Attempts that were not kept.
    left_out: u64,
    /// No verdict is looked for any more.
    is_stopped: bool,
}

impl Judged {
    /// What is said of it in the light of all others, if it is judged, and its report.
    fn report(
        &self,
        crowd: &Crowd,
        evidence: &mut EvidenceBook,
        is_judged: bool,
    ) -> (Box<v1::Attempt>, Option<Judgement>) {
        let measured = match &self.attempt.body {
            Body::Tcp(connection) => Some(Primitives::of(connection, &self.timeline)),
            _ => None,
        };
        let case = Case {
            id: self.context.id,
            attempt: &self.attempt,
            timeline: &self.timeline,
            measured: measured.as_ref(),
            crowd,
        };
        let verdict = is_judged.then(|| diagnosis::diagnose(&case)).flatten();
        let judgement = verdict.map(|verdict| Judgement {
            id: self.context.id,
            server: self.attempt.server(),
            verdict,
        });
        let verdict = judgement
            .as_ref()
            .map(|judgement| build::verdict(&judgement.verdict, evidence, &self.context));
        let report = Box::new(v1::Attempt {
            verdict,
            ..build::attempt(
                &self.attempt,
                &self.timeline,
                measured.as_ref(),
                &self.context,
            )
        });
        (report, judgement)
    }
}

impl Collection {
    pub(super) fn new(keep: Keep) -> Self {
        Self {
            statistics: Statistics::default(),
            attempts: Kept::new(keep),
            dns: Kept::new(keep),
            quality: BTreeMap::new(),
            crowd: Crowd::default(),
            evidence: EvidenceBook::default(),
            judgements: Vec::new(),
            judging: None,
            is_sampled: false,
            keep,
            overview: None,
            count: 0,
            failures: 0,
            lookups: 0,
        }
    }

    /// Somebody answers for every address.
    pub(super) fn intercepted(&mut self) {
        self.crowd.intercept();
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

    /// The id that the next attempt gets.
    pub(super) fn next_id(&self) -> u32 {
        u32::try_from(self.count + 1).unwrap_or(u32::MAX)
    }

    /// Counts an attempt, and keeps it if it is bad enough or drawn.
    pub(super) fn add(&mut self, attempt: Attempt, running: Stamp, epoch: Timestamp) {
        let timeline = timeline_of(&attempt);
        self.add_judged(attempt, timeline, running, epoch);
    }

    /// The same, and how it went.
    pub(super) fn add_told(
        &mut self,
        attempt: Attempt,
        running: Stamp,
        epoch: Timestamp,
    ) -> Timeline {
        let timeline = timeline_of(&attempt);
        self.add_judged(attempt, timeline.clone(), running, epoch);
        timeline
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
        if let Body::Probe(log) = &attempt.body {
            self.statistics.add_node(log);
        }
        if let Body::Tcp(connection) = &attempt.body {
            let capture = connection.flow.first.packet.capture();
            self.quality.entry(capture).or_default().add(connection);
        }
        let id = u32::try_from(self.count).unwrap_or(u32::MAX);
        self.crowd.add(id, &attempt, &timeline);
        let badness = Badness {
            is_failure,
            is_stalled: timeline.is_stalled,
            longest_wait: timeline.longest_wait,
        };
        let context = Context {
            epoch,
            id,
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
        self.crowd.add_lookup(lookup);
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
    pub(super) fn drain_attempts(&mut self) -> Vec<Box<v1::Attempt>> {
        match self.keep {
            Keep::All => self.reports().0,
            Keep::Bounded(_) => Vec::new(),
        }
    }

    /// Judges as many more of the kept attempts; how many are judged by now and how many there are, `None` once that is
    /// all of them.
    pub(super) fn judge(&mut self, most: usize) -> Option<(usize, usize)> {
        let keep = self.keep;
        let judging = match &mut self.judging {
            Some(judging) => judging,
            None => {
                self.crowd.gather();
                let left_out = match keep {
                    Keep::All => 0,
                    Keep::Bounded(_) => self.attempts.left_out(),
                };
                let judged = self.attempts.take();
                self.judging.insert(Judging {
                    reports: Vec::with_capacity(judged.len()),
                    rest: judged.into_iter(),
                    left_out,
                    is_stopped: false,
                })
            }
        };
        // Each is dropped once its report is made.
        for judged in judging.rest.by_ref().take(most) {
            let (report, judgement) =
                judged.report(&self.crowd, &mut self.evidence, !judging.is_stopped);
            if let Some(overview) = &mut self.overview {
                overview.judge(report.id, report.verdict.as_ref());
            }
            if let Some(found) = &judgement
                && found.verdict.severity == Severity::Failure
                && !judged.timeline.outcome.is_failure()
            {
                self.statistics.fail(found.server);
            }
            self.judgements.extend(judgement);
            self.is_sampled |= judging.is_stopped;
            judging.reports.push(report);
        }
        let done = judging.reports.len();
        let left = judging.rest.len();
        (left > 0).then_some((done, done + left))
    }

    /// Attempts that are not judged yet are reported without a verdict.
    pub(super) fn stop_judging(&mut self) {
        if let Some(judging) = &mut self.judging {
            judging.is_stopped = true;
        }
    }

    /// Judging has begun and is not over.
    pub(super) const fn is_judging(&self) -> bool {
        self.judging.is_some()
    }

    /// The kept attempts by start, and how many others there were.
    pub(super) fn take_attempts(&mut self) -> (Vec<Box<v1::Attempt>>, Option<v1::LeftOut>) {
        let (mut attempts, left_out) = self.reports();
        self.is_sampled |= left_out > 0;
        attempts.sort_by_cached_key(|attempt| (attempt.started_ns, attempt.id));
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

    /// Every server with its verdict, and the headline. Attempts have been taken before.
    pub(super) fn servers(&mut self, epoch: Timestamp) -> (Vec<v1::Server>, Option<v1::Headline>) {
        let context = Context {
            epoch,
            id: 0,
            running: None,
        };
        let odds = self.statistics.odds();
        let counted = Counted {
            odds: &odds,
            is_sampled: self.is_sampled,
        };
        let judged = diagnosis::servers(&self.judgements, &self.crowd, counted);
        let headline = diagnosis::headline(&judged);
        let mut servers = self.statistics.servers();
        for server in &mut servers {
            let address = server.address.parse().ok();
            server.arms = address.map_or_else(Vec::new, |address| {
                let arms = diagnosis::arms_of(address, &self.crowd);
                arms.iter().map(build::arm).collect()
            });
            let of_server = |judged: &&ServerVerdict| judged.server.to_string() == server.address;
            let verdict = judged.iter().find(of_server);
            server.verdict =
                verdict.map(|found| build::verdict(&found.verdict, &mut self.evidence, &context));
        }
        (servers, headline.as_ref().map(build::headline))
    }

    /// What the flows that began in a capture say of it.
    pub(super) fn quality(&self, capture: usize) -> FlowQuality {
        let id = u16::try_from(capture).map(CaptureId);
        id.ok()
            .and_then(|id| self.quality.get(&id))
            .copied()
            .unwrap_or_default()
    }

    /// The evidence of every verdict that was reported.
    pub(super) fn take_evidence(&mut self) -> Vec<v1::Evidence> {
        self.evidence.take()
    }

    /// The reports of the kept attempts, in no order of meaning, and how many were not kept.
    fn reports(&mut self) -> (Vec<Box<v1::Attempt>>, u64) {
        while self.judge(usize::MAX).is_some() {}
        self.judging
            .take()
            .map_or_else(Default::default, |judging| {
                (judging.reports, judging.left_out)
            })
    }
}
