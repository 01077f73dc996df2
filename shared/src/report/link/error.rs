//! Why a link cannot be opened, in sentences for the one who clicked on it.

/// Why a link does not give a report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It is no link of ours.
    #[error("this link holds no report: it does not begin with #r1.")]
    NotOurs,
    /// The program through which it came cut it.
    #[error(
        "this link was cut by the app that it came through: {arrived} of {expected} characters arrived. Ask for it \
         again as a file, or in another app"
    )]
    Cut {
        /// Characters of the payload that arrived.
        arrived: usize,
        /// Characters that it had.
        expected: usize,
    },
    /// More arrived than was sent.
    #[error(
        "this link has {extra} characters too many at its end: something was glued to it on the way"
    )]
    TooLong {
        /// Characters after its end.
        extra: usize,
    },
    /// As long as it should be, and not the same.
    #[error("this link was changed on its way: its checksum does not fit")]
    Changed,
    /// A version to come.
    #[error(
        "this link has version r{found}, and this program reads r1: open it with a newer stallscope"
    )]
    Newer {
        /// Its version.
        found: u32,
    },
    /// The checksum fits, the content makes no sense or is too large.
    #[error(
        "this link cannot be read: what is in it is no report of ours, or more than {cap} bytes"
    )]
    Unreadable {
        /// Bytes that are accepted.
        cap: usize,
    },
}

/// Bytes that mean nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;
