//! Ink and glyphs: where colour and characters beyond ASCII are decided, and where text that comes from
//! packets and file names is made harmless.

use crate::report::v1::PhaseName;

/// How text is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pen {
    /// With ANSI colours.
    pub(super) color: bool,
    /// With characters beyond ASCII.
    pub(super) unicode: bool,
}

/// What a colour means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// As the terminal writes.
    Plain,
    /// Headings and addresses.
    Strong,
    /// What is read second.
    Dim,
    /// Failures and silences.
    Fail,
    /// Doubts about the input.
    Warn,
    /// A phase, as foreground.
    Phase(PhaseName),
}

impl Pen {
    /// `text` in `ink`; as it is without colour.
    pub(super) fn paint(self, ink: Ink, text: &str) -> String {
        match ink.code() {
            Some(code) if self.color && !text.is_empty() => format!("\x1b[{code}m{text}\x1b[0m"),
            _ => text.to_owned(),
        }
    }

    /// The first where characters beyond ASCII are welcome, else the second.
    pub(super) const fn pick<T: Copy>(self, unicode: T, ascii: T) -> T {
        if self.unicode { unicode } else { ascii }
    }

    /// What stands between the parts of one line.
    pub(super) const fn separator(self) -> &'static str {
        self.pick(" · ", ", ")
    }

    /// Text from outside, for one line: control characters, among them the terminal's escape, and what turns
    /// the writing direction become a question mark; so does everything beyond ASCII where it is unwelcome.
    pub(super) fn clean(self, text: &str) -> String {
        let harmless = |c: char| {
            let is_hidden = c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
            if is_hidden || !(self.unicode || c.is_ascii()) {
                '?'
            } else {
                c
            }
        };
        text.chars().map(harmless).collect()
    }

    /// Cleaned text of at most `width` characters; what is cut off is marked.
    pub(super) fn shorten(self, text: &str, width: usize) -> String {
        let text = self.clean(text);
        if text.chars().count() <= width {
            return text;
        }
        let mark = self.pick("…", "~");
        let kept: String = text.chars().take(width.saturating_sub(1)).collect();
        format!("{kept}{mark}")
    }
}

impl Ink {
    /// The SGR parameters, from the 256 colours that terminals share.
    pub(super) const fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Strong => Some("1"),
            Self::Dim => Some("2"),
            Self::Fail => Some("38;5;167"),
            Self::Warn => Some("38;5;178"),
            Self::Phase(phase) => Some(match phase {
                PhaseName::Dns => "38;5;66",
                PhaseName::Connect => "38;5;208",
                PhaseName::Proxy => "38;5;138",
                PhaseName::Tls => "38;5;98",
                PhaseName::Request => "38;5;250",
                PhaseName::Wait => "38;5;157",
                PhaseName::Receive => "38;5;75",
            }),
        }
    }

    /// The same colour as background, with black or white to write on it.
    pub(super) const fn background(phase: PhaseName) -> &'static str {
        match phase {
            PhaseName::Dns => "48;5;66",
            PhaseName::Connect => "48;5;208",
            PhaseName::Proxy => "48;5;138",
            PhaseName::Tls => "48;5;98",
            PhaseName::Request => "48;5;250",
            PhaseName::Wait => "48;5;157",
            PhaseName::Receive => "48;5;75",
        }
    }

    /// What is readable on [`Self::background`].
    pub(super) const fn on(phase: PhaseName) -> &'static str {
        match phase {
            PhaseName::Dns | PhaseName::Tls => "38;5;231",
            _ => "38;5;16",
        }
    }
}
