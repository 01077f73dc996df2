//! What other clients would have logged.

use serde::{Deserialize, Serialize};

/// What one client would have written about an attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LoggedText {
    /// Who, for example `Go net/http`.
    pub client: String,
    /// What, with `…` for what differs from time to time; one of these, by its programming interface and the limit that
    /// was set.
    pub texts: Vec<String>,
}
