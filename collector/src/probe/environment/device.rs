//! What an interface does in the kernel's place, by the getters of ethtool, which every user may call
//! (linux/ethtool.h; `dev_ethtool` in net/core asks for rights only where something is set or private).

use std::fs;

#[cfg(not(target_os = "linux"))]
use stallscope_shared::report::v1::Offloads;

/// Speed that the interface says it has, Mbit/s; none of what has no wire (sysfs-class-net).
pub(super) fn speed(name: &str) -> Option<u32> {
    let text = fs::read_to_string(format!("/sys/class/net/{name}/speed")).ok()?;
    // -1 stands for unknown.
    text.trim().parse().ok().filter(|speed| *speed > 0)
}

#[cfg(target_os = "linux")]
pub(super) use self::linux::{driver, offloads};

/// Other systems have other ways.
#[cfg(not(target_os = "linux"))]
pub(super) const fn driver(_name: &str) -> Option<String> {
    None
}

/// Other systems have other ways.
#[cfg(not(target_os = "linux"))]
pub(super) const fn offloads(_name: &str) -> Option<Offloads> {
    None
}

#[cfg(target_os = "linux")]
mod linux {
    use std::os::fd::AsRawFd as _;

    use socket2::{Domain, Socket, Type};
    use stallscope_shared::report::v1::Offloads;

    /// The request that carries all others (linux/sockios.h).
    const SIOCETHTOOL: libc::Ioctl = 0x8946;
    /// ETH_FLAG_LRO (linux/ethtool.h): NETIF_F_LRO_BIT, which stays where it was for this.
    const LRO: u32 = 1 << 15;
    /// Words of `struct ethtool_drvinfo`, the largest of those that are asked for; `struct ethtool_value` has 2.
    const WORDS: usize = 49;

    /// Getters (linux/ethtool.h). The kernel writes what was found behind the number of the command.
    #[derive(Clone, Copy, Debug)]
    enum Command {
        /// ETHTOOL_GDRVINFO
        Driver = 0x03,
        /// ETHTOOL_GRXCSUM
        ReceiveChecksum = 0x14,
        /// ETHTOOL_GTXCSUM
        TransmitChecksum = 0x16,
        /// ETHTOOL_GTSO
        Tso = 0x1e,
        /// ETHTOOL_GGSO
        Gso = 0x23,
        /// ETHTOOL_GFLAGS
        Flags = 0x25,
        /// ETHTOOL_GGRO
        Gro = 0x2b,
    }

    /// The name of its driver.
    pub(in super::super) fn driver(name: &str) -> Option<String> {
        let words = ask(name, Command::Driver)?;
        // Behind the command stand 32 bytes, ended by a zero.
        let bytes: Vec<u8> = words
            .iter()
            .skip(1)
            .take(8)
            .flat_map(|word| word.to_ne_bytes())
            .take_while(|byte| *byte != 0)
            .collect();
        String::from_utf8(bytes)
            .ok()
            .filter(|name| !name.is_empty())
    }

    /// What is on and off; `None` where nothing of it is told.
    pub(in super::super) fn offloads(name: &str) -> Option<Offloads> {
        let value = |command| ask(name, command).map(|words| words[1]);
        let is_on = |command| value(command).map(|value| value != 0);
        let found = Offloads {
            tso: is_on(Command::Tso),
            gso: is_on(Command::Gso),
            gro: is_on(Command::Gro),
            lro: value(Command::Flags).map(|flags| flags & LRO != 0),
            tx_checksum: is_on(Command::TransmitChecksum),
            rx_checksum: is_on(Command::ReceiveChecksum),
        };
        (found != Offloads::default()).then_some(found)
    }

    #[expect(
        unsafe_code,
        reason = "no library asks ethtool without a runtime of its own"
    )]
    fn ask(name: &str, command: Command) -> Option<[u32; WORDS]> {
        let mut ifr_name = [0; libc::IFNAMSIZ];
        // The last one ends the name.
        let room = ifr_name.split_last_mut()?.1;
        if name.len() > room.len() {
            return None;
        }
        for (place, byte) in room.iter_mut().zip(name.bytes()) {
            *place = libc::c_char::from_ne_bytes([byte]);
        }
        let mut words = [0_u32; WORDS];
        words[0] = command as u32;
        let mut request = libc::ifreq {
            ifr_name,
            ifr_ifru: libc::__c_anonymous_ifr_ifru {
                ifru_data: words.as_mut_ptr().cast(),
            },
        };
        let socket = Socket::new(Domain::IPV4, Type::DGRAM, None).ok()?;
        let request = &raw mut request;
        // SAFETY: the request and the words that it points to live through the call, and nothing else uses them
        // meanwhile; for the commands above the kernel writes no more than WORDS words there.
        let result = unsafe { libc::ioctl(socket.as_raw_fd(), SIOCETHTOOL, request) };
        (result == 0).then_some(words)
    }
}

#[cfg(test)]
#[expect(clippy::print_stdout, reason = "a test that cannot run here says so")]
mod tests {
    use super::{driver, offloads, speed};

    #[test]
    fn loopback_cuts_nothing_and_has_no_speed() {
        assert_eq!(speed("lo"), None);
        let Some(found) = offloads("lo") else {
            println!("SKIPPED: offloads of loopback: this kernel or sandbox does not tell");
            return;
        };
        // The kernel fixes these for loopback (`gen_lo_setup` in drivers/net/loopback.c).
        assert_eq!(
            (found.tx_checksum, found.rx_checksum),
            (Some(true), Some(true))
        );
        assert_eq!(found.lro, Some(false));
        assert!(found.tso.is_some() && found.gso.is_some() && found.gro.is_some());
    }

    #[test]
    fn what_is_not_there_tells_nothing() {
        for name in ["", "no-such-device", "a-name-of-too-many-characters"] {
            assert_eq!(offloads(name), None, "{name}");
            assert_eq!(driver(name), None, "{name}");
            assert_eq!(speed(name), None, "{name}");
        }
    }
}
