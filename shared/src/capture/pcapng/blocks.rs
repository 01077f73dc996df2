//! The blocks that are not packets: what they say goes into the capture's facts.

use std::net::IpAddr;

use pcap_parser::{
    Block, DecryptionSecretsBlock, InterfaceDescriptionBlock, InterfaceStatisticsBlock,
    NameRecordType, NameResolutionBlock, OptionCode, PcapNGOption, SecretsType, SectionHeaderBlock,
    parse_block_be, parse_block_le,
};

use super::PcapngReader;
use crate::capture::clock::Clock;
use crate::capture::fields::Fields;
use crate::capture::output::{Interface, Output, bounded_text};
use crate::capture::{
    ByteOrder, CaptureFacts, CaptureSink, Container, Format, InterfaceFacts, InterfaceStatistics,
    LinkType, NameRecord, SectionFacts, TimeUnit,
};
use crate::limits::{KEY_LOG_BYTES, NAME_RECORDS, SECTION_INTERFACES};
use crate::text::Message;

impl PcapngReader {
    /// Takes a whole block whose two lengths agree.
    pub(super) fn other_block<S: CaptureSink>(
        &mut self,
        block: &[u8],
        offset: u64,
        output: &mut Output<'_, S>,
    ) {
        let parsed = match self.order {
            ByteOrder::Little => parse_block_le(block),
            ByteOrder::Big => parse_block_be(block),
        };
        match parsed {
            Ok((_, Block::SectionHeader(header))) => self.section(&header, offset, output),
            Ok((_, Block::InterfaceDescription(description))) => {
                self.interface(&description, offset, output);
            }
            Ok((_, Block::InterfaceStatistics(statistics))) => self.statistics(&statistics, output),
            Ok((_, Block::NameResolution(names))) => self.names(&names, output),
            Ok((_, Block::DecryptionSecrets(secrets))) => output.facts.secrets(&secrets),
            Ok((_, Block::Custom(_))) => {
                let count = &mut output.facts.custom_block_count;
                *count = count.saturating_add(1);
            }
            Ok((_, Block::SystemdJournalExport(_))) => {
                let count = &mut output.facts.journal_block_count;
                *count = count.saturating_add(1);
            }
            Ok(_) => output.facts.unknown_block(),
            Err(_) => output.warn("malformed-block", None, offset, || {
                let kind = self.block_header(block).map_or(0, |(kind, _)| kind);
                Message::new("input-malformed-block").with("type", kind)
            }),
        }
    }

    fn section<S: CaptureSink>(
        &mut self,
        header: &SectionHeaderBlock<'_>,
        offset: u64,
        output: &mut Output<'_, S>,
    ) {
        self.interfaces.clear();
        self.is_readable = header.major_version == MAJOR_VERSION;
        if !self.is_readable {
            output.warn("unknown-version", None, offset, || {
                let version = format!("{}.{}", header.major_version, header.minor_version);
                Message::new("input-unknown-version")
                    .with("version", version)
                    .with("known", u64::from(MAJOR_VERSION))
            });
        }
        let options = Texts(&header.options);
        output.facts.format.get_or_insert(Format {
            container: Container::Pcapng,
            compression: output.compression,
            byte_order: self.order,
        });
        output.facts.section(SectionFacts {
            byte_order: self.order,
            version: (header.major_version, header.minor_version),
            hardware: options.text(OptionCode::ShbHardware),
            os: options.text(OptionCode::ShbOs),
            application: options.text(OptionCode::ShbUserAppl),
        });
        options.note_comments(output.facts);
    }

    fn interface<S: CaptureSink>(
        &mut self,
        description: &InterfaceDescriptionBlock<'_>,
        offset: u64,
        output: &mut Output<'_, S>,
    ) {
        if self.interfaces.len() >= SECTION_INTERFACES {
            return output.warn("too-many-interfaces", None, offset, || {
                Message::new("input-too-many-interfaces").with("most", SECTION_INTERFACES as u64)
            });
        }
        let options = Texts(&description.options);
        let link_type = LinkType(u16::try_from(description.linktype.0).unwrap_or(u16::MAX));
        let time_unit = match options.bytes(OptionCode::IfTsresol) {
            Some([value]) => TimeUnit::from_resolution(*value),
            _ => TimeUnit::Decimal(6),
        };
        let time_offset = options
            .integer(OptionCode::IfTsoffset, self.order)
            .map_or(0, u64::cast_signed);
        let mut interface = Interface::new(
            link_type,
            Clock::new(time_unit, time_offset),
            description.snaplen,
        );
        interface.described = output.facts.interface(InterfaceFacts {
            section: output.facts.section_count.saturating_sub(1),
            link_type,
            snaplen: (description.snaplen != 0).then_some(description.snaplen),
            time_unit,
            time_offset,
            name: options.text(OptionCode::IfName),
            description: options.text(OptionCode::IfDescription),
            os: options.text(OptionCode::IfOs),
            // The first byte tells whether it is text or a program for the kernel.
            filter: options
                .bytes(OptionCode::IfFilter)
                .and_then(|value| value.strip_prefix(&[0]))
                .map(bounded_text),
            fcs_length: match options.bytes(IF_FCS_LENGTH) {
                Some([length]) => Some(*length),
                _ => None,
            },
            packet_count: 0,
            statistics: InterfaceStatistics::default(),
        });
        self.interfaces.push(interface);
        options.note_comments(output.facts);
    }

    fn statistics<S: CaptureSink>(
        &self,
        block: &InterfaceStatisticsBlock<'_>,
        output: &mut Output<'_, S>,
    ) {
        let options = Texts(&block.options);
        options.note_comments(output.facts);
        let described = self
            .interfaces
            .get(block.if_id as usize)
            .and_then(|interface| interface.described)
            .and_then(|place| output.facts.interfaces.get_mut(place));
        let Some(described) = described else {
            return;
        };
        let told = |code, before: Option<u64>| options.integer(code, self.order).or(before);
        let before = described.statistics;
        described.statistics = InterfaceStatistics {
            received: told(OptionCode::IsbIfRecv, before.received),
            interface_dropped: told(OptionCode::IsbIfDrop, before.interface_dropped),
            filter_accepted: told(OptionCode::IsbFilterAccept, before.filter_accepted),
            os_dropped: told(OptionCode::IsbOsDrop, before.os_dropped),
            delivered: told(OptionCode::IsbUsrDeliv, before.delivered),
        };
    }

    fn names<S: CaptureSink>(&self, block: &NameResolutionBlock<'_>, output: &mut Output<'_, S>) {
        Texts(&block.options).note_comments(output.facts);
        for record in &block.nr {
            let (address, names) = match record.record_type {
                NameRecordType::Ipv4 => match record.record_value.split_first_chunk::<4>() {
                    Some((address, names)) => (IpAddr::from(*address), names),
                    None => continue,
                },
                NameRecordType::Ipv6 => match record.record_value.split_first_chunk::<16>() {
                    Some((address, names)) => (IpAddr::from(*address), names),
                    None => continue,
                },
                _ => continue,
            };
            // The padding of a record is zero bytes too, and reads as empty names.
            for name in names
                .split(|byte| *byte == 0)
                .filter(|name| !name.is_empty())
            {
                output.facts.name(address, name);
            }
        }
    }
}

/// The options of one block.
struct Texts<'a>(&'a [PcapNGOption<'a>]);

impl<'a> Texts<'a> {
    /// The value of the first option of this kind.
    fn bytes(&self, code: OptionCode) -> Option<&'a [u8]> {
        self.until_end()
            .find(|option| option.code == code)
            .and_then(|option| option.as_bytes().ok())
    }

    fn text(&self, code: OptionCode) -> Option<String> {
        self.bytes(code).map(bounded_text)
    }

    fn integer(&self, code: OptionCode, order: ByteOrder) -> Option<u64> {
        let value = self.bytes(code)?;
        Fields::new(value, order).u64().ok()
    }

    fn note_comments(&self, facts: &mut CaptureFacts) {
        for option in self
            .until_end()
            .filter(|option| option.code == OptionCode::Comment)
        {
            facts.comment(None, option.as_bytes().unwrap_or_default());
        }
    }

    fn until_end(&self) -> impl Iterator<Item = &'a PcapNGOption<'a>> {
        self.0
            .iter()
            .take_while(|option| option.code != OptionCode::EndOfOpt)
    }
}

impl CaptureFacts {
    /// Counts a block that nothing is read from.
    pub(super) fn unknown_block(&mut self) {
        self.unknown_block_count = self.unknown_block_count.saturating_add(1);
    }

    fn name(&mut self, address: IpAddr, name: &[u8]) {
        self.name_count = self.name_count.saturating_add(1);
        if self.names.len() < NAME_RECORDS {
            self.names.push(NameRecord {
                address,
                name: bounded_text(name),
            });
        }
    }

    /// Keeps the whole lines of a key log that there is room for.
    fn secrets(&mut self, block: &DecryptionSecretsBlock<'_>) {
        self.secrets_block_count = self.secrets_block_count.saturating_add(1);
        if block.secrets_type != SecretsType::TlsKeyLog {
            return;
        }
        let text = block
            .data
            .get(..block.secrets_len as usize)
            .unwrap_or(block.data);
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            if self.key_log.len().saturating_add(line.len()) >= KEY_LOG_BYTES {
                return;
            }
            self.key_log.extend_from_slice(line);
            if !line.ends_with(b"\n") {
                self.key_log.push(b'\n');
            }
        }
    }

    /// Adds packets that the capturing side lost before one it has.
    pub(super) fn lost_before_packet(&mut self, lost: u64) {
        let before = self.lost_between_packets.unwrap_or_default();
        self.lost_between_packets = Some(before.saturating_add(lost));
    }

    /// Takes `epb_dropcount`.
    pub(super) fn packet_drops(&mut self, value: &[u8], order: ByteOrder) {
        if let Ok(lost) = Fields::new(value, order).u64() {
            self.lost_before_packet(lost);
        }
    }

    /// Takes `epb_flags`: the two lowest bits tell the direction.
    pub(super) fn packet_flags(&mut self, value: &[u8], order: ByteOrder) {
        let count = match Fields::new(value, order).u32().map(|flags| flags & 0b11) {
            Ok(0b01) => &mut self.marked_inbound_count,
            Ok(0b10) => &mut self.marked_outbound_count,
            _ => return,
        };
        *count = count.saturating_add(1);
    }
}

/// `if_fcslen`, which pcap-parser has no name for.
const IF_FCS_LENGTH: OptionCode = OptionCode(13);

/// The version of the format; a section of another one must not be read by its rules.
const MAJOR_VERSION: u16 = 1;
