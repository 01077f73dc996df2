//! What was read of one connection and told of another.

use std::sync::Arc;

use super::conversation::Conversation;
use super::sessions::ALL;
use crate::tls::{Facts, Recurring, Tracker};

fn told(conversation: &Conversation, recurring: &Recurring) -> Facts {
    conversation
        .told_to(Tracker::among(recurring.clone()), &[usize::MAX])
        .0
}

#[test]
fn offers_and_certificates_are_kept_once() {
    let (mut offers, mut leaves) = (0, 0);
    for text in ALL {
        let recurring = Recurring::default();
        let conversation = Conversation::read(text);
        let (first, second) = (
            told(&conversation, &recurring),
            told(&conversation, &recurring),
        );
        let hellos = first.client_hellos.iter().zip(&second.client_hellos);
        for (one, other) in hellos.filter(|(one, _)| one.offer.is_whole) {
            assert!(Arc::ptr_eq(&one.offer, &other.offer));
            offers += 1;
        }
        let leaf = |facts: &Facts| facts.certificates.responder.as_ref()?.leaf.clone();
        if let (Some(one), Some(other)) = (leaf(&first), leaf(&second)) {
            assert!(Arc::ptr_eq(&one, &other));
            leaves += 1;
        }
    }
    assert!(
        offers >= 5 && leaves >= 1,
        "{offers} offers, {leaves} certificates"
    );
}

#[test]
fn nothing_that_is_told_depends_on_what_came_before() {
    for text in ALL {
        let recurring = Recurring::default();
        let original = Conversation::read(text);
        told(&original, &recurring);
        for segment in 0..original.0.len() {
            for position in (0..original.0[segment].bytes.len()).step_by(11) {
                let mut changed = original.clone();
                changed.0[segment].bytes[position] ^= 1;
                let alone = told(&changed, &Recurring::default());
                assert_eq!(told(&changed, &recurring), alone, "{segment}, {position}");
            }
        }
    }
}
