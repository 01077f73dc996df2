//! What the length of an encrypted record says about what is in it.

use super::codepoints::CipherSuite;

/// Bytes that protection adds to what is sent; unknown where padding hides it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Overhead(Option<u16>);

impl Overhead {
    /// Of a suite, in the version that it was chosen for.
    pub(super) fn of(suite: CipherSuite, is_tls13: bool) -> Self {
        if is_tls13 {
            return Self(Some(suite.tls13_overhead()));
        }
        Self(suite.tls12_overhead())
    }

    /// Bytes inside a record of this length.
    pub(super) const fn plain(self, length: u16) -> Option<u16> {
        match self.0 {
            Some(overhead) => length.checked_sub(overhead),
            None => None,
        }
    }

    /// Length of a record with one alert in it.
    pub(super) const fn alert(self) -> Option<u16> {
        self.record(2)
    }

    /// A record of this length can be an alert.
    pub(super) fn is_alert(self, length: u16) -> bool {
        self.alert() == Some(length)
    }

    /// Length of a record with nothing but a Finished message of this hash length (RFC 8446 §4.4.4).
    pub(super) const fn finished(self, hash_length: u16) -> Option<u16> {
        self.record(hash_length.saturating_add(4))
    }

    const fn record(self, plain: u16) -> Option<u16> {
        match self.0 {
            Some(overhead) => Some(plain.saturating_add(overhead)),
            None => None,
        }
    }
}

/// A NewSessionTicket message: header 4, lifetime 4, age 4, nonce 1, ticket 2 and at least one byte, extensions 2
/// (RFC 8446 §4.6.1).
const TICKET_LEAST: u16 = 18;
/// A ticket holds a session's secrets and perhaps the client's certificate, and servers may put two in one record.
/// Longer records are taken for data: servers that fit records to segments send equally long ones from about 1,150 on.
const TICKET_MOST: u16 = 1024;

/// So many bytes can be NewSessionTicket messages.
pub(super) const fn can_be_ticket(plain: u16) -> bool {
    matches!(plain, TICKET_LEAST..=TICKET_MOST)
}

/// HTTP/2 frame header (RFC 9113 §4.1).
const FRAME: u16 = 9;
/// One setting in a SETTINGS frame (RFC 9113 §6.5.1).
const SETTING: u16 = 6;
/// A WINDOW_UPDATE frame (RFC 9113 §6.9).
const WINDOW_UPDATE: u16 = FRAME + 4;
/// A PING frame (RFC 9113 §6.7).
const PING: u16 = FRAME + 8;
/// The client's connection preface before its SETTINGS frame (RFC 9113 §3.4).
const MAGIC: u16 = 24;
/// Settings that one endpoint sends: nine are registered, and one of GREASE's may join them.
const MOST_SETTINGS: u16 = 10;

/// Frames that neither ask nor answer anything, alone or two together: SETTINGS acknowledgement, WINDOW_UPDATE, PING.
pub(super) const fn is_http2_control(plain: u16) -> bool {
    let [ack, update, ping] = [FRAME, WINDOW_UPDATE, PING];
    plain == ack
        || plain == update
        || plain == ping
        || plain == ack + update
        || plain == update + update
}

/// A SETTINGS frame, with or without a WINDOW_UPDATE and the acknowledgement of the other side's SETTINGS.
pub(super) const fn is_http2_settings(plain: u16) -> bool {
    is_settings(plain)
        || is_settings(plain.saturating_sub(WINDOW_UPDATE))
        || is_settings(plain.saturating_sub(FRAME))
        || is_settings(plain.saturating_sub(WINDOW_UPDATE + FRAME))
}

/// The client's connection preface with its SETTINGS frame, with or without a WINDOW_UPDATE.
pub(super) const fn is_http2_preface(plain: u16) -> bool {
    let rest = plain.saturating_sub(MAGIC);
    is_settings(rest) || is_settings(rest.saturating_sub(WINDOW_UPDATE))
}

const fn is_settings(plain: u16) -> bool {
    match plain.checked_sub(FRAME) {
        Some(settings) => settings % SETTING == 0 && settings / SETTING <= MOST_SETTINGS,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overhead_follows_the_suite() {
        let rows = [
            (0x1301, true, Some(17)),
            (0x1305, true, Some(9)),
            (0xc02f, false, Some(24)),
            (0xcca8, false, Some(16)),
            (0xc0ac, false, Some(24)),
            (0xc0ae, false, Some(16)),
            (0xc013, false, None),
        ];
        for (suite, is_tls13, overhead) in rows {
            assert_eq!(
                Overhead::of(CipherSuite(suite), is_tls13),
                Overhead(overhead),
                "{suite:#x}"
            );
        }
    }

    #[test]
    fn finished_and_alert_lengths() {
        let aes = Overhead::of(CipherSuite(0x1302), true);
        assert_eq!(aes.finished(CipherSuite(0x1302).hash_length()), Some(69));
        assert_eq!(aes.finished(CipherSuite(0x1301).hash_length()), Some(53));
        assert!(aes.is_alert(19) && !aes.is_alert(20));
        assert!(!Overhead::default().is_alert(19));
    }

    #[test]
    fn frames_by_size() {
        assert!(is_http2_control(9) && is_http2_control(13) && is_http2_control(17));
        assert!(!is_http2_control(10) && !is_http2_control(0));
        assert!(is_http2_settings(9 + 18) && is_http2_settings(9 + 18 + 13));
        assert!(!is_http2_settings(200));
        // curl: three settings and a WINDOW_UPDATE; a request in the same record is longer.
        assert!(is_http2_preface(24 + 9 + 18 + 13));
        assert!(!is_http2_preface(24) && !is_http2_preface(24 + 9 + 18 + 13 + 9 + 35));
    }
}
