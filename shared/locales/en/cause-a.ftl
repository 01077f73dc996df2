# Faults after the handshake: requests and responses.

a1-statement = { $server } acknowledged the request for { $name } within { $acked }, stayed reachable, and sent no byte of a response for { $waited }: its kernel and the path work, the application does not answer.
a1-remedy = Please look up the request from { $client } at the listed times in the logs of { $address } and of what stands behind it: time in queue, time of the origin, worker saturation.
a1-ended-statement = { $server } acknowledged the request for { $name } within { $acked }, sent no byte of a response, and ended the connection itself after { $waited }.
a1-ended-remedy = Please check whose timer ended the request from { $client } after { $waited } (load balancer, gateway, application server), and what it waited for behind { $address }.

a2-statement = { $missing } of { $bytes } bytes of the request for { $name } were sent to { $server } { $copies } times after a good handshake and never acknowledged: they, or every acknowledgement of them, were lost on the way.
a2-remedy = Please check the path between { $client } and { $address } at the listed times: filters that act after the handshake, a load balancer that moved the flow, loss. Repeat with a smaller request and with TCP keep-alive at 1 s.
a2-large-statement = { $missing } of { $bytes } bytes of the request for { $name } were sent to { $server } { $copies } times and never acknowledged, while all smaller packets of the client had arrived: packets of full size may not fit the path.
a2-large-remedy = Please check the MTU of the path from { $client } to { $address }, and whether ICMP "fragmentation needed" is filtered; repeat with a request that fits one small packet, and with a smaller MSS.

a3-statement = { $server } stopped in the middle of the response for { $name } after { $bytes } bytes and sent nothing for { $waited }, with nothing in flight, the client's window open and its kernel reachable: the process that writes the response stopped.
a3-remedy = Please look up the response to { $client } at the listed times in the logs of { $address } and of what stands behind it: a stalled origin or back end, a blocked writer, a buffer that is not flushed.
a3-sealed-statement = The client gave up the request for { $name } after { $seconds } s; { $server } had stopped after { $bytes } bytes and sent nothing for { $waited }, with nothing in flight. TLS hides whether the response was whole, but the client was still waiting.
a3-sealed-remedy = Please compare the length of the response to { $client } in the logs of { $address } with the { $bytes } bytes of its connection, and look for a stalled origin or back end at the listed times.
a3-limit-statement = The client left when { $seconds } s of the request for { $name } were over, { $waited } after the last byte from { $server } ({ $bytes } bytes in all): a time limit in the middle of a response looks so. TLS hides whether the response was whole.
a3-limit-remedy = The client's log tells: an error about a timeout, or none. If there is one, please compare the length of the response in the logs of { $address } with the { $bytes } bytes of its connection.
a3-alike-statement = { $server } stopped after { $bytes } bytes of the connection for { $name } and sent nothing for { $waited }, as on other connections that the client gave up by its time limit.
a3-alike-remedy = Please compare the length of the response to { $client } in the logs of { $address } with the { $bytes } bytes of its connection, and look for a stalled origin or back end at the listed times.
a3-unsure-statement = The client left { $seconds } s after the last byte from { $server } ({ $bytes } bytes in all): a read timeout in the middle of a response looks so, and so does an idle connection of a pool. TLS hides which.
a3-unsure-remedy = The client's log tells which: an error about reading, or none. To see it in packets, capture with the TLS keys.

a4-client-statement = The client { $client } closed its receive window { $count ->
    [one] once
   *[other] { $count } times
}, for { $length } at the longest: it did not read, and { $server } had to wait.
a4-client-remedy = Please check what the client does with what it receives: a slow consumer behind it, a blocked or busy thread, a receive buffer that is too small.
a4-server-statement = { $server } closed its receive window { $count ->
    [one] once
   *[other] { $count } times
} during the upload, for { $length } at the longest: it did not read, and the client had to wait.
a4-server-remedy = Please check at { $address } what reads the uploads at the listed times: disk or back end that is slow, a blocked worker, a receive buffer that is too small.

a5-statement = The connection to { $server } was ended in the middle of the response for { $name }, after { $bytes } bytes.
a5-remedy = Please look up at { $address }, for client port { $port } at the listed times, what ended the response: a crash or restart, a limit of size or time, a back end that went away.
a5-unanswered-statement = { $server } took the request for { $name } and ended the connection { $after } later without a response.
a5-unanswered-remedy = Please look up at { $address }, for client port { $port } at the listed times, why the connection was ended (packet { $packet }): a crash, a limit, a filter of requests, a client certificate that is missing.
a5-sealed-statement = The connection to { $server } was ended { $waited } after { $bytes } bytes, without a goodbye in TLS and while the client was still there: the response for { $name } was probably cut.
a5-sealed-remedy = Please compare the length of the response in the logs of { $address } with the { $bytes } bytes of its connection, and look up what ended it at the listed time: a crash or restart, a limit, a back end that went away.

a6-statement = The client waited { $length } between the head of its request and the body: it asked for `100 Continue`, and { $server } did not answer that.
a6-remedy = Please let { $address } (or the proxy in front of it) answer `Expect: 100-continue` at once, or let the client not send it (`curl -H 'Expect:'`).

a7-statement = { $server } closed the connection, idle for { $idle }, while the next request was on its way: the two crossed (packet { $packet }).
a7-remedy = Please make the idle time of the client's pool shorter than the server's (here about { $idle }), or the server's longer; requests that are safe to repeat can be sent again.
a7-goaway-statement = { $server } had announced the end of the connection (GOAWAY, packet { $packet }) while the next request was on its way, and did not take it.
a7-goaway-remedy = The request can be sent again on a new connection without risk. If this is frequent, please make the client's idle time shorter than the server's.
a7-forgotten-statement = After { $idle } without use, { $server } answered the next request as a host does that knows nothing of the connection (packet { $packet }): it had ended it before.
a7-forgotten-remedy = Please make the idle time of the client's pool shorter than { $idle }, and check the idle timers of { $address } and of load balancers in front of it.

a8-client-statement = The HTTP/2 sender { $server } had used its flow-control window up and waited { $length } for the client to give more.
a8-client-remedy = Please check the client's reading of responses: one that is not read holds up the others on the connection; larger windows (SETTINGS_INITIAL_WINDOW_SIZE) hide it for longer.
a8-server-statement = The client had used its HTTP/2 flow-control window up and waited { $length } for { $server } to give more.
a8-server-remedy = Please check at { $address } what reads the request bodies at the listed times, and its HTTP/2 windows.
a8-sealed-statement = The response from { $server } for { $name } stopped at { $bytes } bytes, as many as the default HTTP/2 flow-control window of 65535 allows, for { $waited }, with nothing in flight and TCP's window open.
a8-sealed-remedy = Please check HTTP/2 flow control at both ends of port { $port }: whether the client sends WINDOW_UPDATE and { $address } counts it. A capture with TLS keys shows it.

a9-statement = The connection from { $client } to { $server } is dead and goes on being used: { $count } requests in { $length } went out on it, and nothing came back.
a9-remedy = Please let the client test its HTTP/2 connections (PING; Go: ReadIdleTimeout) or bound unacknowledged data (TCP_USER_TIMEOUT), and check idle timeouts on the way.

a10-statement = { $server } held a small segment back until the client's delayed acknowledgement of the one before, which took { $delay }.
a10-remedy = Please set TCP_NODELAY on the server, or let it write what belongs together at once (session tickets and response too).

a11-download-statement = { $lost } of { $segments } segments of { $server } had to be sent again over the whole transfer, which ran at { $rate } kB/s: the path loses too many for TCP to be faster.
a11-download-remedy = Please check the path from { $address } to { $client } for policers and links with errors at the listed times, and compare another path.
a11-upload-statement = { $lost } of { $segments } segments of the client to { $server } had to be sent again over the whole transfer, which ran at { $rate } kB/s: the path loses too many for TCP to be faster.
a11-upload-remedy = Please check the path from { $client } to { $address } for policers and links with errors at the listed times, and compare another path.

ev-request-acked = The server's kernel acknowledged the whole request (packet { $request }) in packet { $packet }, { $after } later.
ev-ended-without-response = Packet { $packet } ended the connection from the server's side { $waited } after the request had been acknowledged.
ev-siblings-stopped-alike = Other connections to the same server stopped after the same { $bytes } bytes, and were given up by the time limit of their request (in packets { $packet } and { $last }).
ev-client-left = The client left in packet { $packet }, { $waited } after the last byte of the server: by a limit of { $seconds } s.
ev-window-closed = Packet { $packet } announces a receive window of 0, which stayed closed for { $length }.
ev-window-opened = Packet { $packet } opened it again.
ev-stream-reset = Packet { $packet } resets the HTTP/2 stream, error code { $code }.
ev-closed-in-response = Packet { $packet } is a FIN of the server, { $after } after what came before it.
ev-expect-wait = The body began in packet { $packet }, { $length } after the head (packet { $head }), and the server said nothing in between.
ev-close-crossed = The server's FIN (packet { $packet }) came { $after } after the request (packet { $request }) and does not acknowledge it; a round trip takes { $rtt }.
ev-goaway = The GOAWAY in packet { $packet } takes streams up to { $last-stream }; the request is stream { $stream }.
ev-http2-window-used = Packet { $packet } used the HTTP/2 window up; no more was given for { $length }.
ev-http2-window-given = Packet { $packet } gave more.
ev-one-window = The response stopped in packet { $packet } after { $bytes } bytes of TLS records: { $window } bytes of one HTTP/2 window, with headers, frames and records.
ev-requests-into-void = { $count } new requests (packets { $packet } to { $last }) were sent after the server's last packet.
ev-delayed-ack = The client acknowledged packet { $packet } after { $delay } (packet { $ack }), and the server's next data (packet { $last }) came { $after } after that, one round trip of { $rtt }.
ev-losses = { $lost } of { $segments } segments were sent again, from packet { $packet } to { $last }, over { $length }.

missing-second-copy = the request was sent only once before the capture ended
collect-longer = capture until the client gives up
