//! Which connections have a fault: a share of them, by chance that is the same in every run with the same seed.

use std::sync::{Mutex, PoisonError};

use super::fault::{Fault, Place};
use super::order::Order;

/// Draws for one node or the name server.
#[derive(Debug)]
pub(crate) struct Chance {
    orders: Vec<Order>,
    numbers: Mutex<fastrand::Rng>,
}

impl Chance {
    /// `seed` is the lab's, and `whose` tells its nodes apart.
    pub(crate) fn new(orders: Vec<Order>, seed: u64, whose: u64) -> Self {
        let seed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(whose);
        Self {
            orders,
            numbers: Mutex::new(fastrand::Rng::with_seed(seed)),
        }
    }

    /// The fault of the next connection, if it has one: the whole node's, or of several each takes its share.
    pub(crate) fn draw(&self) -> Option<Fault> {
        let mut whole = self.orders.iter().map(|order| order.fault);
        if let Some(fault) = whole.find(|fault| fault.place() == Place::Node) {
            return Some(fault);
        }
        let mut numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        let mut left = numbers.f64();
        for order in &self.orders {
            if left < order.share {
                return Some(order.fault);
            }
            left -= order.share;
        }
        None
    }

    /// The fault is one of the whole node's.
    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.orders.iter().any(|order| order.fault == fault)
    }
}

#[cfg(test)]
mod tests {
    use super::Chance;
    use crate::lab::fault::Fault;

    #[test]
    fn each_fault_takes_its_share() {
        let orders = vec!["H1@1=10%".parse().unwrap(), "H7@1=20%".parse().unwrap()];
        let chance = Chance::new(orders, 1, 1);
        let drawn: Vec<_> = (0..10_000).map(|_| chance.draw()).collect();
        let count = |fault| drawn.iter().filter(|one| **one == fault).count();
        // Four standard deviations of a binomial count of 10,000.
        assert!(count(Some(Fault::Silence)).abs_diff(1_000) < 120);
        assert!(count(Some(Fault::Abort)).abs_diff(2_000) < 160);
    }

    #[test]
    fn the_same_seed_draws_the_same() {
        let draw = |seed| {
            let chance = Chance::new(vec!["H1@1=50%".parse().unwrap()], seed, 1);
            (0..64).map(|_| chance.draw().is_some()).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }
}
