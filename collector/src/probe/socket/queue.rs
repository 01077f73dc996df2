//! Control messages of a socket: stamps of what came, and the error queue with stamps of what was sent and ICMP errors
//! (Documentation/networking/timestamping.rst, ip(7) IP_RECVERR).

use std::io::IoSliceMut;
use std::net::IpAddr;
use std::os::fd::RawFd;

use nix::sys::socket::{
    ControlMessageOwned, MsgFlags, MultiHeaders, RecvMsg, SockaddrStorage, cmsg_space, recvmmsg,
    recvmsg,
};
use nix::sys::time::TimeSpec;
use stallscope_shared::probe::Icmp;
use stallscope_shared::time::Timestamp;

/// `ee_origin` of a stamp (`linux/errqueue.h`).
const ORIGIN_TIMESTAMPING: u8 = 4;
/// `ee_origin` of an ICMP error, and of an ICMPv6 one.
const ORIGIN_ICMP: u8 = 2;
const ORIGIN_ICMP6: u8 = 3;
/// `ee_info` of a stamp: the packet was handed to the device; the peer acknowledged the byte.
const STAMP_SENT: u32 = 0;
const STAMP_ACKED: u32 = 2;

/// Room for one stamp and one extended error with its address.
const CONTROL: usize =
    cmsg_space::<[TimeSpec; 3]>() + cmsg_space::<(libc::sock_extended_err, libc::sockaddr_in6)>();

/// Messages of the error queue that are taken in one call: more than the two stamps of each of a client's last flight and
/// its request, so that one call tells that they were all.
const AT_ONCE: usize = 6;

/// What the error queue said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::probe) enum Told {
    /// A stamp of what was sent.
    Stamp(TxStamp),
    /// An ICMP error.
    Icmp(Icmp),
}

/// A stamp of the byte with this offset among those written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::probe) enum TxStamp {
    /// It left.
    Sent { byte: u32, at: Timestamp },
    /// The peer's kernel acknowledged it.
    Acked { byte: u32, at: Timestamp },
}

/// Reads bytes, and when the last packet among them came.
pub(in crate::probe) fn receive(
    socket: RawFd,
    into: &mut [u8],
) -> nix::Result<(usize, Option<Timestamp>)> {
    let mut control = [0_u8; CONTROL];
    let mut buffers = [IoSliceMut::new(into)];
    let message = recvmsg::<SockaddrStorage>(
        socket,
        &mut buffers,
        Some(&mut control),
        MsgFlags::MSG_DONTWAIT,
    )?;
    let stamp = message.cmsgs().ok().and_then(|mut found| {
        found.find_map(|message| match message {
            ControlMessageOwned::ScmTimestampsns(stamps) => timestamp(stamps.system),
            _ => None,
        })
    });
    Ok((message.bytes, stamp))
}

/// Takes everything out of the error queue.
pub(in crate::probe) fn drain(socket: RawFd, mut take: impl FnMut(Told)) {
    let flags = MsgFlags::MSG_ERRQUEUE | MsgFlags::MSG_DONTWAIT;
    loop {
        let mut headers = MultiHeaders::<()>::preallocate(AT_ONCE, Some(vec![0; CONTROL]));
        // Of what was sent only the control messages are wanted.
        let mut nothing: [[IoSliceMut<'_>; 0]; AT_ONCE] = [const { [] }; AT_ONCE];
        let read = recvmmsg(socket, &mut headers, &mut nothing, flags, None);
        let Ok(messages) = read else { return };
        let mut count = 0;
        for message in messages {
            count += 1;
            if let Some(told) = said(&message) {
                take(told);
            }
        }
        // Fewer than there was room for: it is empty, and asking again would only say so.
        if count < AT_ONCE {
            return;
        }
    }
}

/// What one message of the error queue says.
fn said(message: &RecvMsg<'_, '_, ()>) -> Option<Told> {
    let mut at = None;
    let mut error = None;
    for control in message.cmsgs().ok()? {
        match control {
            ControlMessageOwned::ScmTimestampsns(stamps) => at = timestamp(stamps.system),
            ControlMessageOwned::Ipv4RecvErr(found, from) => {
                let from =
                    from.map(|from| IpAddr::from(u32::from_be(from.sin_addr.s_addr).to_be_bytes()));
                error = Some((found, from));
            }
            ControlMessageOwned::Ipv6RecvErr(found, from) => {
                let from = from.map(|from| IpAddr::from(from.sin6_addr.s6_addr));
                error = Some((found, from));
            }
            _ => {}
        }
    }
    let (error, from) = error?;
    told(&error, from, at)
}

fn told(
    error: &libc::sock_extended_err,
    from: Option<IpAddr>,
    at: Option<Timestamp>,
) -> Option<Told> {
    let byte = error.ee_data;
    match (error.ee_origin, error.ee_info) {
        (ORIGIN_TIMESTAMPING, STAMP_SENT) => Some(Told::Stamp(TxStamp::Sent { byte, at: at? })),
        (ORIGIN_TIMESTAMPING, STAMP_ACKED) => Some(Told::Stamp(TxStamp::Acked { byte, at: at? })),
        (ORIGIN_ICMP | ORIGIN_ICMP6, _) => Some(Told::Icmp(Icmp {
            from: from?,
            is_v6: error.ee_origin == ORIGIN_ICMP6,
            kind: error.ee_type,
            code: error.ee_code,
        })),
        _ => None,
    }
}

/// `None` of zero, which stands for no stamp.
fn timestamp(time: TimeSpec) -> Option<Timestamp> {
    let (seconds, nanos) = (time.tv_sec(), time.tv_nsec());
    (seconds != 0).then(|| Timestamp::from_parts(seconds, nanos))
}
