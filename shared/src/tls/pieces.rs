//! Which packets carried which bytes of a ClientHello.

use super::facts::Piece;
use crate::flow::chunk::Chunk;
use crate::flow::few::Few;
use crate::ids::Stamp;
use crate::limits::TLS_HELLO_PIECES;

/// Bytes of one stream by the packets that carried them, from where a ClientHello may begin.
#[derive(Debug, Default)]
pub(super) struct PieceLog {
    kept: Few<Logged>,
    /// Packets after the last kept one, with their stream position.
    more: u32,
    last: Option<Logged>,
}

#[derive(Clone, Copy, Debug)]
struct Logged {
    carried: Stamp,
    start: u64,
    end: u64,
}

impl PieceLog {
    /// The next bytes of the stream.
    pub(super) fn push(&mut self, chunk: &Chunk<'_>) {
        let end = chunk.offset.saturating_add(chunk.bytes.len() as u64);
        let same = |logged: &&mut Logged| logged.carried.packet == chunk.carried.packet;
        if let Some(last) = self
            .last
            .as_mut()
            .or_else(|| self.kept.last_mut())
            .filter(same)
        {
            last.end = end;
            return;
        }
        let logged = Logged {
            carried: chunk.carried,
            start: chunk.offset,
            end,
        };
        if self.kept.len() < TLS_HELLO_PIECES {
            self.kept.push(logged, TLS_HELLO_PIECES);
        } else {
            self.more = self.more.saturating_add(1);
            self.last = Some(logged);
        }
    }

    /// No ClientHello begins before this position.
    pub(super) fn forget_before(&mut self, start: u64) {
        while self.kept.first().is_some_and(|first| first.end <= start) {
            self.kept.take_first();
        }
        if self.last.is_some_and(|last| last.end <= start) {
            (self.more, self.last) = (0, None);
        }
    }

    /// The packets between two positions, the first few of them, and how many there are.
    pub(super) fn within(&self, start: u64, end: u64) -> (Few<Piece>, u32) {
        let mut pieces = Few::None;
        for piece in self.kept.iter().filter_map(|logged| logged.cut(start, end)) {
            pieces.push(piece, TLS_HELLO_PIECES);
        }
        let count = u32::try_from(pieces.len()).unwrap_or(u32::MAX);
        // What follows the kept ones belongs to the same message: it is forgotten before a message begins, and the
        // message's last packet is the last of the log.
        (pieces, count.saturating_add(self.more))
    }
}

impl Logged {
    fn cut(&self, start: u64, end: u64) -> Option<Piece> {
        let bytes = self.end.min(end).checked_sub(self.start.max(start))?;
        (bytes > 0).then(|| Piece {
            carried: self.carried,
            bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
        })
    }
}
