//! Which nodes there are and what is wrong with each, from what was typed.

use std::net::Ipv4Addr;
use std::str::FromStr;

use super::fault::{Fault, Place};

/// The share of its connections in which a node has its fault, as typed: the origin of this program is a node that
/// failed in 5 to 10 % of them.
const USUAL_SHARE: f64 = 0.07;
/// The node that has it when none was named. Neither the first nor the last, which a client may prefer.
const USUAL_NODE: u8 = 3;

/// One `--fault`: `CAUSE[@NODE[,NODE…]][=SHARE%]`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Order {
    /// What is wrong.
    pub(crate) fault: Fault,
    /// With which nodes, from 1; empty of the name server.
    pub(crate) nodes: Vec<u8>,
    /// In which share of connections or answers, 0 to 1.
    pub(crate) share: f64,
}

impl FromStr for Order {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (text, share) = match text.split_once('=') {
            Some((rest, share)) => (rest, Some(percent(share)?)),
            None => (text, None),
        };
        let (cause, nodes) = match text.split_once('@') {
            Some((cause, nodes)) => (cause, Some(numbers(nodes)?)),
            None => (text, None),
        };
        let fault: Fault = cause.parse()?;
        let place = fault.place();
        if place == Place::Resolver && nodes.is_some() {
            return Err(format!("{cause} is the name server's: leave out the @"));
        }
        if place == Place::Node && share.is_some_and(|share| share < 1.0) {
            let words = fault.words();
            return Err(format!(
                "{cause} ({words}) is a whole node's: leave out the share"
            ));
        }
        let (nodes, share) = match place {
            Place::Resolver => (Vec::new(), share.unwrap_or(1.0)),
            Place::Node => (nodes.unwrap_or(vec![USUAL_NODE]), 1.0),
            Place::Connection => (
                nodes.unwrap_or(vec![USUAL_NODE]),
                share.unwrap_or(USUAL_SHARE),
            ),
        };
        Ok(Self {
            fault,
            nodes,
            share,
        })
    }
}

/// `7%` or `7`.
fn percent(text: &str) -> Result<f64, String> {
    let number = text.trim_end_matches('%').parse::<f64>().ok();
    number
        .filter(|number| (0.0..=100.0).contains(number))
        .map(|number| number / 100.0)
        .ok_or_else(|| {
            format!("{text} is no share: write a percentage from 0 to 100, as in H1@3=7%")
        })
}

fn numbers(text: &str) -> Result<Vec<u8>, String> {
    let number = |part: &str| part.parse::<u8>().ok().filter(|number| *number > 0);
    text.split(',')
        .map(|part| {
            number(part).ok_or_else(|| {
                format!("{part} is no node: nodes are numbered from 1, as in H1@3 or H1@3,4")
            })
        })
        .collect()
}

/// What is to be built.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Blueprint {
    /// Each node's address and its faults.
    pub(crate) nodes: Vec<(Ipv4Addr, Vec<Order>)>,
    /// The name server's address, the one after the nodes'.
    pub(crate) resolver_address: Ipv4Addr,
    /// The name server's faults.
    pub(crate) resolver: Vec<Order>,
}

impl Blueprint {
    /// `count` nodes at `first` and the addresses after it, with what was ordered; the usual fault when nothing was
    /// and the lab is not to be healthy.
    pub(crate) fn draw(
        first: Ipv4Addr,
        count: u8,
        orders: &[Order],
        is_healthy: bool,
    ) -> Result<Self, String> {
        let usual = [Order {
            fault: Fault::Silence,
            nodes: vec![USUAL_NODE.min(count)],
            share: USUAL_SHARE,
        }];
        let orders = match orders {
            [] if !is_healthy => &usual,
            some => some,
        };
        let unknown = orders.iter().flat_map(|order| &order.nodes);
        if let Some(number) = unknown.copied().find(|number| *number > count) {
            return Err(format!("there is no node {number}: --nodes says {count}"));
        }
        let of_node = |number: u8| -> Vec<Order> {
            let is_its = |order: &&Order| order.nodes.contains(&number);
            orders.iter().filter(is_its).cloned().collect()
        };
        let is_resolvers = |order: &&Order| order.fault.place() == Place::Resolver;
        Ok(Self {
            nodes: (1..=count)
                .map(|number| (nth(first, u32::from(number - 1)), of_node(number)))
                .collect(),
            resolver_address: nth(first, u32::from(count)),
            resolver: orders.iter().filter(is_resolvers).cloned().collect(),
        })
    }
}

fn nth(first: Ipv4Addr, further: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(first.to_bits().wrapping_add(further))
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::{Blueprint, Fault, Order};

    const FIRST: Ipv4Addr = Ipv4Addr::new(127, 0, 53, 1);

    fn order(text: &str) -> Order {
        text.parse().unwrap()
    }

    #[test]
    fn a_fault_names_cause_nodes_and_share() {
        let full = order("h7@2,4=12.5%");
        assert_eq!(full.fault, Fault::Abort);
        assert_eq!(full.nodes, [2, 4]);
        assert!((full.share - 0.125).abs() < 1e-9);
        let whole = order("T5@1");
        assert!((whole.share - 1.0).abs() < 1e-9);
        assert!(order("D1=50").nodes.is_empty());
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_the_way_out() {
        for (text, says) in [
            ("H99", "there are D1"),
            ("H1@0", "numbered from 1"),
            ("H1=200%", "0 to 100"),
            ("D1@2", "leave out the @"),
            ("T5=7%", "leave out the share"),
        ] {
            let error = text.parse::<Order>().unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }

    #[test]
    fn faults_go_to_their_nodes() {
        let lab = Blueprint::draw(
            FIRST,
            4,
            &[order("H7@2"), order("H1@2,4"), order("D3")],
            false,
        )
        .unwrap();
        let counts: Vec<usize> = lab.nodes.iter().map(|(_, faults)| faults.len()).collect();
        assert_eq!(counts, [0, 2, 0, 1]);
        assert_eq!(lab.resolver.len(), 1);
    }

    #[test]
    fn one_node_stalls_when_nothing_is_ordered() {
        let lab = Blueprint::draw(FIRST, 8, &[], false).unwrap();
        let with_fault = lab.nodes.iter().filter(|(_, faults)| !faults.is_empty());
        assert_eq!(with_fault.count(), 1);
        let healthy = Blueprint::draw(FIRST, 8, &[], true).unwrap();
        assert!(healthy.nodes.iter().all(|(_, faults)| faults.is_empty()));
    }

    #[test]
    fn a_node_that_is_not_there_cannot_have_a_fault() {
        let error = Blueprint::draw(FIRST, 2, &[order("H1@3")], false).unwrap_err();
        assert!(error.contains("--nodes"), "{error}");
    }
}
