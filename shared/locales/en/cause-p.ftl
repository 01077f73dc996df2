# Faults of proxies, NATs and other state on the way.

p1-statement = The proxy { $server } has the request for a tunnel to { $target } and did not answer it in { $waited }: the server that is wanted is not part of the connection yet.
p1-remedy = Please look up in the proxy's log, at the listed times and for client port { $port }, whether it tried to reach { $target }, by which address, and what it waited for.
p1-refused-statement = The proxy { $server } refused the tunnel to { $target } with { $code }.
p1-refused-remedy = Please look up in the proxy's log why it refused { $target } at the listed times: its policy, its name lookup, or its own connection to the server.
p1-malformed-statement = { $server } answered the request for a tunnel to { $target } with { $code }, as a server does that is no proxy, or that takes the request for a wrong one.
p1-malformed-remedy = Please check the client's proxy settings: whether { $server } is a proxy that grants tunnels, and whether { $target } is written as host and port.
p1-credentials-statement = The proxy { $server } refused the tunnel to { $target } with { $code }: it wants to know who asks, and the credentials are missing or were not accepted.
p1-credentials-remedy = Please check the proxy credentials that the client is configured with (user, scheme, expiry), and the proxy's log for client port { $port }.
p1-closed-statement = The proxy { $server } took the request for a tunnel to { $target } and closed the connection without an answer.
p1-closed-remedy = Please look up in the proxy's log, at the listed times and for client port { $port }, why it closed: its limits, its policy, or its connection to { $target }.
p1-slow-statement = The proxy { $server } granted the tunnel to { $target } only after { $took }.
p1-slow-remedy = Please check how long the proxy takes to look { $target } up and to connect to it at the listed times; a second or three point to a lost SYN behind the proxy.

p3-statement = After { $idle } without a packet, a device between { $client } and { $server } had dropped the connection without a word: the next request was sent { $copies } times and nothing came back.
p3-remedy = Please check the idle timeout of NATs, firewalls and load balancers on the way (it is at most { $idle }), and let the client send keep-alives or close idle connections earlier than that.

p4-statement = After { $idle } without use, the next request to { $server } was answered by a reset from nearer than the server, { $after } later: a device on the way had forgotten the connection.
p4-remedy = Please check the idle timeout of NATs, firewalls and load balancers on the way (it is at most { $idle }), and let the client send keep-alives or close idle connections earlier than that. The reset is packet { $packet }.

p5-statement = The SYN-ACK from { $server } (packet { $packet }) lacks the window scaling that the client offered and that the same address agrees to on other connections: a device on the way takes the option out, and no more than 65535 bytes can be in flight.
p5-remedy = Please check firewalls and TCP normalisers on the way for rules that remove or rewrite TCP options (RFC 7323 window scale).

p6-statement = The connection to { $server } for { $name } froze after { $bytes } bytes of the server: full-size segments had arrived, then nothing more, for { $waited }.
p6-remedy = Please check filters (DPI, traffic shaping, censorship) between { $client } and { $address } for limits by volume of a connection; repeat over another path, and see whether a new connection stops after as many bytes again.

ev-proxy-request = The request for the tunnel was complete in packet { $packet }, and the proxy's kernel acknowledged it.
ev-proxy-refused = Packet { $packet } is the proxy's refusal, code { $code }.
ev-proxy-closed = The proxy ended the connection in packet { $packet }, without an answer.
ev-proxy-late = The tunnel was asked for in packet { $packet } and granted in packet { $last }, { $took } later.
ev-idle = Between packets { $packet } and { $last } the connection was not used for { $length }, longer than ever before.
ev-new-connection-works = A new connection to the same server (packet { $packet }) was answered.
ev-request-copies = The request ({ $bytes } bytes) was sent { $copies ->
    [one] once (packet { $packet })
   *[other] { $copies } times (packets { $packet } to { $last })
}, and { $acked } bytes of it were acknowledged.
ev-reset-from-nearer = The reset in packet { $packet } came { $after } after the data that it answers, where a round trip takes { $rtt }; its TTL is { $ttl }, and that of the server's first packet { $usual }.
ev-window-scale-missing = The SYN-ACK in packet { $packet } has timestamps and SACK but no window scale; the one in packet { $last }, from the same address, has it.
ev-sent-on = Packet { $packet } of the server has a sequence number that is { $missing } bytes beyond what came: it had sent on.
ev-last-bytes = Packet { $packet } carried the last bytes that came: { $bytes } bytes of the server in all.
ev-unheard = The server's last packet is { $last-heard }; what the client sent { $count ->
    [one] in packet { $packet }
   *[other] in packets { $packet } to { $last }
} had to be answered, and nothing came.

missing-scaled-sibling = no other connection to this address shows whether the server knows window scaling
collect-scaled-sibling = capture a connection to the same address over another path
