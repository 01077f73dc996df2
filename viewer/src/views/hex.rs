//! The bytes of the selected packet, read from its file again.

use yew::{Html, html};

use super::Store;
use crate::state::store::Bytes;
use crate::text::say;

/// Bytes in a line.
const LINE: usize = 16;

/// Bytes shown; a segment that the network card merged has up to 64 KiB.
const MOST: usize = 4096;

/// The bytes.
pub(crate) fn hex_view(store: &Store) -> Html {
    let language = store.language;
    let can_have = store.case.as_ref().is_some_and(|case| case.has_packets);
    let content = match &store.bytes {
        _ if !can_have => html! { <p class="soft">{ say!(language, "bytes-not-in-report") }</p> },
        _ if store.view.packet.is_none() => {
            html! { <p class="soft">{ say!(language, "bytes-none") }</p> }
        }
        Bytes::None => html! { <p class="soft">{ say!(language, "bytes-none") }</p> },
        Bytes::Asked(_) => html! { <p class="soft">{ say!(language, "bytes-coming") }</p> },
        Bytes::Missing(_) => html! { <p class="soft">{ say!(language, "bytes-missing") }</p> },
        Bytes::Here(packet, bytes, fields) => html! {
            <>
                <h3>{ say!(language, "bytes-of-packet", "number" = packet.number.to_string(), "count" = bytes.len() as u64) }</h3>
                <dl class="fields" data-testid="fields">
                    for (name, value) in fields.iter() {
                        <div><dt>{ say!(language, name) }</dt><dd class="mono">{ value }</dd></div>
                    }
                </dl>
                <pre data-testid="hex">{ dump(bytes) }</pre>
            </>
        },
    };
    html! { <aside class="hex" aria-live="polite">{ content }</aside> }
}

/// Offset, bytes, and what of them is ASCII.
fn dump(bytes: &[u8]) -> String {
    let mut lines = Vec::new();
    for (index, line) in bytes.chunks(LINE).take(MOST / LINE).enumerate() {
        let mut digits = String::new();
        let mut letters = String::new();
        for (at, byte) in line.iter().enumerate() {
            let gap = if at == LINE / 2 { "  " } else { " " };
            digits += &format!("{gap}{byte:02x}");
            let is_shown = byte.is_ascii_graphic() || *byte == b' ';
            letters.push(if is_shown { char::from(*byte) } else { '·' });
        }
        lines.push(format!("{:04x}{digits:<49} {letters}", index * LINE));
    }
    if bytes.len() > MOST {
        lines.push("…".to_owned());
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::dump;

    #[test]
    fn bytes_are_dumped_as_people_know_it() {
        let text = dump(b"GET / HTTP/1.1\r\nHost");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            "0000 47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a GET / HTTP/1.1··"
        );
        assert_eq!(
            lines[1],
            "0010 48 6f 73 74                                      Host"
        );
    }
}
