//! Happy Eyeballs (RFC 8305), as clients do it: one family begins, the other one follows after a
//! delay or when the first has failed, and the first connection that is made is the one.

use std::net::{Ipv6Addr, SocketAddr, UdpSocket};
use std::pin::pin;

use stallscope_shared::probe::{Log, What};
use tokio::time::{Duration, Instant, timeout};

use super::attempt::{Errand, Task, dial};
use super::recorder::Recorder;
use super::socket::Stream;

/// Who takes part, in which order.
#[derive(Clone, Debug)]
pub(crate) struct Race {
    /// Addresses of the family that begins.
    first: Vec<SocketAddr>,
    /// Those of the other one.
    second: Vec<SocketAddr>,
    /// How much later that begins.
    delay: Duration,
}

/// Go: net.Dialer.FallbackDelay, where it is not set (net/dial.go).
pub(crate) const GO: Duration = Duration::from_millis(300);
/// curl: CURL_HET_DEFAULT (CURLOPT_HAPPY_EYEBALLS_TIMEOUT_MS(3)).
pub(crate) const CURL: Duration = Duration::from_millis(200);

/// A connection, with its log.
pub(super) type Won = (Recorder, Stream);

impl Race {
    /// Between these addresses: IPv6 begins where this host has a way to it, as the system's library sorts them (RFC 6724
    /// §6, rules 1 and 6).
    pub(crate) fn new(addresses: &[SocketAddr], delay: Duration) -> Self {
        let mut sixes = addresses.iter().filter(|address| address.is_ipv6());
        let is_v6 = sixes.any(has_route);
        let (first, second) = addresses
            .iter()
            .partition(|address| address.is_ipv6() == is_v6);
        Self {
            first,
            second,
            delay,
        }
    }

    /// Everybody who takes part.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = &SocketAddr> {
        self.first.iter().chain(&self.second)
    }

    /// The connection that is made first, and the attempts that are not it: those that failed, and the one that lost.
    /// Where none is made, the last one of those that failed comes first.
    pub(super) async fn run(
        &self,
        task: &Task,
        errand: &Errand,
        began: Instant,
    ) -> (Option<Won>, Vec<Log>) {
        let (mut one, mut other) = (Family::new(&self.first), Family::new(&self.second));
        let won = {
            let mut first = pin!(one.run(task, errand, began));
            match timeout(self.delay, &mut first).await {
                Ok(Some(stream)) => Some((true, stream)),
                Ok(None) => other
                    .run(task, errand, began)
                    .await
                    .map(|stream| (false, stream)),
                Err(_) => {
                    let mut second = pin!(other.run(task, errand, began));
                    tokio::select! {
                        made = &mut first => match made {
                            Some(stream) => Some((true, stream)),
                            None => second.await.map(|stream| (false, stream)),
                        },
                        made = &mut second => match made {
                            Some(stream) => Some((false, stream)),
                            None => first.await.map(|stream| (true, stream)),
                        },
                    }
                }
            }
        };
        let winner = won.and_then(|(is_first, stream)| {
            let family = if is_first { &mut one } else { &mut other };
            family.under_way.take().map(|recorder| (recorder, stream))
        });
        let mut others: Vec<Log> = one.failed.into_iter().chain(other.failed).collect();
        for mut recorder in one.under_way.into_iter().chain(other.under_way) {
            recorder.now(What::LostRace);
            others.push(recorder.log);
        }
        if winner.is_none() {
            let last = others.len().min(1);
            others.rotate_right(last);
        }
        (winner, others)
    }
}

/// This host has a route there; nothing is sent to find that out.
fn has_route(address: &SocketAddr) -> bool {
    let socket = UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0));
    socket.is_ok_and(|socket| socket.connect(address).is_ok())
}

/// The addresses of one family: one after the other.
struct Family<'a> {
    addresses: &'a [SocketAddr],
    /// The attempt that is being made. It stays when whoever makes it is given up.
    under_way: Option<Recorder>,
    failed: Vec<Log>,
}

impl<'a> Family<'a> {
    const fn new(addresses: &'a [SocketAddr]) -> Self {
        Self {
            addresses,
            under_way: None,
            failed: Vec::new(),
        }
    }

    async fn run(&mut self, task: &Task, errand: &Errand, began: Instant) -> Option<Stream> {
        for address in self.addresses {
            let errand = Errand {
                server: *address,
                ..errand.clone()
            };
            let recorder = self.under_way.insert(Recorder::of(task, &errand));
            if let Some(stream) = dial(recorder, task, &errand, began).await {
                return Some(stream);
            }
            let failed = self.under_way.take();
            self.failed.extend(failed.map(|recorder| recorder.log));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::{GO, Race};

    #[test]
    fn each_family_keeps_its_order_and_the_one_with_a_route_begins() {
        let typed: Vec<SocketAddr> = ["127.0.0.1:1", "127.0.0.2:1", "127.0.0.3:1"]
            .map(|address| address.parse().unwrap())
            .to_vec();
        let race = Race::new(&typed, GO);
        assert!(race.addresses().eq(&typed), "{race:?}");
        let six: SocketAddr = "[::1]:1".parse().unwrap();
        let both = [&typed[..1], &[six], &typed[1..]].concat();
        let race = Race::new(&both, GO);
        let is_first = race.addresses().next() == Some(&six);
        assert_eq!(is_first, super::has_route(&six), "{race:?}");
        assert_eq!(race.addresses().count(), both.len());
        let of_four = race.addresses().filter(|address| address.is_ipv4());
        assert!(of_four.eq(&typed), "{race:?}");
    }
}
