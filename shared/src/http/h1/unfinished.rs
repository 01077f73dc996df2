//! Messages that were cut: by a hole, by the end of the connection, by the end of the capture.

use crate::http::facts::{
    Body, BodyFraming, Ending, HttpFacts, Request, Response, Stop, StopReason, StreamEnd,
};
use crate::http::h1::Pair;
use crate::http::h1::framing::Asked;
use crate::http::h1::head::{RequestHead, ResponseHead};
use crate::http::h1::lane::{Kind, Lane, State};
use crate::ids::Stamp;
use crate::limits::HTTP_STOPS;
use crate::side::{PerSide, Side};

impl Pair {
    /// The flow is over: what is in progress ends now.
    pub(in crate::http) fn finish(&mut self, facts: &mut HttpFacts, ends: PerSide<StreamEnd>) {
        for side in [self.client, !self.client] {
            let ending = match ends[side] {
                StreamEnd::Open => Ending::Open,
                StreamEnd::Closed(_) => Ending::CutByClose,
                StreamEnd::Reset(_) => Ending::CutByReset,
            };
            self.end_unfinished(facts, side, ending);
        }
    }

    /// Ends the message in progress on a side, before its end.
    pub(super) fn end_unfinished(&mut self, facts: &mut HttpFacts, side: Side, ending: Ending) {
        let lane = &mut self.lanes[side];
        let number = lane.number;
        match (lane.state, lane.first) {
            (State::Body(_), _) => {
                if let Some((body, _last)) = self.place(facts, side, number) {
                    let is_end =
                        body.framing == BodyFraming::UntilClose && ending == Ending::CutByClose;
                    body.ending = if is_end { Ending::Complete } else { ending };
                }
            }
            (State::Head, Some(first)) => {
                let bytes = std::mem::take(&mut lane.buffer);
                let last = lane.last.unwrap_or(first);
                match lane.kind {
                    Kind::Request => self.partial_request(facts, &bytes, (first, last), ending),
                    Kind::Response => self.partial_response(facts, &bytes, (first, last), ending),
                }
            }
            _ => {}
        }
    }

    fn partial_request(
        &mut self,
        facts: &mut HttpFacts,
        bytes: &[u8],
        (first_byte, last_byte): (Stamp, Stamp),
        ending: Ending,
    ) {
        let mut request = match RequestHead::from_cut(bytes) {
            Some(head) => head.into_request(first_byte, None),
            None => Request {
                first_byte,
                headers_complete: None,
                last_byte,
                end_offset: None,
                method: None,
                target: None,
                host: None,
                version: None,
                expect_continue: false,
                upgrade: None,
                closes: false,
                body: Body::EMPTY,
            },
        };
        request.last_byte = last_byte;
        request.body.ending = ending;
        let method = request.method.as_ref();
        let asked = method.map_or(Asked::Other, |method| Asked::from_method(&method.kept));
        let _number = self.add_request(facts, request, asked);
    }

    fn partial_response(
        &mut self,
        facts: &mut HttpFacts,
        bytes: &[u8],
        (first_byte, last_byte): (Stamp, Stamp),
        ending: Ending,
    ) {
        let mut response = match ResponseHead::from_cut(bytes) {
            Some(head) if matches!(head.status, 100..=199) => return,
            Some(head) => head.into_response(first_byte, None),
            None => Response {
                first_byte,
                headers_complete: None,
                last_byte,
                status: None,
                version: None,
                notable: Vec::new(),
                closes: false,
                body: Body::EMPTY,
            },
        };
        response.last_byte = last_byte;
        response.body.ending = ending;
        let waiting = self.match_request(first_byte.at);
        let _number = self.add_response(facts, response, waiting);
    }
}

impl HttpFacts {
    /// Notes where a side's place was lost.
    pub(in crate::http) fn stop(&mut self, side: Side, at: Stamp, reason: StopReason) {
        if self.stops.len() < HTTP_STOPS {
            self.stops.push(Stop { side, at, reason });
        }
    }

    /// The same, at the last packet that delivered bytes of the side.
    pub(super) fn stop_at_last(&mut self, side: Side, lane: &Lane, reason: StopReason) {
        if let Some(at) = lane.last.or(lane.first) {
            self.stop(side, at, reason);
        }
    }
}
