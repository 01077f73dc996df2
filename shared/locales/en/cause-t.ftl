# Faults of TCP connection establishment.

t1-statement = { $count } SYNs from { $client } to { $server } over { $length } had no reply of any kind.
t1-remedy = Please check access lists, null routes and the return route to { $client } for { $server } at the listed times. A capture on { $address } says whether the SYNs arrive; SYNs with a limited TTL say after which hop they vanish.
t1-once-statement = The one SYN from { $client } to { $server } had no reply of any kind.
t1-once-remedy = Please repeat with a client that waits for more than a second: one lost packet looks the same. If it stays silent, check access lists and routes for { $server }.
t1-delay-statement = The connection to { $server } took { $lost } longer than it had to: { $count ->
    [one] the first SYN was
   *[other] the first { $count } SYNs were
} not answered, a later one was.
t1-delay-remedy = Please check for loss on the path from { $client } to { $server }, and `nstat -az TcpExtListenDrops` on { $address }, at the listed times.

t2-statement = { $server } left { $count } SYNs of port { $port } unanswered while connections that it had taken before waited for its process: its accept queue is full.
t2-remedy = Please check on { $address } at the listed times `nstat -az TcpExtListenOverflows TcpExtListenDrops` and `ss -ltn` (Recv-Q against Send-Q). A larger backlog hides it; the loop that calls accept() is what does not run.
t2-established-statement = { $server } answered the SYN of port { $port } and acknowledged nothing after it, while connections that it had taken before waited for its process: its accept queue is full.
t2-established-remedy = Please check on { $address } at the listed times `nstat -az TcpExtListenOverflows TcpExtSyncookiesSent` and `ss -ltn` (Recv-Q against Send-Q). If those do not grow, a device on the way drops what follows the handshake.
t2-delay-statement = { $server } let { $lost } pass before it took the connection of port { $port }, while others that it had taken waited for its process.
t2-delay-remedy = Please check on { $address } at the listed times `nstat -az TcpExtListenOverflows TcpExtListenDrops` and the latency of the loop that calls accept().

t3-statement = The connection to { $server } took { $lost }: the server had the first SYN, and its SYN-ACK was lost or late on the way back.
t3-remedy = Please check for loss and asymmetric routing on the path from { $address } to { $client } at the listed times.

t4-statement = { $server } repeated its SYN-ACK { $count ->
    [one] once more
   *[other] { $count } more times
} although the client's ACK left in packet { $ack }: what the client sends after the SYN does not reach the server.
t4-remedy = The ACK (packet { $ack }) and all data of source port { $port } are dropped between us. Please check for an asymmetric path through a stateful firewall (state bypass, symmetric routes), and `nstat -az TcpExtListenOverflows` on { $address }.

t5-statement = { $server } refused the connection: a reset answered the SYN after { $after }.
t5-remedy = Please check that the service on { $server } is running and listens on that address and port.
t5-firewall-statement = The reset that answered the SYN to { $server } after { $after } did not come from the server: a device on the way refuses in its place.
t5-firewall-remedy = Please check the rules for { $server } on the firewalls between, beginning with the nearest: one rejects with a TCP reset.

t6-prohibited-statement = { $reporter } prohibits the connection to { $server } (ICMP type { $type }, code { $code }).
t6-prohibited-remedy = Please check the rule on { $reporter } that rejects { $client } to { $server }.
t6-route-statement = { $reporter } has no way to { $server } (ICMP type { $type }, code { $code }).
t6-route-remedy = Please check the route to { $address } on { $reporter }, and, if it is the last router, whether the host is up.
t6-loop-statement = The SYN to { $server } went round in a loop until { $reporter } dropped it (ICMP type { $type }, code { $code }).
t6-loop-remedy = Please check the routes to { $address } on { $reporter } and its neighbours.
t6-port-statement = The host { $reporter } says that it does not serve { $server } (ICMP type { $type }, code { $code }).
t6-port-remedy = Please check that the service on { $server } is running, and the host's own firewall.

t7-statement = { $server } dropped the first SYN of each of { $count } attempts and answered the second: a source check that costs every new connection { $lost }.
t7-remedy = Please put the client's addresses on the allow list of the flood protection in front of { $address }, or let it use SYN cookies.

t8-statement = { $count } connections to { $addresses } addresses got no answer at the same moment, and the same addresses answered before and after: source NAT or connection tracking on the client's side was full, or its first hops dropped everything.
t8-remedy = Please check on the client's node and NAT gateway at the listed times: ports per destination, `conntrack -S` (insert_failed, drop), `nf_conntrack: table full`. A capture on the uplink says whether the SYNs left.

t9-statement = { $server } ignores SYNs with TCP timestamps from { $client } and answers those without.
t9-remedy = Please check { $address } for tcp_tw_recycle or a PAWS check by host, which drops clients that share one address. For a test: `sysctl net.ipv4.tcp_timestamps=0` on the client.
t9-delay-statement = { $server } answered only when the client left TCP options out of its SYN, which cost { $lost }.
t9-delay-remedy = Please check { $address } and the devices before it for handling of TCP timestamps (tcp_tw_recycle, PAWS by host).

t10-statement = { $server } answered the SYN of port { $port } for an older connection of the same ports that it still knows, and took no new one.
t10-remedy = Please check { $address } and the load balancer in front for connections of source port { $port } that never ended (`ss -tan state close-wait`), and their idle timeouts.
t10-delay-statement = { $server } first answered the SYN of port { $port } for an older connection of the same ports, which cost { $lost }.
t10-delay-remedy = Please check { $address } and the load balancer in front for connections of source port { $port } that never ended (`ss -tan state close-wait`).
t10-silent-statement = { $server } left { $count } SYNs of port { $port }, which had been used before, unanswered, and answered other ports at the same time.
t10-silent-remedy = Please check { $address } and the devices before it for state of the older connection of source port { $port }; a new port tells at once.

t12-statement = The connection to { $server } took { $lost }: the SYN was answered when it was sent for the seventh time.
t12-remedy = Please check the overlay network on the client's node: `ethtool -K flannel.1 tx-checksum-ip-generic off` (or the device of the overlay) as a test, and a kernel with commit ea64d8d6c675.

t13-statement = { $server } did not answer over IPv6, and the client went on over IPv4 ({ $other }) after { $delay }: IPv6 to this address is broken.
t13-remedy = Please check the IPv6 path from { $client } to { $address }, or withdraw the AAAA record of { $name }. Every new connection pays { $delay } for it.

t14-statement = SYNs to { $server } that ask for ECN get no answer; without ECN the server answers, { $lost } later.
t14-remedy = Please check the firewalls between for rules on TCP flags (ECE and CWR, "invalid TCP flag"). On the client: `sysctl net.ipv4.tcp_ecn=2`.
t14-failed-statement = SYNs to { $server } that ask for ECN fail, and those that do not are answered.
t14-failed-remedy = Please check the firewalls between for rules on TCP flags (ECE and CWR, "invalid TCP flag"). On the client: `sysctl net.ipv4.tcp_ecn=2`.

t15-statement = The SYN with fast open to { $server } got no answer; without it the server answered, { $lost } later.
t15-remedy = Please check the firewalls between for rules on TCP option 34 and on data in SYNs. On the client: `sysctl net.ipv4.tcp_fastopen=0`.

t16-statement = Round trips to { $server } took up to { $longest } while the same host moved bulk data with { $other }: its own link is full.
t16-syn-statement = The connection took { $lost } longer than it had to: its SYN was sent again while the same host moved bulk data with { $other }, whose round trips took up to { $longest }: its own link is full.
t16-remedy = Please limit the bulk transfer or its connections, or have the access router manage its queue (fq_codel, CAKE) at the link's rate.

t17-statement = The SYN to { $server } was answered by { $from }: the answer has the SYN's number and another address.
t17-remedy = Please check the load balancer of { $address } for client address preservation with targets on the client's own node or network: the way back does not pass it.

t18-statement = No attempt of { $own } at { $server } was answered ({ $failures } of { $failures }), and all { $others } of { $neighbour } were, in the same minute.
t18-remedy = Please check filters and rate limits for the source { $own } at { $server } and in front of it.

ev-syns-unanswered = { $count } SYNs (packets { $packet } to { $last }, over { $length }) got no answer: no SYN-ACK, no reset, no ICMP error.
ev-syn-unanswered = The SYN in packet { $packet } got no answer: no SYN-ACK, no reset, no ICMP error.
ev-syn-ack-of-earlier-syn = The SYN-ACK in packet { $last } came after { $count } SYNs, { $lost } after the first, and answers an earlier one than the last: the server had it.
ev-syn-ack-of-last-syn = The SYN-ACK in packet { $last } came after { $count } SYNs (from packet { $packet } on) and answers the last one, sent { $lost } after the first.
ev-syn-ack-late = The SYN-ACK in packet { $last } came after { $count } SYNs, { $lost } after the first; nothing tells which one it answers.
ev-syn-ack-again = The SYN-ACK came once more in packet { $packet }, after that in packet { $first }.
ev-others-answered = { $other } answered a SYN of the same host at that time (packet { $packet }).
ev-data-unacked = The SYN-ACK came in packet { $syn_ack }; the data from packet { $packet } on, sent { $copies } times in all, was never acknowledged.
ev-data-acked-late = The SYN-ACK came in packet { $syn_ack }; the ClientHello in packet { $packet } was sent again and again, and acknowledged in packet { $last }, { $after } later.
ev-sibling-stalled = At the same time the server's kernel had taken the bytes of port { $port } (packet { $packet }), and its process did not answer them (packet { $last }).
ev-endpoint-answered = The same endpoint answered the SYN of port { $port } in packet { $packet }: path and host work.
ev-syn-ack-repeated = The server repeated its SYN-ACK in packets { $packet } to { $last }, { $length } after the first, although the client had sent its ACK in packet { $ack } and data in packet { $data }.
ev-syn-arrived = The SYN-ACK in packet { $packet } came { $after } after the SYN: both directions passed that far.
ev-refused = The reset in packet { $packet } answered the SYN after { $after }, with TTL { $ttl }.
ev-refused-other-ttl = The reset in packet { $packet } has TTL { $ttl }; SYN-ACKs of the same address have { $usual } (packet { $answer }).
ev-refused-same-ttl = The reset in packet { $packet } has TTL { $ttl }, as the SYN-ACK of the same address in packet { $answer } has.
ev-refused-too-soon = The reset came after { $after }; a round trip to { $other } at the same site takes { $round_trip } (packet { $packet }).
ev-icmp-quotes-syn = Packet { $packet } is an ICMP error of { $reporter } that quotes the SYN, { $after } after it: type { $type }, code { $code }.
ev-every-first-syn = All { $count } attempts at this endpoint (from packet { $packet } to { $last }) lost their first SYN and no other packet.
ev-burst-silent = { $count } SYNs to { $addresses } addresses within { $length } (packets { $packet } to { $last }) got no answer, and no SYN of that moment did.
ev-burst-around = SYNs of the same host were answered before (packet { $packet }) and after (packet { $last }).
ev-bare-syn-answered = With timestamps { $failures } of { $attempts } SYNs failed, without them none of { $others } (packet { $packet }).
ev-challenge-ack = Packet { $packet } answers the SYN in packet { $syn } after { $after } with a bare ACK of { $acknowledges }; { $due } was due.
ev-port-used-before = Source port { $port } was used for another connection until packet { $packet }, { $ago } before.
ev-each-63-seconds = { $count ->
    [one] Another attempt
   *[other] { $count } other attempts
} that began at another time (packet { $packet }) took as long.
ev-fallback-answered = The same host's SYN to { $other } in packet { $packet }, { $delay } later, was answered in packet { $last }.
ev-family-never-answered = { $count ->
    [one] The only attempt
   *[other] None of { $count } attempts
} over IPv6 at this address (from packet { $packet } on) { $count ->
    [one] was not answered
   *[other] was answered
}.
ev-ecn-syn = The SYN in packet { $packet } asks for ECN (ECE and CWR); the one in packet { $plain } does not.
ev-plain-syn-answered = A SYN without ECN was answered in packet { $packet }.
ev-fast-open-syn = The SYN in packet { $packet } has the fast open option and { $bytes ->
    [0] no data
    [one] one byte of data
   *[other] { $bytes } bytes of data
}; the one in packet { $plain } has neither.
ev-round-trips-vary = Round trips of this connection (packets { $packet } to { $last }) took from { $shortest } to { $longest }.
ev-bulk-beside = At the same time { $bytes } bytes were moved with { $other } (packets { $packet } to { $last }), whose round trips went from { $shortest } to { $longest }.
ev-syn-ack-from-elsewhere = The SYN in packet { $syn } was acknowledged by { $from } in packet { $packet }, { $after } later.
ev-neighbour-served = All { $others } attempts of { $neighbour } at this endpoint were answered (packet { $packet }); { $failures } of { $failures } of { $own } were not.

missing-tcp-timestamps = nothing tells which of the SYNs was answered: TCP timestamps are off, and no later round trip is known
collect-tcp-timestamps = repeat with TCP timestamps on (`sysctl net.ipv4.tcp_timestamps=1`)
missing-round-trip = no round trip of data is known to compare the SYN-ACK with
collect-more-of-connection = capture the connection until data was exchanged
