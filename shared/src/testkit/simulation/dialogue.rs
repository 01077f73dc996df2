//! A talk between a client and a server over TLS or in clear, made step by step, so that a story can go wrong anywhere.

use super::client::{Client, Program};
use super::random::Dice;
use super::script::Step;
use super::words::{http, tls};
use crate::time::Nanos;

/// Both scripts so far, and what both sides agreed on.
#[derive(Clone, Debug)]
pub struct Dialogue {
    /// The client's script.
    pub client: Vec<Step>,
    /// The server's.
    pub server: Vec<Step>,
    /// Who asks.
    pub who: Client,
    /// For which name.
    pub name: String,
    /// The version they speak; it is TLS 1.2 otherwise.
    pub is_tls13: bool,
    /// About how many bytes of certificates the server has.
    pub certificate_bytes: usize,
    /// Who signed the first of them.
    pub issuer: String,
    /// The client brings a ticket of so many bytes.
    pub ticket: Option<usize>,
    /// Length of the ClientHello.
    pub hello_bytes: usize,
    /// What the server sent after the handshake that the client will read before the response.
    early: usize,
    session: Vec<u8>,
}

impl Dialogue {
    /// Of any client, for this name.
    #[must_use]
    pub fn new(dice: &mut Dice, name: &str) -> Self {
        let who = Client::any(dice);
        let is_tls13 = who.is_tls13 && dice.chance(90);
        Self {
            client: Vec::new(),
            server: Vec::new(),
            who,
            name: name.to_owned(),
            is_tls13,
            certificate_bytes: dice.size(1_100, 5_500),
            issuer: "Simulated Issuing Authority".to_owned(),
            ticket: None,
            hello_bytes: 0,
            early: 0,
            session: dice.bytes(32),
        }
    }

    /// A step of the client.
    pub fn asks(&mut self, step: Step) -> &mut Self {
        self.client.push(step);
        self
    }

    /// A step of the server.
    pub fn answers(&mut self, step: Step) -> &mut Self {
        self.server.push(step);
        self
    }

    /// The client gives the handshake so long: from the first SYN (curl, Node, Java's connect timeout), from the
    /// beginning of TLS (Go), or for each read (requests, Java).
    pub fn limited(&mut self, dice: &mut Dice, length: Nanos) -> &mut Self {
        let farewell = self.who.leaves_handshake();
        self.asks(Step::Leave(farewell));
        match self.who.program {
            Program::Go => self.think(dice).asks(Step::Limit(Some(length))),
            Program::Python | Program::Java => self.asks(Step::Patience(Some(length))),
            Program::Curl | Program::Node | Program::Browser => {
                self.asks(Step::Limit(Some(length)))
            }
        }
    }

    /// The client's own time, as long as that of one that has nothing else to do.
    pub fn think(&mut self, dice: &mut Dice) -> &mut Self {
        let length = dice.micros(100, 4_000);
        self.asks(Step::Pause(length))
    }

    /// The ClientHello.
    pub fn hello(&mut self, dice: &mut Dice) -> &mut Self {
        let name = self.name.clone();
        let hello = self.who.hello(dice, Some(&name), self.ticket);
        self.hello_of(dice, hello)
    }

    /// This ClientHello.
    pub fn hello_of(&mut self, dice: &mut Dice, hello: Vec<u8>) -> &mut Self {
        self.hello_bytes = hello.len();
        self.think(dice);
        self.answers(Step::Receive(hello.len()));
        self.asks(Step::Send(hello))
    }

    /// The server's flight, so long after it has the ClientHello.
    pub fn flight(&mut self, dice: &mut Dice, after: Nanos) -> &mut Self {
        self.answers(Step::Pause(after));
        let flight = self.flight_words(dice);
        self.answers(Step::Send(flight.clone()));
        self.asks(Step::Receive(flight.len()))
    }

    /// What is in the server's flight.
    #[must_use]
    pub fn flight_words(&self, dice: &mut Dice) -> Vec<u8> {
        if self.ticket.is_some() && self.is_tls13 {
            let mut flight = tls::server_hello(dice, &self.session, false);
            flight.extend(tls::change_cipher_spec());
            flight.extend(tls::sealed(dice, 60));
            return flight;
        }
        if self.is_tls13 {
            return tls::flight13(dice, &self.session, self.certificate_bytes);
        }
        let (first, second) =
            tls::flight12(dice, self.certificate_bytes, (&self.name, &self.issuer));
        [first, second].concat()
    }

    /// The client's end of the handshake, and the server's.
    pub fn finish(&mut self, dice: &mut Dice) -> &mut Self {
        self.think(dice);
        if self.is_tls13 {
            let end = tls::client_end13(dice);
            self.answers(Step::Receive(end.len()));
            self.asks(Step::Send(end));
            if dice.chance(60) {
                let count = dice.size(1, 2);
                let size = dice.size(190, 260);
                for _ in 0..count {
                    let ticket = tls::sealed(dice, size);
                    self.early += ticket.len();
                    self.answers(Step::Send(ticket));
                }
            }
        } else {
            let end = tls::client_end12(dice);
            self.answers(Step::Receive(end.len()));
            self.asks(Step::Send(end));
            let end = tls::end12(dice);
            self.asks(Step::Receive(end.len()));
            self.answers(Step::Send(end));
        }
        let farewell = self.who.leaves(dice, self.is_tls13);
        self.asks(Step::Leave(farewell))
    }

    /// The whole handshake, without anything wrong.
    pub fn handshake(&mut self, dice: &mut Dice) -> &mut Self {
        let after = dice.micros(300, 40_000);
        self.hello(dice).flight(dice, after).finish(dice)
    }

    /// A request under TLS.
    pub fn request(&mut self, dice: &mut Dice, bytes: usize) -> &mut Self {
        let request = tls::sealed(dice, bytes);
        self.answers(Step::Receive(request.len()));
        self.asks(Step::Send(request))
    }

    /// A response under TLS, so long after the request came.
    pub fn response(&mut self, dice: &mut Dice, after: Nanos, bytes: usize) -> &mut Self {
        let response = tls::sealed(dice, bytes);
        self.answers(Step::Pause(after));
        self.asks(Step::Receive(self.early + response.len()));
        self.early = 0;
        self.answers(Step::Send(response))
    }

    /// An ordinary exchange under TLS.
    pub fn exchange(&mut self, dice: &mut Dice) -> &mut Self {
        let request = dice.size(90, 900);
        let response = dice.size(150, 9_000);
        let after = dice.micros(500, 60_000);
        self.request(dice, request).response(dice, after, response)
    }

    /// What the client will have read of the server's words before the next response.
    #[must_use]
    pub const fn early(&self) -> usize {
        self.early
    }

    /// How many bytes the client will have said.
    #[must_use]
    pub fn said(&self) -> usize {
        let said = self.client.iter().map(|step| match step {
            Step::Send(bytes) => bytes.len(),
            _ => 0,
        });
        said.sum()
    }

    /// An ordinary exchange in clear.
    pub fn plain_exchange(&mut self, dice: &mut Dice) -> &mut Self {
        let after = dice.micros(500, 60_000);
        let length = dice.size(150, 9_000);
        self.plain_request(dice);
        let response = http::response("200 OK", length);
        self.answers(Step::Pause(after));
        self.asks(Step::Receive(response.len()));
        self.answers(Step::Send(response))
    }

    /// A request in clear.
    pub fn plain_request(&mut self, dice: &mut Dice) -> &mut Self {
        let name = self.name.clone();
        let request = http::get(&name, "/data", "");
        self.think(dice).answers(Step::Receive(request.len()));
        self.asks(Step::Send(request))
    }

    /// The client has what it wanted and leaves, the server after it.
    pub fn end(&mut self, dice: &mut Dice) -> &mut Self {
        let words = tls::sealed_alert(dice, self.is_tls13);
        if dice.chance(70) {
            self.asks(Step::Send(words));
        }
        self.asks(Step::Close).answers(Step::AwaitEnd)
    }

    /// The same in clear.
    pub fn plain_end(&mut self) -> &mut Self {
        self.asks(Step::Close).answers(Step::AwaitEnd)
    }
}
