//! The field's words for ICMP errors (IANA "ICMP Parameters" and "ICMPv6 Parameters").

/// Type and code in words; `None` for what is no error or not known.
pub(super) const fn of(is_v6: bool, kind: u8, code: u8) -> Option<&'static str> {
    if is_v6 {
        v6(kind, code)
    } else {
        v4(kind, code)
    }
}

const fn v4(kind: u8, code: u8) -> Option<&'static str> {
    Some(match (kind, code) {
        (3, 0) => "network unreachable",
        (3, 1) => "host unreachable",
        (3, 2) => "protocol unreachable",
        (3, 3) => "port unreachable",
        (3, 4) => "fragmentation needed",
        (3, 5) => "source route failed",
        (3, 9) => "network administratively prohibited",
        (3, 10) => "host administratively prohibited",
        (3, 13) => "communication administratively prohibited",
        (3, _) => "destination unreachable",
        (4, _) => "source quench",
        (11, 0) => "time to live exceeded in transit",
        (11, _) => "fragment reassembly time exceeded",
        (12, _) => "parameter problem",
        _ => return None,
    })
}

const fn v6(kind: u8, code: u8) -> Option<&'static str> {
    Some(match (kind, code) {
        (1, 0) => "no route to destination",
        (1, 1) => "communication administratively prohibited",
        (1, 2) => "beyond scope of source address",
        (1, 3) => "address unreachable",
        (1, 4) => "port unreachable",
        (1, 5) => "source address failed policy",
        (1, 6) => "reject route to destination",
        (1, _) => "destination unreachable",
        (2, _) => "packet too big",
        (3, 0) => "hop limit exceeded in transit",
        (3, _) => "fragment reassembly time exceeded",
        (4, _) => "parameter problem",
        _ => return None,
    })
}
