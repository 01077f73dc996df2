//! From what was typed to conditions. Nothing typed is an error that hides the list: what is not understood
//! is named, and the rest still counts.

use std::net::IpAddr;

use super::{
    Filter, KEYS, MEASURES, OUTCOMES, PARTIES, PHASES, PROTOCOLS, Problem, ProblemKind, Range,
    Term, Test, Whose, named,
};

impl Filter {
    /// Reads what was typed.
    pub(crate) fn parse(text: &str) -> Self {
        let mut filter = Self::default();
        for piece in pieces(text) {
            match term(&piece) {
                Ok(term) => filter.terms.push(term),
                Err(kind) => filter.problems.push(Problem { piece, kind }),
            }
        }
        filter
    }
}

/// Pieces between spaces; spaces within quotes belong to the piece, and the quotes go.
pub(super) fn pieces(text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let (mut piece, mut is_quoted) = (String::new(), false);
    for letter in text.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            letter if letter.is_whitespace() && !is_quoted => {
                pieces.push(std::mem::take(&mut piece));
            }
            letter => piece.push(letter),
        }
    }
    pieces.push(piece);
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

fn term(piece: &str) -> Result<Term, ProblemKind> {
    let (is_negated, rest) = match piece.strip_prefix('-') {
        Some(rest) if !rest.is_empty() => (true, rest),
        _ => (false, piece),
    };
    Ok(Term {
        is_negated,
        test: test(rest)?,
    })
}

fn test(piece: &str) -> Result<Test, ProblemKind> {
    if let Some(at) = piece.find(['<', '>'])
        && let Some(of) = named(&MEASURES, &piece[..at].to_ascii_lowercase())
    {
        let is_at_least = piece[at..].starts_with('>');
        let length = piece[at + 1..].trim_start_matches('=');
        let ns = length_of(length).ok_or(ProblemKind::Length)?;
        return Ok(Test::Length {
            of,
            is_at_least,
            ns,
        });
    }
    let Some((key, value)) = piece.split_once(':') else {
        return Ok(Test::Text(piece.to_ascii_lowercase()));
    };
    let key = key.to_ascii_lowercase();
    if KEYS.contains(&key.as_str()) {
        return keyed(&key, &value.to_ascii_lowercase()).ok_or(ProblemKind::Value);
    }
    // An endpoint or an IPv6 address has colons of its own.
    if piece.starts_with('[') || key.parse::<std::net::Ipv4Addr>().is_ok() || looks_like_ipv6(piece)
    {
        return Ok(Test::Text(piece.to_ascii_lowercase()));
    }
    Err(ProblemKind::Key)
}

fn looks_like_ipv6(piece: &str) -> bool {
    piece.matches(':').count() >= 2
        && piece
            .chars()
            .all(|letter| letter.is_ascii_hexdigit() || letter == ':')
}

fn keyed(key: &str, value: &str) -> Option<Test> {
    if value.is_empty() {
        return None;
    }
    Some(match key {
        "ip" => address(Whose::Either, value)?,
        "server" => address(Whose::Server, value)?,
        "client" => address(Whose::Client, value)?,
        "port" => Test::Port(value.parse().ok()?),
        "name" => Test::Name(value.to_owned()),
        "out" => Test::Outcome(named(&OUTCOMES, &value.replace('-', "_"))?),
        "cause" => Test::Cause(value.to_owned()),
        "party" => Test::Party(named(&PARTIES, value)?),
        "phase" => Test::Trouble(named(&PHASES, value)?),
        "proto" => Test::Protocol(named(&PROTOCOLS, value)?),
        "http" => status(value)?,
        _ => Test::Id(value.parse().ok()?),
    })
}

fn address(whose: Whose, value: &str) -> Option<Test> {
    let value = value.trim_matches(['[', ']']);
    let range = if let Some((network, length)) = value.split_once('/') {
        let network: IpAddr = network.parse().ok()?;
        let most = if network.is_ipv4() { 32 } else { 128 };
        let length = length.parse().ok().filter(|length| *length <= most)?;
        Range::Network(network, length)
    } else if let Ok(address) = value.parse::<IpAddr>() {
        Range::Network(address, if address.is_ipv4() { 32 } else { 128 })
    } else {
        Range::Beginning(value.to_owned())
    };
    Some(Test::Address { whose, range })
}

/// `200`, `5xx`.
fn status(value: &str) -> Option<Test> {
    if let Some(class) = value.strip_suffix("xx") {
        let from = class.parse::<u16>().ok().filter(|class| *class < 10)? * 100;
        return Some(Test::Status {
            from,
            to: from + 99,
        });
    }
    let code = value.parse().ok()?;
    Some(Test::Status {
        from: code,
        to: code,
    })
}

/// `1s`, `1.5s`, `250ms`, `40us`; a bare number counts milliseconds.
pub(super) fn length_of(text: &str) -> Option<i64> {
    let text = text.to_ascii_lowercase();
    let (number, unit) = match text.find(|letter: char| letter.is_alphabetic() || letter == 'µ') {
        Some(at) => text.split_at(at),
        None => (text.as_str(), "ms"),
    };
    let unit: i64 = match unit {
        "ns" => 1,
        "us" | "µs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" | "min" => 60_000_000_000,
        _ => return None,
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && part.is_empty() {
        return None;
    }
    Some(
        digits(whole)?
            .saturating_mul(unit)
            .saturating_add(share(part, unit)?),
    )
}

/// A whole number of any length, up to the largest there is.
fn digits(text: &str) -> Option<i64> {
    text.bytes().try_fold(0_i64, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| i64::from(digit - b'0'))?;
        Some(number.saturating_mul(10).saturating_add(digit))
    })
}

/// What stands behind the point, as a share of the unit.
fn share(text: &str, unit: i64) -> Option<i64> {
    let mut left = unit;
    text.bytes().try_fold(0_i64, |sum, digit| {
        left /= 10;
        let digit = digit.is_ascii_digit().then(|| i64::from(digit - b'0'))?;
        Some(sum.saturating_add(digit.saturating_mul(left)))
    })
}
