# What the sockets of a client of our own show: no packets, so no packet numbers.

h1-probed-statement = The kernel of { $server } took a { $bytes }-byte ClientHello for { $name } within { $acked } and answered for as long as was waited, and no byte of TLS came for { $waited }: its TLS process does not answer.
h1-probed-remedy = Please take node { $address } out and check, at the listed times and for source port { $port }: event-loop latency, accept queue (`ss -ltn`), worker and thread saturation, calls to key server, HSM or OCSP.
h1-unproven-statement = The kernel of { $server } took a { $bytes }-byte ClientHello for { $name } within { $acked } and answered for as long as was waited, and no byte of TLS came for { $waited }: either its TLS process does not answer, or packets of full size are lost on the way back, since no handshake with this address shows that they pass.
h1-unproven-remedy = Probe again with `--arms mss1200`, which tells the two apart. If it stalls all the same, please check at { $address }, at the listed times and for source port { $port }: event-loop latency, accept queue (`ss -ltn`), worker and thread saturation, calls to key server, HSM or OCSP.
h2-probed-statement = The kernel of { $server } took the ClientHello for { $name }, no byte of TLS came, and the server's side ended the connection after { $after } by a timer of its own: a front end whose back end does not answer.
h2-probed-remedy = Please check the health of the back ends behind { $address } at the listed times, and whose timer of { $after } that is.
h3-probed-statement = { $server } took the connection, and none of { $copies } copies of the { $bytes }-byte ClientHello for { $name } was acknowledged; no segment of any kind came back.
h3-probed-remedy = Please repeat with another server name and with a smaller ClientHello to { $address }; the one that passes names the filter. On the server, `nstat -az TcpExtListenOverflows` at these times would show a full accept queue instead.
h4-probed-statement = Of the { $bytes }-byte ClientHello for { $name }, { $server } acknowledged { $acked } bytes; the last { $missing } were sent { $copies } times and never acknowledged: something drops what follows the first segment.
h4-probed-remedy = Please check devices before { $address } for how they handle a ClientHello of more than one segment (see tldr.fail). A client without a post-quantum key share (`curl --curves X25519`, `GODEBUG=tlsmlkem=0`) gets by meanwhile.
h4-probed-tail-statement = Of the { $bytes }-byte ClientHello for { $name }, { $server } holds the end, and the beginning was sent { $copies } times and never acknowledged: full-size packets on the way to it are dropped.
h4-probed-tail-remedy = Please check the MTU of the path to { $address } and whether ICMP "fragmentation needed" (ICMPv6 "packet too big") reaches { $client }; a smaller MSS gets by meanwhile.
h9-probed-statement = { $server } took the ClientHello for { $name } and closed the connection { $after } later, before the handshake was over and without an alert.
h9-probed-remedy = Please check at { $address } why it closes: no back end, a server name that is not configured, a connection limit, an expected PROXY header.
h10-probed-statement = { $server } refused the handshake for { $name } with alert { $code } ({ $alert }).
h10-probed-remedy = Please check at { $address } what makes it say { $alert } to this ClientHello: certificates and names, protocol versions, cipher suites.
h10-probed-client-statement = The client refused what { $server } sent for { $name }: { $why } (alert { $code }, { $alert }).
h10-probed-client-remedy = Please check the certificate that { $address } shows for { $name }, its chain and its dates, and the client's trust store and clock (`--cacert`, `-k` to go on without).
h19-probed-statement = { $server } took the handshake for { $name } for done and then refused it with alert { $code } ({ $alert }): what the client showed of itself is missing or not accepted.
h19-probed-remedy = Please check whether { $address } requires a client certificate for { $name }, and which one the client sends.
h11-probed-statement = { $server } answered, and the beginning of its answer never came although later segments did: packets are dropped on the way to { $client }.
h11-probed-remedy = Please check the MTU between { $address } and the client, and whether ICMP type 3 code 4 (ICMPv6 type 2) reaches the server; a clamped MSS (1200 decides it) gets by meanwhile.
h16-probed-statement = The kernel of { $server } took the ClientHello for { $name } at once, and the ServerHello came { $late } later.
h16-probed-remedy = Please check what a handshake waits for on { $address } at these times: queue before the workers, key server or HSM, OCSP responder, entropy.
h15-probed-statement = { $server } asked for another key share, which costs one round trip.
h15-probed-remedy = Offering a key share of the server's group at once saves the round trip (`--curves`).
h15-probed-dropped-statement = { $server } asked for another key share, and none of { $copies } copies of the second ClientHello for { $name } was acknowledged: something between does not let it pass.
h15-probed-dropped-remedy = Please check devices between { $client } and { $address } that inspect TLS for how they handle a second ClientHello.
h15-probed-silent-statement = { $server } asked for another key share, its kernel took the second ClientHello for { $name } within { $acked }, and no ServerHello came for { $waited }.
h15-probed-silent-remedy = Please check at { $address } what follows a HelloRetryRequest: a front end that loses the connection's state, a back end that is asked anew. Offering the server's group at once (`--curves`) avoids it.
h16-probed-flight-statement = { $server } began its answer to the ClientHello for { $name } in time, and went on with its handshake flight { $late } later.
h16-probed-flight-remedy = Please check what certificate and signature wait for on { $address } at these times: key server or HSM, OCSP responder, entropy, a queue before them.
h16-probed-stopped-statement = { $server } began its answer to the ClientHello for { $name } and stopped in the middle of its handshake flight: nothing more came for { $waited }, while its kernel answered.
h16-probed-stopped-remedy = Please check what certificate and signature wait for on { $address } at these times: key server or HSM, OCSP responder, entropy, a worker that is stuck.
h16-probed-finish-statement = { $server } took the client's last flight of the handshake for { $name }, and its own Finished message came { $late } later.
h16-probed-finish-remedy = Please check what the end of a handshake waits for on { $address } at these times: the private key's operation (RSA key exchange), a key server or HSM, a client certificate that is looked up.
h16-probed-unfinished-statement = The kernel of { $server } took the client's last flight of the handshake for { $name }, and the server's Finished message never came in { $waited }, while its kernel answered.
h16-probed-unfinished-remedy = Please check what the end of a handshake waits for on { $address } at these times: the private key's operation (RSA key exchange), a key server or HSM, a client certificate that is looked up.
h17-probed-statement = The client's kernel had the answer of { $server }, and its process looked at it only { $length } later: it did not run, or was busy.
h17-probed-remedy = Please look at the host that ran this: CPU limits (`cpu.stat` nr_throttled), load. Fewer attempts at a time help.
h22-probed-statement = { $server } supports none of the application protocols that the client offers for { $name } (alert 120).
h22-probed-remedy = Please check the protocols (h2, http/1.1) that { $address } is configured for, and those that the client offers (`--alpn`).
h23-probed-statement = The client's own limit { $limit } of { $length } ended the attempt at { $server } before anything was overdue.
h23-probed-remedy = Nothing is to be seen of the server in so short a time. A limit of several seconds shows whether it answers.
h24-probed-statement = What answered the ClientHello at { $server } does not speak TLS.
h24-probed-remedy = Please check port and protocol of { $server }: a plain HTTP listener, another service, or somebody on the way who answers in its place (a captive portal).

t1-probed-statement = { $count ->
    [one] The SYN
   *[other] { $count } SYNs
} from { $client } to { $server } over { $length } had no reply.
t1-probed-remedy = Please check access lists, null routes and the return route to { $client } for { $server } at the listed times. A capture on { $address } says whether the SYNs arrive.
t1-probed-delay-statement = The connection to { $server } took { $lost }: the SYN had to be sent { $count ->
    [one] once more
   *[other] { $count } more times
}.
t1-probed-delay-remedy = Please check for loss on the path from { $client } to { $server }, and `nstat -az TcpExtListenDrops` on { $address }, at the listed times. Packets of it would show which way the loss is.
t2-probed-statement = { $server } left { $count ->
    [one] the SYN
   *[other] { $count } SYNs
} of port { $port } unanswered while connections that it had taken before waited for its process: its accept queue is full.
t2-probed-remedy = Please check on { $address } at the listed times `nstat -az TcpExtListenOverflows TcpExtListenDrops` and `ss -ltn` (Recv-Q against Send-Q). A larger backlog hides it; the loop that calls accept() is what does not run.
t4-probed-statement = { $server } took the connection and acknowledged nothing after it, although { $count } more { $count ->
    [one] segment
   *[other] segments
} came from it: it repeats its SYN-ACK, and what the client sends does not reach it.
t4-probed-remedy = Please check for an asymmetric path through a stateful firewall between { $client } and { $address }, and `nstat -az TcpExtListenOverflows` on { $address }. Packets of it would show the repeated SYN-ACK.
t6-probed-local-statement = There is no way from this host to { $server }: { $error }.
t6-probed-local-remedy = Please check the routes of this host to { $address } (`ip route get { $address }`), and whether the address family works here at all.
t6-probed-forbidden-statement = The client's own host lets nothing leave for { $server }: { $error }.
t6-probed-forbidden-remedy = Please check on the client's host what forbids it: its firewall for what leaves (`nft list ruleset`), a prohibiting route (`ip route get { $address }`), the sandbox that the client runs in.
t11-statement = This host could not open a connection to { $server }: { $error }, before any packet was sent.
t11-remedy = Please check on this host the free local ports (`ss -s`, `sysctl net.ipv4.ip_local_port_range`), descriptors (`ulimit -n`) and memory; reuse connections.

a1-probed-statement = The kernel of { $server } took the request for { $name } within { $acked } and answered for as long as was waited, and no byte of a response came for { $waited }: the application does not answer.
a1-probed-remedy = Please look up the request from { $client } at the listed times in the logs of { $address } and of what stands behind it: time in queue, time of the origin, worker saturation.
a1-probed-late-statement = The kernel of { $server } took the request for { $name } within { $acked }, and the response began { $late } later.
a1-probed-late-remedy = Please look up the request from { $client } at the listed times in the logs of { $address } and of what stands behind it: time in queue, time of the origin, worker saturation.
a2-probed-statement = The { $bytes }-byte request for { $name } was sent to { $server } { $copies } times after a good handshake and not acknowledged: it, or every acknowledgement of it, was lost on the way.
a2-probed-remedy = Please check the path between { $client } and { $address } at the listed times: filters that act after the handshake, a load balancer that moved the flow, loss. Repeat with a smaller request.
a3-probed-statement = { $server } stopped in the middle of the response for { $name } after { $bytes } bytes of its body; nothing came for { $waited }, and its kernel answered meanwhile: the process that writes the response stopped.
a3-probed-remedy = Please look up the response to { $client } at the listed times in the logs of { $address } and of what stands behind it: a stalled origin or back end, a blocked writer, a buffer that is not flushed.
a5-probed-unanswered-statement = { $server } took the request for { $name } and ended the connection { $after } later without a response.
a5-probed-unanswered-remedy = Please look up at { $address }, for client port { $port } at the listed times, why the connection was ended: a crash, a limit, a filter of requests, a client certificate that is missing.

undecided-probed-statement = The { $name } attempt from { $client } to { $server } failed, and the client's sockets do not show whose fault it is: { $what }.
undecided-probed-remedy = To decide it: { $collect }.
undecided-probed-bare-statement = The { $name } attempt from { $client } to { $server } failed, and the client's sockets do not show whose fault it is.
undecided-probed-bare-remedy = Capture the packets beside it (`tcpdump -w case.pcap 'host { $address } or icmp or icmp6'`) and give them to `stallscope analyze`.

missing-reset-packet = who sent the reset, only its packet shows (TTL, options, sequence number)
missing-flight-rest = whether the server sent the rest of its flight and it was lost, only sequence numbers in packets show
missing-peer-alive = no acknowledgement of the server's kernel came late enough to show that it was still there
missing-breach = the client's own library gave the connection up: whether for what came over it or for a fault of its own, the socket does not show
missing-hello-copies = too few copies were sent before the limit to exclude chance
collect-small-segments = repeat with small segments (`--mss 1200`), or often enough that some attempt at the address gets its flight
collect-packets-beside = capture the packets beside it (`tcpdump -w case.pcap 'tcp or icmp or icmp6'`) and give them to `stallscope analyze`
collect-port-beside = capture the packets beside it (`tcpdump -w case.pcap 'tcp port { $server-port } or icmp or icmp6'`) and give them to `stallscope analyze`
collect-longer-limit = repeat with a longer limit (`--tls-timeout 10`, `--ttfb-timeout 30`)
collect-peer-log = look the connection up in the log of the server, or of the proxy, by the client's address and port, and try the same with another client

ev-socket-error-told = The client's socket got { $error }, { $after } after the attempt began.
ev-last-packet-told = This is the last thing that the client's socket saw.
ev-silence-told = After this nothing new came from the server for { $length }.
ev-hello-acked-told = The server's kernel acknowledged all { $bytes } bytes of the ClientHello { $after } after they left (kernel stamp of the ACK).
ev-peer-alive-told = { $length } later the server's kernel still acknowledged: it was alive, and small packets passed both ways.
ev-flight-passes-told = Another attempt at the same address got { $bytes } bytes, the server's whole flight among them: packets of full size come through.
ev-prompt-hello-told = The ClientHello left { $think } after the connection was made: the client's process was awake.
ev-sibling-waits-told = A connection that the same endpoint had taken before got no answer from its process at the same time.
ev-others-answered-told = The same host reached { $other } at the same time: its network works.
ev-likewise-told = The same in { $count ->
    [one] one other attempt
   *[other] { $count } other attempts
}.
ev-siblings-clean-told = In the same minutes { $failed } of { $attempts } attempts at { $others ->
    [one] the other address
   *[other] the { $others } other addresses
} failed: the client and its network work.
ev-ended-by-timer-told = The server's side ended the connection { $waited } after it had taken the ClientHello, without a word.
ev-fin-in-handshake-told = The server's FIN came { $after } after the ClientHello had left: an orderly close by whoever holds the connection.
ev-alert-told = The alert { $code } ({ $alert }) was read from the connection.
ev-alert-sent-told = The client sent the alert { $alert } to what it had read.
ev-not-tls-told = The first byte of the answer is no content type of TLS.
ev-hello-copies-told = The client's kernel sent the ClientHello { $copies } times.
ev-segments-without-ack-told = { $count } { $count ->
    [one] segment
   *[other] segments
} came from the server after the connection was made, and acknowledged no byte of the ClientHello.
ev-hole-told = The client's kernel holds segments of the server that lie behind a hole: what was sent before them is missing.
ev-late-hello-told = The ClientHello was acknowledged, and the first byte of the ServerHello came { $late } later (both by the kernel's clock).
ev-flight-pause-told = Between these two things that the server sent, it sent nothing for { $late } (by the kernel's clock).
ev-finished-acked-told = The server's kernel acknowledged the client's last flight of the handshake: small packets pass both ways, and a Finished message is one.
ev-small-segments-told = No segment of this connection carries more than { $bytes } bytes, which every path lets pass.
ev-hello-retry-told = The server's first answer is a HelloRetryRequest.
ev-late-response-told = The request was acknowledged, and the first byte of the response came { $late } later.
ev-client-delay-told = The client's process read this { $length } after its kernel had it.
ev-limit-fired-told = The client's limit { $limit } of { $length } was over.
ev-syn-unanswered-told = The client's kernel sent the SYN { $count ->
    [one] once
   *[other] { $count } times
} in { $length }, and nothing came back.
ev-syn-ack-late-told = The connection was made { $lost } after the first SYN.
ev-refused-told = The kernel reported a reset { $after } after the SYN.
ev-icmp-quotes-syn-told = { $reporter } answered the SYN with ICMP type { $type }, code { $code }.
ev-send-refused-told = The client's own host refused to send: { $error }.
ev-connect-error-told = `connect()` failed with { $error }.
ev-request-acked-told = The server's kernel acknowledged the whole request { $after } after it left.
ev-request-copies-told = The client's kernel sent the request { $copies } times.
ev-ended-without-response-told = The server's side ended the connection { $waited } after the request had been acknowledged.
ev-ended-in-response-told = The server's side ended the connection after { $bytes } bytes of the body.
ev-proxy-request-told = The whole request for the tunnel was sent to the proxy.
ev-proxy-refused-told = The proxy's answer is a refusal, code { $code }.
ev-proxy-closed-told = The proxy ended the connection without an answer.

ev-dns-asked-told = The question was asked { $count ->
    [one] once
   *[other] { $count } times within { $length }
}.
ev-dns-silence-told = After this no response came for { $length }, { $total } after the first question.
ev-dns-late-response-told = The response came { $after } after the first question.
ev-dns-others-answered-told = The same resolver answered the lookup of { $other } meanwhile: the path to it works.
ev-dns-truncated-told = The response is truncated: the client has to ask again over TCP.
ev-dns-sibling-answered-told = The { $answered } question was answered; the { $lost } question left the same socket within a millisecond.
ev-dns-asked-again-told = The { $lost } question was asked again { $after } later.
ev-dns-error-told = { $count ->
    [one] The response says
   *[other] The { $count } responses say
} { $code }, with { $records ->
    [0] no answer records
    [one] one answer record
   *[other] { $records } answer records
}.
ev-dns-answered-told = The resolver answered { $after } after the question: the path to it works.
ev-dns-search-found-told = { $found } was found.
ev-dns-valid-set-told = The answer that was valid then ({ $addresses ->
    [one] one address
   *[other] { $addresses } addresses
}) lacks { $address }.
ev-dns-given-by-told = The address is from the answer of { $resolver }, with a time to live of { $ttl } s, { $age } before the attempt.
ev-dns-other-address-works-told = { $other }, an address of the valid answer, answered.
