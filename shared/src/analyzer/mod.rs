//! The façade: chunks of captures in, a report out. It owns one of everything and knows all layers.
//!
//! ```text
//!  begin(name) feed(chunk)* end()   once for each capture, in any order of captures
//!  report()                         everything read so far
//! ```
//!
//! Captures that follow each other in time (a rotated set) are one vantage point and go on with the same
//! flows; a capture that overlaps an earlier one was taken somewhere else, or twice, and is a vantage point
//! of its own: one connection seen from both ends stays two attempts.

mod collection;
mod position;
mod probe;
mod vantage;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use crate::capture::{CaptureError, CaptureFacts, CaptureReader, CaptureSink, CapturedPacket};
use crate::ids::CaptureId;
use crate::packet::Counters;
use crate::phase::Timeline;
use crate::probe::{DnsMessage, Log};
use crate::report::build::{self, Context};
pub use crate::report::keep::Keep;
use crate::report::overview::Overview;
use crate::report::{epoch, v1};
use crate::text::{self, Language};
use crate::time::{Nanos, Timestamp};
use crate::warning::WarningLog;

use collection::Collection;
use probe::Probe;
use vantage::Vantage;

/// What an analysis is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many attempts are kept in full.
    pub keep: Keep,
    /// Compute the SHA-256 of each capture, which takes about as long as everything else.
    pub digest: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            keep: Keep::DEFAULT,
            digest: false,
        }
    }
}

/// How far an analysis is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Packets read.
    pub packets: u64,
    /// Bytes fed.
    pub bytes: u64,
    /// Attempts that are over.
    pub attempts: u64,
    /// Of these, failures.
    pub failures: u64,
}

/// Turns captures into a report. Nothing in it depends on how they were cut into chunks.
#[derive(Debug)]
pub struct Analyzer {
    options: Options,
    captures: Vec<Capture>,
    reader: Option<CaptureReader>,
    state: State,
    earlier: Progress,
}

/// A capture that was begun.
#[derive(Debug)]
struct Capture {
    name: String,
    vantage: Option<u16>,
    facts: CaptureFacts,
    counters: Counters,
}

/// What packets go into.
#[derive(Debug)]
struct State {
    vantages: Vec<Vantage>,
    /// The vantage point of the capture that is being read, once its first packet told.
    current: Option<usize>,
    epoch: Option<Timestamp>,
    collection: Collection,
    /// What a client of our own sees, once it told something.
    probe: Option<Probe>,
    warnings: WarningLog,
}

impl Analyzer {
    /// With nothing read yet.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self {
            options,
            captures: Vec::new(),
            reader: None,
            state: State {
                vantages: Vec::new(),
                current: None,
                epoch: None,
                collection: Collection::new(options.keep),
                probe: None,
                warnings: WarningLog::default(),
            },
            earlier: Progress::default(),
        }
    }

    /// From now on every attempt, kept or not, leaves a short row in [`Self::take_overview`].
    #[must_use]
    pub fn with_overview(mut self) -> Self {
        self.state.collection.write_overview();
        self
    }

    /// A short row of every attempt, once the report was made.
    pub fn take_overview(&mut self) -> Overview {
        self.state.collection.take_overview()
    }

    /// A capture follows, under this name.
    pub fn begin(&mut self, name: &str) {
        let most = CaptureId::EVENTS.0 - 1;
        let id = CaptureId(u16::try_from(self.captures.len()).map_or(most, |id| id.min(most)));
        let reader = CaptureReader::new(id);
        self.reader = Some(if self.options.digest {
            reader.with_digest()
        } else {
            reader
        });
        self.state.current = None;
        self.captures.push(Capture {
            name: name.to_owned(),
            vantage: None,
            facts: CaptureFacts::default(),
            counters: Counters::default(),
        });
    }

    /// The capture's next bytes, however cut.
    ///
    /// # Errors
    /// When they are no capture at all. What was read of other captures stays.
    pub fn feed(&mut self, chunk: &[u8]) -> Result<(), CaptureError> {
        match self.reader.as_mut() {
            Some(reader) => reader.feed(chunk, &mut self.state),
            None => Ok(()),
        }
    }

    /// The capture's end.
    ///
    /// # Errors
    /// When it was empty, or no capture at all.
    pub fn end(&mut self) -> Result<(), CaptureError> {
        let (Some(mut reader), Some(capture)) = (self.reader.take(), self.captures.last_mut())
        else {
            return Ok(());
        };
        let ended = reader.finish(&mut self.state);
        capture.facts = reader.facts().clone();
        if let Some(vantage) = self
            .state
            .current
            .and_then(|index| self.state.vantages.get_mut(index))
        {
            capture.counters = vantage.end_capture();
            capture.vantage = Some(vantage.index());
        }
        self.earlier.packets += capture.facts.packet_count;
        self.earlier.bytes += capture.facts.bytes_fed;
        if ended.is_err() {
            self.captures.pop();
        }
        ended
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let current = self.reader.as_ref().map(CaptureReader::facts);
        let (attempts, failures) = self.state.collection.counts();
        Progress {
            packets: self.earlier.packets + current.map_or(0, |facts| facts.packet_count),
            bytes: self.earlier.bytes + current.map_or(0, |facts| facts.bytes_fed),
            attempts,
            failures,
        }
    }

    /// The report's `epoch`, once there was a packet: what the times of drained attempts count from.
    #[must_use]
    pub fn epoch(&self) -> Option<String> {
        self.state.epoch.map(epoch::rfc3339)
    }

    /// With [`Keep::All`]: the attempts that were over since the last call, which the report then lacks.
    pub fn drain_attempts(&mut self) -> Vec<Box<v1::Attempt>> {
        self.state.collection.drain_attempts()
    }

    /// A DNS message that a client of our own sent or got.
    pub fn asked(&mut self, told: &DnsMessage<'_>) {
        self.probe(told.at).message(told);
    }

    /// A client of our own asked for this name, lower case and without the last dot, only as a step through its search
    /// list: that it does not exist is no fault.
    pub fn stepped(&mut self, name: &str) {
        let state = &mut self.state;
        let index = u16::try_from(state.vantages.len()).unwrap_or(u16::MAX);
        let probe = state.probe.get_or_insert_with(|| Probe::new(index));
        probe.stepped(name);
    }

    /// Somebody gave an address to a client of our own: a resolver, a file, whoever typed it.
    pub fn gave(&mut self, address: IpAddr, by: &str) {
        let state = &mut self.state;
        let index = u16::try_from(state.vantages.len()).unwrap_or(u16::MAX);
        let probe = state.probe.get_or_insert_with(|| Probe::new(index));
        probe.gave(address, by);
    }

    /// A client of our own was answered at addresses that nobody has: a proxy near it answers for every address, which
    /// caps what is said of servers.
    pub fn intercepted(&mut self) {
        self.state.collection.intercepted();
    }

    /// A client of our own waited for answers until then.
    pub fn waited(&mut self, until: Timestamp) {
        self.probe(until).watched(until);
    }

    fn probe(&mut self, at: Timestamp) -> &mut Probe {
        let state = &mut self.state;
        state.epoch.get_or_insert(at);
        let index = u16::try_from(state.vantages.len()).unwrap_or(u16::MAX);
        state.probe.get_or_insert_with(|| Probe::new(index))
    }

    /// An attempt of a client of our own, which is over. Says how it went.
    ///
    /// Its vantage point is the last one in the report, so captures come first.
    pub fn probed(&mut self, log: Log) -> Timeline {
        let state = &mut self.state;
        let epoch = *state.epoch.get_or_insert(log.began);
        let index = u16::try_from(state.vantages.len()).unwrap_or(u16::MAX);
        let probe = state.probe.get_or_insert_with(|| Probe::new(index));
        probe.attempt(log, &mut state.collection, epoch)
    }

    /// Closes every attempt and judges as many more of those that are kept; how many are judged by now and how many there
    /// are, `None` once that is all of them. [`Self::report`] does all of it: this is for who wants to show how far it is,
    /// or to stop it.
    pub fn judge(&mut self, most: usize) -> Option<(usize, usize)> {
        self.close();
        self.state.collection.judge(most)
    }

    /// Attempts that are not judged yet will be reported without a verdict.
    pub fn stop_judging(&mut self) {
        self.state.collection.stop_judging();
    }

    /// Closes every attempt, unless judging has begun, before which all were closed.
    fn close(&mut self) {
        if self.state.collection.is_judging() {
            return;
        }
        if self.reader.is_some() {
            // Cut off on purpose: the capture did not end here, so that is no oddity of its own.
            let _not_a_capture = self.end();
        }
        self.state.close();
    }

    /// The report of everything read so far. It closes every attempt: what is fed afterwards begins anew.
    pub fn report(&mut self) -> v1::Report {
        self.close();
        let state = &mut self.state;
        let context = state.context(0);
        let mut captures = Vec::new();
        for (index, capture) in self.captures.iter().enumerate() {
            let flows = state.collection.quality(index);
            captures.push(build::capture(
                &capture.name,
                &capture.facts,
                (&capture.counters, flows),
                &context,
            ));
        }
        let (mut attempts, left_out) = state.collection.take_attempts();
        tell_drops(&mut attempts, &captures);
        tell_names(&mut attempts, &self.captures);
        let (mut servers, headline) = state.collection.servers(context.epoch);
        if let Some(probe) = &state.probe {
            probe.tell_givers(&mut servers);
        }
        v1::Report {
            report_version: v1::VERSION,
            tool: v1::Tool::this(),
            made_at: None,
            epoch: state.epoch.map(epoch::rfc3339),
            vantage: v1::Vantage {
                points: state
                    .vantages
                    .iter()
                    .map(|vantage| vantage.report(&self.captures))
                    .chain(state.probe.as_ref().map(|_| Probe::report()))
                    .collect(),
            },
            environment: None,
            captures,
            totals: state.collection.totals(),
            attempts,
            attempts_left_out: left_out,
            servers,
            headline,
            dns: state.collection.take_dns(),
            evidence: state.collection.take_evidence(),
            warnings: warnings(&state.warnings),
        }
    }
}

/// Puts into every silence what its capture says it dropped, which it only says at its end.
fn tell_drops(attempts: &mut [Box<v1::Attempt>], captures: &[v1::Capture]) {
    for silence in attempts
        .iter_mut()
        .flat_map(|attempt| &mut attempt.silences)
    {
        let capture = captures.get(usize::from(silence.after.capture));
        silence.proof.kernel_drops = capture.and_then(|capture| capture.quality.kernel_drops);
    }
}

/// Names the servers that nothing else names, by the name resolution blocks of the captures.
fn tell_names(attempts: &mut [Box<v1::Attempt>], captures: &[Capture]) {
    let names: BTreeMap<IpAddr, &str> = captures
        .iter()
        .flat_map(|capture| &capture.facts.names)
        .map(|record| (record.address, record.name.as_str()))
        .collect();
    if names.is_empty() {
        return;
    }
    for attempt in attempts
        .iter_mut()
        .filter(|attempt| attempt.server_name.is_none())
    {
        let server = attempt.server.parse::<SocketAddr>().ok();
        if let Some(name) = server.and_then(|server| names.get(&server.ip())) {
            attempt.server_name = Some((*name).to_owned());
            attempt.name_basis = Some(v1::NameBasis::Capture);
        }
    }
}

/// The kept warnings, each with how often its kind was found.
fn warnings(log: &WarningLog) -> Vec<v1::Warning> {
    log.kept()
        .iter()
        .map(|warning| v1::Warning {
            kind: warning.kind.to_owned(),
            capture: Some(warning.capture.0),
            packet: warning.packet.map(crate::ids::PacketNumber::get),
            offset: warning.offset,
            detail: text::render(Language::English, &warning.detail),
            message: Some(build::message(&warning.detail)),
            count: log
                .counts()
                .get(&(warning.capture, warning.kind))
                .copied()
                .unwrap_or(1),
        })
        .collect()
}

impl State {
    fn context(&self, id: u32) -> Context {
        Context {
            epoch: self.epoch.unwrap_or(Timestamp::from_nanos(0)),
            id,
            running: None,
        }
    }

    /// Where a capture that begins at `at` goes on: behind the latest vantage point that ended before, else
    /// at a new one. Packets at a
    /// rotation's boundary may be out of order by as long as one core empties its queue before the next one's
    /// turn: Linux's `netdev_budget_usecs`, 8 ms.
    fn vantage_from(&mut self, at: Timestamp) -> usize {
        const OUT_OF_ORDER: Nanos = Nanos::from_millis(8);
        let follows = |vantage: &Vantage| at.since(vantage.latest()) >= Nanos(-OUT_OF_ORDER.get());
        if let Some(index) = self.vantages.iter().rposition(follows) {
            return index;
        }
        let index = self.vantages.len();
        self.vantages
            .push(Vantage::new(u16::try_from(index).unwrap_or(u16::MAX), at));
        index
    }

    fn close(&mut self) {
        let epoch = self.epoch.unwrap_or(Timestamp::from_nanos(0));
        for vantage in &mut self.vantages {
            vantage.finish(&mut self.collection, epoch);
            vantage.warn(&mut self.warnings);
        }
        if let Some(probe) = &mut self.probe {
            probe.finish(&mut self.collection, epoch);
        }
    }
}

impl CaptureSink for State {
    fn packet(&mut self, packet: CapturedPacket<'_>) {
        let known = self
            .current
            .and_then(|index| self.vantages.get(index))
            .map(Vantage::now);
        let at = packet
            .at
            .or(known)
            .or(self.epoch)
            .unwrap_or(Timestamp::from_nanos(0));
        let epoch = *self.epoch.get_or_insert(at);
        let index = match self.current {
            Some(index) => index,
            None => {
                let index = self.vantage_from(at);
                self.current = Some(index);
                index
            }
        };
        if let Some(vantage) = self.vantages.get_mut(index)
            && vantage.on_packet(&packet, at)
        {
            vantage.collect(&mut self.collection, epoch);
        }
    }

    fn warnings(&mut self) -> &mut WarningLog {
        &mut self.warnings
    }
}
