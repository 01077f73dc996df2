# The evidence page: a document that one hands to whoever can mend the fault.

page-title = Connection failures at { $server } ({ $name })
page-title-bare = Connection failures at { $server }
page-title-healthy = Connection attempts without a fault
page-kicker = Evidence for the operator of this address
page-claim-healthy = No attempt failed for a reason that the packets show.
page-observed = What was observed
page-expected = What was expected
page-ruled-out = What is ruled out
page-ask = What we ask you to check
page-ask-times = These attempts failed. Times are UTC by the clock of the capturing host.
page-expected-siblings = At { $others ->
    [one] the other address of the name the same phase ({ $phase }) took { $least } in the median
   *[other] the { $others } other addresses of the name the same phase ({ $phase }) took { $least } to { $most } in the median of each address
} ({ $attempts } attempts in all), and { $slowest } at most.
page-expected-self = Where this phase ({ $phase }) was completed at the same address, it took { $most } in the median of { $attempts }, and { $slowest } at most.
page-expected-nothing = Nothing else of the same kind is in the capture to compare with.
page-not-ruled-out = Nothing else is ruled out by what was captured.
page-certainty = Confidence: { $confidence }. { $meaning }
page-means-certain = An observation excludes every other party.
page-means-likely = Every other cause that fits needs a coincidence as well.
page-means-possible = It fits, and so does a neighbour; what would tell them apart was not observed.
page-party = Party: { $party }

page-addresses = Each address
page-address = Address
page-attempts = Attempts
page-failed = Failed
page-rate = Rate
page-interval = 95 % interval (Wilson)
page-median = { $phase }, median / 95th percentile
page-verdict = Verdict
page-no-verdict = none
page-more-addresses = { $count ->
    [one] One more address is not listed.
   *[other] { $count } more addresses are not listed.
}
page-strip = Every attempt in time: a short mark went well, a tall one with a cross failed.
page-strip-row = { $address }: { $failed } of { $attempts } attempts failed
page-no-interval = The interval says how far the rate may be off with so few attempts.

page-ladders = Packet by packet
page-ladder-failing = Attempt { $id } failed: { $client } to { $server }
page-ladder-healthy = Attempt { $id } went well at a sibling { $apart } apart: { $client } to { $server }
page-ladder-healthy-same = Attempt { $id } went well at the same address { $apart } apart: { $client } to { $server }
page-ladder-caption = Time runs down and counts from the attempt's first packet; the distances are not to scale. Numbers at the edge are packet numbers, as in Wireshark. Times are those of the capture point: whether what left it arrived is known by its answer only.
page-client = client
page-server = server
page-nothing-came = nothing for { $length }
page-nothing-awaited = nothing for { $length }, awaited: { $awaited }
page-packets-between = { $count ->
    [one] one packet not shown
   *[other] { $count } packets not shown
}

page-packets = Packets that show it
page-packets-of = Attempt { $id }, { $client } to { $server }
page-number = Packet
page-time = Time (UTC)
page-from = From
page-flags = Flags
page-seq = Seq
page-ack = Ack
page-length = Bytes
page-window = Window
page-ttl = TTL
page-shows = What it shows
page-filters = Find them again
page-filter-wireshark = Wireshark, these packets of the capture
page-filter-flow = Wireshark, this connection
page-filter-tcpdump = tcpdump, on either side
page-sequence-note = Sequence numbers are relative to the first of each side, as Wireshark shows them.

page-reproduce = Reproduce it
page-reproduce-note = Each command goes to the address in question, whatever DNS answers. Repeat it: a share of { $rate } shows after about { $times } attempts with 95 % certainty.
page-reproduce-note-bare = Each command goes to the address in question, whatever DNS answers.
page-reproduce-curl = curl: how long each phase takes
page-reproduce-openssl = openssl: only the TLS handshake
page-reproduce-dig = dig: the same question to the same resolver
page-reproduce-capture = Capture it, and let stallscope read the capture

page-environment = Where and how it was captured
page-capture = Capture
page-format = Format
page-size = Size
page-packet-count = Packets
page-from-to = From, to (UTC)
page-drops = Dropped by the kernel
page-drops-unknown = the file does not say
page-quality = Missing or damaged
page-quality-none = nothing cut, repeated or missing
page-quality-snapped = { $count } packets cut by the snapshot length
page-quality-duplicates = { $count } packets captured twice
page-quality-unseen = { $count } acknowledged segments not captured
page-quality-one-sided = { $count } connections seen in one direction only
page-quality-midway = { $count } connections joined midway
page-vantage = Vantage point
page-vantage-client = at the client
page-vantage-server = at the server
page-vantage-between = between client and server
page-vantage-unknown = unknown
page-clock = Clock
page-clock-steady = the capture's clock never went back
page-clock-back = the capture's clock went back { $count } times, by { $largest } at most
page-tool = Made by
page-made-at = Made at
page-sha256 = SHA-256

page-method = Method
page-method-text = stallscope reads a packet capture, cuts the time of every connection attempt into phases (DNS, TCP connect, TLS, request, wait, response) and asks a fixed list of rules what each packet, and each absence of packets, means. A verdict rests on cited packets and says what they exclude; what packets cannot prove is said to be undecided.
page-limits = Limits
page-limits-text = The capture shows what passed one point. Times on encrypted connections are concluded from the order, direction and size of records. What was not captured is not claimed, and is never counted as zero. How well the clock of the capturing host was set is not recorded: to find these connections elsewhere, go by addresses, source ports and sequence numbers first, and by the time second.
page-redactions = Left out before sharing
page-redactions-none = Nothing was left out.
page-redactions-note = Stand-ins such as client-1 mean the same host wherever they stand. Server addresses, times, source ports and request ids are as captured.
page-kept = Kept by choice: { $items }
page-item-client-ip = addresses of clients
page-item-resolver-ip = addresses of internal resolvers
page-item-router-ip = addresses of routers
page-item-other-ip = other addresses
page-item-mac = link-layer addresses
page-item-other-names = names of other hosts
page-item-other-flows = attempts and lookups of other hosts
page-item-urls = paths and queries of requests
page-item-users = accounts
page-item-file-names = names of files and interfaces
page-item-comments = comments in the capture
page-item-payload = bytes that were sent
page-item-unknown = texts without a rule
page-left-out = { $count ->
    [one] One attempt is counted and not listed: { $because }
   *[other] { $count } attempts are counted and not listed: { $because }
}

page-integrity = Check this page
page-integrity-text = This page needs no network, and what it says is there without scripts. It was written from the report inside it, and from nothing else; where the capture was at hand, the packets of the attempts above are inside too. `stallscope verify FILE` computes the digests anew, writes the page again and compares, and tells the verdict again from the packets.
page-data-digest = SHA-256 of the data in this page
page-packets-digest = SHA-256 of the packets in this page
page-no-packets = Packets are not in this page.
page-print = Print this page, or save it as PDF, with the browser.
page-viewer-open = Open the interactive view
page-viewer-failed = The interactive view cannot start in this browser. The document says everything.
page-viewer-close = Back to the document
page-viewer-only = This page holds one report. To open other captures, use the viewer or the command: stallscope serve

page-ask-times-probed = These attempts failed. Times are UTC by the clock of the host that made them.
page-client-port = Client and source port
page-where = Phase, how long, what was awaited
page-more-failing = { $count ->
    [one] One more attempt failed there.
   *[other] { $count } more attempts failed there.
}
page-percentiles = Medians and percentiles are over the attempts in which the phase was completed.
page-nothing-answered = no { $awaited } for { $length }; kernel answered { $count } ×
page-ladders-probed = Step by step
page-ladder-caption-probed = What the sockets of the client were told. Time runs down and counts from the attempt's start, by the client's kernel where it gave a time; the distances are not to scale. Numbers at the edge are those of the events in the tables below. The arrows are concluded from these events: no packets were captured.
page-events = Events that show it
page-event = Event
page-time-kernel = Kernel (UTC)
page-time-client = Process (UTC)
page-event-what = What happened
page-events-note = “Kernel” is when the client's kernel sent or had it (SO_TIMESTAMPING); “Process” is when the client learned of it. An acknowledgement is the other kernel's word that the bytes arrived. The filters below find the same connections in a capture of either side.
page-probed = Observed by
page-probed-how = stallscope's own client on its own sockets, with the kernel's time stamps, TCP_INFO, and a TCP keep-alive each second; no packets were captured
page-probed-target = What was asked for
page-probed-clock = { $stamped } of the { $attempts } attempts that are held here in full have time stamps of the kernel; how well its clock was set is not recorded
page-probed-delay = Longest that the client itself was late in them
page-probed-limits = Limits of the client that ended attempts
page-method-rule = The rule behind this verdict is { $cause } ({ $slug }).
page-method-text-probed = stallscope made fresh connections to every address of the name, one after the other at fixed times, and noted what its sockets and its kernel said of each: when bytes left, when the other kernel acknowledged them, when an answer came. It cuts the time of every attempt into phases (DNS, TCP connect, TLS, request, wait, response) and asks a fixed list of rules what each event, and each absence of events, means. A verdict rests on cited events and says what they exclude; what sockets cannot prove is said to be undecided.
page-limits-text-probed = The client's sockets show what its kernel was told. Single packets, their order and their TTL were not seen, and nothing is claimed of them; what was not observed is never counted as zero. How well the clock of that host was set is not recorded: to find these connections elsewhere, go by addresses and source ports first, and by the time second.
page-removed = { $what }: { $count ->
    [one] in one place
   *[other] in { $count } places
}
page-tick = Finest time step
page-snap-length = Snapshot length
page-offload = Segmentation offload
page-offload-seen = { $count ->
    [one] one segment is larger than any packet on the wire
   *[other] { $count } segments are larger than any packet on the wire
}: captured before the card cut them, or after it joined them
page-open-viewer = Open the report of this page in the viewer. The link carries it; no server gets it.

page-event-syn-sent = SYN sent
page-event-connected = SYN-ACK: connected
page-event-connect-failed = connect() failed
page-event-proxy-asked = proxy asked
page-event-proxy-answered = proxy answered
page-event-client-hello-written = ClientHello sent
page-event-client-hello-acknowledged = ClientHello acknowledged
page-event-server-hello = ServerHello, first byte
page-event-not-tls = answer that is not TLS
page-event-record = TLS record
page-event-server-flight-complete = server's flight complete
page-event-alert-received = alert
page-event-alert-sent = alert sent
page-event-finished-written = Finished sent
page-event-finished-acknowledged = Finished acknowledged
page-event-handshake-done = handshake done
page-event-connection-used = first request on the connection answered
page-event-request-begun = request begun
page-event-request-written = request sent
page-event-request-acknowledged = request acknowledged
page-event-response-begun = response, first byte
page-event-head-read = head of the response read
page-event-body-resumed = body goes on
page-event-last-data = last bytes that came
page-event-body-read = body complete
page-event-closed-by-server = closed by the server
page-event-broken = connection broke
page-event-peer-alive = keep-alive acknowledged
page-event-limit-fired = limit of the client
page-event-interrupted = ended by the user
page-event-lost-race = given up: another attempt of the race was connected first
page-event-closed-by-client = closed by the client
page-event-dns-query = DNS query
page-event-dns-response = DNS response
page-event-quic-initial-sent = Initial packet sent
page-event-quic-answered = server's first datagram
page-event-quic-retry = Retry: the server wants the address confirmed
page-event-quic-version-negotiation = Version Negotiation
page-event-quic-handshake-confirmed = handshake confirmed by the server
page-event-quic-connection-closed = connection closed by the server
page-event-quic-stateless-reset = stateless reset
page-event-http3-stream-reset = stream ended by the server

# In the dialog that hands a report on; the page that shows it gets them written.

share-no-base = Put this behind the address of any stallscope viewer, or type that address above.
share-no-link = Not even the addresses fit into { $most } characters. Choose a longer link, or a file.
share-sizes = As JSON the report has { $before } before and { $after } after.
