//! Whole conversations, told packet by packet: packet `n` has number `n` and comes `n` seconds after 1970.

mod http1;
mod http2;
mod laws;
mod preludes;

use crate::flow::chunk::{Chunk, Hole, HoleReason, Mark, StreamSink};
use crate::http::facts::{Body, Exchange, HttpFacts, StreamEnd};
use crate::ids::{CaptureId, PacketNumber, PacketRef, Stamp};
use crate::side::{PerSide, Side};
use crate::stream::{Conversation, Spoken};
use crate::time::Timestamp;

const C: Side = Side::Originator;
const S: Side = Side::Responder;

/// What one packet carries.
#[derive(Clone, Debug)]
enum Packet {
    Bytes(Side, Vec<u8>),
    Missing(Side, u64),
}

fn client(bytes: impl AsRef<[u8]>) -> Packet {
    Packet::Bytes(C, bytes.as_ref().to_vec())
}

fn server(bytes: impl AsRef<[u8]>) -> Packet {
    Packet::Bytes(S, bytes.as_ref().to_vec())
}

fn stamp(number: usize) -> Stamp {
    let number = u32::try_from(number).unwrap();
    Stamp {
        at: Timestamp::from_parts(i64::from(number), 0),
        packet: PacketRef::new(CaptureId(0), PacketNumber::new(number).unwrap(), 0, 0),
    }
}

/// What came out of a conversation.
struct Played {
    spoken: Spoken,
    marks: Vec<Mark>,
}

/// Both sides close after the last packet.
fn play(packets: &[Packet]) -> Played {
    play_cut(
        packets,
        usize::MAX,
        StreamEnd::Closed(stamp(packets.len() + 1)),
    )
}

/// Each packet is delivered in chunks of at most `cut` bytes.
fn play_cut(packets: &[Packet], cut: usize, end: StreamEnd) -> Played {
    let mut conversation = Conversation::new();
    let mut offsets = PerSide::<u64>::default();
    let mut marks = Vec::new();
    for (index, packet) in packets.iter().enumerate() {
        let at = stamp(index + 1);
        match packet {
            Packet::Bytes(side, bytes) => {
                for piece in bytes.chunks(cut) {
                    conversation.on_bytes(Chunk {
                        side: *side,
                        offset: offsets[*side],
                        bytes: piece,
                        carried: at,
                        delivered: at,
                    });
                    offsets[*side] += piece.len() as u64;
                    marks.extend(std::iter::from_fn(|| conversation.next_mark()));
                }
            }
            Packet::Missing(side, length) => {
                conversation.on_hole(Hole {
                    side: *side,
                    offset: offsets[*side],
                    length: *length,
                    known: at,
                    reason: HoleReason::NotCaptured,
                });
                offsets[*side] += length;
                marks.extend(std::iter::from_fn(|| conversation.next_mark()));
            }
        }
    }
    let ends = PerSide {
        originator: end,
        responder: end,
    };
    Played {
        spoken: conversation.finish(ends),
        marks,
    }
}

impl Played {
    fn http(&self) -> &HttpFacts {
        self.spoken.http.as_ref().expect("HTTP was recognised")
    }

    /// The exchanges, a line each.
    fn exchanges(&self) -> Vec<String> {
        self.http().exchanges.iter().map(line).collect()
    }
}

fn number(stamp: Stamp) -> u32 {
    stamp.packet.number.get()
}

/// `GET /a 1-1-1 Complete 0 -> 200 2-2-3 Complete 5`: packets of the first byte, the end of the headers and
/// the last byte, how it ended, and body bytes.
fn line(exchange: &Exchange) -> String {
    let part = |first: Stamp, headers: Option<Stamp>, last: Stamp, body: &Body| {
        let headers = headers.map_or_else(|| "?".to_owned(), |at| number(at).to_string());
        let missing = if body.missing > 0 {
            format!("({} missing)", body.missing)
        } else {
            String::new()
        };
        let (first, last) = (number(first), number(last));
        format!(
            "{first}-{headers}-{last} {:?} {}{missing}",
            body.ending, body.bytes
        )
    };
    let mut text = exchange
        .stream
        .map_or_else(String::new, |id| format!("#{id} "));
    match &exchange.request {
        Some(request) => {
            let kept = |text: &Option<crate::http::facts::Text>| {
                text.as_ref()
                    .map_or_else(|| "?".to_owned(), |text| text.kept.to_string())
            };
            let times = part(
                request.first_byte,
                request.headers_complete,
                request.last_byte,
                &request.body,
            );
            text += &format!(
                "{} {} {times}",
                kept(&request.method),
                kept(&request.target)
            );
        }
        None => text += "unseen",
    }
    for informational in &exchange.informational {
        text += &format!(
            " ({} {})",
            informational.status,
            number(informational.headers_complete)
        );
    }
    match &exchange.response {
        Some(response) => {
            let status = response
                .status
                .map_or_else(|| "?".to_owned(), |status| status.to_string());
            let times = part(
                response.first_byte,
                response.headers_complete,
                response.last_byte,
                &response.body,
            );
            text += &format!(" -> {status} {times}");
        }
        None if exchange.is_response_lost => text += " -> lost",
        None => text += " -> none",
    }
    if let Some(reset) = exchange.reset {
        text += &format!(" reset by {:?} {:?}", reset.by, reset.code.name());
    }
    text
}
