//! What the terminal can show, and short words to the person at it.

use std::env;
use std::io::{IsTerminal as _, Write as _};

use stallscope_shared::export::text::TextStyle;

use crate::cli::{Color, Out};

/// Columns where there is no terminal to ask.
const WIDTH_WITHOUT_TERMINAL: u16 = 100;

/// How the text is to look, by the flags, the environment and the terminal.
pub(crate) fn style(args: &Out) -> TextStyle {
    let is_terminal = args.output.is_none() && std::io::stdout().is_terminal();
    TextStyle {
        width: usize::from(args.width.unwrap_or_else(|| width(is_terminal))),
        color: match args.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => is_color_wanted(is_terminal),
        },
        unicode: is_unicode_shown(),
        attempts: if args.all {
            usize::MAX
        } else {
            TextStyle::default().attempts
        },
    }
}

/// Columns of standard output.
pub(crate) fn columns() -> usize {
    usize::from(width(std::io::stdout().is_terminal()))
}

/// Writes to standard output at once.
pub(crate) fn print(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Says on standard error what went wrong; where even that is closed, there is nobody to tell.
pub(crate) fn complain(text: &str) {
    let _nobody_listens = writeln!(std::io::stderr(), "stallscope: {text}");
}

fn width(is_terminal: bool) -> u16 {
    let columns = env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok());
    let asked = || terminal_size::terminal_size().map(|(terminal_size::Width(width), _)| width);
    let width = if is_terminal {
        asked().or(columns)
    } else {
        columns
    };
    width
        .filter(|width| *width > 0)
        .unwrap_or(WIDTH_WITHOUT_TERMINAL)
}

/// <https://no-color.org> and <https://bixense.com/clicolors>.
fn is_color_wanted(is_terminal: bool) -> bool {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    if is_set("NO_COLOR") {
        return false;
    }
    if env::var_os("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0") {
        return true;
    }
    is_terminal && env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// A locale that is set decides; without one, as in most containers, the terminal outside is taken to know UTF-8.
fn is_unicode_shown() -> bool {
    if env::var_os("TERM").is_some_and(|term| term == "dumb") {
        return false;
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(|name| env::var(name).ok())
        .find(|value| !value.is_empty());
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}
