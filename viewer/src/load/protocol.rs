//! What page and worker say to each other. A worker does one job, keeps what it found, and answers questions
//! about it until the page lets it go.

use serde::{Deserialize, Serialize};
use stallscope_shared::report::v1::PacketRef;

use super::sentence::Sentence;
use super::share::{Choice, FileKind};

/// What the page says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToWorker {
    /// Analyse the files that come with this.
    Open,
    /// Read no further and report what was read.
    Stop,
    /// Everything about the attempt with this id.
    Attempt(u32),
    /// The bytes of a packet.
    Packet {
        /// Which.
        packet: PacketRef,
        /// How its first header is to be read, by the tcpdump.org registry.
        link_type: u16,
    },
    /// What handing the report on so comes to.
    Share(Choice),
    /// The report, or its packets, as a file.
    Export(FileKind, Choice),
}

/// What the worker says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FromWorker {
    /// It listens from now on.
    Ready,
    /// It could not be started; the page says this in its place.
    NotStarted {
        /// What the browser says.
        detail: String,
    },
    /// How far it is.
    Progress(Progress),
    /// What is shown of the report beside its attempts comes with this.
    Report {
        /// Names of the key logs that were given.
        key_logs: Vec<String>,
        /// The user ended it before everything was read.
        is_stopped: bool,
    },
    /// The next rows come with this, in order.
    Rows {
        /// So many pieces come after this one.
        left: u32,
    },
    /// An attempt that was asked for comes with this; without bytes there is none.
    Attempt(u32),
    /// The bytes of a packet that was asked for come with this.
    Packet {
        /// Which.
        packet: PacketRef,
        /// What its headers say: message and value.
        fields: Vec<(String, String)>,
    },
    /// The bytes of that packet cannot be had.
    NoPacket(PacketRef),
    /// What handing it on comes to comes with this.
    Share,
    /// The file that was asked for comes with this; without bytes there is none.
    Export(FileKind),
    /// There will be no report.
    Failed(Refusal),
    /// The worker died. Our fault.
    Broken {
        /// For a bug report.
        detail: String,
    },
}

/// Why files cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// The browser does not give its bytes any more.
    Gone {
        /// Its name.
        file: String,
    },
    /// It is no capture, or too damaged to be read.
    NotCapture {
        /// Its name.
        file: String,
        /// What it looks like and what to do.
        reason: Sentence,
    },
    /// It is a report that cannot be read.
    NotReport {
        /// Its name.
        file: String,
        /// Why.
        reason: Sentence,
    },
    /// A report was given together with other files.
    ReportAmongOthers {
        /// Its name.
        file: String,
    },
    /// It is a report, and larger than what is read at once.
    ReportTooLarge {
        /// Its name.
        file: String,
        /// Its length.
        bytes: u64,
    },
    /// Only key logs were given.
    OnlyKeyLogs,
    /// It is a link that cannot be opened.
    BadLink {
        /// Why, and what to do.
        reason: Sentence,
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
    /// Memory that the worker's module has taken, bytes.
    pub heap_bytes: u64,
}

impl Progress {
    /// Time until the end at the present speed, milliseconds; absent while nothing can be said of it.
    #[must_use]
    pub fn left_ms(&self) -> Option<u64> {
        let left = self.bytes_total.checked_sub(self.bytes_read)?;
        // The first slices tell more of how fast the disk woke up than of the rest.
        (self.elapsed_ms >= 300)
            .then(|| {
                left.saturating_mul(self.elapsed_ms)
                    .checked_div(self.bytes_read)
            })
            .flatten()
    }

    /// Bytes in a second; absent at the start.
    #[must_use]
    pub fn speed(&self) -> Option<u64> {
        self.bytes_read
            .saturating_mul(1000)
            .checked_div(self.elapsed_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::Progress;

    #[test]
    fn time_left_is_said_once_it_can_be() {
        let at = |bytes_read, elapsed_ms| Progress {
            bytes_read,
            bytes_total: 100,
            elapsed_ms,
            ..Progress::default()
        };
        assert_eq!(at(0, 0).left_ms(), None);
        assert_eq!(at(0, 400).left_ms(), None);
        assert_eq!(at(25, 1000).left_ms(), Some(3000));
        assert_eq!(at(100, 1000).left_ms(), Some(0));
        assert_eq!(at(50, 500).speed(), Some(100));
    }
}
