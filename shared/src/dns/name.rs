//! Domain names on the wire (RFC 1035 §3.1, §4.1.4), decoded to presentation form.
//!
//! Every compression pointer has to point before the run of labels that it ends, so that following them
//! always gets nearer to the start: a loop cannot be written down.

use crate::dns::message::HEADER_BYTES;

/// Longest name on the wire, its final zero byte included (RFC 1035 §2.3.4).
const WIRE_BYTES: usize = 255;

/// Room for an ordinary name in presentation form.
const USUAL_BYTES: usize = 64;

/// Why a name could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The bytes end within it.
    #[error("the bytes end within a name")]
    Truncated,
    /// A label type that is not in use, a pointer that does not point back, or more than 255 bytes.
    #[error("a name is not well-formed")]
    Malformed,
}

/// Decodes the name at `at` into `out`, whose contents it replaces, and says where the next field is.
pub fn decode(message: &[u8], at: usize, out: &mut String) -> Result<usize, NameError> {
    out.clear();
    out.reserve(USUAL_BYTES);
    let mut position = at;
    let mut run_start = at;
    let mut next_field = None;
    let mut wire_bytes = 1;
    loop {
        match step(message, position)? {
            Step::Root => break,
            Step::Label(label) => {
                wire_bytes += 1 + label.len();
                if wire_bytes > WIRE_BYTES {
                    return Err(NameError::Malformed);
                }
                if !out.is_empty() {
                    out.push('.');
                }
                push_label(label, out);
                position += 1 + label.len();
            }
            Step::Pointer(target) => {
                next_field.get_or_insert(position + 2);
                if target >= run_start || target < HEADER_BYTES {
                    return Err(NameError::Malformed);
                }
                run_start = target;
                position = target;
            }
        }
    }
    if out.is_empty() {
        out.push('.');
    }
    Ok(next_field.unwrap_or(position + 1))
}

/// Where the field after the name at `at` is, without following pointers.
pub fn skip(message: &[u8], at: usize) -> Result<usize, NameError> {
    let mut position = at;
    loop {
        match step(message, position)? {
            Step::Root => return Ok(position + 1),
            Step::Pointer(_) => return Ok(position + 2),
            Step::Label(label) => position += 1 + label.len(),
        }
    }
}

enum Step<'a> {
    Root,
    Label(&'a [u8]),
    Pointer(usize),
}

fn step(message: &[u8], position: usize) -> Result<Step<'_>, NameError> {
    let first = *message.get(position).ok_or(NameError::Truncated)?;
    match first >> 6 {
        0 if first == 0 => Ok(Step::Root),
        0 => message
            .get(position + 1..position + 1 + usize::from(first))
            .map(Step::Label)
            .ok_or(NameError::Truncated),
        3 => {
            let low = *message.get(position + 1).ok_or(NameError::Truncated)?;
            Ok(Step::Pointer(usize::from(u16::from_be_bytes([
                first & 0x3f,
                low,
            ]))))
        }
        _ => Err(NameError::Malformed),
    }
}

fn push_label(label: &[u8], out: &mut String) {
    for &byte in label {
        match byte {
            b'.' | b'\\' => {
                out.push('\\');
                out.push(char::from(byte));
            }
            b'!'..=b'~' => out.push(char::from(byte.to_ascii_lowercase())),
            _ => {
                out.push('\\');
                for divisor in [100, 10, 1] {
                    out.push(char::from(b'0' + byte / divisor % 10));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What it shows, where the name starts, the bytes behind the header, and name and next position.
    type Row<'a> = (
        &'a str,
        usize,
        &'a [u8],
        Result<(&'a str, usize), NameError>,
    );

    /// A message of a header's length of zeros, then these bytes; the name starts at `at` after the header.
    fn decoded(at: usize, bytes: &[u8]) -> Result<(String, usize), NameError> {
        let mut message = vec![0; HEADER_BYTES];
        message.extend_from_slice(bytes);
        let mut out = "left over".to_owned();
        decode(&message, HEADER_BYTES + at, &mut out).map(|next| (out, next - HEADER_BYTES))
    }

    #[test]
    fn names_are_decoded_to_presentation_form() {
        let rows: [Row<'_>; 12] = [
            ("the root", 0, b"\0", Ok((".", 1))),
            (
                "upper case folds",
                0,
                b"\x03WwW\x07Example\0",
                Ok(("www.example", 13)),
            ),
            ("a dot in a label", 0, b"\x03a.b\0", Ok(("a\\.b", 5))),
            (
                "bytes that do not print",
                0,
                b"\x03 \xff\\\0",
                Ok(("\\032\\255\\\\", 5)),
            ),
            (
                "a pointer back",
                5,
                b"\x03com\0\x01a\xc0\x0c",
                Ok(("a.com", 9)),
            ),
            (
                "a pointer to itself",
                0,
                b"\xc0\x0c",
                Err(NameError::Malformed),
            ),
            (
                "a pointer into its own labels",
                0,
                b"\x01a\xc0\x0c",
                Err(NameError::Malformed),
            ),
            (
                "a pointer forward",
                0,
                b"\xc0\x0e\x01a\0",
                Err(NameError::Malformed),
            ),
            (
                "a pointer into the header",
                0,
                b"\xc0\x00",
                Err(NameError::Malformed),
            ),
            (
                "a label type not in use",
                0,
                b"\x41ab\0",
                Err(NameError::Malformed),
            ),
            ("a label cut", 0, b"\x05ab", Err(NameError::Truncated)),
            ("no end", 0, b"\x02ab", Err(NameError::Truncated)),
        ];
        for (row, at, bytes, expected) in rows {
            let expected = expected.map(|(name, next)| (name.to_owned(), next));
            assert_eq!(decoded(at, bytes), expected, "{row}");
        }
    }

    #[test]
    fn two_pointers_that_point_at_each_other_are_malformed() {
        // At 0 a pointer to 2, at 2 a pointer to 0: one of them does not point back.
        let bytes = [0xc0, 0x0e, 0xc0, 0x0c];
        assert_eq!(decoded(0, &bytes), Err(NameError::Malformed));
        assert_eq!(decoded(2, &bytes), Err(NameError::Malformed));
    }

    #[test]
    fn a_name_has_at_most_255_bytes() {
        let mut longest = Vec::new();
        for length in [63, 63, 63, 61] {
            longest.push(length);
            longest.extend(std::iter::repeat_n(b'x', usize::from(length)));
        }
        let mut too_long = longest.clone();
        longest.push(0);
        assert_eq!(longest.len(), WIRE_BYTES);
        assert!(decoded(0, &longest).is_ok());
        too_long.extend_from_slice(b"\x01y\0");
        assert_eq!(decoded(0, &too_long), Err(NameError::Malformed));
    }

    proptest! {
        #[test]
        fn any_bytes_give_a_bounded_name_or_an_error(
            bytes in proptest::collection::vec(prop_oneof![Just(0xc0u8), 0u8..40, any::<u8>()], 0..600),
            at in 0usize..600,
        ) {
            let mut out = String::new();
            if let Ok(next) = decode(&bytes, at, &mut out) {
                prop_assert!(next > at && next <= bytes.len());
                prop_assert!(out.len() <= 4 * WIRE_BYTES && !out.is_empty());
                prop_assert_eq!(skip(&bytes, at), Ok(next));
            }
        }
    }
}
