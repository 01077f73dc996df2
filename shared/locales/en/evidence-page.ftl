# The evidence page: a document that one hands to whoever can mend the fault.

page-title = Connection failures at { $server } ({ $name })
page-title-bare = Connection failures at { $server }
page-title-healthy = Connection attempts without a fault
page-kicker = Evidence for the operator of the address
page-claim-healthy = No attempt failed for a reason that the packets show.
page-observed = What was observed
page-expected = What was expected
page-ruled-out = What is ruled out
page-ask = What we ask you to check
page-ask-times = These attempts failed. Times are UTC, by the clock of the capturing host.
page-expected-siblings = At { $others ->
    [one] the other address
   *[other] the { $others } other addresses
} of the name the same phase ({ $phase }) took { $median } in the median of { $attempts } attempts, and { $slowest } at most.
page-expected-self = In the attempts that went well at the same address this phase ({ $phase }) took { $median } in the median of { $attempts }, and { $slowest } at most.
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
page-ladder-caption = Time runs down and counts from the attempt's first packet; the distances are not to scale. Numbers at the edge are packet numbers, as in Wireshark.
page-client = client
page-server = server
page-nothing-came = nothing for { $length }
page-nothing-awaited = nothing for { $length }, awaited: { $awaited }
page-packets-between = { $count ->
    [one] one packet not shown
   *[other] { $count } packets not shown
}

page-what = What was awaited
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
page-method-text = stallscope reads a packet capture, cuts the time of every connection attempt into phases (DNS, TCP connect, TLS, request, wait, response) and asks a fixed list of rules what each packet, and each absence of packets, means. A verdict rests on cited packets and says what they exclude; what packets cannot prove is said to be undecided. The rule behind this verdict is { $cause } ({ $slug }).
page-limits = Limits
page-limits-text = The capture shows what passed one point. Times on encrypted connections are concluded from the order, direction and size of records. What was not captured is not claimed, and is never counted as zero.
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
page-integrity-text = This page needs no network and runs no script. It holds the report and, where the capture was at hand, the packets of the attempts above. `stallscope verify FILE` computes the digests anew, and the verdict from the packets.
page-data-digest = SHA-256 of the data in this page
page-packets-digest = SHA-256 of the packets in this page
page-no-packets = Packets are not in this page.
page-print = Print this page, or save it as PDF, with the browser.
