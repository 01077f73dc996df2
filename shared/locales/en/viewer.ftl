# The web page.

language-name = English
language = Language
skip = Skip to the content
keys = Keys
open-another = Open…
close = Close
cancel = Cancel

claim = Which phase of a connection stalled, on which address, and which packets show it.
drop-title = Drop captures here, or choose files
drop-hint = pcap or pcapng, also gzip or zstd, or a stallscope report. Several files of one recording are joined.
drop-now = Drop to open
example = Open the example
example-hint = a real capture: one of 8 addresses leaves TLS handshakes without an answer until the client gives up after 10 s
promise-local = Files are read in this page and never uploaded. It works without a network.
promise-large = Captures of gigabytes are read piece by piece; the page keeps working meanwhile.
promise-paste = A report can also be pasted, or opened by a link: add ?report= and its address.

reading = Reading { $file }
reading-link = Reading the report in the link
fetching = Fetching from { $host }
stop-and-show = Stop and show what was read
stopping = Stopping…
bytes-of = { $done } of { $all }
speed = { $bytes } per second
time-left = about { $time } left
memory-used = { $size } of memory
found-so-far = { $packets } packets, { $attempts } attempts, { $failures } failed

failure-gone = { $file } cannot be read any more. Was it moved, changed or deleted? Choose it again.
failure-not-capture = { $file }: { $reason }.
failure-not-report = { $file }: { $reason }.
failure-report-among-others = { $file } is a report, and reports are opened one at a time: drop it alone, or drop the captures it was made from.
failure-report-too-large = { $file } is a report of { $size }, which is more than this page can hold. Make a smaller one with: stallscope analyze --format json, without --all.
failure-only-key-logs = This is a TLS key log. Drop it together with the capture that it belongs to.
failure-broken = The analyser stopped unexpectedly. That is a fault of stallscope and not of your file. The page is still working: open the file again, or another one. Please report it with the words below; they hold nothing of your capture's contents.
failure-late = The analyser stopped unexpectedly. That is a fault of stallscope and not of your file. What is shown here stays; attempts and bytes that were not read yet come when it is started again.
failure-out-of-memory = { $file } needs more memory than this browser gives the page: { $size } were in use when { $done } of { $all } had been read. Stop earlier next time and show what was read, open a part of the capture, or use the command, which needs less: stallscope analyze FILE
silent = Nothing has come from the analyser for { $time }. It may be busy, or the browser may have ended it.
again = Start again
failure-no-workers = The analyser could not be started: its files did not come, or this browser lets the page start no worker, and captures are only read in one. Start again, open the page from a web server instead of from disk, or use the command: stallscope analyze FILE
fetch-not-secure = The address { $host } is neither https nor this page's own server, so nothing was asked of it.
fetch-blocked = Nothing came from { $host }. Either it cannot be reached, or it does not allow other pages to read its files: it would have to answer with the header Access-Control-Allow-Origin: *. You can download the file and drop it here.
fetch-status = { $host } answered with status { $status }.
fetch-too-large = The file at { $host } has { $size }, which is more than is fetched. Download it and drop it here.
fetch-aborted = Fetching from { $host } was cancelled.

summary = Summary
counts = { $count ->
    [one] 1 connection attempt
   *[other] { $attempts } connection attempts
} to { $servers ->
    [one] 1 address.
   *[other] { $addresses } addresses.
}
counts-fine = None failed and none stalled.
counts-trouble = { $failures ->
    [0] None failed,
    [one] 1 failed ({ $share }),
   *[other] { $failed } failed ({ $share }),
} { $stalled ->
    [0] none stalled.
    [one] 1 stalled.
   *[other] { $slow } stalled.
}
no-attempts = There are no connection attempts in it.
capture-line = { $name }: { $packets } packets, { $size }
no-digest = The SHA-256 is not computed while the page reads; get it with: sha256sum { $name }
time-span = { $from } UTC, for { $length }
key-log = { $file }: a TLS key log, kept beside; it is not used for decryption yet
about-capture = About this report ({ $count })
stopped-early = Reading was stopped before the end: this is what was read.
packet-number = packet { $number }

views = Views
tab-servers = Servers
tab-waterfall = Waterfall
tab-attempt = Attempt
tab-packets = Packets
filter = Filter
filter-hint = Filter: ip: out:failed tls>1s …
completions = What can be typed next
n-of-m = { $n } of { $m } attempts
in-time = started { $from } to { $to } after the first packet
show-all = Show all
filter-no-key = “{ $piece }”: there is no such key
filter-no-value = “{ $piece }”: there is no such value
filter-no-length = “{ $piece }”: not a length of time, as 250ms or 1.5s
nothing-left = No attempt is left by this filter and time. Press x to show all.
strip = Time
strip-all = all of the capture; arrows and plus choose a part
strip-part = from { $from } to { $to }
strip-legend = above: went well · below: failed · drag to choose a time

legend = Phases
legend-trouble = stalled or failed
legend-gap = gap
attempts = { $count ->
    [one] 1 attempt
   *[other] { $number } attempts
}
failed = { $number } failed ({ $share })
failed-short = { $number } failed
stalled-count = { $number } stalled
none-failed = none failed
interval = 95 % interval of the share: { $low } to { $high }
no-name = no name · { $family }
names-more = { $name } and { $more } more · { $family }
nameless = no name
rug-label = { $attempts } attempts over time, { $failures } failed
no-phase-completed = no phase completed
medians = median: { $list }
medians-p95 = median: { $list } · 95 % of those done in { $p95 }
ecdf-never = { $share } never finished
ecdf-nobody = nothing finished
ecdf-part = the times of { $kept } of { $all } attempts are held: no line is drawn
ecdf-median = half done in { $time }
column-server = Server
column-attempts = Attempts
column-failed = Failed
column-interval = 95 % interval
column-medians = Medians
column-heat = Failures over time
heat-label = Failures over time, { $server }
heat-hint = one cell is { $length }; point at it or use the arrows, click or Enter shows its attempts
share-below = below { $share }
share-above = { $share } or more
cell = { $at } · { $failed } of { $all } failed
cell-empty = { $at } · no attempts
column-start = Start
column-outcome = Outcome
column-cause = Cause
column-total = Total
column-phases = Phases
column-frame = Frame
column-time = Time (UTC)
column-delta = Delta
column-direction = From
column-flags = Flags
column-seq = Seq
column-ack = Ack
column-length = Length
column-note = Note
show-more = Show { $count } of { $hidden } more

choose-group = Group
group-address = by address
group-name = by name
group-flat = none
choose-order = Order
order-start = by start
order-worst = worst first
order-longest = longest first
choose-axis = Time
axis-relative = from each start
axis-clock = on the clock
choose-spread = Scale
spread-linear = linear
spread-log = logarithmic
zoom-in = Zoom in
zoom-out = Zoom out
pan-left = Earlier
pan-right = Later
zoom-all = All
as-table = As table
gap = gap { $time }
waterfall-label = Attempts and their phases
waterfall-hint = Click a row or press j. Drag to zoom; double-click or Enter opens an attempt.
sent-again = { $count ->
    [one] 1 segment sent again
   *[other] { $number } segments sent again
}
open-attempt = Open
open-attempt-number = Open attempt { $number }

attempt-coming = Reading this attempt…
attempt-missing = This attempt cannot be had any more: open the capture again.
attempt-none = No attempt is selected. Choose one in the waterfall.
attempt-from = from { $client }, { $kind }
neighbours = Other attempts
previous = Previous
next = Next
next-failure = Next failure
find-similar = Find similar
find-cause = Same cause
not-judged = No rule looked at this attempt: of captures with many attempts the worst and a sample are judged. That is something else than healthy.
phases = Phases
phase-awaiting = { $outcome }, awaiting { $awaiting }
silences = Silences
silence-of = without { $awaiting } from the { $end }
rules-out = Ruled out
remedy = What to do:

ladder = Packets in time
ladder-note = Times are those of the capture point. What left it is seen; whether it arrived is only known by its answer.
ladder-label = { $count } packets between client and server
capture-point = capture point
ladder-silence = nothing for { $time }
ladder-silence-awaited = { $time } of silence: the { $end } owed { $awaiting }
ladder-silence-short = { $time } without { $awaiting }
ladder-flights = Acknowledged and in flight
ladder-flight = acked to { $acknowledged }, { $bytes } B in flight
ladder-left-out = { $number } packets between these are not kept
no-packets = No packets of this attempt are here.

and-more = and { $count } more

primitives = Measurements

copy-display-filter = Copy display filter
copy-capture-filter = Copy capture filter
copy-curl = Copy curl command
bytes-none = Choose a packet to see its bytes.
bytes-coming = Reading its bytes…
bytes-missing = The bytes of this packet cannot be read any more.
bytes-not-in-report = A report does not hold the bytes of packets. Drop the capture to see them.
bytes-of-packet = Packet { $number }, { $count ->
    [one] 1 byte
   *[other] { $count } bytes
} captured

field-from = From
field-to = To
field-ttl = TTL
field-ip-id = IP identification
field-sequence = Sequence number
field-acknowledgment = Acknowledgment
field-flags = Flags
field-window = Window
field-options = Options
field-timestamps = TSval, TSecr
field-sack = SACK
field-payload = Payload
field-icmp = ICMP type, code
field-not-read = Headers

keys-title = Keys
keys-filter = The filter takes words and these keys, each of which can be turned around with a minus sign:
key-next = next or previous attempt
key-failure = previous or next failure
key-open = open the selected attempt
key-tab = servers, waterfall, attempt, packets
key-filter = to the filter
key-zoom = zoom in or out
key-pan = earlier or later
key-all = all of the time
key-table = drawings as tables
key-clear = without filter and time
key-strip = choose a time, on the time strip
key-leave = one step back
key-help = this panel

basis-inferred = inferred
basis-reported = told by the client
phase-short-dns = DNS
phase-short-connect = connect
phase-short-proxy = proxy
phase-short-tls = TLS
phase-short-request = request
phase-short-wait = wait
phase-short-receive = receive
phase-outcome-completed = completed
phase-outcome-stalled = stalled
phase-outcome-failed = failed
phase-outcome-not-reached = not reached
phase-outcome-not-observed = not visible
outcome-completed = completed
outcome-handshake-only = connected, nothing asked
outcome-in-progress = unfinished
outcome-closed-by-client = closed by the client
outcome-reset-by-client = reset by the client
outcome-not-observed = not visible here
outcome-syn-unanswered = no answer to SYN
outcome-refused = refused
outcome-unreachable = unreachable
outcome-connect-stalled = connect stalled
outcome-proxy-refused = proxy refused
outcome-proxy-stalled = proxy stalled
outcome-tls-alert = TLS alert
outcome-tls-stalled = TLS stalled
outcome-not-tls = answer is not TLS
outcome-request-stalled = request stalled
outcome-response-stalled = no response
outcome-receive-stalled = response stalled
outcome-closed-by-server = closed by the server
outcome-reset-by-server = reset by the server
outcome-dns-timeout = DNS unanswered
outcome-dns-error = DNS error
outcome-quic-unanswered = no answer to QUIC

note-client-hello = ClientHello
note-server-hello = ServerHello
note-hello-retry-request = HelloRetryRequest
note-client-finished = client Finished
note-server-finished = server Finished
note-session-ticket = session ticket
note-alert = alert
note-request = request
note-response = response
note-proxy-request = proxy request
note-proxy-reply = proxy reply
note-retransmission = retransmission
note-fast-retransmission = fast retransmission
note-spurious-retransmission = spurious retransmission
note-out-of-order = out of order
note-duplicate-ack = duplicate ACK
note-keep-alive = keep-alive
note-keep-alive-ack = keep-alive ACK
note-zero-window = zero window
note-window-full = window full
note-window-update = window update
note-previous-segment-lost = previous segment lost
note-snapped = cut by snapshot length
note-captured-twice = captured twice

share = Share
share-title = Hand this report on
share-intro = Nothing is uploaded: links and files are made in this page, and redacted first.
share-coming = Redacting…
share-link = Link that carries the report
share-target = Fits into
share-teams = Teams, mail (2,000)
share-slack = Slack (4,000)
share-browser = a browser (32,000)
share-base = Viewer
share-length = { $length } of { $most } characters
share-copy = Copy
share-files = Files
share-page = Evidence page
share-ticket = Ticket
share-packets = Cited packets
share-both = page and ticket in English and Chinese
share-taken-out = What is taken out
share-keep = keep
share-changes = Changes
key-share = hand the report on
failure-link = Nothing to show: { $reason }.
