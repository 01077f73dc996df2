//! What the page shows of one attempt: everything that is known of it, as rows and sentences.

use serde::{Deserialize, Serialize};
use stallscope_shared::report::v1::{
    AttemptKind, Basis, End, Outcome, PacketRef, Party, PhaseName, PhaseOutcome,
};

use super::sentence::Sentence;
use super::summary::VerdictLine;

/// One attempt in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dossier {
    /// Its id in the report.
    pub id: u32,
    /// What the connection is.
    pub kind: AttemptKind,
    /// Client endpoint.
    pub client: String,
    /// Server endpoint.
    pub server: String,
    /// The name that the client wanted.
    pub name: Option<String>,
    /// Time of its first packet, after the epoch.
    pub started_ns: i64,
    /// How it went.
    pub outcome: Outcome,
    /// TLS was spoken.
    pub is_tls: bool,
    /// One of the ends said goodbye.
    pub is_closed: bool,
    /// Target of its first request, where that is in clear.
    pub target: Option<String>,
    /// Cause and party, with what shows it.
    pub verdict: Option<Verdict>,
    /// The pieces of its time that were reached.
    pub phases: Vec<Phase>,
    /// What never came, the longest first.
    pub silences: Vec<Silence>,
    /// Its packets: all of them, or the first and the last.
    pub packets: Vec<Packet>,
    /// Packets between these.
    pub packets_left_out: u64,
    /// Facts and measurements.
    pub sections: Vec<Section>,
}

/// A verdict with what shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Who, what, how sure.
    pub line: VerdictLine,
    /// What shows it.
    pub evidence: Vec<Evidence>,
    /// Who else it could have been, why not, and what shows that.
    pub rules_out: Vec<(Party, Sentence, Vec<Evidence>)>,
    /// What to do.
    pub remedy: Sentence,
}

/// A statement and its packets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// One sentence.
    pub statement: Sentence,
    /// The packets that show it.
    pub packets: Vec<PacketRef>,
}

/// A piece of an attempt's time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase {
    /// Which.
    pub name: PhaseName,
    /// How it went.
    pub outcome: PhaseOutcome,
    /// Start, after the attempt's.
    pub start_ns: i64,
    /// End, after the attempt's start.
    pub end_ns: i64,
    /// What was awaited.
    pub awaiting: Option<String>,
    /// How its borders are known.
    pub basis: Basis,
}

/// A stretch in which nothing that was awaited came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// The packet after which nothing came.
    pub after: PacketRef,
    /// The packet that ended it.
    pub until: Option<PacketRef>,
    /// Start, after the epoch.
    pub start_ns: i64,
    /// End, after the epoch.
    pub end_ns: i64,
    /// What was awaited.
    pub awaiting: String,
    /// From which end.
    pub from: End,
    /// Why it would have been seen.
    pub proofs: Vec<Sentence>,
}

/// One packet of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packet {
    /// Where to find it again.
    pub packet: PacketRef,
    /// When it was captured, after the epoch.
    pub at_ns: i64,
    /// Who sent it.
    pub from: End,
    /// TCP flags, as `SYN,ACK`; none for a datagram.
    pub flags: Option<String>,
    /// Sequence number, counted from the side's first.
    pub seq: Option<u64>,
    /// Acknowledgment number, counted from the other side's first.
    pub ack: Option<u64>,
    /// Payload, bytes.
    pub length: u32,
    /// What is in it or odd about it, kebab-case.
    pub notes: Vec<String>,
}

/// Facts of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// What they are about.
    pub title: Sentence,
    /// How they are laid out.
    pub layout: Layout,
    /// The facts.
    pub items: Vec<Item>,
    /// Facts beyond these.
    pub left_out: u64,
}

/// How facts are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Layout {
    /// A name and a value each.
    Pairs,
    /// A line each.
    Lines,
    /// A code, a name, a value and packets each.
    Table,
}

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Short name in the documentation, as `M4`; empty where it has none.
    pub code: String,
    /// What it is.
    pub label: Sentence,
    /// Its value.
    pub value: Sentence,
    /// The packets that show it.
    pub packets: Vec<PacketRef>,
}
