//! How programs on this host look names up: nsswitch.conf(5), hosts(5) and resolv.conf(5), read as glibc reads them.

use std::env;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

/// Where names are looked up, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct System {
    /// In which order.
    pub(super) sources: Vec<Source>,
    /// Lines of the hosts file.
    pub(super) hosts: Vec<(IpAddr, Vec<String>)>,
    pub(super) resolver: Resolver,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The hosts file.
    Files,
    /// Resolvers.
    Dns,
}

/// resolv.conf(5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Resolver {
    pub(super) servers: Vec<SocketAddr>,
    /// Domains that are put behind names.
    pub(super) search: Vec<String>,
    /// A name with so many dots is tried as it is first.
    pub(super) ndots: usize,
    /// How long the first question is waited for.
    pub(super) timeout: Duration,
    /// How often all servers are asked.
    pub(super) attempts: u32,
    /// Begin with another server each time.
    pub(super) rotates: bool,
    /// TCP only.
    pub(super) is_tcp: bool,
    /// One question after the other.
    pub(super) is_single: bool,
    /// AAAA is not asked for.
    pub(super) has_no_v6: bool,
}

/// `RES_MAXNDOTS`, `RES_MAXRETRANS` and `RES_MAXRETRY` of glibc's `resolv.h`, and `MAXNS`.
const MOST_DOTS: usize = 15;
const LONGEST: u64 = 30;
const MOST_ATTEMPTS: u32 = 5;
const MOST_SERVERS: usize = 3;
/// Who is asked where resolv.conf names nobody.
const OWN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 53);

impl System {
    /// This host's.
    ///
    /// # Errors
    /// In words, where programs look names up in ways that are not followed here.
    pub(crate) fn read() -> Result<Self, String> {
        if !cfg!(target_os = "linux") {
            return Err("this system has no resolv.conf that decides".to_owned());
        }
        if Path::new("/var/run/nscd/socket").exists() {
            return Err("nscd answers for all programs on this host".to_owned());
        }
        let file = |path: &str| fs::read_to_string(path).unwrap_or_default();
        Ok(Self {
            sources: sources(&file("/etc/nsswitch.conf"))?,
            hosts: hosts(&file("/etc/hosts")),
            resolver: resolver(
                &file("/etc/resolv.conf"),
                &file("/proc/sys/kernel/hostname"),
                (env::var("LOCALDOMAIN").ok(), env::var("RES_OPTIONS").ok()),
            )?,
        })
    }

    /// The addresses that the hosts file has for a name.
    pub(super) fn in_hosts(&self, name: &str) -> Vec<IpAddr> {
        let name = name.trim_end_matches('.');
        let lines = self.hosts.iter();
        let is_named =
            |names: &[String]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        lines
            .filter(|(_, names)| is_named(names))
            .map(|(address, _)| *address)
            .collect()
    }
}

/// The line `hosts:` of nsswitch.conf; glibc's own order without one.
fn sources(text: &str) -> Result<Vec<Source>, String> {
    let lines = lines(text);
    let mut named = lines.filter_map(|line| line.strip_prefix("hosts:"));
    let line = named.next_back().unwrap_or("files dns");
    let source = |word: &str| match word {
        "files" => Ok(Source::Files),
        "dns" => Ok(Source::Dns),
        other => Err(format!(
            "nsswitch.conf(5) sends names to {other}, which only the system's library asks"
        )),
    };
    line.split_whitespace().map(source).collect()
}

fn lines(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    let without_comment = |line: &str| {
        line.split_once('#')
            .map_or(line.len(), |(before, _)| before.len())
    };
    text.lines()
        .map(move |line| line.split_at(without_comment(line)).0.trim())
        .filter(|line| !line.is_empty())
}

fn hosts(text: &str) -> Vec<(IpAddr, Vec<String>)> {
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        let address = words.next()?.parse().ok()?;
        Some((address, words.map(str::to_owned).collect()))
    };
    lines(text).filter_map(line).collect()
}

/// `environment`: LOCALDOMAIN and RES_OPTIONS, which stand above the file.
fn resolver(
    text: &str,
    host: &str,
    environment: (Option<String>, Option<String>),
) -> Result<Resolver, String> {
    let mut found = Resolver {
        servers: Vec::new(),
        // The domain of the host's own name, until another is named.
        search: host
            .trim()
            .split_once('.')
            .map(|(_, domain)| domain.to_owned())
            .into_iter()
            .collect(),
        ndots: 1,
        timeout: Duration::from_secs(5),
        attempts: 2,
        rotates: false,
        is_tcp: false,
        is_single: false,
        has_no_v6: false,
    };
    // A comment takes a whole line, and begins with either.
    let lines = text.lines().map(str::trim);
    for line in lines.filter(|line| !line.starts_with(['#', ';'])) {
        let Some((key, value)) = line.split_once(char::is_whitespace) else {
            continue;
        };
        match key {
            "nameserver" if found.servers.len() < MOST_SERVERS => {
                let value = value.trim();
                let address: IpAddr = value.parse().map_err(|_no_address| {
                    format!("resolv.conf(5) has the server {value}, which is not understood")
                })?;
                found.servers.push(SocketAddr::new(address, 53));
            }
            "domain" => found.search = vec![value.trim().to_owned()],
            "search" => found.search = value.split_whitespace().map(str::to_owned).collect(),
            "options" => found.options(value),
            _ => {}
        }
    }
    if found.servers.is_empty() {
        found.servers.push(OWN);
    }
    let (domains, options) = environment;
    if let Some(domains) = domains {
        found.search = domains.split_whitespace().map(str::to_owned).collect();
    }
    found.options(&options.unwrap_or_default());
    Ok(found)
}

impl Resolver {
    fn options(&mut self, text: &str) {
        for option in text.split_whitespace() {
            let (key, value) = option.split_once(':').unwrap_or((option, ""));
            let number: Option<u64> = value.parse().ok();
            match (key, number) {
                ("ndots", Some(dots)) => {
                    self.ndots =
                        usize::try_from(dots).map_or(MOST_DOTS, |dots| dots.min(MOST_DOTS));
                }
                ("timeout", Some(seconds)) => {
                    self.timeout = Duration::from_secs(seconds.clamp(1, LONGEST));
                }
                ("attempts", Some(attempts)) => {
                    let attempts = u32::try_from(attempts).unwrap_or(MOST_ATTEMPTS);
                    self.attempts = attempts.clamp(1, MOST_ATTEMPTS);
                }
                ("rotate", _) => self.rotates = true,
                ("use-vc", _) => self.is_tcp = true,
                ("single-request" | "single-request-reopen", _) => self.is_single = true,
                ("no-aaaa", _) => self.has_no_v6 = true,
                _ => {}
            }
        }
    }

    /// The names that are tried for one, in order (res_search(3)).
    pub(super) fn names(&self, name: &str) -> Vec<String> {
        if name.ends_with('.') {
            return vec![name.to_owned()];
        }
        let domains = self.search.iter().map(|domain| domain.trim_matches('.'));
        let mut names: Vec<String> = domains
            .filter(|domain| !domain.is_empty())
            .map(|domain| format!("{name}.{domain}."))
            .collect();
        let own = format!("{name}.");
        if name.matches('.').count() >= self.ndots {
            names.insert(0, own);
        } else {
            names.push(own);
        }
        names
    }

    /// How long an answer is waited for in a round: longer in each, shared by all servers (`send_dg` of glibc).
    pub(super) fn patience(&self, round: u32) -> Duration {
        let longer = self.timeout.saturating_mul(1 << round.min(4));
        let servers = u32::try_from(self.servers.len()).unwrap_or(1).max(1);
        let shared = if round == 0 { longer } else { longer / servers };
        // Whole seconds, one at least.
        Duration::from_secs(shared.as_secs().max(1))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Resolver, Source, hosts, resolver, sources};

    fn read(text: &str) -> Resolver {
        resolver(text, "web.corp.example\n", (None, None)).unwrap()
    }

    #[test]
    fn resolv_conf_is_read_as_its_manual_says() {
        let found = read(
            "# comment\n; another\nnameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver ::1\nnameserver 10.0.0.4\n\
             domain old.example\nsearch a.example b.example.\noptions ndots:5 timeout:2 attempts:9 rotate\n",
        );
        assert_eq!(found.servers.len(), 3, "no more than three");
        assert_eq!(found.search, ["a.example", "b.example."]);
        assert_eq!((found.ndots, found.attempts, found.rotates), (5, 5, true));
        assert_eq!(found.timeout, Duration::from_secs(2));
        let plain = read("");
        assert_eq!(plain.servers[0].to_string(), "127.0.0.1:53");
        assert_eq!(
            (plain.search, plain.ndots),
            (vec!["corp.example".to_owned()], 1)
        );
        let options = Some("ndots:0 single-request".to_owned());
        let set = resolver(
            "options ndots:3",
            "web",
            (Some("x.example".to_owned()), options),
        )
        .unwrap();
        assert_eq!(
            (set.ndots, set.is_single, set.search),
            (0, true, vec!["x.example".to_owned()])
        );
        assert!(resolver("nameserver fe80::1%eth0", "web", (None, None)).is_err());
    }

    #[test]
    fn names_are_tried_in_the_order_of_their_dots() {
        let found = read("search a.example b.example\noptions ndots:2");
        assert_eq!(
            found.names("api"),
            ["api.a.example.", "api.b.example.", "api."]
        );
        assert_eq!(
            found.names("api.x"),
            ["api.x.a.example.", "api.x.b.example.", "api.x."]
        );
        assert_eq!(
            found.names("www.api.x"),
            ["www.api.x.", "www.api.x.a.example.", "www.api.x.b.example."]
        );
        assert_eq!(found.names("api."), ["api."]);
    }

    #[test]
    fn rounds_are_as_long_as_those_of_the_library() {
        let one = read("nameserver 10.0.0.1");
        assert_eq!([0, 1].map(|round| one.patience(round).as_secs()), [5, 10]);
        let three = read("nameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3");
        assert_eq!(
            [0, 1, 2].map(|round| three.patience(round).as_secs()),
            [5, 3, 6]
        );
        let short = read("nameserver 10.0.0.1\nnameserver 10.0.0.2\noptions timeout:1");
        assert_eq!([0, 1].map(|round| short.patience(round).as_secs()), [1, 1]);
    }

    #[test]
    fn sources_that_are_not_followed_are_said() {
        assert_eq!(
            sources("hosts: files dns # usual\n").unwrap(),
            [Source::Files, Source::Dns]
        );
        assert_eq!(
            sources("passwd: files\n").unwrap(),
            [Source::Files, Source::Dns]
        );
        let other = sources("hosts:\tfiles mdns4_minimal [NOTFOUND=return] dns\n").unwrap_err();
        assert!(other.contains("mdns4_minimal"), "{other}");
    }

    #[test]
    fn the_hosts_file_is_read() {
        let found = hosts(
            "127.0.0.1 localhost\n::1\tip6-localhost # loopback\nnonsense line\n10.0.0.7 api.example API\n",
        );
        assert_eq!(found.len(), 3);
        assert_eq!(found[2].1, ["api.example", "API"]);
    }
}
