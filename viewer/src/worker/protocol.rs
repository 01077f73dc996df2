//! What page and worker say to each other. A worker does one job and is then let go.

use serde::{Deserialize, Serialize};

/// What the page says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToWorker {
    /// Analyse the files that come with this.
    Open,
    /// Read no further and report what was read.
    Stop,
}

/// What the worker says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FromWorker {
    /// It listens from now on.
    Ready,
    /// How far it is.
    Progress(Progress),
    /// The report comes with this, as JSON.
    Done,
    /// A file cannot be analysed; the sentence says why and what to do.
    Failed {
        /// For the user.
        sentence: String,
    },
    /// The worker died. Our fault.
    Broken {
        /// For a bug report.
        detail: String,
    },
}

/// How far a job is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The file that is being read.
    pub file: String,
    /// Bytes read, over all files.
    pub bytes_read: u64,
    /// Bytes there are.
    pub bytes_total: u64,
    /// Time since the start, milliseconds.
    pub elapsed_ms: u64,
    /// Packets read.
    pub packets: u64,
    /// Attempts seen.
    pub attempts: u64,
    /// Attempts that failed.
    pub failures: u64,
}
