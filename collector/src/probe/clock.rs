//! The system's clock, which the kernel's stamps use as well.

use std::time::{SystemTime, UNIX_EPOCH};

use stallscope_shared::time::Timestamp;

/// The time now. A clock before 1970 or after 2262 reads as 1970.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let nanos = since
        .ok()
        .and_then(|since| i64::try_from(since.as_nanos()).ok());
    Timestamp::from_nanos(nanos.unwrap_or(0))
}
