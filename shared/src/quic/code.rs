//! Error codes with which connections and streams are closed.

/// An error code of QUIC itself (RFC 9000 §20.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransportCode(pub u64);

impl TransportCode {
    /// Codes from here on carry a TLS alert in their last byte (CRYPTO_ERROR).
    const CRYPTO: u64 = 0x100;

    /// The TLS alert that it stands for.
    #[must_use]
    pub fn alert(self) -> Option<u8> {
        u8::try_from(self.0.checked_sub(Self::CRYPTO)?).ok()
    }

    /// Its sender closes for a reason of its own: NO_ERROR, INTERNAL_ERROR or CONNECTION_REFUSED. The other codes are, or
    /// may be, about what the peer sent.
    #[must_use]
    pub const fn is_of_sender(self) -> bool {
        matches!(self.0, 0x00..=0x02)
    }

    /// Its name in the registry; `None` for others and for alerts.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0x00 => "NO_ERROR",
            0x01 => "INTERNAL_ERROR",
            0x02 => "CONNECTION_REFUSED",
            0x03 => "FLOW_CONTROL_ERROR",
            0x04 => "STREAM_LIMIT_ERROR",
            0x05 => "STREAM_STATE_ERROR",
            0x06 => "FINAL_SIZE_ERROR",
            0x07 => "FRAME_ENCODING_ERROR",
            0x08 => "TRANSPORT_PARAMETER_ERROR",
            0x09 => "CONNECTION_ID_LIMIT_ERROR",
            0x0a => "PROTOCOL_VIOLATION",
            0x0b => "INVALID_TOKEN",
            0x0c => "APPLICATION_ERROR",
            0x0d => "CRYPTO_BUFFER_EXCEEDED",
            0x0e => "KEY_UPDATE_ERROR",
            0x0f => "AEAD_LIMIT_REACHED",
            0x10 => "NO_VIABLE_PATH",
            _ => return None,
        })
    }

    /// Its name, else its number as the registries write it.
    #[must_use]
    pub fn words(self) -> String {
        self.name()
            .map_or_else(|| format!("{:#x}", self.0), str::to_owned)
    }
}

/// An error code of HTTP/3 (RFC 9114 §8.1) or of its header compression (RFC 9204 §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Http3Code(pub u64);

impl Http3Code {
    /// Its name in the registry; `None` for others.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0x100 => "H3_NO_ERROR",
            0x101 => "H3_GENERAL_PROTOCOL_ERROR",
            0x102 => "H3_INTERNAL_ERROR",
            0x103 => "H3_STREAM_CREATION_ERROR",
            0x104 => "H3_CLOSED_CRITICAL_STREAM",
            0x105 => "H3_FRAME_UNEXPECTED",
            0x106 => "H3_FRAME_ERROR",
            0x107 => "H3_EXCESSIVE_LOAD",
            0x108 => "H3_ID_ERROR",
            0x109 => "H3_SETTINGS_ERROR",
            0x10a => "H3_MISSING_SETTINGS",
            0x10b => "H3_REQUEST_REJECTED",
            0x10c => "H3_REQUEST_CANCELLED",
            0x10d => "H3_REQUEST_INCOMPLETE",
            0x10e => "H3_MESSAGE_ERROR",
            0x10f => "H3_CONNECT_ERROR",
            0x110 => "H3_VERSION_FALLBACK",
            0x200 => "QPACK_DECOMPRESSION_FAILED",
            0x201 => "QPACK_ENCODER_STREAM_ERROR",
            0x202 => "QPACK_DECODER_STREAM_ERROR",
            _ => return None,
        })
    }

    /// Its name, else its number as the registries write it.
    #[must_use]
    pub fn words(self) -> String {
        self.name()
            .map_or_else(|| format!("{:#x}", self.0), str::to_owned)
    }
}
