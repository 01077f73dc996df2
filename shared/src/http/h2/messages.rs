//! Header blocks and DATA: the exchanges of the streams.

use crate::flow::chunk::{Mark, MarkKind};
use crate::http::facts::{
    Body, BodyFraming, Ending, Exchange, Informational, StreamEnd, WindowStall,
};
use crate::http::h2::fields::Headers;
use crate::http::h2::frame::END_STREAM;
use crate::http::h2::lane::Block;
use crate::http::h2::window::Window;
use crate::http::h2::{Connection, Frame, Ledger, Stream, cut_by};
use crate::ids::Stamp;
use crate::limits::{HTTP2_STREAMS, INFORMATIONAL_RESPONSES};
use crate::side::{PerSide, Side};
use crate::wire::Truncated;

impl Connection {
    /// The exchange that HTTP/1 began and HTTP/2 goes on with, as stream 1 (RFC 7540 §3.2).
    pub(in crate::http) fn upgraded(
        client: Side,
        positions: PerSide<u64>,
        ledger: &mut Ledger<'_>,
        number: u64,
    ) -> Self {
        let mut connection = Self::new(client, positions);
        if let Some(exchange) = ledger.facts.exchanges.at_mut(number) {
            exchange.stream = Some(1);
            if let Some(response) = exchange.response.take() {
                exchange.informational.push(Informational {
                    status: 101,
                    first_byte: response.first_byte,
                    headers_complete: response.last_byte,
                });
                ledger.facts.exchanges.uncount_response();
            }
        }
        connection.open(ledger, 1, number);
        if let Some(stream) = connection.streams.get_mut(&1) {
            stream.ended[client] = true;
        }
        ledger.http2().is_upgraded = true;
        connection
    }

    /// The flow is over: what is in progress ends now.
    pub(in crate::http) fn finish(&mut self, ledger: &mut Ledger<'_>, ends: PerSide<StreamEnd>) {
        let ids: Vec<u32> = self.streams.keys().copied().collect();
        for id in ids {
            for side in [self.client, !self.client] {
                let ending = cut_by(ends[side]);
                if let Some((body, _last)) = self.place(ledger, side, id)
                    && body.ending == Ending::Open
                {
                    body.ending = ending;
                }
                self.end_wait(ledger, side, id);
            }
        }
        for sender in [Side::Originator, Side::Responder] {
            if let Some(exhausted) = self.windows.connection[sender].take_wait() {
                let stall = WindowStall::new(sender, None, exhausted, None);
                ledger.http2().add_window_stall(stall);
            }
        }
    }

    /// A header block is whole.
    pub(super) fn on_block(
        &mut self,
        ledger: &mut Ledger<'_>,
        frame: Frame,
        block: &Block,
        bytes: &[u8],
    ) -> Result<(), Truncated> {
        let decoder = &mut self.lanes[frame.side].hpack;
        let headers = Headers::decode(decoder, bytes).map_err(|_bad| Truncated)?;
        let http2 = ledger.http2();
        http2.unknown_header_count = http2
            .unknown_header_count
            .saturating_add(headers.unknown_count);
        if let Some(promised) = block.promised {
            self.on_promise(ledger, frame, promised, headers);
            return Ok(());
        }
        if frame.side == self.client {
            self.on_request(ledger, frame, block, headers);
        } else {
            self.on_response(ledger, frame, block, headers);
        }
        if block.ends_stream {
            self.end_message(ledger, frame);
        }
        Ok(())
    }

    fn on_request(
        &mut self,
        ledger: &mut Ledger<'_>,
        frame: Frame,
        block: &Block,
        headers: Headers,
    ) {
        if let Some((_body, last)) = self.place(ledger, frame.side, block.stream) {
            *last = frame.at;
            return;
        }
        if headers.is_trailer() {
            return;
        }
        let mut request = headers.into_request(block.first, frame.at);
        if block.ends_stream {
            request.body.framing = BodyFraming::None;
        }
        ledger.facts.exchanges.count_request();
        let number = ledger.facts.exchanges.push(|number| Exchange {
            request: Some(request),
            ..Exchange::empty(number, Some(block.stream))
        });
        self.open(ledger, block.stream, number);
    }

    fn on_response(
        &mut self,
        ledger: &mut Ledger<'_>,
        frame: Frame,
        block: &Block,
        headers: Headers,
    ) {
        if let Some((_body, last)) = self.place(ledger, frame.side, block.stream) {
            *last = frame.at;
            return;
        }
        if headers.is_trailer() {
            return;
        }
        if !self.streams.contains_key(&block.stream) {
            let number = ledger
                .facts
                .exchanges
                .push(|number| Exchange::empty(number, Some(block.stream)));
            self.open(ledger, block.stream, number);
        }
        let Some(stream) = self.streams.get(&block.stream) else {
            return;
        };
        let exchange = ledger.facts.exchanges.at_mut(stream.number);
        if let Some(status @ 100..=199) = headers.status {
            if let Some(exchange) = exchange
                && exchange.informational.len() < INFORMATIONAL_RESPONSES
            {
                exchange.informational.push(Informational {
                    status,
                    first_byte: block.first,
                    headers_complete: frame.at,
                });
            }
            return;
        }
        let mut response = headers.into_response(block.first, frame.at);
        if block.ends_stream {
            response.body.framing = BodyFraming::None;
        }
        if let Some(exchange) = exchange {
            exchange.response = Some(response);
        }
        ledger.facts.exchanges.count_response();
    }

    fn on_promise(
        &mut self,
        ledger: &mut Ledger<'_>,
        frame: Frame,
        promised: u32,
        headers: Headers,
    ) {
        let mut request = headers.into_request(frame.first, frame.at);
        request.body.framing = BodyFraming::None;
        request.body.ending = Ending::Complete;
        let number = ledger.facts.exchanges.push(|number| Exchange {
            request: Some(request),
            is_pushed: true,
            ..Exchange::empty(number, Some(promised))
        });
        self.open(ledger, promised, number);
        if let Some(stream) = self.streams.get_mut(&promised) {
            stream.ended[self.client] = true;
        }
    }

    fn open(&mut self, ledger: &mut Ledger<'_>, id: u32, number: u64) {
        if self.streams.len() >= HTTP2_STREAMS
            && let Some((oldest, _stream)) = self.streams.first_key_value()
        {
            let oldest = *oldest;
            self.close(ledger, oldest);
        }
        let window = |side: Side| Window::new(self.windows.initial[side]);
        let stream = Stream {
            number,
            ended: PerSide::default(),
            windows: PerSide {
                originator: window(Side::Originator),
                responder: window(Side::Responder),
            },
        };
        self.streams.insert(id, stream);
    }

    /// A DATA frame ended.
    pub(super) fn end_data(&mut self, ledger: &mut Ledger<'_>, frame: Frame) {
        let lane = &mut self.lanes[frame.side];
        lane.state = super::State::Header;
        lane.first = None;
        let ends_stream = frame.header.has(END_STREAM);
        if self.windows.is_known {
            self.spend(ledger, frame, ends_stream);
        }
        if ends_stream {
            self.end_message(ledger, frame);
        }
    }

    fn spend(&mut self, ledger: &mut Ledger<'_>, frame: Frame, ends_stream: bool) {
        let side = frame.side;
        let mut stalls = 0;
        if let Some(stream) = self.streams.get_mut(&frame.header.stream) {
            let window = &mut stream.windows[side];
            window.spend(frame.header.length);
            if !ends_stream && window.want(frame.at) {
                stalls += 1;
            }
        }
        let others_wait = self
            .streams
            .iter()
            .any(|(id, stream)| *id != frame.header.stream && !stream.ended[side]);
        let window = &mut self.windows.connection[side];
        window.spend(frame.header.length);
        if (!ends_stream || side != self.client && others_wait) && window.want(frame.at) {
            stalls += 1;
        }
        let http2 = ledger.http2();
        http2.window_stall_count = http2.window_stall_count.saturating_add(stalls);
    }

    /// A side ended its part of a stream.
    fn end_message(&mut self, ledger: &mut Ledger<'_>, frame: Frame) {
        let id = frame.header.stream;
        if let Some((body, last)) = self.place(ledger, frame.side, id) {
            body.ending = Ending::Complete;
            *last = frame.at;
        }
        let Some(stream) = self.streams.get_mut(&id) else {
            return;
        };
        stream.ended[frame.side] = true;
        let is_over = stream.ended.originator && stream.ended.responder;
        if frame.side == self.client {
            let exchange = ledger.facts.exchanges.at_mut(stream.number);
            if let Some(request) = exchange.and_then(|exchange| exchange.request.as_mut()) {
                request.end_offset = Some(frame.end);
            }
            ledger.marks.push(Mark {
                side: frame.side,
                end: frame.end,
                kind: MarkKind::Request,
            });
        }
        if is_over {
            self.close(ledger, id);
        }
    }

    /// A stream is over.
    pub(super) fn close(&mut self, ledger: &mut Ledger<'_>, id: u32) {
        for sender in [Side::Originator, Side::Responder] {
            self.end_wait(ledger, sender, id);
        }
        self.streams.remove(&id);
    }

    /// A sender's wait on a stream ends without being granted.
    fn end_wait(&mut self, ledger: &mut Ledger<'_>, sender: Side, id: u32) {
        let wait = self
            .streams
            .get_mut(&id)
            .and_then(|stream| stream.windows[sender].take_wait());
        if let Some(exhausted) = wait.filter(|_wait| self.windows.is_known) {
            let stall = WindowStall::new(sender, Some(id), exhausted, None);
            ledger.http2().add_window_stall(stall);
        }
    }

    /// The body of a side's message on a stream.
    pub(super) fn place<'f>(
        &self,
        ledger: &'f mut Ledger<'_>,
        side: Side,
        id: u32,
    ) -> Option<(&'f mut Body, &'f mut Stamp)> {
        let number = self.streams.get(&id)?.number;
        let exchange = ledger.facts.exchanges.at_mut(number)?;
        if side == self.client {
            let request = exchange.request.as_mut()?;
            Some((&mut request.body, &mut request.last_byte))
        } else {
            let response = exchange.response.as_mut()?;
            Some((&mut response.body, &mut response.last_byte))
        }
    }
}
