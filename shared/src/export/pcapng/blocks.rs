//! Blocks of a pcapng file (draft-ietf-opsawg-pcapng): a section, one interface of raw IP in nanoseconds, packets.

/// LINKTYPE_RAW: the packet begins with its IP header.
const RAW_IP: u16 = 101;
/// The time is in nanoseconds: 10^-9.
const NANOSECONDS: u8 = 9;

const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const ENHANCED_PACKET: u32 = 6;

const COMMENT: u16 = 1;
const TIME_RESOLUTION: u16 = 9;
const APPLICATION: u16 = 4;

/// A packet as it is written.
pub(super) struct Made {
    pub(super) bytes: Vec<u8>,
    /// Bytes that it had on the wire, from its IP header on.
    pub(super) original_length: u32,
}

pub(super) fn section(out: &mut Vec<u8>, comment: &str) {
    let mut body = Vec::new();
    body.extend(0x1a2b_3c4d_u32.to_le_bytes());
    body.extend(1_u16.to_le_bytes());
    body.extend(0_u16.to_le_bytes());
    body.extend((-1_i64).to_le_bytes());
    option(&mut body, COMMENT, comment.as_bytes());
    option(
        &mut body,
        APPLICATION,
        concat!("stallscope ", env!("CARGO_PKG_VERSION")).as_bytes(),
    );
    block(out, SECTION, body);
}

pub(super) fn interface(out: &mut Vec<u8>) {
    let mut body = Vec::new();
    body.extend(RAW_IP.to_le_bytes());
    body.extend([0; 2]);
    body.extend(0_u32.to_le_bytes());
    option(&mut body, TIME_RESOLUTION, &[NANOSECONDS]);
    block(out, INTERFACE, body);
}

pub(super) fn packet(out: &mut Vec<u8>, at_ns: i64, made: &Made, comment: &str) {
    let ticks = at_ns.cast_unsigned();
    let mut body = Vec::new();
    body.extend(0_u32.to_le_bytes());
    body.extend(((ticks >> 32) as u32).to_le_bytes());
    body.extend((ticks as u32).to_le_bytes());
    body.extend((made.bytes.len() as u32).to_le_bytes());
    body.extend(made.original_length.to_le_bytes());
    padded(&mut body, &made.bytes);
    option(&mut body, COMMENT, comment.as_bytes());
    block(out, ENHANCED_PACKET, body);
}

/// A block whose body may end with options.
fn block(out: &mut Vec<u8>, kind: u32, mut body: Vec<u8>) {
    // opt_endofopt
    body.extend([0; 4]);
    let length = body.len() as u32 + 12;
    out.extend(kind.to_le_bytes());
    out.extend(length.to_le_bytes());
    out.extend(body);
    out.extend(length.to_le_bytes());
}

fn option(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    let value = value.get(..usize::from(u16::MAX)).unwrap_or(value);
    body.extend(code.to_le_bytes());
    body.extend((value.len() as u16).to_le_bytes());
    padded(body, value);
}

fn padded(body: &mut Vec<u8>, bytes: &[u8]) {
    body.extend(bytes);
    body.extend(std::iter::repeat_n(
        0,
        bytes.len().next_multiple_of(4) - bytes.len(),
    ));
}
