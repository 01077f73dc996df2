//! What is taken out of a report before it is shared, kind by kind, and what can be kept by choice.

use std::fmt;
use std::str::FromStr;

/// One kind of thing that a shared report does not hold unless somebody chose to keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// Addresses of the clients: one's own.
    ClientAddress,
    /// Resolvers inside one's own network; those that everybody can reach are kept.
    Resolver,
    /// Routers that sent ICMP errors.
    Router,
    /// Addresses in texts that are neither a client's nor those of a server that the report is about.
    OtherAddress,
    /// Link-layer addresses.
    Mac,
    /// Names of hosts that the report is not about: in SNI, certificates, DNS and requests.
    OtherName,
    /// Attempts, lookups and evidence of other hosts.
    OtherFlow,
    /// Paths and queries of requests; their shape stays.
    Url,
    /// Accounts in addresses and paths.
    User,
    /// Names and paths of files, names of interfaces.
    FileName,
    /// What somebody wrote into the capture.
    Comment,
    /// Bytes that were sent.
    Payload,
    /// What no rule knows: a field that was added later, text that is too strange to judge.
    Unknown,
}

impl Item {
    /// Every one, in the order in which they are listed.
    pub const ALL: [Self; 13] = [
        Self::ClientAddress,
        Self::Resolver,
        Self::Router,
        Self::OtherAddress,
        Self::Mac,
        Self::OtherName,
        Self::OtherFlow,
        Self::Url,
        Self::User,
        Self::FileName,
        Self::Comment,
        Self::Payload,
        Self::Unknown,
    ];

    /// The word by which it is chosen, as in `--keep client-ip`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::ClientAddress => "client-ip",
            Self::Resolver => "resolver-ip",
            Self::Router => "router-ip",
            Self::OtherAddress => "other-ip",
            Self::Mac => "mac",
            Self::OtherName => "other-names",
            Self::OtherFlow => "other-flows",
            Self::Url => "urls",
            Self::User => "users",
            Self::FileName => "file-names",
            Self::Comment => "comments",
            Self::Payload => "payload",
            Self::Unknown => "unknown",
        }
    }

    /// What stands in its place where there is no number to tell one from another.
    pub(super) const fn stand_in(self) -> &'static str {
        match self {
            Self::ClientAddress => "client",
            Self::Resolver => "resolver",
            Self::Router => "router",
            Self::OtherAddress => "address",
            Self::Mac => "mac",
            Self::OtherName => "host",
            Self::User => "user",
            Self::FileName => "capture",
            Self::OtherFlow | Self::Url | Self::Comment | Self::Payload | Self::Unknown => "…",
        }
    }

    /// Somebody may choose to keep it.
    #[must_use]
    pub const fn can_be_kept(self) -> bool {
        !matches!(self, Self::Unknown)
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Item {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut known = Self::ALL.into_iter().filter(|item| item.can_be_kept());
        known
            .clone()
            .find(|item| item.word() == text)
            .ok_or_else(|| {
                let words: Vec<_> = known.by_ref().map(Self::word).collect();
                format!(
                    "there is no {text} to keep; what can be kept is {}",
                    words.join(", ")
                )
            })
    }
}
