//! What a SYN asks for, as the difference between two arms of attempts.

use super::{Arms, Brief, SynBrief};

impl Arms {
    /// Attempts whose first SYN is like the case's own in one respect, against those in which it is not; failing is a
    /// first SYN that got no answer. An attempt of which nothing tells is left out.
    #[must_use]
    pub fn of_first_syns<'a>(
        own: bool,
        briefs: impl Iterator<Item = &'a Brief>,
        is_like: fn(&SynBrief) -> bool,
    ) -> Self {
        let mut arms = Self::default();
        for syn in briefs.filter_map(|brief| brief.syn) {
            let Some(is_lost) = syn.is_first_lost() else {
                continue;
            };
            let arm = if is_like(&syn) == own {
                &mut arms.own
            } else {
                &mut arms.other
            };
            arm.count(is_lost || syn.is_refused);
        }
        arms
    }
}
