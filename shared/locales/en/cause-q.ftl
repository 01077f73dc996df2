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

q1-probed-statement = QUIC to { $server } is not answered: { $sent ->
    [one] one Initial packet was sent
   *[other] { $sent } Initial packets were sent
} in { $waited } and nothing came back. Whether something on the way drops UDP, or nothing at { $address } speaks QUIC, the client's socket does not show.
q1-probed-remedy = Please check whether { $name } is to speak HTTP/3 at all (the `alt-svc` header of its answers over TCP, its HTTPS record), and if so, whether datagrams from { $client } arrive at { $server } at the listed times. `--arms http3` without `--http3` compares both at the same address.
q1-probed-closed-statement = Nobody listens for QUIC at { $server }: { $reporter } itself answered that the port is closed.
q1-probed-closed-remedy = If { $name } is to speak HTTP/3, please check why { $address } does not listen on that UDP port; if not, there is nothing to mend.
q1-probed-route-statement = Datagrams of QUIC to { $server } do not get there: { $reporter } answered with ICMP type { $type }, code { $code }.
q1-probed-route-remedy = Please check the routes from { $reporter } to { $address }.
h9-probed-quic-statement = { $server } ended the QUIC connection for { $name } before the handshake was over, with { $error }.
h9-probed-quic-remedy = Please check at { $address } why it closes with { $error }: a connection limit, no back end, a server name that is not configured.
h9-probed-quic-objection-statement = { $server } ended the QUIC connection for { $name } before the handshake was over, with { $error }: whether client or server has the protocol wrong, the code does not say.
h9-probed-quic-objection-remedy = Please look the connection up in the QUIC log (qlog) of { $address }, by client port { $port } at the listed times: what did it object to with { $error }? Another client at the same address shows whether it is this one.
h9-probed-versions-statement = { $server } speaks QUIC, and none of the versions that the client does (version 1).
h9-probed-versions-remedy = Please check which versions of QUIC { $address } is configured for; version 1 (RFC 9000) is what clients use.
a1-probed-quic-statement = The QUIC stack of { $server } took the request for { $name } within { $acked } and answered for as long as was waited, and no byte of a response came for { $waited }: the application does not answer.
a1-probed-quic-remedy = Please look up the request from { $client } at the listed times in the logs of { $address } and of what stands behind it: time in queue, time of the origin, worker saturation.
a1-probed-quic-late-statement = The QUIC stack of { $server } took the request for { $name } within { $acked }, and the response began { $late } later.
a1-probed-quic-late-remedy = Please look up the request from { $client } at the listed times in the logs of { $address } and of what stands behind it: time in queue, time of the origin, worker saturation.
a3-probed-quic-statement = { $server } stopped in the middle of the response for { $name } after { $bytes } bytes of its body; nothing came for { $waited }, and its QUIC stack answered meanwhile: what writes the response stopped.
a3-probed-quic-remedy = Please look up the response to { $client } at the listed times in the logs of { $address } and of what stands behind it: a stalled origin or back end, a blocked writer, a buffer that is not flushed.
a5-probed-quic-stream-statement = { $server } ended the HTTP/3 stream of the request for { $name } with { $error }.
a5-probed-quic-stream-remedy = Please look up at { $address }, for client port { $port } at the listed times, why the stream was ended with { $error }: a limit, a filter of requests, a back end that failed.

ev-quic-refused-told = ICMP type { $type }, code { $code } from { $reporter } refused the datagram.
ev-quic-initials-told = { $sent ->
    [one] One Initial packet was sent
   *[other] { $sent } Initial packets were sent
}, and in { $length } no datagram of the server came.
ev-tcp-works-told = TCP to the same address was answered: host and path are there.
ev-quic-closed-told = The server ended the connection itself (CONNECTION_CLOSE, { $error }).
ev-quic-stateless-reset-told = The server does not know the connection any more (stateless reset): it was started anew, or the datagrams reach another machine behind the address.
ev-quic-versions-told = The server answered with Version Negotiation, in which the client's version is not.
ev-quic-full-datagram-told = Datagrams of up to { $bytes } bytes came on this connection: those of full size come through.
ev-quic-request-acked-told = The server's QUIC stack acknowledged everything that was sent, the whole request with it, { $after } after it left.
ev-quic-alive-told = { $length } later the server's QUIC stack still acknowledged: it was alive, and datagrams passed both ways.
ev-quic-stream-reset-told = The server ended the request's stream with { $error } inside of QUIC's encryption: it is its own word.

missing-quic-reporter = an error of the socket is all that is known: who refused the datagrams, and why, it does not say
missing-quic-flight = what is missing of the handshake, and whether the server sent it, QUIC's encryption hides
missing-quic-alive = no acknowledgement of the server's QUIC stack came late enough to show that it was still there
collect-quic-packets = capture the packets beside it (`tcpdump -w case.pcap 'udp or icmp or icmp6'`) and give them to `stallscope analyze`
collect-quic-port = capture the packets beside it (`tcpdump -w case.pcap 'udp port { $server-port } or icmp or icmp6'`) and give them to `stallscope analyze`
collect-server-log = look the connection up in the server's own log (qlog) by the client's address and port
missing-own-refusal = the ICMP error comes from the client's own address: a rule of its own host, or a neighbour that does not answer; which of them is at fault, it does not say
collect-own-firewall = look on the client's host at its rules for what leaves (`nft list ruleset`) and at its neighbours (`ip neigh show`)
missing-quic-breach = the client's own QUIC library gave the connection up: whether for what the server sent or for a fault of its own, the socket does not show
