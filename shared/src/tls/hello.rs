//! ClientHello and ServerHello, read as far as they go (RFC 8446 §4.1).
//!
//! Our own readers, because an incomplete ClientHello matters: the one whose second half was lost is the one that
//! needs explaining, and its first half still names the server.

use std::borrow::Cow;
use std::sync::Arc;

use super::codepoints::{CipherSuite, ExtensionType, NamedGroup, SignatureScheme, Version};
use super::facts::Offer;
use super::recurring::Recurring;
use crate::limits::{TLS_LIST, TLS_NAME_BYTES};
use crate::wire::{Reader, Truncated};

/// SHA-256 of "HelloRetryRequest": the random of a ServerHello that is one (RFC 8446 §4.1.3).
const RETRY_RANDOM: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];
/// The extension of drafts before RFC 8446 number 23, where key_share was 40.
const DRAFT_KEY_SHARE: u16 = 40;

/// A ClientHello: what it offers, and what is compared with the ServerHello.
#[derive(Debug)]
pub(super) struct ParsedClientHello<'a> {
    pub(super) offer: Arc<Offer>,
    pub(super) session_id: &'a [u8],
}

/// A ServerHello or HelloRetryRequest.
#[derive(Debug, Default)]
pub(super) struct ParsedServerHello<'a> {
    pub(super) version: Version,
    pub(super) cipher_suite: CipherSuite,
    pub(super) session_id: &'a [u8],
    pub(super) is_retry: bool,
    pub(super) group: Option<NamedGroup>,
    pub(super) alpn: Option<Box<str>>,
    pub(super) psk_identity: Option<u16>,
    pub(super) has_cookie: bool,
    pub(super) is_malformed: bool,
}

/// Everything in a ClientHello that the lists of an [`Offer`] are made from: the lists as they were sent. Of an
/// extension that comes twice, which none may, the last counts.
#[derive(Debug, Default)]
pub(super) struct Draft<'a> {
    /// All of the offer but its lists and its name.
    offer: Offer,
    session_id: &'a [u8],
    server_name: Option<&'a [u8]>,
    versions: &'a [u8],
    cipher_suites: Cow<'a, [u8]>,
    extensions: Kinds,
    groups: &'a [u8],
    key_shares: &'a [u8],
    signature_schemes: &'a [u8],
    protocols: &'a [u8],
}

/// Extension types in the order sent, the first [`TLS_LIST`] of them.
#[derive(Debug)]
struct Kinds {
    first: [ExtensionType; TLS_LIST],
    count: usize,
}

impl Default for Kinds {
    fn default() -> Self {
        Self {
            first: [ExtensionType(0); TLS_LIST],
            count: 0,
        }
    }
}

impl Kinds {
    fn push(&mut self, kind: ExtensionType) {
        if let Some(place) = self.first.get_mut(self.count) {
            *place = kind;
        }
        self.count = self.count.saturating_add(1);
    }

    fn kept(&self) -> &[ExtensionType] {
        self.first.get(..self.count).unwrap_or(&self.first)
    }

    /// These are all of them.
    fn are(&self, kept: &[ExtensionType]) -> bool {
        let own = self.kept();
        let pairs = || own.iter().zip(kept);
        self.omitted() == 0
            && own.len() == kept.len()
            && pairs().fold(0, |differs, (own, kept)| differs | (own.0 ^ kept.0)) == 0
    }

    fn omitted(&self) -> u32 {
        u32::try_from(self.count.saturating_sub(TLS_LIST)).unwrap_or(u32::MAX)
    }
}

/// Reads a ClientHello's body. `is_whole`: all of it is there, so that its end is an error and not a cut.
pub(super) fn client_hello<'a>(
    body: &'a [u8],
    is_whole: bool,
    recurring: &Recurring,
) -> ParsedClientHello<'a> {
    let mut draft = Draft::default();
    let outcome = draft.read(&mut Reader::new(body), is_whole);
    draft.offer.is_malformed |= is_whole && outcome.is_err();
    draft.offer.is_whole = is_whole && !draft.offer.is_malformed;
    ParsedClientHello {
        session_id: draft.session_id,
        offer: recurring.offer(draft),
    }
}

/// Reads an SSLv2-framed ClientHello, from its message type on (RFC 5246 §E.2).
pub(super) fn client_hello_v2(message: &[u8]) -> ParsedClientHello<'_> {
    let mut draft = Draft::default();
    draft.offer.is_malformed = draft.read_v2(&mut Reader::new(message)).is_err();
    ParsedClientHello {
        session_id: draft.session_id,
        offer: Arc::new(draft.finish()),
    }
}

impl<'a> Draft<'a> {
    fn read(&mut self, reader: &mut Reader<'a>, is_whole: bool) -> Result<(), Truncated> {
        self.offer.legacy_version = Version(reader.u16()?);
        reader.skip(32)?;
        let session_id_length = reader.u8()?;
        self.offer.session_id_length = session_id_length;
        self.session_id = reader.take(usize::from(session_id_length))?;
        let suites_length = usize::from(reader.u16()?);
        let suites = available(reader, suites_length)?.rest();
        self.cipher_suites = Cow::Borrowed(suites);
        if suites_length > suites.len() & !1 {
            return Err(Truncated);
        }
        let methods = usize::from(reader.u8()?);
        reader.skip(methods)?;
        if reader.is_empty() && is_whole {
            return Ok(());
        }
        let length = usize::from(reader.u16()?);
        let mut extensions = available(reader, length)?;
        while extensions.remaining() > 0 {
            let kind = ExtensionType(extensions.u16()?);
            let length = usize::from(extensions.u16()?);
            self.extensions.push(kind);
            let mut content = extensions.sub(length)?;
            if self.extension(kind, &mut content).is_err() {
                self.offer.is_malformed = true;
            }
        }
        Ok(())
    }

    fn read_v2(&mut self, reader: &mut Reader<'a>) -> Result<(), Truncated> {
        reader.skip(1)?;
        self.offer.legacy_version = Version(reader.u16()?);
        let suites_length = usize::from(reader.u16()?);
        let session_id_length = usize::from(reader.u16()?);
        reader.skip(2)?;
        let mut suites = reader.sub(suites_length)?;
        while let Ok([high, middle, low]) = suites.array() {
            // Three-byte SSLv2 kinds have no name in the registry of today; those of TLS begin with zero.
            if high == 0 {
                self.cipher_suites.to_mut().extend([middle, low]);
            }
        }
        self.session_id = reader.take(session_id_length)?;
        self.offer.session_id_length = u8::try_from(session_id_length).unwrap_or(u8::MAX);
        Ok(())
    }

    fn extension(
        &mut self,
        kind: ExtensionType,
        content: &mut Reader<'a>,
    ) -> Result<(), Truncated> {
        match kind {
            ExtensionType::SERVER_NAME => self.server_name = server_name(content)?,
            ExtensionType::ALPN => self.alpn(content)?,
            ExtensionType::SUPPORTED_VERSIONS => {
                let length = usize::from(content.u8()?);
                self.versions = content.take(length)?;
            }
            ExtensionType::SUPPORTED_GROUPS => {
                let length = usize::from(content.u16()?);
                self.groups = content.take(length)?;
            }
            ExtensionType::SIGNATURE_ALGORITHMS => {
                let length = usize::from(content.u16()?);
                self.signature_schemes = content.take(length)?;
            }
            ExtensionType::KEY_SHARE | ExtensionType(DRAFT_KEY_SHARE) => {
                self.key_shares(content)?;
            }
            ExtensionType::PRE_SHARED_KEY => {
                self.offer.psk_identities = Some(psk_identities(content)?);
            }
            ExtensionType::PSK_KEY_EXCHANGE_MODES => self.offer.accepts_tickets = true,
            ExtensionType::EARLY_DATA => self.offer.early_data = true,
            ExtensionType::ENCRYPTED_CLIENT_HELLO => self.offer.encrypted_client_hello = true,
            ExtensionType::SESSION_TICKET => {
                let length = u16::try_from(content.remaining()).unwrap_or(u16::MAX);
                self.offer.session_ticket_length = Some(length);
            }
            _ => {}
        }
        Ok(())
    }

    fn alpn(&mut self, content: &mut Reader<'a>) -> Result<(), Truncated> {
        let length = usize::from(content.u16()?);
        self.protocols = content.take(length)?;
        let mut list = Reader::new(self.protocols);
        if let Some(protocol) = next_protocol(&mut list) {
            let ends = protocol.first().zip(protocol.last());
            self.offer.first_protocol_ends = ends.map(|(&first, &last)| [first, last]);
        }
        all_of(self.protocols, next_protocol)
    }

    fn key_shares(&mut self, content: &mut Reader<'a>) -> Result<(), Truncated> {
        let length = usize::from(content.u16()?);
        self.key_shares = content.take(length)?;
        all_of(self.key_shares, next_key_share)
    }

    /// A number that tells most offers apart: by the server's name, the extensions, and the lengths of
    /// suites and key shares.
    pub(super) fn spread(&self) -> u64 {
        let lengths = (self.cipher_suites.len() as u64) << 32 | self.key_shares.len() as u64;
        // The prime of 64-bit FNV.
        let mix = |spread: u64, next: u64| (spread ^ next).wrapping_mul(0x0000_0100_0000_01b3);
        let kinds = self.extensions.kept().iter();
        let spread = kinds.fold(lengths, |spread, kind| mix(spread, kind.0.into()));
        let name = self.server_name.unwrap_or_default().iter();
        name.fold(spread, |spread, &byte| mix(spread, byte.into()))
    }

    /// [`Self::finish`] would make this offer.
    pub(super) fn makes(&self, offer: &Offer) -> bool {
        let mut rest = 0;
        let name = offer.server_name.as_deref().map(str::as_bytes);
        let own = &self.offer;
        let plain = |offer: &Offer| {
            (
                (offer.legacy_version, offer.psk_identities),
                (offer.accepts_tickets, offer.early_data),
                (offer.encrypted_client_hello, offer.session_id_length),
                (offer.session_ticket_length, offer.first_protocol_ends),
                (offer.is_whole, offer.is_malformed),
            )
        };
        plain(own) == plain(offer)
            && self.server_name == name
            && self.extensions.are(&offer.extensions)
            && are(&offer.versions, self.versions, |version| version.0)
            && are(&offer.cipher_suites, &self.cipher_suites, |suite| suite.0)
            && are(&offer.groups, self.groups, |group| group.0)
            && are(&offer.signature_schemes, self.signature_schemes, |it| it.0)
            && is_made_of(
                &offer.key_shares,
                entries(self.key_shares, next_key_share),
                &mut rest,
            )
            && entries(self.protocols, next_protocol)
                .eq(offer.alpn.iter().map(|name| name.as_bytes()))
            && rest == 0
            && offer.entries_omitted == 0
    }

    /// The offer, with its lists.
    pub(super) fn finish(self) -> Offer {
        let mut offer = self.offer;
        let omitted = &mut offer.entries_omitted;
        offer.server_name = self.server_name.map(text);
        offer.versions = bounded(numbers(self.versions, Version), omitted);
        offer.cipher_suites = bounded(numbers(&self.cipher_suites, CipherSuite), omitted);
        offer.extensions = self.extensions.kept().into();
        *omitted = omitted.saturating_add(self.extensions.omitted());
        offer.groups = bounded(numbers(self.groups, NamedGroup), omitted);
        offer.signature_schemes =
            bounded(numbers(self.signature_schemes, SignatureScheme), omitted);
        offer.key_shares = bounded(entries(self.key_shares, next_key_share), omitted);
        offer.alpn = bounded(entries(self.protocols, next_protocol).map(text), omitted);
        offer
    }
}

/// Reads the body of a ServerHello or HelloRetryRequest.
pub(super) fn server_hello(body: &[u8]) -> Result<ParsedServerHello<'_>, Truncated> {
    let mut reader = Reader::new(body);
    let mut hello = ParsedServerHello {
        version: Version(reader.u16()?),
        ..ParsedServerHello::default()
    };
    hello.is_retry = reader.array()? == RETRY_RANDOM;
    // Drafts of TLS 1.3 before number 22 have neither session id nor compression method, and no other version field.
    let is_old_draft = hello.version.0 >> 8 == 0x7f;
    if !is_old_draft {
        let length = usize::from(reader.u8()?);
        hello.session_id = reader.take(length)?;
    }
    hello.cipher_suite = CipherSuite(reader.u16()?);
    if !is_old_draft {
        reader.skip(1)?;
    }
    // What extensions can be read is told; a wrong length inside does not undo the choice of suite.
    if hello.read_extensions(&mut reader).is_err() {
        hello.is_malformed = true;
    }
    Ok(hello)
}

impl ParsedServerHello<'_> {
    fn read_extensions(&mut self, reader: &mut Reader<'_>) -> Result<(), Truncated> {
        if reader.is_empty() {
            return Ok(());
        }
        let length = usize::from(reader.u16()?);
        let mut extensions = available(reader, length)?;
        while let Ok(kind) = extensions.u16().map(ExtensionType) {
            let Ok(length) = extensions.u16() else {
                break;
            };
            let mut content = available(&mut extensions, usize::from(length))?;
            self.is_malformed |= self.extension(kind, &mut content).is_err();
        }
        Ok(())
    }

    fn extension(
        &mut self,
        kind: ExtensionType,
        content: &mut Reader<'_>,
    ) -> Result<(), Truncated> {
        match kind {
            ExtensionType::SUPPORTED_VERSIONS => self.version = Version(content.u16()?),
            ExtensionType::KEY_SHARE | ExtensionType(DRAFT_KEY_SHARE) => {
                self.group = Some(NamedGroup(content.u16()?));
            }
            ExtensionType::PRE_SHARED_KEY => self.psk_identity = Some(content.u16()?),
            ExtensionType::COOKIE => self.has_cookie = true,
            ExtensionType::ALPN => {
                content.skip(2)?;
                let length = usize::from(content.u8()?);
                self.alpn = Some(text(content.take(length)?));
            }
            _ => {}
        }
        Ok(())
    }
}

/// The next `length` bytes, or what there is of them.
fn available<'a>(reader: &mut Reader<'a>, length: usize) -> Result<Reader<'a>, Truncated> {
    reader.sub(length.min(reader.remaining()))
}

/// Two-byte numbers up to the end; an odd byte at the end is left.
fn numbers<T>(list: &[u8], wrap: impl Fn(u16) -> T) -> impl ExactSizeIterator<Item = T> {
    let (pairs, _odd) = list.as_chunks();
    pairs
        .iter()
        .map(move |pair| wrap(u16::from_be_bytes(*pair)))
}

/// The entries of a list, up to its end or one that is cut.
fn entries<'a, T>(
    list: &'a [u8],
    next: impl Fn(&mut Reader<'a>) -> Option<T>,
) -> impl Iterator<Item = T> {
    let mut reader = Reader::new(list);
    std::iter::from_fn(move || next(&mut reader))
}

/// Whether the entries fill the list.
fn all_of<'a, T>(
    list: &'a [u8],
    next: impl Fn(&mut Reader<'a>) -> Option<T>,
) -> Result<(), Truncated> {
    let mut reader = Reader::new(list);
    while !reader.is_empty() {
        next(&mut reader).ok_or(Truncated)?;
    }
    Ok(())
}

fn next_protocol<'a>(list: &mut Reader<'a>) -> Option<&'a [u8]> {
    let length = usize::from(list.u8().ok()?);
    list.take(length).ok()
}

fn next_key_share(list: &mut Reader<'_>) -> Option<(NamedGroup, u16)> {
    let group = NamedGroup(list.u16().ok()?);
    let length = list.u16().ok()?;
    list.skip(usize::from(length)).ok()?;
    Some((group, length))
}

/// The kept list is all of the two-byte numbers of this one. Lists are compared as a whole: most are the same.
fn are<T>(kept: &[T], list: &[u8], number: impl Fn(&T) -> u16) -> bool {
    let (pairs, _odd) = list.as_chunks();
    let differs = |differs: u16, (kept, pair): (&T, &[u8; 2])| {
        differs | (number(kept) ^ u16::from_be_bytes(*pair))
    };
    kept.len() == pairs.len() && kept.iter().zip(pairs).fold(0, differs) == 0
}

/// The kept list is all of these; those beyond it are added to `rest`.
fn is_made_of<T: PartialEq>(
    kept: &[T],
    mut all: impl Iterator<Item = T>,
    rest: &mut usize,
) -> bool {
    let is_same = kept.iter().all(|item| all.next().as_ref() == Some(item));
    *rest = rest.saturating_add(all.count());
    is_same
}

fn bounded<T>(mut all: impl Iterator<Item = T>, omitted: &mut u32) -> Box<[T]> {
    let kept = all.by_ref().take(TLS_LIST).collect();
    *omitted = omitted.saturating_add(u32::try_from(all.count()).unwrap_or(u32::MAX));
    kept
}

/// The first host name of a server_name extension (RFC 6066 §3).
fn server_name<'a>(content: &mut Reader<'a>) -> Result<Option<&'a [u8]>, Truncated> {
    let length = usize::from(content.u16()?);
    let mut list = content.sub(length)?;
    while !list.is_empty() {
        let kind = list.u8()?;
        let length = usize::from(list.u16()?);
        let name = list.take(length)?;
        if kind == 0 {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// How many identities a pre_shared_key extension offers (RFC 8446 §4.2.11).
fn psk_identities(content: &mut Reader<'_>) -> Result<u16, Truncated> {
    let length = usize::from(content.u16()?);
    let mut list = content.sub(length)?;
    let mut count = 0_u16;
    while !list.is_empty() {
        let length = usize::from(list.u16()?);
        list.skip(length.saturating_add(4))?;
        count = count.saturating_add(1);
    }
    Ok(count)
}

fn text(bytes: &[u8]) -> Box<str> {
    let kept = bytes
        .get(..bytes.len().min(TLS_NAME_BYTES))
        .unwrap_or_default();
    String::from_utf8_lossy(kept).into()
}
