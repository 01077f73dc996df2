//! What attempts that differ in one thing show together. It stands above what each of them shows alone.

use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Contrast, Evidence, Finding, HelloFate, Party, Probe,
};
use crate::phase::{Outcome, PhaseName};
use crate::probe::{Arm, Kind};

/// The attempt failed in the handshake.
fn is_refused(case: &Case<'_>) -> bool {
    case.is_failure() && case.is_trouble_in(PhaseName::Tls)
}

/// Some of the ClientHello was not acknowledged, or none.
fn is_lost(probe: &Probe<'_>) -> bool {
    matches!(
        probe.hello_fate(),
        Some(HelloFate::Nothing | HelloFate::HeadOnly { .. } | HelloFate::TailOnly { .. })
    )
}

/// A finding by a comparison, with its counts.
fn finding(
    case: &Case<'_>,
    probe: &Probe<'_>,
    cause: Cause,
    party: Party,
    by: &Contrast,
) -> Option<Finding> {
    let shown = by.evidence("ev-contrast")?;
    let bytes = probe.log.bytes_of(Kind::HelloWritten).unwrap_or_default();
    Some(
        case.finding(cause, party, PhaseName::Tls, shown.clone())
            .confidence(Confidence::Likely)
            .compared()
            .with("bytes", bytes)
            .with("passing-bytes", by.passing_bytes)
            .with("tried", by.arms.own.attempts)
            .with("failed", by.arms.own.failures)
            .with("passed", by.arms.other.attempts)
            .with("chance", by.arms.chance_in_words())
            .shown_by(probe.hello_acked())
            .rules_out(Party::Client, [shown]),
    )
}

/// Large ClientHellos are taken and then not answered, small ones are answered.
pub(in super::super) fn h5(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    let is_taken = matches!(probe.hello_fate(), Some(HelloFate::Acknowledged(_)));
    if !is_taken || !is_refused(case) || probe.first(Kind::ServerHello).is_some() {
        return Answer::NoMatch;
    }
    let Some(by) = case.by_size() else {
        return Answer::NoMatch;
    };
    finding(case, probe, Cause::H5, Party::Server, &by)
        .map(|finding| {
            finding
                .variant("probed")
                .rules_out(Party::Network, probe.hello_acked())
                .or(&[Cause::H21, Cause::H26])
        })
        .into()
}

/// Large ClientHellos are lost, whole or in part, and small ones never.
pub(super) fn h4(case: &Case<'_>, probe: &Probe<'_>) -> Option<Finding> {
    if !is_lost(probe) || !is_refused(case) {
        return None;
    }
    let by = case.by_size()?;
    let finding = finding(case, probe, Cause::H4, Party::Middlebox, &by)?;
    let small = by.evidence("ev-small-hellos-answered");
    Some(
        finding
            .variant("probed-size")
            .rules_out(Party::Server, small)
            .or(&[Cause::H11, Cause::H21]),
    )
}

/// ClientHellos with this name are lost, and those with another never.
pub(super) fn h3(case: &Case<'_>, probe: &Probe<'_>) -> Option<Finding> {
    if !is_lost(probe) || !is_refused(case) {
        return None;
    }
    let by = case.by_name()?;
    let finding = finding(case, probe, Cause::H3, Party::Middlebox, &by)?;
    let others = by.evidence("ev-other-names-answered");
    Some(
        finding
            .variant("probed-name")
            .rules_out(Party::Server, others),
    )
}

/// ClientHellos with this name are taken and not answered, and those with another are.
pub(super) fn h2(case: &Case<'_>, probe: &Probe<'_>) -> Option<Finding> {
    let is_taken = matches!(probe.hello_fate(), Some(HelloFate::Acknowledged(_)));
    let is_mute = probe.first(Kind::ServerHello).is_none();
    if !is_taken || !is_mute || !is_refused(case) {
        return None;
    }
    let by = case.by_name()?;
    let finding = finding(case, probe, Cause::H2, Party::Server, &by)?;
    Some(finding.variant("probed-name").or(&[Cause::H6, Cause::H3]))
}

/// Nothing of the answer comes, or not all, unless segments are small.
pub(super) fn h11(case: &Case<'_>, probe: &Probe<'_>) -> Option<Finding> {
    let is_taken = matches!(probe.hello_fate(), Some(HelloFate::Acknowledged(_)));
    let is_stalled = case.outcome() == Outcome::TlsStalled;
    if !is_taken || !is_stalled {
        return None;
    }
    let by = case.by_arm(Arm::Mss1200)?;
    let finding = finding(case, probe, Cause::H11, Party::Network, &by)?;
    let small = by.evidence("ev-small-segments-pass");
    Some(
        finding
            .variant("probed-mss")
            .rules_out(Party::Server, small)
            .or(&[Cause::H13]),
    )
}

/// The server's side ends connections that were used, and serves fresh ones.
pub(in super::super) fn a7(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    let is_ended = matches!(
        case.outcome(),
        Outcome::ClosedByServer | Outcome::ResetByServer
    );
    if !is_ended {
        return Answer::NoMatch;
    }
    reused(case, probe, Cause::A7)
        .map(|finding| finding.or(&[Cause::A5, Cause::P4]))
        .into()
}

/// The second request on a connection is taken and not answered, the first one is.
pub(super) fn a1(case: &Case<'_>, probe: &Probe<'_>) -> Option<Finding> {
    let acked = probe.first(Kind::RequestAcked)?;
    let is_stalled = case.outcome() == Outcome::ResponseStalled;
    let finding = reused(case, probe, Cause::A1).filter(|_| is_stalled)?;
    Some(finding.shown_by(probe.alive(acked)).or(&[Cause::A9]))
}

fn reused(case: &Case<'_>, probe: &Probe<'_>, cause: Cause) -> Option<Finding> {
    let used = probe.first(Kind::Used)?;
    let phase = case.trouble()?.name;
    let by = case.by_reuse()?;
    let shown = by.evidence("ev-reuse-contrast")?;
    Some(
        case.finding(cause, Party::Server, phase, shown.clone())
            .variant("probed-reused")
            .confidence(Confidence::Likely)
            .compared()
            .with("tried", by.arms.own.attempts)
            .with("failed", by.arms.own.failures)
            .with("passed", by.arms.other.attempts)
            .with("chance", by.arms.chance_in_words())
            .shown_by([Evidence::packet("ev-connection-used", used)])
            .rules_out(Party::Client, [shown]),
    )
}

/// How the ClientHello is cut decides.
pub(in super::super) fn h21(case: &Case<'_>, probe: &Probe<'_>) -> Answer {
    if !is_refused(case) || probe.first(Kind::ServerHello).is_some() {
        return Answer::NoMatch;
    }
    let own = case.brief().and_then(|brief| brief.arm);
    let is_cut = matches!(own, Some(Arm::Split | Arm::Records));
    let cut = [Arm::Split, Arm::Records];
    let by = if is_cut {
        case.by_own_arm().map(|by| (by, "probed-cut"))
    } else {
        // Where size or name explains it as well, that is the simpler word.
        let passes = cut.into_iter().find_map(|arm| case.by_arm(arm));
        let is_simpler = case.by_size().is_some() || case.by_name().is_some();
        passes
            .filter(|_| !is_simpler)
            .map(|by| (by, "probed-whole"))
    };
    let Some((by, variant)) = by else {
        return Answer::NoMatch;
    };
    finding(case, probe, Cause::H21, Party::Middlebox, &by)
        .map(|finding| finding.variant(variant).or(&[Cause::H5]))
        .into()
}
