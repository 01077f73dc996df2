//! Client programs: what their ClientHellos look like and how they leave.

use super::random::Dice;
use super::script::Farewell;
use super::words::hello::{Offer, client_hello};
use super::words::tls;

/// A program or library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// Go's net/http.
    Go,
    /// curl with OpenSSL.
    Curl,
    /// Python's requests.
    Python,
    /// Java's HttpsURLConnection.
    Java,
    /// Node's https.
    Node,
    /// A browser of Chromium's family.
    Browser,
}

/// One client and what it is set to.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    /// Which program.
    pub program: Program,
    /// Offers TLS 1.3.
    pub is_tls13: bool,
    /// Offers a post-quantum key share.
    pub is_post_quantum: bool,
    /// Offers HTTP/2.
    pub offers_http2: bool,
}

impl Client {
    /// Any of them, as common today.
    #[must_use]
    pub fn any(dice: &mut Dice) -> Self {
        use Program::{Browser, Curl, Go, Java, Node, Python};
        let program = dice.pick([Go, Go, Curl, Curl, Python, Java, Node, Browser]);
        let is_tls13 = dice.chance(80);
        let may_be_quantum = is_tls13 && !matches!(program, Java);
        Self {
            program,
            is_tls13,
            is_post_quantum: may_be_quantum && dice.chance(35),
            offers_http2: dice.chance(60),
        }
    }

    /// Its ClientHello.
    #[must_use]
    pub fn hello(&self, dice: &mut Dice, name: Option<&str>, ticket: Option<usize>) -> Vec<u8> {
        const MODERN: [u16; 3] = [0x1301, 0x1302, 0x1303];
        const OLDER: [u16; 9] = [
            0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0x009c, 0x009d, 0x002f,
        ];
        let mut ciphers = Vec::new();
        if self.is_tls13 {
            ciphers.extend(MODERN);
        }
        ciphers.extend(OLDER.iter().take(dice.size(3, OLDER.len())));
        let protocols: &[&str] = match (self.program, self.offers_http2) {
            (Program::Python, _) => &[],
            (Program::Go | Program::Curl | Program::Browser, true) => &["h2", "http/1.1"],
            (Program::Java | Program::Node, true) | (_, false) => &["http/1.1"],
        };
        let padded_to = match self.program {
            // A post-quantum key share makes 1467 (Go) to 1900 bytes (browsers): two segments as a rule.
            _ if self.is_post_quantum => dice.size(1_480, 1_900),
            Program::Curl | Program::Python => 517,
            Program::Browser => dice.size(517, 560),
            _ => 0,
        };
        let session = dice.bytes(if self.is_tls13 { 32 } else { 0 });
        let offer = Offer {
            name,
            is_tls13: self.is_tls13,
            is_post_quantum: self.is_post_quantum,
            protocols,
            ciphers: &ciphers,
            ticket,
            padded_to,
            session: &session,
        };
        client_hello(dice, &offer)
    }

    /// How it leaves a handshake that takes too long: Java says so, the others just close.
    #[must_use]
    pub fn leaves_handshake(&self) -> Farewell {
        match self.program {
            // user_canceled (RFC 8446 §6.1), then close_notify.
            Program::Java => Farewell::Say([tls::alert(1, 90), tls::alert(1, 0)].concat()),
            _ => Farewell::Close,
        }
    }

    /// How it leaves a connection over TLS: requests without a word, the others with close_notify.
    #[must_use]
    pub fn leaves(&self, dice: &mut Dice, is_tls13: bool) -> Farewell {
        match self.program {
            Program::Python => Farewell::Close,
            _ => Farewell::Say(tls::sealed_alert(dice, is_tls13)),
        }
    }
}
