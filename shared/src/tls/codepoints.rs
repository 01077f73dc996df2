//! The registries of TLS: numbers as sent, names as the IANA registries "TLS Parameters" and
//! "TLS ExtensionType Values" spell them. Unknown numbers survive.

use std::fmt;

use tls_parser::{TlsCipherEnc, TlsCipherEncMode, TlsCipherKx, TlsCipherSuite};

/// Declares an open code point: a number, its known values and their names.
macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident($int:ty) $( = $value:literal, $constant:ident, $text:literal;)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $int);

        impl $name {
            $(
                #[doc = concat!("`", $text, "`.")]
                pub const $constant: Self = Self($value);
            )*

            /// The registry's name; `None` for a number this build does not know.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($text),)*
                    _ => None,
                }
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.name() {
                    Some(name) => formatter.write_str(name),
                    None => write!(formatter, concat!(stringify!($name), "({:#x})"), self.0),
                }
            }
        }
    };
}

/// A reserved value that clients send to keep servers tolerant (RFC 8701 §2).
#[must_use]
pub const fn is_grease(value: u16) -> bool {
    let [high, low] = value.to_be_bytes();
    high == low && low & 0x0f == 0x0a
}

open_enum! {
    /// Type of a record (RFC 8446 §5.1).
    ContentType(u8)
    = 20, CHANGE_CIPHER_SPEC, "change_cipher_spec";
    = 21, ALERT, "alert";
    = 22, HANDSHAKE, "handshake";
    = 23, APPLICATION_DATA, "application_data";
    = 24, HEARTBEAT, "heartbeat";
}

open_enum! {
    /// Protocol version.
    Version(u16)
    = 0x0002, SSL_2_0, "SSL 2.0";
    = 0x0300, SSL_3_0, "SSL 3.0";
    = 0x0301, TLS_1_0, "TLS 1.0";
    = 0x0302, TLS_1_1, "TLS 1.1";
    = 0x0303, TLS_1_2, "TLS 1.2";
    = 0x0304, TLS_1_3, "TLS 1.3";
}

impl Version {
    /// TLS 1.3 or a draft or experiment of it: 0x7f?? (RFC 8446's drafts), 0xfb?? (Facebook's).
    #[must_use]
    pub const fn is_tls13(self) -> bool {
        self.0 == Self::TLS_1_3.0 || matches!(self.0 >> 8, 0x7f | 0x7e | 0xfb)
    }
}

/// Cipher suite; names come from tls-parser's copy of the IANA table.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CipherSuite(pub u16);

impl CipherSuite {
    /// The registry's name; `None` for a number this build does not know.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        TlsCipherSuite::from_id(self.0).map(|suite| suite.name)
    }

    /// It agrees on keys over elliptic curves, by its name: `_ECDH` and all that begin so.
    #[must_use]
    pub fn is_elliptic(self) -> bool {
        TlsCipherSuite::from_id(self.0).is_some_and(|suite| {
            matches!(
                suite.kx,
                TlsCipherKx::Ecdh | TlsCipherKx::Ecdhe | TlsCipherKx::Aecdh
            )
        })
    }

    /// Bytes that an AEAD suite of TLS 1.2 adds to a message: explicit nonce and tag (RFC 5288 §3, RFC 6655 §3,
    /// RFC 7905 §2); `None` for the others.
    #[must_use]
    pub fn tls12_overhead(self) -> Option<u16> {
        let suite = TlsCipherSuite::from_id(self.0)?;
        match (&suite.enc, &suite.enc_mode) {
            (TlsCipherEnc::Chacha20_Poly1305, _) => Some(16),
            (_, TlsCipherEncMode::Gcm) => Some(24),
            (_, TlsCipherEncMode::Ccm) if suite.name.contains("_CCM_8") => Some(16),
            (_, TlsCipherEncMode::Ccm) => Some(24),
            _ => None,
        }
    }

    /// Bytes of the hash a TLS 1.3 suite uses, which is the length of Finished's content (RFC 8446 §4.4.4).
    #[must_use]
    pub const fn hash_length(self) -> u16 {
        // Of the suites of RFC 8446 §B.4 and RFC 8998 only TLS_AES_256_GCM_SHA384 has a longer hash.
        if self.0 == 0x1302 { 48 } else { 32 }
    }

    /// Bytes that TLS 1.3 protection adds to a message: the inner content type and the tag (RFC 8446 §5.2).
    #[must_use]
    pub const fn tls13_overhead(self) -> u16 {
        // TLS_AES_128_CCM_8_SHA256 has a tag of eight bytes.
        if self.0 == 0x1305 { 9 } else { 17 }
    }
}

impl fmt::Debug for CipherSuite {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => formatter.write_str(name),
            None => write!(formatter, "CipherSuite({:#06x})", self.0),
        }
    }
}

open_enum! {
    /// Handshake message type (RFC 8446 §4, RFC 5246 §7.4).
    HandshakeType(u8)
    = 0, HELLO_REQUEST, "hello_request";
    = 1, CLIENT_HELLO, "client_hello";
    = 2, SERVER_HELLO, "server_hello";
    = 3, HELLO_VERIFY_REQUEST, "hello_verify_request";
    = 4, NEW_SESSION_TICKET, "new_session_ticket";
    = 5, END_OF_EARLY_DATA, "end_of_early_data";
    = 6, HELLO_RETRY_REQUEST, "hello_retry_request";
    = 8, ENCRYPTED_EXTENSIONS, "encrypted_extensions";
    = 11, CERTIFICATE, "certificate";
    = 12, SERVER_KEY_EXCHANGE, "server_key_exchange";
    = 13, CERTIFICATE_REQUEST, "certificate_request";
    = 14, SERVER_HELLO_DONE, "server_hello_done";
    = 15, CERTIFICATE_VERIFY, "certificate_verify";
    = 16, CLIENT_KEY_EXCHANGE, "client_key_exchange";
    = 20, FINISHED, "finished";
    = 21, CERTIFICATE_URL, "certificate_url";
    = 22, CERTIFICATE_STATUS, "certificate_status";
    = 23, SUPPLEMENTAL_DATA, "supplemental_data";
    = 24, KEY_UPDATE, "key_update";
    = 25, COMPRESSED_CERTIFICATE, "compressed_certificate";
    = 67, NEXT_PROTOCOL, "next_protocol";
}

open_enum! {
    /// Extension type.
    ExtensionType(u16)
    = 0, SERVER_NAME, "server_name";
    = 1, MAX_FRAGMENT_LENGTH, "max_fragment_length";
    = 2, CLIENT_CERTIFICATE_URL, "client_certificate_url";
    = 3, TRUSTED_CA_KEYS, "trusted_ca_keys";
    = 4, TRUNCATED_HMAC, "truncated_hmac";
    = 5, STATUS_REQUEST, "status_request";
    = 6, USER_MAPPING, "user_mapping";
    = 7, CLIENT_AUTHZ, "client_authz";
    = 8, SERVER_AUTHZ, "server_authz";
    = 9, CERT_TYPE, "cert_type";
    = 10, SUPPORTED_GROUPS, "supported_groups";
    = 11, EC_POINT_FORMATS, "ec_point_formats";
    = 12, SRP, "srp";
    = 13, SIGNATURE_ALGORITHMS, "signature_algorithms";
    = 14, USE_SRTP, "use_srtp";
    = 15, HEARTBEAT, "heartbeat";
    = 16, ALPN, "application_layer_protocol_negotiation";
    = 17, STATUS_REQUEST_V2, "status_request_v2";
    = 18, SIGNED_CERTIFICATE_TIMESTAMP, "signed_certificate_timestamp";
    = 19, CLIENT_CERTIFICATE_TYPE, "client_certificate_type";
    = 20, SERVER_CERTIFICATE_TYPE, "server_certificate_type";
    = 21, PADDING, "padding";
    = 22, ENCRYPT_THEN_MAC, "encrypt_then_mac";
    = 23, EXTENDED_MASTER_SECRET, "extended_master_secret";
    = 24, TOKEN_BINDING, "token_binding";
    = 25, CACHED_INFO, "cached_info";
    = 27, COMPRESS_CERTIFICATE, "compress_certificate";
    = 28, RECORD_SIZE_LIMIT, "record_size_limit";
    = 34, DELEGATED_CREDENTIAL, "delegated_credential";
    = 35, SESSION_TICKET, "session_ticket";
    = 41, PRE_SHARED_KEY, "pre_shared_key";
    = 42, EARLY_DATA, "early_data";
    = 43, SUPPORTED_VERSIONS, "supported_versions";
    = 44, COOKIE, "cookie";
    = 45, PSK_KEY_EXCHANGE_MODES, "psk_key_exchange_modes";
    = 47, CERTIFICATE_AUTHORITIES, "certificate_authorities";
    = 48, OID_FILTERS, "oid_filters";
    = 49, POST_HANDSHAKE_AUTH, "post_handshake_auth";
    = 50, SIGNATURE_ALGORITHMS_CERT, "signature_algorithms_cert";
    = 51, KEY_SHARE, "key_share";
    = 52, TRANSPARENCY_INFO, "transparency_info";
    = 57, QUIC_TRANSPORT_PARAMETERS, "quic_transport_parameters";
    = 58, TICKET_REQUEST, "ticket_request";
    = 13172, NEXT_PROTOCOL_NEGOTIATION, "next_protocol_negotiation";
    = 17513, APPLICATION_SETTINGS, "application_settings";
    = 17613, APPLICATION_SETTINGS_NEW, "application_settings_new";
    = 30032, CHANNEL_ID, "channel_id";
    = 0xfd00, ECH_OUTER_EXTENSIONS, "ech_outer_extensions";
    = 0xfe0d, ENCRYPTED_CLIENT_HELLO, "encrypted_client_hello";
    = 0xff01, RENEGOTIATION_INFO, "renegotiation_info";
}

open_enum! {
    /// Named group.
    NamedGroup(u16)
    = 14, SECT571R1, "sect571r1";
    = 13, SECT571K1, "sect571k1";
    = 12, SECT409R1, "sect409r1";
    = 11, SECT409K1, "sect409k1";
    = 10, SECT283R1, "sect283r1";
    = 9, SECT283K1, "sect283k1";
    = 8, SECT239K1, "sect239k1";
    = 7, SECT233R1, "sect233r1";
    = 6, SECT233K1, "sect233k1";
    = 5, SECT193R2, "sect193r2";
    = 4, SECT193R1, "sect193r1";
    = 3, SECT163R2, "sect163r2";
    = 2, SECT163R1, "sect163r1";
    = 1, SECT163K1, "sect163k1";
    = 15, SECP160K1, "secp160k1";
    = 16, SECP160R1, "secp160r1";
    = 17, SECP160R2, "secp160r2";
    = 18, SECP192K1, "secp192k1";
    = 19, SECP192R1, "secp192r1";
    = 20, SECP224K1, "secp224k1";
    = 21, SECP224R1, "secp224r1";
    = 22, SECP256K1, "secp256k1";
    = 23, SECP256R1, "secp256r1";
    = 24, SECP384R1, "secp384r1";
    = 25, SECP521R1, "secp521r1";
    = 26, BRAINPOOLP256R1, "brainpoolP256r1";
    = 27, BRAINPOOLP384R1, "brainpoolP384r1";
    = 28, BRAINPOOLP512R1, "brainpoolP512r1";
    = 29, X25519, "x25519";
    = 30, X448, "x448";
    = 31, BRAINPOOLP256R1TLS13, "brainpoolP256r1tls13";
    = 32, BRAINPOOLP384R1TLS13, "brainpoolP384r1tls13";
    = 33, BRAINPOOLP512R1TLS13, "brainpoolP512r1tls13";
    = 34, GC256A, "GC256A";
    = 35, GC256B, "GC256B";
    = 36, GC256C, "GC256C";
    = 37, GC256D, "GC256D";
    = 38, GC512A, "GC512A";
    = 39, GC512B, "GC512B";
    = 40, GC512C, "GC512C";
    = 41, CURVE_SM2, "curveSM2";
    = 256, FFDHE2048, "ffdhe2048";
    = 257, FFDHE3072, "ffdhe3072";
    = 258, FFDHE4096, "ffdhe4096";
    = 259, FFDHE6144, "ffdhe6144";
    = 260, FFDHE8192, "ffdhe8192";
    = 512, MLKEM512, "MLKEM512";
    = 513, MLKEM768, "MLKEM768";
    = 514, MLKEM1024, "MLKEM1024";
    = 0x11eb, SECP256R1MLKEM768, "SecP256r1MLKEM768";
    = 0x11ec, X25519MLKEM768, "X25519MLKEM768";
    = 0x11ed, SECP384R1MLKEM1024, "SecP384r1MLKEM1024";
    = 0x11ee, CURVE_SM2_MLKEM768, "curveSM2MLKEM768";
    = 0x6399, X25519KYBER768DRAFT00, "X25519Kyber768Draft00";
    = 0x639a, SECP256R1KYBER768DRAFT00, "SecP256r1Kyber768Draft00";
    = 0xff01, EXPLICIT_PRIME, "arbitrary_explicit_prime_curves";
    = 0xff02, EXPLICIT_CHAR2, "arbitrary_explicit_char2_curves";
}

open_enum! {
    /// Signature scheme (RFC 8446 §4.2.3); the older pairs of hash and signature are named in its style.
    SignatureScheme(u16)
    = 0x0201, RSA_PKCS1_SHA1, "rsa_pkcs1_sha1";
    = 0x0203, ECDSA_SHA1, "ecdsa_sha1";
    = 0x0401, RSA_PKCS1_SHA256, "rsa_pkcs1_sha256";
    = 0x0403, ECDSA_SECP256R1_SHA256, "ecdsa_secp256r1_sha256";
    = 0x0420, RSA_PKCS1_SHA256_LEGACY, "rsa_pkcs1_sha256_legacy";
    = 0x0501, RSA_PKCS1_SHA384, "rsa_pkcs1_sha384";
    = 0x0503, ECDSA_SECP384R1_SHA384, "ecdsa_secp384r1_sha384";
    = 0x0520, RSA_PKCS1_SHA384_LEGACY, "rsa_pkcs1_sha384_legacy";
    = 0x0601, RSA_PKCS1_SHA512, "rsa_pkcs1_sha512";
    = 0x0603, ECDSA_SECP521R1_SHA512, "ecdsa_secp521r1_sha512";
    = 0x0620, RSA_PKCS1_SHA512_LEGACY, "rsa_pkcs1_sha512_legacy";
    = 0x0708, SM2SIG_SM3, "sm2sig_sm3";
    = 0x0804, RSA_PSS_RSAE_SHA256, "rsa_pss_rsae_sha256";
    = 0x0805, RSA_PSS_RSAE_SHA384, "rsa_pss_rsae_sha384";
    = 0x0806, RSA_PSS_RSAE_SHA512, "rsa_pss_rsae_sha512";
    = 0x0807, ED25519, "ed25519";
    = 0x0808, ED448, "ed448";
    = 0x0809, RSA_PSS_PSS_SHA256, "rsa_pss_pss_sha256";
    = 0x080a, RSA_PSS_PSS_SHA384, "rsa_pss_pss_sha384";
    = 0x080b, RSA_PSS_PSS_SHA512, "rsa_pss_pss_sha512";
    = 0x081a, ECDSA_BRAINPOOLP256R1TLS13_SHA256, "ecdsa_brainpoolP256r1tls13_sha256";
    = 0x081b, ECDSA_BRAINPOOLP384R1TLS13_SHA384, "ecdsa_brainpoolP384r1tls13_sha384";
    = 0x081c, ECDSA_BRAINPOOLP512R1TLS13_SHA512, "ecdsa_brainpoolP512r1tls13_sha512";
    = 0x0904, MLDSA44, "mldsa44";
    = 0x0905, MLDSA65, "mldsa65";
    = 0x0906, MLDSA87, "mldsa87";
}

open_enum! {
    /// Severity of an alert (RFC 8446 §6).
    AlertLevel(u8)
    = 1, WARNING, "warning";
    = 2, FATAL, "fatal";
}

open_enum! {
    /// What an alert says.
    AlertDescription(u8)
    = 0, CLOSE_NOTIFY, "close_notify";
    = 10, UNEXPECTED_MESSAGE, "unexpected_message";
    = 20, BAD_RECORD_MAC, "bad_record_mac";
    = 21, DECRYPTION_FAILED, "decryption_failed_RESERVED";
    = 22, RECORD_OVERFLOW, "record_overflow";
    = 30, DECOMPRESSION_FAILURE, "decompression_failure_RESERVED";
    = 40, HANDSHAKE_FAILURE, "handshake_failure";
    = 41, NO_CERTIFICATE, "no_certificate_RESERVED";
    = 42, BAD_CERTIFICATE, "bad_certificate";
    = 43, UNSUPPORTED_CERTIFICATE, "unsupported_certificate";
    = 44, CERTIFICATE_REVOKED, "certificate_revoked";
    = 45, CERTIFICATE_EXPIRED, "certificate_expired";
    = 46, CERTIFICATE_UNKNOWN, "certificate_unknown";
    = 47, ILLEGAL_PARAMETER, "illegal_parameter";
    = 48, UNKNOWN_CA, "unknown_ca";
    = 49, ACCESS_DENIED, "access_denied";
    = 50, DECODE_ERROR, "decode_error";
    = 51, DECRYPT_ERROR, "decrypt_error";
    = 52, TOO_MANY_CIDS_REQUESTED, "too_many_cids_requested";
    = 60, EXPORT_RESTRICTION, "export_restriction_RESERVED";
    = 70, PROTOCOL_VERSION, "protocol_version";
    = 71, INSUFFICIENT_SECURITY, "insufficient_security";
    = 80, INTERNAL_ERROR, "internal_error";
    = 86, INAPPROPRIATE_FALLBACK, "inappropriate_fallback";
    = 90, USER_CANCELED, "user_canceled";
    = 100, NO_RENEGOTIATION, "no_renegotiation_RESERVED";
    = 109, MISSING_EXTENSION, "missing_extension";
    = 110, UNSUPPORTED_EXTENSION, "unsupported_extension";
    = 111, CERTIFICATE_UNOBTAINABLE, "certificate_unobtainable_RESERVED";
    = 112, UNRECOGNIZED_NAME, "unrecognized_name";
    = 113, BAD_CERTIFICATE_STATUS_RESPONSE, "bad_certificate_status_response";
    = 114, BAD_CERTIFICATE_HASH_VALUE, "bad_certificate_hash_value_RESERVED";
    = 115, UNKNOWN_PSK_IDENTITY, "unknown_psk_identity";
    = 116, CERTIFICATE_REQUIRED, "certificate_required";
    = 117, GENERAL_ERROR, "general_error";
    = 120, NO_APPLICATION_PROTOCOL, "no_application_protocol";
    = 121, ECH_REQUIRED, "ech_required";
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the registry's names say of every suite.
    #[test]
    fn columns_of_suites_say_what_their_names_do() {
        for suite in (0..=u16::MAX).map(CipherSuite) {
            let name = suite.name().unwrap_or_default();
            let overhead = if name.contains("CHACHA20_POLY1305") || name.contains("_CCM_8") {
                Some(16)
            } else if name.contains("_GCM_") || name.contains("_CCM") {
                Some(24)
            } else {
                None
            };
            assert_eq!(suite.tls12_overhead(), overhead, "{name}");
            assert_eq!(suite.is_elliptic(), name.contains("_ECDH"), "{name}");
        }
    }
}
