//! TCP_INFO, read as bytes: the structure has grown with every kernel, and C libraries know different lengths of it.

use std::io;
use std::os::fd::RawFd;

use stallscope_shared::probe::Sample;
use stallscope_shared::time::{Nanos, Timestamp};

/// More than any kernel writes.
const ROOM: usize = 512;

/// Where the fields are (`struct tcp_info` of `linux/tcp.h`); they never move.
mod offset {
    pub(super) const STATE: usize = 0;
    pub(super) const RETRANSMITS: usize = 2;
    pub(super) const OPTIONS: usize = 5;
    pub(super) const SND_MSS: usize = 16;
    pub(super) const RCV_MSS: usize = 20;
    pub(super) const UNACKED: usize = 24;
    pub(super) const SACKED: usize = 28;
    pub(super) const LOST: usize = 32;
    pub(super) const LAST_DATA_RECV: usize = 52;
    pub(super) const LAST_ACK_RECV: usize = 56;
    pub(super) const RTT: usize = 68;
    pub(super) const TOTAL_RETRANS: usize = 100;
    pub(super) const BYTES_ACKED: usize = 120;
    pub(super) const BYTES_RECEIVED: usize = 128;
    pub(super) const SEGS_IN: usize = 140;
    pub(super) const MIN_RTT: usize = 148;
    pub(super) const RCV_OOOPACK: usize = 224;
}

/// Reads how the connection of a socket stands.
pub(super) fn read(socket: RawFd, at: Timestamp) -> io::Result<Sample> {
    let mut bytes = [0_u8; ROOM];
    let length = getsockopt(socket, &mut bytes)?;
    let fields = Fields(bytes.get(..length).unwrap_or_default());
    let received = fields.u64(offset::BYTES_RECEIVED);
    let millis = |at: usize| fields.u32(at).map(|value| Nanos::from_millis(value.into()));
    let micros = |at: usize| fields.u32(at).map(|value| Nanos::from_micros(value.into()));
    Ok(Sample {
        at,
        state: fields.u8(offset::STATE),
        retransmits: fields.u8(offset::RETRANSMITS),
        unacknowledged: fields.u32(offset::UNACKED).unwrap_or(0),
        sacked: fields.u32(offset::SACKED).unwrap_or(0),
        lost: fields.u32(offset::LOST).unwrap_or(0),
        total_retransmits: fields.u32(offset::TOTAL_RETRANS).unwrap_or(0),
        round_trip: micros(offset::RTT).unwrap_or_default(),
        // A kernel that has measured nothing yet says the largest number.
        least_round_trip: micros(offset::MIN_RTT)
            .filter(|_| fields.u32(offset::MIN_RTT) != Some(u32::MAX)),
        // Without data it counts from the handshake.
        since_data: millis(offset::LAST_DATA_RECV)
            .filter(|_| received.is_some_and(|bytes| bytes > 0)),
        since_ack: millis(offset::LAST_ACK_RECV),
        send_mss: fields.u32(offset::SND_MSS).unwrap_or(0),
        receive_mss: fields.u32(offset::RCV_MSS),
        options: fields.u8(offset::OPTIONS),
        bytes_acked: fields.u64(offset::BYTES_ACKED),
        bytes_received: received,
        segments_in: fields.u32(offset::SEGS_IN),
        out_of_order: fields.u32(offset::RCV_OOOPACK),
    })
}

/// The bytes that the kernel wrote.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.0.get(at..at + N)?.try_into().ok()
    }

    fn u8(&self, at: usize) -> u8 {
        self.0.get(at).copied().unwrap_or(0)
    }

    fn u32(&self, at: usize) -> Option<u32> {
        self.take(at).map(u32::from_ne_bytes)
    }

    fn u64(&self, at: usize) -> Option<u64> {
        self.take(at).map(u64::from_ne_bytes)
    }
}

#[expect(
    unsafe_code,
    reason = "no library reads TCP_INFO at the length that the kernel has"
)]
fn getsockopt(socket: RawFd, bytes: &mut [u8; ROOM]) -> io::Result<usize> {
    let mut length = libc::socklen_t::try_from(ROOM).map_err(io::Error::other)?;
    // SAFETY: the pointers are to `bytes` and `length`, which live through the call; the kernel writes at most `length`
    // bytes and says how many in `length`.
    let result = unsafe {
        libc::getsockopt(
            socket,
            libc::IPPROTO_TCP,
            libc::TCP_INFO,
            bytes.as_mut_ptr().cast(),
            &raw mut length,
        )
    };
    if result != 0 {
        return Err(io::Error::last_os_error());
    }
    usize::try_from(length).map_err(io::Error::other)
}
