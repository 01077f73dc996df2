# Faults of QUIC.

q1-statement = QUIC to { $server } does not get through: { $sent ->
    [one] one Initial packet was sent
   *[other] { $sent } Initial packets were sent
} in { $waited } and nothing came back.
q1-remedy = Please check firewalls between { $client } and { $address } for rules on UDP port 443, and whether the server offers HTTP/3 (Alt-Svc, HTTPS record) without listening; let the client fall back to TCP at once.
q1-rejected-statement = QUIC to { $server } is rejected on the way: { $reporter } answered with an ICMP error.
q1-rejected-remedy = Please check the rule of { $reporter } on UDP port 443 to { $address }; if it is intended, let the client use TCP at once.
q1-closed-statement = Nobody listens for QUIC at { $server }: { $reporter } itself answered that the port is closed.
q1-closed-remedy = Please check why { $name } offers HTTP/3 (Alt-Svc, HTTPS record) while { $address } does not listen on that UDP port.

ev-quic-refused = ICMP type { $type }, code { $code } from { $reporter } (packet { $packet }) refuses the datagram.
ev-quic-initials = { $sent ->
    [one] One Initial packet was sent (packet { $packet })
   *[other] { $sent } Initial packets were sent (packets { $packet } to { $last })
}, and in { $length } no datagram of the server came.
ev-tcp-works = TCP to the same address was answered (packet { $packet }): host and path are there.

missing-second-initial = the client's Initial packet was sent only once
