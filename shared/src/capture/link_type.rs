//! Link-layer types, by their numbers in the registry at <https://www.tcpdump.org/linktypes.html>.

/// The link-layer type of a packet: how its first header is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkType(pub u16);

impl LinkType {
    /// BSD loopback: four bytes of address family in the capturing host's byte order.
    pub const NULL: Self = Self(0);
    /// Ethernet.
    pub const ETHERNET: Self = Self(1);
    /// PPP, with or without HDLC-like framing (RFC 1661, RFC 1662).
    pub const PPP: Self = Self(9);
    /// Raw IP under the number some systems use for it inside the kernel (`DLT_RAW` on most).
    pub const RAW_DLT: Self = Self(12);
    /// Raw IP under OpenBSD's kernel number.
    pub const RAW_OPENBSD: Self = Self(14);
    /// PPP in HDLC-like framing (RFC 1662).
    pub const PPP_HDLC: Self = Self(50);
    /// PPPoE session packets (RFC 2516), without the Ethernet header.
    pub const PPP_ETHER: Self = Self(51);
    /// Raw IP: the version nibble says IPv4 or IPv6.
    pub const RAW: Self = Self(101);
    /// Cisco PPP with HDLC framing.
    pub const C_HDLC: Self = Self(104);
    /// 802.11 without metadata.
    pub const IEEE802_11: Self = Self(105);
    /// OpenBSD loopback: four bytes of address family in network byte order.
    pub const LOOP: Self = Self(108);
    /// Linux "cooked" capture, version 1 (`-i any`).
    pub const LINUX_SLL: Self = Self(113);
    /// 802.11 behind a Prism header.
    pub const IEEE802_11_PRISM: Self = Self(119);
    /// 802.11 behind a radiotap header.
    pub const IEEE802_11_RADIOTAP: Self = Self(127);
    /// 802.11 behind an AVS header.
    pub const IEEE802_11_AVS: Self = Self(163);
    /// PPP behind a direction byte.
    pub const PPP_WITH_DIR: Self = Self(166);
    /// D-Bus messages; named because they may be larger than any packet of a network.
    pub const DBUS: Self = Self(231);
    /// Raw IPv4.
    pub const IPV4: Self = Self(228);
    /// Raw IPv6.
    pub const IPV6: Self = Self(229);
    /// USB as USBPcap has it; named because transfers may be larger than any packet of a network.
    pub const USBPCAP: Self = Self(249);
    /// Linux "cooked" capture, version 2.
    pub const LINUX_SLL2: Self = Self(276);
    /// Elektrobit high-speed capture; named because its records may be larger than any packet of a network.
    pub const EBHSCR: Self = Self(279);

    /// The registry's name without its `LINKTYPE_` prefix, for the types this crate has a use for.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::NULL => "NULL",
            Self::ETHERNET => "ETHERNET",
            Self::PPP => "PPP",
            Self::RAW_DLT | Self::RAW_OPENBSD | Self::RAW => "RAW",
            Self::PPP_HDLC => "PPP_HDLC",
            Self::PPP_ETHER => "PPP_ETHER",
            Self::C_HDLC => "C_HDLC",
            Self::IEEE802_11 => "IEEE802_11",
            Self::LOOP => "LOOP",
            Self::LINUX_SLL => "LINUX_SLL",
            Self::IEEE802_11_PRISM => "IEEE802_11_PRISM",
            Self::IEEE802_11_RADIOTAP => "IEEE802_11_RADIOTAP",
            Self::IEEE802_11_AVS => "IEEE802_11_AVS",
            Self::PPP_WITH_DIR => "PPP_WITH_DIR",
            Self::DBUS => "DBUS",
            Self::IPV4 => "IPV4",
            Self::IPV6 => "IPV6",
            Self::USBPCAP => "USBPCAP",
            Self::LINUX_SLL2 => "LINUX_SLL2",
            Self::EBHSCR => "EBHSCR",
            _ => return None,
        })
    }
}
