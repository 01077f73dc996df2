//! What the page shows of a report, as far as a link can say it.
//!
//! Attempts and packets are addressed by frame number and time, which stay what they are when the same
//! capture is opened again; never by row.

/// Version of the fragment's words.
const VERSION: &str = "1";

/// What is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct View {
    /// Which part of the page.
    pub(crate) tab: Tab,
    /// The filter as typed.
    pub(crate) filter: String,
    /// Attempts that began in this time, nanoseconds after the epoch.
    pub(crate) brush: Option<(i64, i64)>,
    /// The selected attempt.
    pub(crate) attempt: Option<Place>,
    /// Capture and number of the selected packet.
    pub(crate) packet: Option<(u16, u32)>,
    /// What time is counted from.
    pub(crate) axis: Axis,
    /// How it is laid out.
    pub(crate) spread: Spread,
    /// The stretch of time that the waterfall shows, nanoseconds.
    pub(crate) zoom: Option<(i64, i64)>,
    /// How rows are put together.
    pub(crate) group: Group,
    /// Which row comes first.
    pub(crate) order: Order,
    /// Drawings are shown as tables.
    pub(crate) is_table: bool,
}

/// Where an attempt begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Index of the capture.
    pub(crate) capture: u16,
    /// Number of its first packet.
    pub(crate) number: u32,
    /// Its time, nanoseconds after the epoch.
    pub(crate) at_ns: i64,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum $name {
            $($(#[$each])* $variant,)+
        }

        impl $name {
            /// Every one.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Its word in links.
            pub(crate) const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The one with this word.
            pub(crate) fn of_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }
        }
    };
}

words! {
    /// Parts of the page.
    Tab {
        /// Statistics of each address.
        #[default]
        Servers = "servers",
        /// Every attempt's phases.
        Waterfall = "waterfall",
        /// One attempt.
        Attempt = "attempt",
        /// Its packets.
        Packets = "packets",
    }
}

words! {
    /// What the waterfall's time is counted from.
    Axis {
        /// Each attempt's start.
        #[default]
        Relative = "relative",
        /// The capture's start.
        Clock = "clock",
    }
}

words! {
    /// How the waterfall's time is laid out.
    Spread {
        /// Linear, with a break where few attempts are far longer than the others.
        #[default]
        Linear = "linear",
        /// Logarithmic.
        Log = "log",
    }
}

words! {
    /// How rows are put together.
    Group {
        /// By server address.
        #[default]
        Address = "address",
        /// By the name that was wanted.
        Name = "name",
        /// Not at all.
        Flat = "flat",
    }
}

words! {
    /// Which row comes first.
    Order {
        /// By time of start.
        #[default]
        Start = "start",
        /// Failures first, then the longest wait.
        Worst = "worst",
        /// The longest first.
        Longest = "longest",
    }
}

impl View {
    /// The fragment of a link to it. What is as it is at first is left out.
    pub(crate) fn to_fragment(&self) -> String {
        let mut pairs: Vec<(&str, String)> = vec![("v", VERSION.to_owned())];
        let plain = Self::default();
        let mut add = |is_plain: bool, key: &'static str, word: String| {
            if !is_plain {
                pairs.push((key, word));
            }
        };
        add(self.tab == plain.tab, "view", self.tab.word().to_owned());
        add(self.filter.is_empty(), "filter", encoded(&self.filter));
        for (key, stretch) in [("time", self.brush), ("zoom", self.zoom)] {
            let word = stretch.map(|(from, to)| format!("{from}~{to}"));
            add(stretch.is_none(), key, word.unwrap_or_default());
        }
        if let Some(place) = self.attempt {
            let Place {
                capture,
                number,
                at_ns,
            } = place;
            add(false, "attempt", format!("{capture}.{number}@{at_ns}"));
        }
        if let Some((capture, number)) = self.packet {
            add(false, "packet", format!("{capture}.{number}"));
        }
        add(self.axis == plain.axis, "axis", self.axis.word().to_owned());
        add(
            self.spread == plain.spread,
            "scale",
            self.spread.word().to_owned(),
        );
        add(
            self.group == plain.group,
            "group",
            self.group.word().to_owned(),
        );
        add(
            self.order == plain.order,
            "sort",
            self.order.word().to_owned(),
        );
        add(!self.is_table, "as", "table".to_owned());
        let words: Vec<String> = pairs
            .into_iter()
            .map(|(key, word)| format!("{key}={word}"))
            .collect();
        words.join("&")
    }

    /// The attempts of one server (`ip:port`) in the waterfall, of those that the filter left.
    pub(crate) fn of_server(&self, address: &str) -> Self {
        let (ip, port) = address.rsplit_once(':').unwrap_or((address, ""));
        let mut filter = format!("server:{} port:{port}", ip.trim_matches(['[', ']']));
        let others = self.filter.split_whitespace();
        for piece in
            others.filter(|piece| !piece.starts_with("server:") && !piece.starts_with("port:"))
        {
            filter.push(' ');
            filter.push_str(piece);
        }
        Self {
            tab: Tab::Waterfall,
            filter,
            zoom: None,
            ..self.clone()
        }
    }

    /// What a link says. Keys and words that are not known are passed over, so that links of later versions
    /// show what they can.
    pub(crate) fn of_fragment(fragment: &str) -> Self {
        let mut view = Self::default();
        for (key, word) in fragment.split('&').filter_map(|pair| pair.split_once('=')) {
            view.take(key, word);
        }
        view
    }

    fn take(&mut self, key: &str, word: &str) {
        match key {
            "view" => self.tab = Tab::of_word(word).unwrap_or_default(),
            "filter" => self.filter = decoded(word),
            "time" => self.brush = stretch(word),
            "zoom" => self.zoom = stretch(word),
            "attempt" => self.attempt = place(word),
            "packet" => {
                self.packet = word.split_once('.').and_then(|(capture, number)| {
                    Some((capture.parse().ok()?, number.parse().ok()?))
                });
            }
            "axis" => self.axis = Axis::of_word(word).unwrap_or_default(),
            "scale" => self.spread = Spread::of_word(word).unwrap_or_default(),
            "group" => self.group = Group::of_word(word).unwrap_or_default(),
            "sort" => self.order = Order::of_word(word).unwrap_or_default(),
            "as" => self.is_table = word == "table",
            _ => {}
        }
    }
}

fn stretch(word: &str) -> Option<(i64, i64)> {
    let (from, to) = word.split_once('~')?;
    let (from, to) = (from.parse().ok()?, to.parse().ok()?);
    (from < to).then_some((from, to))
}

fn place(word: &str) -> Option<Place> {
    let (packet, at) = word.split_once('@')?;
    let (capture, number) = packet.split_once('.')?;
    Some(Place {
        capture: capture.parse().ok()?,
        number: number.parse().ok()?,
        at_ns: at.parse().ok()?,
    })
}

/// Everything but letters, digits and `-._~:` as `%` and two digits (RFC 3986 §2.1): chat programs leave the
/// rest alone.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped = bytes
            .get(at + 1..at + 3)
            .filter(|_| *byte == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(escaped.unwrap_or(*byte));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_says_what_is_shown() {
        let view = View {
            tab: Tab::Waterfall,
            filter: "name:\"bücher\" tls>1s".to_owned(),
            brush: Some((-5, 12_000_000_000)),
            attempt: Some(Place {
                capture: 0,
                number: 1042,
                at_ns: 17,
            }),
            packet: Some((0, 1050)),
            axis: Axis::Clock,
            spread: Spread::Log,
            zoom: Some((0, 9)),
            group: Group::Flat,
            order: Order::Worst,
            is_table: true,
        };
        let fragment = view.to_fragment();
        assert!(
            fragment.starts_with("v=1&view=waterfall&filter=name:%22b"),
            "{fragment}"
        );
        assert!(
            fragment
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || "-._~:%=&@".contains(letter)),
            "{fragment}"
        );
        assert_eq!(View::of_fragment(&fragment), view);
    }

    #[test]
    fn a_server_takes_the_place_of_another_in_the_filter() {
        let view = View {
            filter: "server:10.0.0.1 out:failed port:80 tls>1s".to_owned(),
            zoom: Some((0, 9)),
            brush: Some((3, 5)),
            ..View::default()
        };
        for (address, filter) in [
            ("10.0.0.2:443", "server:10.0.0.2 port:443 out:failed tls>1s"),
            (
                "[2001:db8::2]:443",
                "server:2001:db8::2 port:443 out:failed tls>1s",
            ),
        ] {
            let expected = View {
                tab: Tab::Waterfall,
                filter: filter.to_owned(),
                brush: Some((3, 5)),
                ..View::default()
            };
            assert_eq!(view.of_server(address), expected, "{address}");
        }
    }

    #[test]
    fn what_is_as_at_first_is_left_out() {
        assert_eq!(View::default().to_fragment(), "v=1");
        assert_eq!(View::of_fragment(""), View::default());
    }

    #[test]
    fn what_a_link_of_another_version_says_more_is_passed_over() {
        let view = View::of_fragment(
            "v=9&view=hologram&colour=red&sort=worst&time=9~1&attempt=x&zoom=1~&%zz",
        );
        let expected = View {
            order: Order::Worst,
            ..View::default()
        };
        assert_eq!(view, expected);
    }

    proptest::proptest! {
        #[test]
        fn any_filter_survives_a_link(filter in ".*") {
            let view = View { filter, ..View::default() };
            proptest::prop_assert_eq!(View::of_fragment(&view.to_fragment()), view);
        }
    }
}
