//! What two witnesses of the same attempt may not say of it together: our own client and the packets beside it; our own
//! client and what another one wrote into its log.

use stallscope_shared::report::v1::{Attempt, Confidence, Party, Report, Severity, Verdict};

/// What the packets of an attempt of ours say against its verdict: that somebody else did it. Who cannot tell, and who
/// names the other's cause beside its own, contradicts nobody.
pub(crate) fn between<'a>(told: &'a Report, seen: &'a Report) -> impl Iterator<Item = String> + 'a {
    let pair = |own: &'a Attempt| {
        let is_same = |other: &&Attempt| other.client == own.client && other.server == own.server;
        Some((own, seen.attempts.iter().map(Box::as_ref).find(is_same)?))
    };
    let pairs = told.attempts.iter().map(Box::as_ref).filter_map(pair);
    pairs.filter_map(|(own, other)| {
        let (said, packets) = (own.verdict.as_ref()?, other.verdict.as_ref()?);
        let words = |verdict: &Verdict| {
            format!(
                "{} {:?} {:?}",
                verdict.cause, verdict.party, verdict.confidence
            )
        };
        (!agree(said, packets)).then(|| {
            format!(
                "of {} at {} the client says {}, and its packets say {}",
                own.client,
                own.server,
                words(said),
                words(packets)
            )
        })
    })
}

fn agree(said: &Verdict, packets: &Verdict) -> bool {
    let both = [said, packets];
    let is_accusing = |verdict: &&Verdict| {
        verdict.severity == Severity::Failure
            && verdict.party != Party::Undecided
            && verdict.confidence != Confidence::Possible
    };
    let is_named = said.alternatives.contains(&packets.cause)
        || packets.alternatives.contains(&said.cause)
        || said.cause == packets.cause;
    said.party == packets.party || is_named || !both.iter().all(is_accusing)
}

/// What another client wrote that the report does not say of any attempt at the same address.
pub(crate) fn of_log(told: &Report, address: &str, real: &str) -> Option<String> {
    let at = |attempt: &&Attempt| attempt.server.starts_with(&format!("{address}:"));
    let logged = told
        .attempts
        .iter()
        .map(Box::as_ref)
        .filter(at)
        .filter_map(|it| it.logged.as_ref());
    let texts: Vec<&String> = logged
        .flatten()
        .filter(|logged| logged.client == "Go net/http")
        .flat_map(|logged| &logged.texts)
        .collect();
    let is_told = match real.trim() {
        "" => texts.is_empty(),
        real => texts.iter().any(|text| is_alike(text, real)),
    };
    (!is_told)
        .then(|| format!("Go's client at {address} wrote {real:?}, the report says {texts:?}"))
}

/// The parts of a text are in the line, in order.
fn is_alike(text: &str, line: &str) -> bool {
    let mut parts = text.split('…').map(str::trim);
    let rest = parts.try_fold(line, |rest, part| {
        rest.split_once(part).map(|(_, rest)| rest)
    });
    rest.is_some()
}

#[cfg(test)]
mod tests {
    use super::is_alike;

    #[test]
    fn parts_stand_in_order() {
        let line = "dial tcp 192.0.2.1:443: i/o timeout";
        for (text, is) in [
            ("dial tcp … i/o timeout", true),
            ("i/o timeout … dial tcp", false),
            ("dial tcp …", true),
            ("connection refused", false),
        ] {
            assert_eq!(is_alike(text, line), is, "{text}");
        }
    }
}
