//! What clients write into their logs when a request fails: which phases a text can mean, and which causes.
//!
//! The same packets make every client say something else, and most texts stand for several phases. The table holds
//! what Go 1.19, curl 7.88, Python's requests 2.34, OpenJDK 17, Node 20 and nginx 1.22 were seen to say; wording is
//! stable for years, and texts are recognised by their fixed parts only. Read from the other side it says what each of
//! them would have written about an attempt of ours.

mod line;
mod sayings;
mod tally;
mod written;

#[cfg(test)]
mod tests;

use crate::diagnosis::Cause;
use crate::phase::PhaseName;

pub use self::line::{host_of, minute_of};
pub use self::sayings::sayings;
pub use self::tally::{Count, Tally};
pub use self::written::{is_of_table, situations, written, written_in};

/// Who writes such a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Client {
    /// Go's net/http.
    Go,
    /// curl and libcurl.
    Curl,
    /// Python: requests, urllib3, ssl.
    Python,
    /// Java: HttpURLConnection and java.net.http.
    Java,
    /// Node: https and fetch (undici).
    Node,
    /// nginx, towards its upstream or its client.
    Nginx,
    /// The operating system's own words, which many programs repeat.
    System,
}

impl Client {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Go,
        Self::Curl,
        Self::Python,
        Self::Java,
        Self::Node,
        Self::Nginx,
        Self::System,
    ];

    /// Its word in the table.
    const fn word(self) -> &'static str {
        match self {
            Self::Go => "go",
            Self::Curl => "curl",
            Self::Python => "python",
            Self::Java => "java",
            Self::Node => "node",
            Self::Nginx => "nginx",
            Self::System => "system",
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Go => "Go net/http",
            Self::Curl => "curl",
            Self::Python => "Python",
            Self::Java => "Java",
            Self::Node => "Node",
            Self::Nginx => "nginx",
            Self::System => "any program",
        }
    }
}

/// One text and what it can mean.
#[derive(Debug)]
pub struct Saying {
    /// Who writes it.
    pub client: Client,
    /// Its fixed parts, in order.
    pub parts: Vec<&'static str>,
    /// The phases it can stand for.
    pub phases: Vec<PhaseName>,
    /// The causes it can stand for, the likeliest first.
    pub causes: Vec<Cause>,
    /// What to know of it, in a sentence or two.
    pub note: &'static str,
    /// Where it was seen to be written: phase and end of an attempt, for example `tls/reset`.
    situations: Vec<&'static str>,
}

impl Saying {
    /// The parts stand in the line, in order.
    fn is_in(&self, line: &str) -> bool {
        let mut rest = line;
        self.parts.iter().all(|part| match rest.split_once(part) {
            Some((_, behind)) => {
                rest = behind;
                true
            }
            None => false,
        })
    }

    /// How much of a line it accounts for: of two that fit, the one that says more is meant.
    fn weight(&self) -> usize {
        self.parts.iter().map(|part| part.len()).sum()
    }
}

/// The text that is in a line of a log, or `None` when it says nothing that is known.
#[must_use]
pub fn recognise(line: &str) -> Option<&'static Saying> {
    let fitting = sayings().iter().filter(|saying| saying.is_in(line));
    fitting.max_by_key(|saying| saying.weight())
}
