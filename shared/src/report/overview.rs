//! One short row for every attempt, kept in full or not: what a list or a waterfall of all of them shows.
//!
//! It is not part of the versioned report. It goes from the analysis to the page that shows it, both of one
//! build, in columns of words that many rows share.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::v1::{
    Attempt, AttemptKind, Confidence, End, Outcome, Party, PhaseName, PhaseOutcome, Report,
    Transport, Verdict,
};

/// Every attempt, in short.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// Server endpoints, client endpoints' addresses, names and causes that rows refer to.
    pub words: Words,
    /// One row for each attempt, by start.
    pub rows: Vec<Row>,
    /// Pieces of time of all rows, those of one row beside each other.
    pub spans: Vec<Span>,
    /// Times of repetitions of all rows, after the row's start, nanoseconds.
    pub repeats: Vec<i64>,
}

/// Words, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    list: Vec<String>,
    #[serde(skip)]
    index: BTreeMap<String, u32>,
}

/// A word of [`Words`].
pub type Word = u32;

/// One attempt, in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The attempt's id in the report.
    pub id: u32,
    /// Index in the report's `vantage.points`.
    pub vantage: u16,
    /// What the connection is.
    pub kind: AttemptKind,
    /// Server endpoint, `ip:port`.
    pub server: Word,
    /// Client address, without its port.
    pub client: Word,
    /// Client port.
    pub client_port: u16,
    /// The name that the client wanted.
    pub name: Option<Word>,
    /// What a rule says of it.
    pub judgement: Judgement,
    /// Capture and number of its first packet: what links address it by.
    pub first_packet: (u16, u32),
    /// Time of its first packet, after the epoch.
    pub started_ns: i64,
    /// Time of its last packet, after the epoch.
    pub ended_ns: i64,
    /// How it went.
    pub outcome: Outcome,
    /// Something stalled, whether or not it went on.
    pub is_stalled: bool,
    /// Its longest wait for the other side, a length of time.
    pub longest_wait_ns: Option<i64>,
    /// Status of the last response in clear.
    pub status: Option<u16>,
    /// Index of its first span, and how many it has.
    pub spans: (u32, u16),
    /// Index of its first repetition, and how many it has.
    pub repeats: (u32, u16),
}

/// What is known of an attempt's cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Judgement {
    /// It was not kept in full, so no rule looked at it.
    #[default]
    NotJudged,
    /// Rules looked and found nothing.
    Nothing,
    /// There is a verdict.
    Found {
        /// Id of the cause.
        cause: Word,
        /// Whose it is.
        party: Party,
        /// How sure that is.
        confidence: Confidence,
    },
}

/// A piece of a row's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Which phase.
    pub phase: PhaseName,
    /// How it went.
    pub outcome: PhaseOutcome,
    /// Start, after the row's.
    pub start_ns: i64,
    /// End, after the row's start.
    pub end_ns: i64,
}

impl Words {
    /// The word's index; it is added where it is new.
    pub fn add(&mut self, word: &str) -> Word {
        if let Some(index) = self.index.get(word) {
            return *index;
        }
        let index = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(word.to_owned());
        self.index.insert(word.to_owned(), index);
        index
    }

    fn judgement(&mut self, verdict: Option<&Verdict>) -> Judgement {
        verdict.map_or(Judgement::Nothing, |verdict| Judgement::Found {
            cause: self.add(&verdict.cause),
            party: verdict.party,
            confidence: verdict.confidence,
        })
    }

    /// The word.
    #[must_use]
    pub fn word(&self, index: Word) -> &str {
        self.list.get(index as usize).map_or("", String::as_str)
    }
}

impl Overview {
    /// The pieces of a row's time, in order.
    #[must_use]
    pub fn spans_of(&self, row: &Row) -> &[Span] {
        part(&self.spans, row.spans)
    }

    /// The times of a row's repetitions, after its start.
    #[must_use]
    pub fn repeats_of(&self, row: &Row) -> &[i64] {
        part(&self.repeats, row.repeats)
    }

    /// Adds a row with its spans and repetitions, the first ones of each.
    pub fn push(
        &mut self,
        row: Row,
        spans: impl Iterator<Item = Span>,
        repeats: impl Iterator<Item = i64>,
    ) {
        let spans = added(&mut self.spans, spans, SPANS_PER_ROW);
        let repeats = added(&mut self.repeats, repeats, REPEATS_PER_ROW);
        self.rows.push(Row {
            spans,
            repeats,
            ..row
        });
    }

    /// Writes what rules say of an attempt into its row. Rows are found while they stand in order of ids, which
    /// is the order in which they are pushed.
    pub fn judge(&mut self, id: u32, verdict: Option<&Verdict>) {
        let judgement = self.words.judgement(verdict);
        if let Ok(index) = self.rows.binary_search_by_key(&id, |row| row.id)
            && let Some(row) = self.rows.get_mut(index)
        {
            row.judgement = judgement;
        }
    }

    /// Cuts it into pieces of at most so many rows, and what of the other columns keeps step with them: each is
    /// handed over and taken in by itself, so that neither takes long.
    pub fn pieces(&self, rows: usize) -> impl Iterator<Item = Self> {
        let count = self.rows.len().div_ceil(rows.max(1)).max(1);
        (0..count).map(move |index| Self {
            words: Words {
                list: share(&self.words.list, index, count).to_vec(),
                index: BTreeMap::new(),
            },
            rows: share(&self.rows, index, count).to_vec(),
            spans: share(&self.spans, index, count).to_vec(),
            repeats: share(&self.repeats, index, count).to_vec(),
        })
    }

    /// Takes in the next of [`Self::pieces`]. Words that come this way can be read, not added to.
    pub fn append(&mut self, piece: Self) {
        self.words.list.extend(piece.words.list);
        self.rows.extend(piece.rows);
        self.spans.extend(piece.spans);
        self.repeats.extend(piece.repeats);
    }

    /// By start: attempts come in the order in which they end.
    pub fn sort(&mut self) {
        self.rows.sort_by_key(|row| (row.started_ns, row.id));
    }

    /// Of the attempts that a report holds.
    #[must_use]
    pub fn of_report(report: &Report) -> Self {
        let mut overview = Self::default();
        for attempt in &report.attempts {
            overview.add_attempt(attempt);
        }
        overview.sort();
        overview
    }

    fn add_attempt(&mut self, attempt: &Attempt) {
        let (client, port) = attempt
            .client
            .rsplit_once(':')
            .unwrap_or((&attempt.client, ""));
        let words = &mut self.words;
        let row = Row {
            id: attempt.id,
            vantage: attempt.vantage,
            kind: attempt.kind,
            server: words.add(&attempt.server),
            client: words.add(client.trim_matches(['[', ']'])),
            client_port: port.parse().unwrap_or_default(),
            name: attempt.server_name.as_deref().map(|name| words.add(name)),
            judgement: words.judgement(attempt.verdict.as_ref()),
            first_packet: attempt
                .packets
                .first()
                .map_or((0, 0), |first| (first.packet.capture, first.packet.number)),
            started_ns: attempt.started_ns,
            ended_ns: attempt.ended_ns,
            outcome: attempt.outcome,
            is_stalled: is_stalled(attempt),
            longest_wait_ns: longest_wait(attempt),
            status: attempt.http.iter().rev().find_map(|http| http.status),
            spans: (0, 0),
            repeats: (0, 0),
        };
        let spans = attempt.phases.iter().filter_map(|phase| {
            Some(Span {
                phase: phase.phase,
                outcome: phase.outcome,
                start_ns: phase.start_ns?,
                end_ns: phase.end_ns?,
            })
        });
        let repeats = attempt.transport.iter().flat_map(repeated);
        self.push(
            row,
            spans,
            repeats.map(|at| at.saturating_sub(attempt.started_ns)),
        );
    }
}

fn is_stalled(attempt: &Attempt) -> bool {
    attempt
        .phases
        .iter()
        .any(|phase| phase.outcome == PhaseOutcome::Stalled)
}

/// Times of what the client sent again.
fn repeated(transport: &Transport) -> impl Iterator<Item = i64> {
    let syns = transport.syn_retransmissions.iter();
    let data = &transport.retransmissions;
    let of = |end: End| match end {
        End::Client => data.client.first.iter(),
        End::Server => data.server.first.iter(),
    };
    syns.chain(of(End::Client))
        .chain(of(End::Server))
        .map(|stamp| stamp.at_ns)
}

/// The longest wait of its phases. Who says nothing after the last of them keeps nobody waiting.
fn longest_wait(attempt: &Attempt) -> Option<i64> {
    let end = attempt.phases.iter().filter_map(|phase| phase.end_ns).max();
    let end = end.map(|end| attempt.started_ns.saturating_add(end));
    let silences = attempt.silences.iter();
    silences
        .filter(|silence| end.is_none_or(|end| silence.start_ns < end))
        .map(|silence| silence.end_ns.saturating_sub(silence.start_ns))
        .max()
}

/// The piece with this index where a list is cut into so many.
fn share<T>(all: &[T], index: usize, count: usize) -> &[T] {
    let length = all.len().div_ceil(count.max(1)).max(1);
    let from = index.saturating_mul(length).min(all.len());
    all.get(from..from.saturating_add(length).min(all.len()))
        .unwrap_or_default()
}

fn part<T>(all: &[T], (first, count): (u32, u16)) -> &[T] {
    let first = first as usize;
    all.get(first..first.saturating_add(count.into()))
        .unwrap_or_default()
}

fn added<T>(all: &mut Vec<T>, more: impl Iterator<Item = T>, most: usize) -> (u32, u16) {
    let first = all.len();
    all.extend(more.take(most));
    let count = all.len().saturating_sub(first);
    (
        u32::try_from(first).unwrap_or(u32::MAX),
        u16::try_from(count).unwrap_or(u16::MAX),
    )
}

/// Two requests' phases and what goes before them are ten.
const SPANS_PER_ROW: usize = 16;

/// Linux gives up a SYN after six repetitions (tcp_syn_retries) and data after fifteen (tcp_retries2).
const REPEATS_PER_ROW: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn overview(attempts: u32) -> Overview {
        let mut overview = Overview::default();
        for id in 1..=attempts {
            let server = overview.words.add(&format!("192.0.2.{}:443", id % 7));
            let row = Row {
                id,
                vantage: 0,
                kind: AttemptKind::Tcp,
                server,
                client: server,
                client_port: 1,
                name: None,
                judgement: Judgement::NotJudged,
                first_packet: (0, id),
                started_ns: i64::from(id),
                ended_ns: i64::from(id) + 9,
                outcome: Outcome::Completed,
                is_stalled: false,
                longest_wait_ns: None,
                status: None,
                spans: (0, 0),
                repeats: (0, 0),
            };
            let span = Span {
                phase: PhaseName::Connect,
                outcome: PhaseOutcome::Completed,
                start_ns: 0,
                end_ns: i64::from(id),
            };
            let repeats = (0..id % 3).map(i64::from);
            overview.push(row, (0..id % 4).map(|_| span), repeats);
        }
        overview
    }

    #[test]
    fn pieces_make_the_whole_again() {
        for (attempts, rows) in [(0, 10), (1, 10), (10, 10), (11, 10), (100, 7), (5, 0)] {
            let whole = overview(attempts);
            let mut joined = Overview::default();
            for piece in whole.pieces(rows) {
                assert!(piece.rows.len() <= rows.max(1), "{attempts} by {rows}");
                joined.append(piece);
            }
            assert_eq!(joined.rows, whole.rows, "{attempts} by {rows}");
            assert_eq!(joined.spans, whole.spans, "{attempts} by {rows}");
            assert_eq!(joined.repeats, whole.repeats, "{attempts} by {rows}");
            assert_eq!(joined.words.list, whole.words.list, "{attempts} by {rows}");
        }
    }

    #[test]
    fn nothing_found_is_not_the_same_as_not_looked() {
        let mut overview = overview(3);
        overview.judge(2, None);
        let judgements: Vec<_> = overview.rows.iter().map(|row| row.judgement).collect();
        assert_eq!(
            judgements,
            [
                Judgement::NotJudged,
                Judgement::Nothing,
                Judgement::NotJudged
            ]
        );
    }
}
