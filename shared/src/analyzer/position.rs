//! Where on the path a capture was taken, by the times to live of both sides.

use crate::attempt::Connection;
use crate::report::v1::Position;

/// How many connections speak for which place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PositionVotes {
    client: u64,
    server: u64,
    both: u64,
    neither: u64,
}

impl PositionVotes {
    /// Counts a connection whose both sides were seen.
    ///
    /// Hosts send with 64, 128 or 255 (RFC 1700's 64; Windows' 128; routers' and some stacks' 255), and
    /// every router takes one off. A side whose packets still have such a value is no router away.
    pub(super) fn add(&mut self, connection: &Connection) {
        let client = connection.client();
        let fresh = |ttl: Option<u8>| ttl.map(|ttl| matches!(ttl, 64 | 128 | 255));
        let sides = &connection.flow.sides;
        match (
            fresh(sides[client].ttl.first),
            fresh(sides[!client].ttl.first),
        ) {
            (Some(true), Some(false)) => self.client += 1,
            (Some(false), Some(true)) => self.server += 1,
            (Some(true), Some(true)) => self.both += 1,
            (Some(false), Some(false)) => self.neither += 1,
            (None, _) | (_, None) => {}
        }
    }

    /// The place that nine of ten connections speak for, and why.
    pub(super) fn verdict(self) -> (Position, Option<String>) {
        let all = self.client + self.server + self.both + self.neither;
        let most = |votes: u64| all > 0 && votes * 10 >= all * 9;
        let because =
            |votes: u64, what: &str| Some(format!("in {votes} of {all} connections {what}"));
        if most(self.client) {
            (
                Position::Client,
                because(
                    self.client,
                    "the client's packets have crossed no router and the server's have",
                ),
            )
        } else if most(self.server) {
            (
                Position::Server,
                because(
                    self.server,
                    "the server's packets have crossed no router and the client's have",
                ),
            )
        } else if most(self.neither) {
            (
                Position::Between,
                because(
                    self.neither,
                    "the packets of both sides have crossed routers",
                ),
            )
        } else {
            (Position::Unknown, None)
        }
    }
}
