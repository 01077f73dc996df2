//! What is odd about a probe as a whole, as warnings of its report.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use stallscope_shared::report::v1::Warning;

use crate::probe::plan::{Plan, State};

/// The kernel said nothing of when things left and came.
pub(super) fn unstamped() -> Warning {
    warning(
        "no-kernel-times",
        "this host's kernel or sandbox gives no stamps of what was sent and acknowledged (SO_TIMESTAMPING); times are \
         those of the program",
    )
}

/// Addresses that nobody has made a connection.
pub(super) fn intercepted(answered: &str) -> Warning {
    warning(
        "intercepted",
        &format!(
            "{answered}, which nobody has, made a connection: a proxy near this host answers for every address, so what \
             is said of servers may be its doing"
        ),
    )
}

/// It was ended before it was done.
pub(super) fn stopped(broken_off: u64) -> Warning {
    let under_way = match broken_off {
        0 => "no attempt was under way".to_owned(),
        1 => "the attempt that was under way was broken off, and counts neither as failed nor as fine".to_owned(),
        more => format!(
            "{more} attempts that were under way were broken off, and count neither as failed nor as fine"
        ),
    };
    let words = format!("the probe was stopped before it was done; {under_way}");
    warning("probe-stopped", &words)
}

/// Addresses of which the attempts that were made say too little.
pub(super) fn undecided(plan: &Plan, states: &[State]) -> Option<Warning> {
    const NAMED: usize = 8;
    if plan.count.is_some() {
        return None;
    }
    let open: BTreeSet<SocketAddr> = plan
        .addresses
        .iter()
        .zip(states)
        .filter(|(_, state)| **state == State::Open)
        .map(|((_, address), _)| *address)
        .collect();
    let names: Vec<String> = open.iter().take(NAMED).map(ToString::to_string).collect();
    let others = match open.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} others"),
    };
    (!open.is_empty()).then(|| {
        warning(
            "undecided",
            &format!(
                "{} of {} addresses were not tried often enough to tell whether they fail in 5 % of attempts or more: {}{others}; \
                 --duration gives them longer",
                open.len(),
                plan.addresses.iter().map(|(_, address)| address).collect::<BTreeSet<_>>().len(),
                names.join(", ")
            ),
        )
    })
}

pub(super) fn warning(kind: &str, detail: &str) -> Warning {
    Warning {
        kind: kind.to_owned(),
        capture: None,
        packet: None,
        offset: None,
        detail: detail.to_owned(),
        message: None,
        count: 1,
    }
}
