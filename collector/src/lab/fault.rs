//! What a node, or the name server, can be made to do wrong.

/// One fault, by the id that a report gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No query is answered.
    SilentResolver,
    /// Queries are answered with NXDOMAIN.
    NoSuchName,
    /// Nobody accepts, and the queue is full: SYNs get no answer.
    AcceptQueue,
    /// Nobody listens.
    Refused,
    /// The ClientHello is read and never answered.
    Silence,
    /// The ClientHello is never answered when it is for the lab's own name.
    NamedSilence,
    /// A ClientHello that one Ethernet packet cannot hold is never answered.
    LargeSilence,
    /// The first segment is taken for the whole ClientHello, and the connection reset when it is not.
    FirstSegment,
    /// Reset after the ClientHello.
    Abort,
    /// Closed after the ClientHello, without an alert.
    Close,
    /// A fatal alert instead of a ServerHello.
    Alert,
    /// Only a group that clients offer no share of: a HelloRetryRequest.
    Retry,
    /// The same, and the second ClientHello is never answered.
    RetrySilence,
    /// ServerHello at once, certificate late.
    SlowCertificate,
    /// ServerHello at once, certificate never.
    NoCertificate,
    /// A certificate is asked of the client.
    ClientCertificate,
    /// No application protocol in common.
    NoProtocol,
    /// An HTTP error in clear instead of a ServerHello.
    NotTls,
    /// The answer to the request is late.
    SlowAnswer,
    /// Half of the body, then nothing.
    BodyStall,
    /// Half of the body, then a reset.
    BodyReset,
}

/// What of the lab has a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The name server, in a share of its answers.
    Resolver,
    /// A node, always.
    Node,
    /// A node, in a share of its connections.
    Connection,
}

impl Fault {
    /// All of them, in the order of the catalogue.
    pub(crate) const ALL: [Self; 21] = [
        Self::SilentResolver,
        Self::NoSuchName,
        Self::AcceptQueue,
        Self::Refused,
        Self::Silence,
        Self::NamedSilence,
        Self::FirstSegment,
        Self::LargeSilence,
        Self::Abort,
        Self::Close,
        Self::Alert,
        Self::Retry,
        Self::RetrySilence,
        Self::SlowCertificate,
        Self::NoCertificate,
        Self::ClientCertificate,
        Self::NoProtocol,
        Self::NotTls,
        Self::SlowAnswer,
        Self::BodyStall,
        Self::BodyReset,
    ];

    /// The cause's id in a report.
    pub(crate) fn cause(self) -> &'static str {
        let id = self.id();
        id.split_once('-').map_or(id, |(cause, _)| cause)
    }

    /// How it is ordered: the cause's id, and where there are several of one cause, a word behind it.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::SilentResolver => "D1",
            Self::NoSuchName => "D3",
            Self::AcceptQueue => "T2",
            Self::Refused => "T5",
            Self::Silence => "H1",
            Self::NamedSilence => "H2-name",
            Self::FirstSegment => "H5",
            Self::LargeSilence => "H5-size",
            Self::Abort => "H7",
            Self::Close => "H9",
            Self::Alert => "H10",
            Self::Retry => "H15",
            Self::RetrySilence => "H15-silence",
            Self::SlowCertificate => "H16",
            Self::NoCertificate => "H16-stop",
            Self::ClientCertificate => "H19",
            Self::NoProtocol => "H22",
            Self::NotTls => "H24",
            Self::SlowAnswer => "A1",
            Self::BodyStall => "A3",
            Self::BodyReset => "A5",
        }
    }

    /// What it does, in a few words.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::SilentResolver => "answers no query",
            Self::NoSuchName => "answers NXDOMAIN",
            Self::AcceptQueue => "accept queue full, SYNs dropped",
            Self::Refused => "nobody listens",
            Self::Silence => "reads the ClientHello and never answers",
            Self::NamedSilence => "never answers a ClientHello for the lab's own name",
            Self::LargeSilence => "never answers a ClientHello of more than 1,400 bytes",
            Self::FirstSegment => "resets when the ClientHello comes in two segments",
            Self::Abort => "resets after the ClientHello",
            Self::Close => "closes after the ClientHello",
            Self::Alert => "answers the ClientHello with an alert",
            Self::Retry => "asks for another ClientHello",
            Self::RetrySilence => "asks for another ClientHello and never answers that",
            Self::SlowCertificate => "sends its certificate late",
            Self::NoCertificate => "sends its ServerHello and never its certificate",
            Self::ClientCertificate => "wants a certificate of the client",
            Self::NoProtocol => "has no application protocol in common",
            Self::NotTls => "answers the ClientHello with HTTP",
            Self::SlowAnswer => "answers the request late",
            Self::BodyStall => "stops in the middle of the body",
            Self::BodyReset => "resets in the middle of the body",
        }
    }

    /// What of the lab has it.
    pub(crate) const fn place(self) -> Place {
        match self {
            Self::SilentResolver | Self::NoSuchName => Place::Resolver,
            // Two of them are what a socket is set up as, four what a node's TLS is.
            Self::AcceptQueue
            | Self::Refused
            | Self::Retry
            | Self::RetrySilence
            | Self::ClientCertificate
            | Self::NoProtocol => Place::Node,
            _ => Place::Connection,
        }
    }
}

impl std::str::FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut all = Self::ALL.into_iter();
        all.find(|fault| fault.id().eq_ignore_ascii_case(text))
            .ok_or_else(|| {
                let ids: Vec<&str> = Self::ALL.iter().map(|fault| fault.id()).collect();
                format!(
                    "{text} is no fault of the lab; there are {}",
                    ids.join(", ")
                )
            })
    }
}
