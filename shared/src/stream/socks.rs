//! SOCKS4, SOCKS4a and SOCKS5 (RFC 1928, RFC 1929): the way to a target through a proxy.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::http::facts::Text;
use crate::http::sniff::Sniff;
use crate::limits::TARGET_BYTES;
use crate::side::Side;
use crate::stream::facts::{PreludeKind, Reply};
use crate::stream::heard::{Heard, Preludes, Turn};
use crate::wire::{Reader, Truncated};

/// SOCKS4: request granted.
const GRANTED: u8 = 90;
/// SOCKS5 method: user name and password.
const USER_PASSWORD: u8 = 2;
/// The command that opens a TCP connection, in both versions.
const CONNECT: u8 = 1;
/// Methods of a greeting beyond which it is not taken for one; clients offer one to four.
const METHODS: u8 = 10;

/// What is awaited next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Request4,
    Reply4,
    Greeting,
    Method,
    Credentials,
    CredentialsReply,
    Request,
    Reply,
}

/// One SOCKS conversation.
#[derive(Debug)]
pub(super) struct Socks {
    client: Side,
    stage: Stage,
    opens_stream: bool,
}

/// A SOCKS4 request: version 4, CONNECT or BIND, an address, strings. The answer has to confirm it.
pub(super) fn sniff4(bytes: &[u8]) -> Sniff {
    match bytes {
        [] | [4] => Sniff::NeedMore,
        [4, 1 | 2, ..] => match request4(bytes) {
            Ok(_request) => Sniff::Yes,
            Err(Truncated) => Sniff::NeedMore,
        },
        _ => Sniff::No,
    }
}

/// A SOCKS5 greeting: version 5 and a few known methods. The answer has to confirm it.
pub(super) fn sniff5(bytes: &[u8]) -> Sniff {
    let [version, rest @ ..] = bytes else {
        return Sniff::NeedMore;
    };
    let (5, Some((count, methods))) = (*version, rest.split_first()) else {
        let is_start = *version == 5 && rest.is_empty();
        return if is_start { Sniff::NeedMore } else { Sniff::No };
    };
    let mut offered = methods.iter().take(usize::from(*count));
    let is_known = offered.all(|method| matches!(method, 0..=9 | 0x80..));
    if !is_known || !(1..=METHODS).contains(count) {
        Sniff::No
    } else if methods.len() >= usize::from(*count) {
        Sniff::Yes
    } else {
        Sniff::NeedMore
    }
}

impl Socks {
    pub(super) const fn new(client: Side, stage: Stage) -> Self {
        Self {
            client,
            stage,
            opens_stream: false,
        }
    }

    pub(super) fn read(&mut self, heard: Heard<'_>, preludes: &mut Preludes<'_>) -> Turn {
        let is_client = matches!(
            self.stage,
            Stage::Request4 | Stage::Greeting | Stage::Credentials | Stage::Request
        );
        if is_client != (heard.side == self.client) {
            return Turn::Blocked;
        }
        let turn = match self.stage {
            Stage::Request4 => self.request4(heard, preludes),
            Stage::Reply4 => self.reply4(heard, preludes),
            Stage::Greeting => self.greeting(heard, preludes),
            Stage::Method => self.method(heard, preludes),
            Stage::Credentials => self.credentials(heard),
            Stage::CredentialsReply => self.credentials_reply(heard, preludes),
            Stage::Request => self.request(heard, preludes),
            Stage::Reply => self.reply(heard, preludes),
        };
        turn.unwrap_or(Turn::More)
    }

    fn request4(
        &mut self,
        heard: Heard<'_>,
        preludes: &mut Preludes<'_>,
    ) -> Result<Turn, Truncated> {
        let (target, length) = request4(heard.bytes())?;
        preludes.start(heard, PreludeKind::Socks4);
        preludes.request(heard, length);
        if let Some(prelude) = preludes.last() {
            prelude.target = Some(target);
        }
        self.opens_stream = heard.bytes().get(1) == Some(&CONNECT);
        self.stage = Stage::Reply4;
        Ok(Turn::Used(length))
    }

    fn reply4(&self, heard: Heard<'_>, preludes: &mut Preludes<'_>) -> Result<Turn, Truncated> {
        let [version, code, ..] = Reader::new(heard.bytes()).array::<8>()?;
        if version != 0 && version != 4 {
            preludes.list.pop();
            return Ok(Turn::Mistaken);
        }
        preludes.answer(heard, 8, Reply::Socks(code), code == GRANTED);
        Ok(self.opened(code == GRANTED, 8))
    }

    fn greeting(
        &mut self,
        heard: Heard<'_>,
        preludes: &mut Preludes<'_>,
    ) -> Result<Turn, Truncated> {
        let mut reader = Reader::new(heard.bytes());
        let _version = reader.u8()?;
        let count = reader.u8()?;
        reader.skip(usize::from(count))?;
        preludes.start(
            heard,
            PreludeKind::Socks5 {
                method: None,
                method_chosen: None,
                authenticated: None,
            },
        );
        self.stage = Stage::Method;
        Ok(Turn::Used(reader.position()))
    }

    fn method(&mut self, heard: Heard<'_>, preludes: &mut Preludes<'_>) -> Result<Turn, Truncated> {
        let [version, chosen] = Reader::new(heard.bytes()).array()?;
        if version != 5 {
            preludes.list.pop();
            return Ok(Turn::Mistaken);
        }
        if let Some(PreludeKind::Socks5 {
            method,
            method_chosen,
            ..
        }) = preludes.last().map(|prelude| &mut prelude.kind)
        {
            *method = Some(chosen);
            *method_chosen = heard.held.end(2).map(|(at, _end)| at);
        }
        self.stage = match chosen {
            0 => Stage::Request,
            USER_PASSWORD => Stage::Credentials,
            u8::MAX => {
                preludes.answer(heard, 2, Reply::Socks(chosen), false);
                return Ok(Turn::Over);
            }
            _ => return Ok(Turn::Over),
        };
        Ok(Turn::Used(2))
    }

    fn credentials(&mut self, heard: Heard<'_>) -> Result<Turn, Truncated> {
        let mut reader = Reader::new(heard.bytes());
        let _version = reader.u8()?;
        for _name_and_password in 0..2 {
            let length = reader.u8()?;
            reader.skip(usize::from(length))?;
        }
        self.stage = Stage::CredentialsReply;
        Ok(Turn::Used(reader.position()))
    }

    fn credentials_reply(
        &mut self,
        heard: Heard<'_>,
        preludes: &mut Preludes<'_>,
    ) -> Result<Turn, Truncated> {
        let [_version, status] = Reader::new(heard.bytes()).array()?;
        let at = heard.held.end(2).map(|(at, _end)| at);
        if let Some(PreludeKind::Socks5 { authenticated, .. }) =
            preludes.last().map(|prelude| &mut prelude.kind)
        {
            *authenticated = at.map(|at| (status, at));
        }
        if status != 0 {
            preludes.answer(heard, 2, Reply::Accepted(false), false);
            return Ok(Turn::Over);
        }
        self.stage = Stage::Request;
        Ok(Turn::Used(2))
    }

    fn request(
        &mut self,
        heard: Heard<'_>,
        preludes: &mut Preludes<'_>,
    ) -> Result<Turn, Truncated> {
        let mut reader = Reader::new(heard.bytes());
        let [version, command, _reserved] = reader.array()?;
        if version != 5 {
            return Ok(Turn::Over);
        }
        let Some(target) = address(&mut reader)? else {
            return Ok(Turn::Over);
        };
        preludes.request(heard, reader.position());
        if let Some(prelude) = preludes.last() {
            prelude.target = Some(target);
        }
        self.opens_stream = command == CONNECT;
        self.stage = Stage::Reply;
        Ok(Turn::Used(reader.position()))
    }

    fn reply(&self, heard: Heard<'_>, preludes: &mut Preludes<'_>) -> Result<Turn, Truncated> {
        let mut reader = Reader::new(heard.bytes());
        let [version, code, _reserved] = reader.array()?;
        if version != 5 {
            return Ok(Turn::Over);
        }
        let is_granted = code == 0;
        if address(&mut reader)?.is_none() && is_granted {
            return Ok(Turn::Over);
        }
        preludes.answer(heard, reader.position(), Reply::Socks(code), is_granted);
        Ok(self.opened(is_granted, reader.position()))
    }

    const fn opened(&self, is_granted: bool, length: usize) -> Turn {
        if is_granted && self.opens_stream {
            Turn::Open(length)
        } else {
            Turn::Over
        }
    }
}

/// Target and length of a SOCKS4 or SOCKS4a request.
fn request4(bytes: &[u8]) -> Result<(Text, usize), Truncated> {
    let mut reader = Reader::new(bytes);
    let [_version, _command] = reader.array()?;
    let port = reader.u16()?;
    let address = reader.array::<4>()?;
    let _user = zero_terminated(&mut reader)?;
    let host = match address {
        // An address that cannot be says that a name follows (SOCKS4a).
        [0, 0, 0, last] if last != 0 => {
            String::from_utf8_lossy(zero_terminated(&mut reader)?).into_owned()
        }
        _ => Ipv4Addr::from(address).to_string(),
    };
    let target = format!("{host}:{port}");
    Ok((
        Text::new(target.as_bytes(), TARGET_BYTES),
        reader.position(),
    ))
}

fn zero_terminated<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Truncated> {
    let length = reader.rest().iter().position(|byte| *byte == 0);
    let text = reader.take(length.ok_or(Truncated)?)?;
    reader.skip(1)?;
    Ok(text)
}

/// A SOCKS5 address and port; `None` when its type is unknown.
fn address(reader: &mut Reader<'_>) -> Result<Option<Text>, Truncated> {
    let host = match reader.u8()? {
        1 => Ipv4Addr::from(reader.array::<4>()?).to_string(),
        3 => {
            let length = reader.u8()?;
            String::from_utf8_lossy(reader.take(usize::from(length))?).into_owned()
        }
        4 => format!("[{}]", Ipv6Addr::from(reader.array::<16>()?)),
        _ => return Ok(None),
    };
    let port = reader.u16()?;
    let target = format!("{host}:{port}");
    Ok(Some(Text::new(target.as_bytes(), TARGET_BYTES)))
}
