# Faults between TCP and HTTP: the TLS handshake.

h1-statement = { $server } acknowledged a { $bytes }-byte ClientHello for { $name } within { $acked }, stayed reachable, and sent no TLS byte for { $waited }: its kernel and the path work, its TLS process does not answer.
h1-unread-statement = { $server } acknowledged a { $bytes }-byte ClientHello for { $name } within { $acked }, stayed reachable, and sent no TLS byte for { $waited }, when the client left; its first one came { $after } after the ClientHello: its kernel and the path work, its TLS process was too slow.
h1-unread-remedy = Please take node { $address } out and check, at the listed times and for source port { $port }: event-loop latency, accept queue (`ss -ltn`), worker and thread saturation, calls to key server, HSM or OCSP.
h1-remedy = Please take node { $address } out and check, at the listed times and for source port { $port }: event-loop latency, accept queue (`ss -ltn`), worker and thread saturation, calls to key server, HSM or OCSP.

h2-statement = { $server } acknowledged the ClientHello for { $name }, sent no TLS byte, and ended the connection after { $after } by a timer of its own: a front end whose back end does not answer.
h2-remedy = Please check the health of the back ends behind { $address } at the listed times, and whose timer of { $after } that is.

h3-statement = { $server } answered the SYN, but none of { $copies } copies of the { $bytes }-byte ClientHello for { $name } was ever acknowledged: something between lets the handshake of TCP pass and not this data.
h3-remedy = Please repeat with another server name and with a smaller ClientHello to { $address }, and a second connection beside it; the one that passes names the filter. On the server, `nstat -az TcpExtListenOverflows` at these times would show a full accept queue instead.
h3-name-statement = { $server } acknowledges ClientHellos for other names, and none of { $copies } copies of the one for { $name }: a filter on the way drops it by its server name.
h3-name-remedy = Please check filters and firewalls between { $client } and { $address } for a rule on the server name { $name }.

h3-unheard-statement = The { $bytes }-byte ClientHello for { $name } was sent { $copies } times, so no acknowledgement of { $server } reached the client; packets from the server are not in this capture.
h3-unheard-remedy = Please capture where both directions pass: it is open whether the ClientHello was lost or the answers to it.

h4-statement = Of the { $bytes }-byte ClientHello for { $name }, { $server } acknowledged the first { $acked } bytes; the last { $missing } were sent { $copies } times and never arrived: something drops what follows the first segment.
h4-remedy = Please check devices before { $address } for how they handle a ClientHello of more than one segment (see tldr.fail). A client without a post-quantum key share (`curl --curves X25519`, `GODEBUG=tlsmlkem=0`) gets by meanwhile.
h4-tail-statement = Of the { $bytes }-byte ClientHello for { $name }, { $server } holds the end, and the first { $missing } bytes were sent { $copies } times and never arrived: full-size packets on the way to it are dropped.
h4-tail-remedy = Please check the MTU of the path to { $address } and whether ICMP "fragmentation needed" (ICMPv6 "packet too big") reaches { $client }; a smaller MSS (`ip route … advmss`, `TCP_MAXSEG`) gets by meanwhile.
h4-whole-statement = No copy of the { $bytes }-byte ClientHello for { $name } reached { $server }, while smaller ones do: something on the way drops ClientHellos that need more than one segment.
h4-whole-remedy = Please check devices before { $address } for how they handle a ClientHello of more than one segment (see tldr.fail), and the MTU on the way to it.

h5-statement = { $server } receives ClientHellos of more than one segment whole and then fails { $failed } of { $large } of them, and none of { $small } small ones: what reads the ClientHello there does not wait for its end.
h5-remedy = Please check the front end at { $address } for decisions on the first segment of a ClientHello (SNI routing without an inspection delay, see tldr.fail).

h6-statement = The reset in packet { $packet } that ended the attempt to { $server } was not sent by the server: its TTL is { $ttl } (the server's { $usual }), or it came sooner than the server can answer. Somebody on the way sent it.
h6-remedy = This is for the client's own network or provider, not for the operator of { $address }: please look for a firewall, filter or intrusion prevention system between { $client } and { $address } that resets connections for { $name }.

h7-statement = { $server } received the ClientHello for { $name } and its own socket aborted the connection (packet { $packet }).
h7-remedy = Please check what closes connections with unread data on { $address } at these times: crashes, connection limits, policies, health of the process behind the port. Source port { $port }.

h8-statement = A host that does not know the connection answered for { $server } (packet { $packet }): the packets of one connection reach different machines, or the machine lost its state.
h8-remedy = Please check load balancing and anycast routing before { $address } for a change at this time, and whether the same source port ({ $port }) fails again.

h9-statement = { $server } took the ClientHello for { $name } and closed the connection { $after } later without a word of TLS (packet { $packet }).
h9-remedy = Please check at { $address } why it closes: no back end, a server name that is not configured, a connection limit, an expected PROXY header.

h10-statement = { $server } refused the handshake for { $name } with alert { $code } ({ $alert }), packet { $packet }.
h10-remedy = Please check at { $address } what makes it say { $alert } to this ClientHello: certificates and names, protocol versions, cipher suites.
h10-client-statement = The client { $client } refused the handshake with { $server } with alert { $code } ({ $alert }), packet { $packet }: it does not accept what the server sent.
h10-client-remedy = Please check the client's trust store and clock, and whether the certificate it was shown for { $name } is the server's own.

h11-statement = { $server } answered, and { $missing } bytes of its answer never arrived; nothing larger than { $largest } bytes comes through: packets above a size limit are dropped on the way to { $client }.
h11-remedy = Please check the MTU between { $address } and the client, and whether ICMP type 3 code 4 (ICMPv6 type 2) reaches the server; `tcp_mtu_probing=1` there or a clamped MSS (1200 decides it) gets by meanwhile.

h11-acks-statement = { $server } answered, and the { $missing } bytes of its answer never arrived; its ACKs come through and nothing larger: packets above a size limit are dropped on the way to { $client }.
h11-acks-remedy = Please check the MTU between { $address } and the client, and whether ICMP type 3 code 4 (ICMPv6 type 2) reaches the server; `tcp_mtu_probing=1` there or a clamped MSS (1200 decides it) gets by meanwhile.

h12-statement = The handshake with { $server } took { $late } longer and then came in segments of { $size } bytes: the path is narrower than announced, and the server found out by probing.
h12-remedy = Please check the MTU between { $address } and the client and the ICMP messages that should report it.

h13-flight-statement = Packets from { $server } were lost on the way to the client and sent again; that cost { $cost } (the round trip is { $rtt }).
h13-flight-remedy = Please compare the loss toward other addresses: everywhere means near the client, one address means far from it.
h13-hello-statement = The ClientHello to { $server } had to be sent again; that cost { $cost } (the round trip is { $rtt }).
h13-hello-remedy = Please compare the loss toward other addresses: everywhere means near the client, one address means far from it.
h13-forward-statement = The ClientHello was lost on the way to { $server } and sent again; that cost { $cost } (the round trip is { $rtt }).
h13-forward-remedy = Please compare the loss toward other addresses: everywhere means near the client, one address means far from it.
h13-return-statement = The ClientHello reached { $server }, whose acknowledgement was lost on the way back; that cost { $cost } (the round trip is { $rtt }).
h13-return-remedy = Please compare the loss from other addresses: everywhere means near the client, one address means far from it.

h14-statement = The certificate flight of { $server } is { $bytes } bytes long and waited { $length } for an acknowledgement after { $before }: it does not fit the initial congestion window.
h14-remedy = A shorter chain, an ECDSA certificate, certificate compression or a larger initial window saves a round trip.

h15-statement = { $server } asked for another key share (packet { $packet }), which costs one round trip.
h15-remedy = Offering a key share of the server's group at once saves the round trip.
h15-dropped-statement = { $server } asked for another key share (packet { $packet }), and none of { $copies } copies of the second ClientHello was ever acknowledged: something between does not let it pass.
h15-dropped-remedy = Please check devices between { $client } and { $address } that inspect TLS for how they handle a second ClientHello.

h16-statement = { $server } acknowledged the ClientHello for { $name } at once and took { $late } to go on (packet { $packet }); nothing was lost meanwhile.
h16-remedy = Please check what a handshake waits for on { $address } at these times: queue before the workers, key server or HSM, OCSP responder, entropy.

h17-statement = { $server } had answered and the client's kernel had acknowledged it; the client's process took { $length } to go on (after packet { $packet }).
h17-remedy = Please look at the client: CPU limits (`cpu.stat` nr_throttled), load, a blocked event loop, garbage collection. Fewer handshakes at a time help.

h17-first-statement = The client took { $length } after the SYN-ACK of { $server } (packet { $packet }) to send its ClientHello: its process did not run, or had other things to do.
h17-first-remedy = Please look at the client: CPU limits (`cpu.stat` nr_throttled), load, a blocked event loop, loading of trust stores for every connection.

h18-statement = { $server } had answered, and the client asked { $authority } for { $length } before it went on: it fetches revocation data or certificates.
h18-remedy = Please check whether the client needs these fetches, and why { $authority } is slow; stapled OCSP responses save them.

h19-statement = { $server } ended the session with an alert { $after } after the client's last handshake message (packet { $packet }): it refuses what the client sent, most often a missing or unknown client certificate.
h19-remedy = Please check whether { $address } requires a client certificate for { $name }, and which one the client sends.

h20-statement = { $server } fails all { $resumed } handshakes that resume a session and none of { $fresh } fresh ones.
h20-remedy = Please check the ticket keys of the nodes behind { $address }: they must be shared, and an unknown ticket must lead to a full handshake.

h21-statement = ClientHellos cut into { $records } records fail at { $server } ({ $failed }), and { $others } of the same size that are cut differently pass: a device on the way cannot put them together.
h21-remedy = Please check devices between { $client } and { $address } that inspect TLS for how they put records together.

h22-statement = { $server } speaks none of the application protocols that the client offers ({ $offered }), packet { $packet }.
h22-remedy = Please check the ALPN configuration of { $address } for { $name }.

h23-statement = The client gave this attempt up because its connection to { $winner } was ready first. Nobody failed.
h23-remedy = Nothing to do.

h24-statement = { $server } answered the ClientHello with { $looks-like } (packet { $packet }), which is not TLS.
h24-remedy = Please check what listens on { $server }, and whether a portal or filter answers in its place.

h25-statement = { $name } shows a certificate of { $here } here and of { $there } at the other capture point: TLS is ended and started anew between them.
h25-remedy = Please check for a device that inspects TLS between the two places.

h26-statement = { $server } fails ClientHellos with this fingerprint ({ $failed }) and passes others ({ $others }) of the same kind.
h26-remedy = Please check bot management and filters before { $address } for rules on TLS fingerprints.

ev-hello-copies = The { $bytes }-byte ClientHello was sent { $copies } times (again in packets { $packet } to { $last }).
ev-copy-echoed = The ACK in packet { $packet } echoes the timestamp of copy { $arrived } of { $copies }: that was the first to arrive.
ev-copy-duplicate = The ACK in packet { $packet } reports bytes as received twice (D-SACK): an earlier one of the { $copies } copies had arrived, and its acknowledgement did not.
ev-last-heard-syn-ack = Packet { $packet }, the SYN-ACK, is the last that came from the server's address.
ev-hello-still-missing = Packet { $packet } of the server, later than the ClientHello, still asks for its first byte.
ev-other-name-acked = A ClientHello with another server name to the same address (packet { $packet }) was acknowledged.
ev-tail-held = By SACK in packet { $packet } the server holds bytes { $from } to { $to } of the ClientHello, and not those before.
ev-head-acked = Packet { $packet } acknowledges { $acked } of { $bytes } bytes of the ClientHello.
ev-small-hellos-pass = Of { $large } ClientHellos of more than one segment to this address { $failed } failed, of { $small } smaller ones none (packets { $packet } to { $last }).
ev-large-hello-acked = Packet { $packet } acknowledges the whole ClientHello.
ev-genuine-after-reset = Packet { $packet }, after the reset, is a genuine one of the server: its socket lived.
ev-fin-in-handshake = Packet { $packet } closes the connection { $after } after the ClientHello was acknowledged; the server had sent { $bytes } bytes.
ev-alert = Packet { $packet } is a fatal alert: { $code } ({ $alert }).
ev-sent-and-lost = Packet { $packet } shows by its sequence number that { $missing } bytes were sent before it that never came; { $largest ->
    [0] no segment with payload came at all.
   *[other] the largest segment that came has { $largest } bytes.
}
ev-base-mss = Packet { $packet } begins the flight with { $size } bytes where { $allowed } are allowed, { $late } late.
ev-hole-filled = Packet { $packet } shows a hole in what the server sent, packet { $last } fills it { $repair } later.
ev-window-pause = After { $before } of { $bytes } bytes the flight pauses for { $length } (packets { $packet } to { $last }), a round trip.
ev-hello-retry = Packet { $packet } is a HelloRetryRequest.
ev-late-hello = From the acknowledgement in packet { $packet } to the server's next word in packet { $last }: { $late }.
ev-client-idle = Between packet { $packet } and the client's next word in packet { $last } lie { $length }.
ev-client-kernel-ack = The client's kernel acknowledged the server's flight (packet { $flight }) in packet { $packet }, { $length } later.
ev-revocation-fetch = In between the same client spoke with { $authority } (packets { $packet } to { $last }).
ev-alert-after-handshake = Packet { $packet } is as long as an encrypted alert and came { $after } after the client's last word in packet { $client-last }, with nothing else from the server.
ev-fresh-hellos-pass = Of { $resumed } ClientHellos that resume a session all failed, of { $fresh } fresh ones none (packets { $packet } to { $last }).
ev-other-cut-passes = { $others } ClientHellos of about the same size in another number of records than { $records } passed (packets { $packet } to { $last }); { $failed } of this kind failed.
ev-other-fingerprint-passes = { $others } ClientHellos with another fingerprint passed (packets { $packet } to { $last }); all { $failed } with this one failed.
ev-other-won = The connection to { $winner } (from packet { $packet } on) was through before this one was closed in packet { $last }.
ev-not-tls = Packet { $packet } begins with { $looks-like }.
ev-two-issuers = The certificates of the connections that begin in packets { $packet } and { $last } are issued by { $here } and by { $there }.
ev-split-tcp = On a healthy connection the ClientHello in packet { $packet } was acknowledged in { $acked } and answered in { $answered }, by a host with TTL { $ttl } and no TCP options: a box nearby speaks for the server.

p2-statement = A box near the client ends TCP in the place of { $server } (it acknowledges in { $acked } what takes { $answered } to be answered); the attempt for { $name } failed behind it, where this capture does not see.
p2-remedy = Please capture on the far side of that box (NAT of a virtual machine or container, transparent proxy) and judge the connection there.

missing-more-copies = the ClientHello was sent too few times to tell a filter from chance
missing-reset-origin = the reset shows too little of its sender
collect-keep-open = keep the connection open for ten seconds or more and capture again
collect-more-resets = capture from before the handshake on, several times
