//! What keys do.

use super::arrange::Step;
use super::view::Tab;
use crate::platform::listen::Key;

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// To another attempt.
    Go(Step),
    /// To another part of the page.
    Tab(Tab),
    /// To the page of the selected attempt.
    Open,
    /// To another stretch of time.
    Zoom(Zoom),
    /// Drawings as tables, or back.
    Table,
    /// The dialog for handing the report on.
    Share,
    /// The panel of keys, or not.
    Help,
    /// Without filter, time and zoom.
    Clear,
    /// One step back.
    Leave,
}

/// To which stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zoom {
    /// Half of it.
    In,
    /// Twice of it.
    Out,
    /// Earlier.
    Left,
    /// Later.
    Right,
    /// All there is.
    All,
}

/// Keys and messages that say what they do, as the panel lists them.
pub(crate) const KEYS: [(&str, &str); 14] = [
    ("j  k", "key-next"),
    ("[  ]", "key-failure"),
    ("Enter", "key-open"),
    ("1 – 4", "key-tab"),
    ("/", "key-filter"),
    ("w  s", "key-zoom"),
    ("a  d", "key-pan"),
    ("0", "key-all"),
    ("t", "key-table"),
    ("x", "key-clear"),
    ("e", "key-share"),
    ("← → + −", "key-strip"),
    ("Esc", "key-leave"),
    ("?", "key-help"),
];

/// What a key asks for; none while text is typed.
pub(crate) fn command(key: &Key) -> Option<Command> {
    if key.is_typing {
        return None;
    }
    let go = |is_back, only_failures| {
        Some(Command::Go(Step {
            is_back,
            only_failures,
        }))
    };
    match key.name.as_str() {
        "j" => go(false, false),
        "k" => go(true, false),
        "]" => go(false, true),
        "[" => go(true, true),
        "Enter" if !key.is_on_control => Some(Command::Open),
        "1" => Some(Command::Tab(Tab::Servers)),
        "2" => Some(Command::Tab(Tab::Waterfall)),
        "3" => Some(Command::Tab(Tab::Attempt)),
        "4" => Some(Command::Tab(Tab::Packets)),
        "w" => Some(Command::Zoom(Zoom::In)),
        "s" => Some(Command::Zoom(Zoom::Out)),
        "a" => Some(Command::Zoom(Zoom::Left)),
        "d" => Some(Command::Zoom(Zoom::Right)),
        "0" => Some(Command::Zoom(Zoom::All)),
        "t" => Some(Command::Table),
        "x" => Some(Command::Clear),
        "e" => Some(Command::Share),
        "?" => Some(Command::Help),
        "Escape" => Some(Command::Leave),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_mean_nothing_while_text_is_typed() {
        let key = |is_typing| Key {
            name: "j".to_owned(),
            is_shifted: false,
            is_typing,
            is_on_control: false,
        };
        assert!(matches!(command(&key(false)), Some(Command::Go(_))));
        assert_eq!(command(&key(true)), None);
    }

    #[test]
    fn enter_on_a_button_is_the_buttons() {
        let key = Key {
            name: "Enter".to_owned(),
            is_shifted: false,
            is_typing: false,
            is_on_control: true,
        };
        assert_eq!(command(&key), None);
    }
}
