# What the page's worker writes: what is said of captures and links, and the facts of an attempt.

vantage-client = captured on the client's side
vantage-probe = told by a probe on the client's host: no packets were captured
vantage-server = captured on the server's side
vantage-between = captured between client and server
vantage-unknown = capture point not known
rows-left-out = This report holds { $kept } of { $all } attempts in full: the worst and a sample. Counts are over all of them, drawings over those.
rows-in-link = It holds { $kept } of { $all } attempts: counts are over all of them, drawings over those.
quality-kernel-drops = { $count ->
    [one] 1 packet was
   *[other] { $count } packets were
} dropped by the capturing host: what looks lost may just not have been captured.
quality-snapped = { $count ->
    [one] 1 of { $all } packets was
   *[other] { $count } of { $all } packets were
} cut by the snapshot length: headers count, contents are missing.
quality-one-sided = Of { $count ->
    [one] 1 connection
   *[other] { $count } connections
} only one direction was captured.
quality-joined-midway = { $count ->
    [one] 1 connection was
   *[other] { $count } connections were
} under way already when the capture began.
quality-acked-not-captured = { $count ->
    [one] 1 segment
   *[other] { $count } segments
} arrived that the capture does not have.
quality-duplicates = { $count ->
    [one] 1 packet was
   *[other] { $count } packets were
} captured twice; the copies count nowhere.
quality-time-went-back = { $count ->
    [one] 1 packet has
   *[other] { $count } packets have
} a time before the packet in front of it.

proof-probes = { $count ->
    [one] 1 probe was answered meanwhile, so its kernel was alive
   *[other] { $count } probes were answered meanwhile, so its kernel was alive
}
proof-same-side = the same side was seen again later
proof-running = the capture went on
proof-no-drops = the capturing host dropped nothing
proof-drops = the capturing host dropped { $count } packets
proof-lost = it is known to have sent { $bytes } bytes that did not come

facts-probe = Probe
facts-events = What its socket saw
event-times = { $kernel } in the kernel, { $program } in the program
fact-target = Asked for
fact-arm = Arm
fact-hop = Redirect
fact-limit = Limit that ended it
fact-error = Error that ended it
fact-delay = Latest that the program learned of something
facts-tls = TLS
facts-client = Client's TCP
facts-server = Server's TCP
facts-http = { $count ->
    [one] 1 request
   *[other] { $count } requests
}
fact-sni = Server name
fact-version = Version
fact-cipher = Cipher suite
fact-group = Group
fact-alpn = Application protocol
fact-alpn-offered = Protocols offered
fact-resumed = Resumed
fact-retry = HelloRetryRequest
fact-hello-size = ClientHello
fact-hello-unacked = Not acknowledged
fact-key-shares = Key shares
fact-ech = ECH
fact-ja4 = JA4
fact-certificate = Certificate
fact-issuer = Issuer
fact-validity = Valid
fact-alerts = Alerts
fact-not-tls = Answered instead
fact-options = Options
fact-ttl = TTL
fact-packets = Packets
fact-bytes = Payload
fact-missing = Not captured
fact-in-flight = Most in flight
fact-largest = Largest segment
fact-window = Smallest window
hello-size = { $bytes } bytes in { $count ->
    [one] 1 segment
   *[other] { $count } segments
}
bytes-count = { $count } bytes
encrypted = encrypted
encrypted-request = (encrypted)
no-response = no response
yes = yes
no = no

acked-of = { $acked } of { $all } bytes
answered-of = { $answered } of { $all }
packets-count = { $count ->
    [one] 1 packet
   *[other] { $count } packets
}
copy-of = copy { $copy } of { $copies }
m1 = Round trip of the SYN
m2 = Client, before its ClientHello
m3 = ClientHello acknowledged
m4 = Server, before its ServerHello
m5 = Client's kernel, acknowledging
m6 = Client, after the server's flight
m7 = Server, before its response
m8 = Sent by the server, never seen
m9 = Selective acknowledgements
m10 = Which copy was answered
m11 = Unseen packets, by IP identification
m12 = Times to live
m13-client = Options of the client's SYN
m13-server = Options of the SYN-ACK
m14 = Probes answered in the silence
m15 = Client keeps to a period
m16 = Timer that ended the wait
