//! Frames that carry no message: RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE.

use crate::http::facts::{
    Ending, ErrorCode, Gap, GoAway, Settings, StreamReset, Text, WindowStall,
};
use crate::http::h2::frame::{ACK, FrameType};
use crate::http::h2::{Connection, Frame, Ledger};
use crate::limits::{HEADER_VALUE_BYTES, HTTP2_EVENTS, HTTP2_PINGS};
use crate::side::Side;
use crate::wire::{Reader, Truncated};

impl Connection {
    pub(super) fn control(
        &mut self,
        ledger: &mut Ledger<'_>,
        frame: Frame,
        payload: &[u8],
    ) -> Result<(), Truncated> {
        let mut reader = Reader::new(payload);
        match frame.header.kind {
            FrameType::RST_STREAM => {
                let code = ErrorCode(reader.u32()?);
                self.on_reset(ledger, frame, code);
            }
            FrameType::SETTINGS => self.on_settings(ledger, frame, payload)?,
            FrameType::PING => self.on_ping(ledger, frame, reader.array()?),
            FrameType::GOAWAY => {
                let last_stream = reader.u32()? & 0x7fff_ffff;
                let code = ErrorCode(reader.u32()?);
                let go_aways = &mut ledger.http2().go_aways;
                if go_aways.len() < HTTP2_EVENTS {
                    go_aways.push(GoAway {
                        by: frame.side,
                        at: frame.at,
                        last_stream,
                        code,
                        debug: Text::new(reader.rest(), HEADER_VALUE_BYTES),
                    });
                }
            }
            FrameType::WINDOW_UPDATE => {
                let increment = i64::from(reader.u32()? & 0x7fff_ffff);
                self.on_window_update(ledger, frame, increment);
            }
            _ => {}
        }
        Ok(())
    }

    fn on_reset(&mut self, ledger: &mut Ledger<'_>, frame: Frame, code: ErrorCode) {
        let id = frame.header.stream;
        let Some(stream) = self.streams.get(&id) else {
            return;
        };
        let number = stream.number;
        if let Some(exchange) = ledger.facts.exchanges.at_mut(number) {
            exchange.reset = Some(StreamReset {
                by: frame.side,
                at: frame.at,
                code,
            });
        }
        for side in [Side::Originator, Side::Responder] {
            if let Some((body, _last)) = self.place(ledger, side, id)
                && body.ending == Ending::Open
            {
                body.ending = Ending::CutByStreamReset;
            }
        }
        self.close(ledger, id);
    }

    fn on_settings(
        &mut self,
        ledger: &mut Ledger<'_>,
        frame: Frame,
        payload: &[u8],
    ) -> Result<(), Truncated> {
        let settings = &mut ledger.http2().settings;
        if frame.header.has(ACK) {
            settings[!frame.side].acknowledged.get_or_insert(frame.at);
            return Ok(());
        }
        let mine: &mut Settings = &mut settings[frame.side];
        mine.first.get_or_insert(frame.at);
        mine.absorb(payload)?;
        if let Some(size) = mine.initial_window_size {
            let sender = !frame.side;
            let change = i64::from(size).saturating_sub(self.windows.initial[sender]);
            self.windows.initial[sender] = i64::from(size);
            let ids: Vec<u32> = self.streams.keys().copied().collect();
            for id in ids {
                self.give(ledger, frame, id, change);
            }
        }
        Ok(())
    }

    fn on_ping(&mut self, ledger: &mut Ledger<'_>, frame: Frame, data: [u8; 8]) {
        let http2 = ledger.http2();
        if !frame.header.has(ACK) {
            http2.pings[frame.side] = http2.pings[frame.side].saturating_add(1);
            let waiting = &mut self.pings[frame.side];
            if waiting.len() >= HTTP2_PINGS {
                waiting.pop_front();
            }
            waiting.push_back((data, frame.at));
            return;
        }
        let waiting = &mut self.pings[!frame.side];
        let asked = waiting.iter().position(|(sent, _at)| *sent == data);
        let Some((_data, asked)) = asked.and_then(|index| waiting.remove(index)) else {
            return;
        };
        let gap = Gap {
            from: asked,
            until: frame.at,
        };
        let slowest = &mut http2.slowest_ping[!frame.side];
        let length = |gap: Gap| gap.until.at.since(gap.from.at);
        if slowest.is_none_or(|slowest| length(slowest) < length(gap)) {
            *slowest = Some(gap);
        }
    }

    fn on_window_update(&mut self, ledger: &mut Ledger<'_>, frame: Frame, increment: i64) {
        if frame.header.stream != 0 {
            self.give(ledger, frame, frame.header.stream, increment);
            return;
        }
        let sender = !frame.side;
        let waited = self.windows.connection[sender].give(increment);
        if let Some(exhausted) = waited.filter(|_wait| self.windows.is_known) {
            let stall = WindowStall::new(sender, None, exhausted, Some(frame.at));
            ledger.http2().add_window_stall(stall);
        }
    }

    /// The receiver of a stream gave (or took) room.
    fn give(&mut self, ledger: &mut Ledger<'_>, frame: Frame, id: u32, bytes: i64) {
        let sender = !frame.side;
        let Some(stream) = self.streams.get_mut(&id) else {
            return;
        };
        let waited = stream.windows[sender].give(bytes);
        if let Some(exhausted) = waited.filter(|_wait| self.windows.is_known) {
            let stall = WindowStall::new(sender, Some(id), exhausted, Some(frame.at));
            ledger.http2().add_window_stall(stall);
        }
    }
}
