# What packets show. Every sentence can be checked in Wireshark by the packet numbers in it.

ev-last-packet = Packet { $packet } is the last one of this attempt.
ev-silence = After packet { $packet } nothing new came for { $length }.
ev-hello-acked = The server's kernel acknowledged all { $bytes } bytes of the ClientHello (packet { $hello }) in packet { $packet }, { $after } later.
ev-hello-unread = The server's first TLS byte came in packet { $packet }, { $after } after the ClientHello, when the client had closed.
ev-sequence-unchanged = Packet { $packet }, sent { $length } later by the server, still has the sequence number of a host that has sent { $bytes ->
    [0] nothing
    [one] one byte
   *[other] { $bytes } bytes
}: nothing was sent and lost meanwhile.
ev-probes-answered = The server's kernel answered { $answered } of { $probes } probes in between (packets { $packet } to { $last }), the slowest in { $slowest }.
ev-one-ttl = Every packet from the server's address has TTL { $ttl }, from packet { $packet } on: one host speaks.
ev-identification-continuous = The IP identifications of the server's { $packets } packets ({ $packet } to { $last }) go up one by one: no packet of it is missing.
ev-identification-gap = The IP identifications of the server leave out { $missing } (around packets { $packet } to { $last }): it sent packets that never came here.
ev-prompt-hello = The ClientHello (packet { $packet }) left { $think } after the SYN-ACK: the client's process was awake.
ev-sibling-proven = Another attempt at the same endpoint shows the same silence with proof, up to packet { $packet }.
ev-ended-by-timer = Packet { $packet } ended the connection after { $waited } without a word: the server's side gave up waiting.
ev-reset = Packet { $packet } is a reset with TTL { $ttl }, { $after } after what it answers.
ev-reset-stranger = The reset in packet { $packet } was not made by the server: TTL { $ttl } where its packets have { $usual }, { $after } after what it answers, or the server spoke on after it.
ev-reset-socket = The reset in packet { $packet } is one of the connection's own socket: it goes on with the sequence number, TTL { $ttl } and options of the flow.
ev-reset-no-socket = The reset in packet { $packet } comes from a host that knows nothing of the connection: no ACK flag, no options, window 0, the sequence number that we had acknowledged.

missing-server-liveness = no packet of the server came late enough in the silence to show whether it had sent anything
missing-direction = only packets of one direction were captured
missing-packets = the capture lacks packets that arrived
missing-handshake = the beginning of the connection was not captured

collect-keep-alive = repeat with TCP keep-alive at 1 s, as stallscope probe does, and capture again
collect-both-directions = capture where both directions pass
collect-from-start = capture from before the connection began
collect-all-packets = capture again without drops: a larger buffer (`tcpdump -B 65536`) and a narrower filter
collect-arms = repeat with one thing changed at a time (small and large ClientHello, other server name, smaller MSS)

undecided-statement = The { $name } attempt from { $client } to { $server } failed, and the packets do not say whose fault it is: { $what }.
undecided-remedy = To decide it: { $collect }.
undecided-bare-statement = The { $name } attempt from { $client } to { $server } failed, and nothing in the packets tells whose fault it is.
undecided-bare-remedy = Capture more of it: both directions, from before the connection began, and ICMP (`host { $address } or icmp or icmp6`).
undecided-one-sided-statement = The { $name } attempt from { $client } to { $server } failed, and only packets of one direction were captured: nobody can be accused.
undecided-one-sided-remedy = Capture again where both directions pass, for example on the client's outermost interface.
