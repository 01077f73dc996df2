//! One DNS message (RFC 1035 §4): header, first question, and what the records say that matters here.
//!
//! A message that ends early is read as far as it goes and says so; only what cannot be DNS is refused.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::dns::code_points::{RecordType, ResponseCode};
use crate::dns::facts::{ClientSubnet, Name, RecordAddress, Response, ServiceBinding};
use crate::dns::name::{self, NameError};
use crate::ids::Stamp;
use crate::limits::{DNS_ADDRESSES, DNS_RECORDS};
use crate::wire::{Reader, Truncated};

/// Bytes of the header (RFC 1035 §4.1.1).
pub const HEADER_BYTES: usize = 12;

/// Shortest question: the root's name, type and class.
const QUESTION_BYTES: usize = 5;

/// Highest operation code in use: DNS Stateful Operations (RFC 8490).
const LAST_OPCODE: u8 = 6;

/// EDNS option codes (IANA "DNS EDNS0 Option Codes").
const OPTION_CLIENT_SUBNET: u16 = 8;
const OPTION_EXTENDED_ERROR: u16 = 15;

/// Service parameter keys (RFC 9460 §14.3.2).
const PARAMETER_ALPN: u16 = 1;
const PARAMETER_PORT: u16 = 3;
const PARAMETER_IPV4_HINT: u16 = 4;
const PARAMETER_ECH: u16 = 5;
const PARAMETER_IPV6_HINT: u16 = 6;

/// Bytes that are not a DNS message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are not a DNS message")]
pub struct NotDns;

/// The second word of the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flags(pub u16);

impl Flags {
    /// QR: a response, else a query.
    #[must_use]
    pub const fn is_response(self) -> bool {
        self.0 & 0x8000 != 0
    }

    /// What is asked for: 0 query, 5 update, …
    #[must_use]
    pub const fn opcode(self) -> u8 {
        (self.0 >> 11) as u8 & 0x0f
    }

    /// AA: the responder is an authority for the name.
    #[must_use]
    pub const fn is_authoritative(self) -> bool {
        self.0 & 0x0400 != 0
    }

    /// TC: the message did not fit.
    #[must_use]
    pub const fn is_truncated(self) -> bool {
        self.0 & 0x0200 != 0
    }

    /// RD: the client wants recursion.
    #[must_use]
    pub const fn recursion_desired(self) -> bool {
        self.0 & 0x0100 != 0
    }

    /// RA: the responder recurses.
    #[must_use]
    pub const fn recursion_available(self) -> bool {
        self.0 & 0x0080 != 0
    }

    /// The low four bits of the response code.
    #[must_use]
    pub const fn rcode(self) -> u16 {
        self.0 & 0x000f
    }
}

/// The first question of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The name asked for.
    pub name: Name,
    /// The type asked for.
    pub record_type: RecordType,
}

/// What the three record sections say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    /// A and AAAA among the answers.
    pub addresses: Vec<RecordAddress>,
    /// CNAME targets among the answers.
    pub aliases: Vec<Name>,
    /// HTTPS and SVCB records among the answers.
    pub services: Vec<ServiceBinding>,
    /// SOA in the authority section.
    pub has_soa: bool,
    /// NS in the authority section.
    pub has_name_servers: bool,
    /// Client subnet option.
    pub client_subnet: Option<ClientSubnet>,
    /// Info code of the extended error option.
    pub extended_error: Option<u16>,
    /// Upper eight bits of the response code, from EDNS.
    rcode_high: u8,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Identifier.
    pub id: u16,
    /// Flags.
    pub flags: Flags,
    /// The first question; `None` where there is none, or the bytes end before it does.
    pub question: Option<Question>,
    /// Answer records as the header counts them.
    pub answer_count: u16,
    /// What the records say.
    pub records: Records,
    /// The bytes ended, or made no sense, before all records were read.
    pub is_cut: bool,
}

impl Message {
    /// Reads a message of which `bytes` were captured and that had `length` bytes on the wire.
    pub fn parse(bytes: &[u8], length: usize) -> Result<Self, NotDns> {
        let mut reader = Reader::new(bytes);
        let (id, flags, counts) = header(&mut reader).map_err(|_ended| NotDns)?;
        let [questions, answers, authorities, additionals] = counts;
        let has_room = usize::from(questions)
            .checked_mul(QUESTION_BYTES)
            .is_some_and(|needed| HEADER_BYTES + needed <= length);
        let says_nothing = counts == [0; 4] && !flags.is_response();
        if flags.opcode() > LAST_OPCODE || !has_room || says_nothing {
            return Err(NotDns);
        }
        let mut message = Self {
            id,
            flags,
            question: None,
            answer_count: answers,
            records: Records::default(),
            is_cut: bytes.len() < length,
        };
        let mut sections = Sections {
            message: bytes,
            reader,
            scratch: String::new(),
        };
        match sections.questions(questions) {
            Ok(question) => message.question = question,
            Err(RecordError::Malformed) => return Err(NotDns),
            Err(RecordError::Truncated) if bytes.len() >= length => return Err(NotDns),
            Err(RecordError::Truncated) => return Ok(message),
        }
        let read = [
            (Section::Answer, answers),
            (Section::Authority, authorities),
            (Section::Additional, additionals),
        ]
        .into_iter()
        .try_for_each(|(section, count)| {
            (0..count).try_for_each(|_| sections.record(section, &mut message.records))
        });
        message.is_cut |= read.is_err();
        Ok(message)
    }

    /// The response code with its EDNS bits.
    #[must_use]
    pub fn rcode(&self) -> ResponseCode {
        ResponseCode(u16::from(self.records.rcode_high) << 4 | self.flags.rcode())
    }

    /// As the response that came at `stamp`.
    #[must_use]
    pub fn into_response(self, stamp: Stamp) -> Response {
        Response {
            stamp,
            rcode: self.rcode(),
            is_truncated: self.flags.is_truncated(),
            is_authoritative: self.flags.is_authoritative(),
            recursion_available: self.flags.recursion_available(),
            is_cut: self.is_cut,
            answer_count: self.answer_count,
            addresses: self.records.addresses,
            aliases: self.records.aliases,
            services: self.records.services,
            has_soa: self.records.has_soa,
            has_name_servers: self.records.has_name_servers,
            client_subnet: self.records.client_subnet,
            extended_error: self.records.extended_error,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Answer,
    Authority,
    Additional,
}

enum RecordError {
    Truncated,
    Malformed,
}

impl From<Truncated> for RecordError {
    fn from(_: Truncated) -> Self {
        Self::Truncated
    }
}

impl From<NameError> for RecordError {
    fn from(error: NameError) -> Self {
        match error {
            NameError::Truncated => Self::Truncated,
            NameError::Malformed => Self::Malformed,
        }
    }
}

fn header(reader: &mut Reader<'_>) -> Result<(u16, Flags, [u16; 4]), Truncated> {
    Ok((
        reader.u16()?,
        Flags(reader.u16()?),
        [reader.u16()?, reader.u16()?, reader.u16()?, reader.u16()?],
    ))
}

/// The cursor over the sections; `message` is needed whole because pointers go back into it.
struct Sections<'a> {
    message: &'a [u8],
    reader: Reader<'a>,
    scratch: String,
}

impl<'a> Sections<'a> {
    /// The first of `count` questions; the others are passed over.
    fn questions(&mut self, count: u16) -> Result<Option<Question>, RecordError> {
        let mut first = None;
        for _ in 0..count {
            if first.is_none() {
                let name = self.name()?;
                let record_type = RecordType(self.reader.u16()?);
                first = Some(Question { name, record_type });
            } else {
                self.skip_name()?;
                self.reader.skip(2)?;
            }
            // The class: always the Internet's in what resolvers are asked, and nothing here depends on it.
            self.reader.skip(2)?;
        }
        Ok(first)
    }

    fn record(&mut self, section: Section, records: &mut Records) -> Result<(), RecordError> {
        self.skip_name()?;
        let record_type = RecordType(self.reader.u16()?);
        let _class = self.reader.u16()?;
        let ttl = self.reader.u32()?;
        let length = self.reader.u16()?;
        let start = self.reader.position();
        let mut data = self.reader.sub(usize::from(length))?;
        match (section, record_type) {
            (Section::Answer, RecordType::A | RecordType::AAAA) => {
                if let Some(address) = address(data.rest())
                    && records.addresses.len() < DNS_ADDRESSES
                {
                    records.addresses.push(RecordAddress { address, ttl });
                }
            }
            (Section::Answer, RecordType::CNAME) if records.aliases.len() < DNS_RECORDS => {
                name::decode(self.message, start, &mut self.scratch)?;
                records.aliases.push(Name::from_presentation(&self.scratch));
            }
            (Section::Answer, RecordType::HTTPS | RecordType::SVCB)
                if records.services.len() < DNS_RECORDS =>
            {
                let binding = self.service_binding(start, data)?;
                records.services.push(binding);
            }
            (Section::Authority, RecordType::SOA) => records.has_soa = true,
            (Section::Authority, RecordType::NS) => records.has_name_servers = true,
            (Section::Additional, RecordType::OPT) => {
                records.rcode_high = (ttl >> 24) as u8;
                edns_options(&mut data, records)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn service_binding(
        &mut self,
        start: usize,
        mut data: Reader<'a>,
    ) -> Result<ServiceBinding, RecordError> {
        let priority = data.u16()?;
        let parameters = name::decode(self.message, start + 2, &mut self.scratch)?;
        data.skip(parameters.saturating_sub(start + 2))?;
        let mut binding = ServiceBinding {
            priority,
            target: Name::from_presentation(&self.scratch),
            alpn: Vec::new(),
            port: None,
            ipv4_hints: Vec::new(),
            ipv6_hints: Vec::new(),
            has_ech: false,
        };
        while !data.is_empty() {
            let key = data.u16()?;
            let length = data.u16()?;
            let value = data.sub(usize::from(length))?;
            service_parameter(key, value, &mut binding)?;
        }
        Ok(binding)
    }

    fn name(&mut self) -> Result<Name, RecordError> {
        let at = self.reader.position();
        let next = name::decode(self.message, at, &mut self.scratch)?;
        self.reader.skip(next.saturating_sub(at))?;
        Ok(Name::from_presentation(&self.scratch))
    }

    fn skip_name(&mut self) -> Result<(), RecordError> {
        let at = self.reader.position();
        let next = name::skip(self.message, at)?;
        self.reader.skip(next.saturating_sub(at))?;
        Ok(())
    }
}

fn address(data: &[u8]) -> Option<IpAddr> {
    if let Ok(v4) = <[u8; 4]>::try_from(data) {
        return Some(IpAddr::V4(Ipv4Addr::from(v4)));
    }
    <[u8; 16]>::try_from(data)
        .ok()
        .map(|v6| IpAddr::V6(Ipv6Addr::from(v6)))
}

fn service_parameter(
    key: u16,
    mut value: Reader<'_>,
    binding: &mut ServiceBinding,
) -> Result<(), Truncated> {
    match key {
        PARAMETER_ALPN => {
            while !value.is_empty() && binding.alpn.len() < DNS_RECORDS {
                let length = value.u8()?;
                let protocol = value.take(usize::from(length))?;
                binding
                    .alpn
                    .push(String::from_utf8_lossy(protocol).into_owned());
            }
        }
        PARAMETER_PORT => binding.port = Some(value.u16()?),
        PARAMETER_IPV4_HINT => {
            while !value.is_empty() && binding.ipv4_hints.len() < DNS_ADDRESSES {
                binding.ipv4_hints.push(Ipv4Addr::from(value.array::<4>()?));
            }
        }
        PARAMETER_IPV6_HINT => {
            while !value.is_empty() && binding.ipv6_hints.len() < DNS_ADDRESSES {
                binding
                    .ipv6_hints
                    .push(Ipv6Addr::from(value.array::<16>()?));
            }
        }
        PARAMETER_ECH => binding.has_ech = true,
        _ => {}
    }
    Ok(())
}

fn edns_options(options: &mut Reader<'_>, records: &mut Records) -> Result<(), Truncated> {
    while !options.is_empty() {
        let code = options.u16()?;
        let length = options.u16()?;
        let mut value = options.sub(usize::from(length))?;
        match code {
            OPTION_CLIENT_SUBNET => {
                records.client_subnet = client_subnet(&mut value).ok().flatten();
            }
            OPTION_EXTENDED_ERROR => records.extended_error = value.u16().ok(),
            _ => {}
        }
    }
    Ok(())
}

/// RFC 7871 §6: family, two prefix lengths, and as many address bytes as the prefix needs.
fn client_subnet(value: &mut Reader<'_>) -> Result<Option<ClientSubnet>, Truncated> {
    let family = value.u16()?;
    let source_prefix = value.u8()?;
    let scope_prefix = value.u8()?;
    let shown = value.rest();
    let address = match family {
        1 => padded::<4>(shown).map(|bytes| IpAddr::V4(Ipv4Addr::from(bytes))),
        2 => padded::<16>(shown).map(|bytes| IpAddr::V6(Ipv6Addr::from(bytes))),
        _ => None,
    };
    Ok(address.map(|address| ClientSubnet {
        address,
        source_prefix,
        scope_prefix,
    }))
}

fn padded<const N: usize>(shown: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    bytes.get_mut(..shown.len())?.copy_from_slice(shown);
    Some(bytes)
}
