//! The packets of a capture, to be changed and written again.

use stallscope_shared::capture::{ByteOrder, CaptureReader, CaptureSink, CapturedPacket, LinkType};
use stallscope_shared::ids::CaptureId;
use stallscope_shared::testkit::capture::{EnhancedPacket, PcapKind, PcapWriter, PcapngWriter};
use stallscope_shared::time::Timestamp;
use stallscope_shared::warning::WarningLog;

/// One packet.
#[derive(Clone, Debug)]
pub(crate) struct Packet {
    /// Nanoseconds since the epoch.
    pub(crate) at: i64,
    /// How its first header is to be read.
    pub(crate) link_type: LinkType,
    /// Bytes on the wire.
    pub(crate) original_length: u32,
    /// Bytes captured.
    pub(crate) bytes: Vec<u8>,
}

/// Takes packets in the order of the file; one without a time has that of the packet before.
#[derive(Default)]
struct Collected {
    packets: Vec<Packet>,
    warnings: WarningLog,
}

impl CaptureSink for Collected {
    fn packet(&mut self, packet: CapturedPacket<'_>) {
        let before = self.packets.last().map_or(0, |before| before.at);
        self.packets.push(Packet {
            at: packet.at.map_or(before, Timestamp::nanos),
            link_type: packet.link_type,
            original_length: packet.original_length,
            bytes: packet.bytes.to_vec(),
        });
    }

    fn warnings(&mut self) -> &mut WarningLog {
        &mut self.warnings
    }
}

/// The packets of a capture; none of bytes that are no capture.
pub(crate) fn read(bytes: &[u8]) -> Vec<Packet> {
    let mut collected = Collected::default();
    let mut reader = CaptureReader::new(CaptureId(0));
    let is_read = reader.feed(bytes, &mut collected).is_ok();
    if !is_read || reader.finish(&mut collected).is_err() {
        return Vec::new();
    }
    collected.packets
}

/// As pcapng with nanoseconds, one interface for each link type.
pub(crate) fn pcapng(packets: &[Packet]) -> Vec<u8> {
    const TIME_RESOLUTION: u16 = 9;
    let mut link_types: Vec<LinkType> = Vec::new();
    for packet in packets {
        if !link_types.contains(&packet.link_type) {
            link_types.push(packet.link_type);
        }
    }
    let mut writer = PcapngWriter::new(ByteOrder::Little);
    writer.section(&[]);
    for link_type in &link_types {
        writer.interface(*link_type, 262_144, &[(TIME_RESOLUTION, &[9])]);
    }
    for packet in packets {
        let is_its = |known: &LinkType| *known == packet.link_type;
        let interface = link_types.iter().position(is_its).unwrap_or_default();
        writer.enhanced_packet(EnhancedPacket {
            interface: u32::try_from(interface).unwrap_or_default(),
            ticks: u64::try_from(packet.at).unwrap_or_default(),
            bytes: &packet.bytes,
            original_length: packet.original_length,
            options: &[],
        });
    }
    writer.bytes().to_vec()
}

/// As classic pcap with nanoseconds and the largest byte first; `None` of several link types.
pub(crate) fn pcap(packets: &[Packet]) -> Option<Vec<u8>> {
    let link_type = packets.first()?.link_type;
    let mut writer = PcapWriter::new(PcapKind::Nanos, ByteOrder::Big, link_type);
    for packet in packets {
        if packet.link_type != link_type {
            return None;
        }
        let at = Timestamp::from_nanos(packet.at);
        writer.snapped_packet(at, &packet.bytes, packet.original_length);
    }
    Some(writer.bytes().to_vec())
}

impl Packet {
    /// Where its IP header begins, for the link layers of the labelled captures.
    pub(crate) fn ip_at(&self) -> Option<usize> {
        let at = match self.link_type {
            LinkType::RAW | LinkType::RAW_DLT | LinkType::IPV4 | LinkType::IPV6 => 0,
            LinkType::NULL | LinkType::LOOP => 4,
            LinkType::LINUX_SLL => 16,
            LinkType::LINUX_SLL2 => 20,
            LinkType::ETHERNET => {
                let tags = self.bytes.get(12..)?.chunks(4);
                14 + 4 * tags.take_while(|tag| tag.starts_with(&[0x81, 0])).count()
            }
            _ => return None,
        };
        let version = self.bytes.get(at)? >> 4;
        matches!(version, 4 | 6).then_some(at)
    }

    /// Source and destination of its first IP header.
    pub(crate) fn addresses(&self) -> Option<(&[u8], &[u8])> {
        let ip = self.bytes.get(self.ip_at()?..)?;
        if ip.first()? >> 4 == 4 {
            return Some((ip.get(12..16)?, ip.get(16..20)?));
        }
        Some((ip.get(8..24)?, ip.get(24..40)?))
    }
}
