# Attempts that differ in one thing, side by side.

h2-probed-name-statement = The kernel of { $server } takes ClientHellos for { $name } and nothing answers them ({ $failed } of { $tried }), while those with another server name, or none, are answered (0 of { $passed } failed): what stands behind the address for this name does not answer.
h2-probed-name-remedy = Please check the back ends that { $address } has for { $name }, and any device before it that decides by server name.
h2-probed-name-headline = At { $addresses } only ClientHellos for { $name } fail ({ $failed } of { $tried }), never those with another server name or none (0 of { $passed }): { $cause } ({ $party }).
h3-probed-name-statement = No ClientHello for { $name } gets through to { $server } ({ $failed } of { $tried }), while those with another server name, or none, do (0 of { $passed } failed): something on the way drops them by their server name.
h3-probed-name-remedy = Please check what filters TLS by server name between { $client } and { $address }: firewalls, security gateways, the provider. The server does not see these ClientHellos.
h3-probed-name-headline = At { $addresses } only ClientHellos for { $name } fail ({ $failed } of { $tried }), never those with another server name or none (0 of { $passed }): { $cause } ({ $party }).
h4-probed-size-statement = ClientHellos of { $bytes } bytes for { $name } do not get through to { $server } ({ $failed } of { $tried }), and none of at most { $passing-bytes } bytes fails (0 of { $passed }): something on the way drops large ones.
h4-probed-size-remedy = Please check devices before { $address } for how they handle a ClientHello of more than one segment (see tldr.fail), and the MTU of the path to it. A client without a post-quantum key share (`curl --curves X25519`, `GODEBUG=tlsmlkem=0`) gets by meanwhile.
h4-probed-size-headline = { $addresses } fails only with a ClientHello of { $bytes } bytes ({ $failed } of { $tried }), never with one of at most { $passing-bytes } (0 of { $passed }): { $cause } ({ $party }).
h5-probed-statement = The kernel of { $server } takes a ClientHello of { $bytes } bytes for { $name }, and what reads it gets it wrong ({ $failed } of { $tried } fail); none of at most { $passing-bytes } bytes fails (0 of { $passed }).
h5-probed-remedy = Please check what reads the ClientHello first at { $address }: whether it waits for the whole message where that comes in more than one segment (see tldr.fail). A client without a post-quantum key share (`curl --curves X25519`, `GODEBUG=tlsmlkem=0`) gets by meanwhile.
h5-probed-headline = { $addresses } fails only with a ClientHello of { $bytes } bytes ({ $failed } of { $tried }), never with one of at most { $passing-bytes } (0 of { $passed }): { $cause } ({ $party }).
h11-probed-mss-statement = { $server } takes the ClientHello for { $name } and its answer does not come ({ $failed } of { $tried } fail), unless no segment may have more than 1,200 bytes (0 of { $passed } fail): full-size packets are dropped on the way to { $client }.
h11-probed-mss-remedy = Please check the MTU between { $address } and the client, and whether ICMP type 3 code 4 (ICMPv6 type 2) reaches the server; a clamped MSS of 1200 gets by meanwhile.
h11-probed-mss-headline = { $addresses } fails ({ $failed } of { $tried }) unless segments have at most 1,200 bytes (0 of { $passed }): { $cause } ({ $party }).
h21-probed-cut-statement = { $server } fails when the same ClientHello for { $name } is cut in two ({ $failed } of { $tried }), and never when it comes whole (0 of { $passed }): something does not put the pieces together.
h21-probed-cut-remedy = Please check what reads TLS before or at { $address }: a message may span records and segments (RFC 8446 §5.1).
h21-probed-cut-headline = { $addresses } fails only when the ClientHello is cut in two ({ $failed } of { $tried }), never when it comes whole (0 of { $passed }): { $cause } ({ $party }).
h21-probed-whole-statement = { $server } fails when the ClientHello for { $name } comes in one piece ({ $failed } of { $tried }), and never when the same bytes are cut in two (0 of { $passed }): something that looks at the first piece alone lets it pass.
h21-probed-whole-remedy = Please check what filters TLS between { $client } and { $address }: it decides by what it can read in one piece.
h21-probed-whole-headline = { $addresses } fails only when the ClientHello comes in one piece ({ $failed } of { $tried }), never when it is cut in two (0 of { $passed }): { $cause } ({ $party }).
ev-contrast-told = Of attempts like this one at the address { $failed } of { $attempts } failed in the handshake, of those that differ in this one thing 0 of { $others }: by chance with a probability of { $chance } (Fisher's exact test).
ev-small-hellos-answered-told = 0 of { $others } attempts with a small ClientHello failed at the same address in the same minutes: the server works.
ev-other-names-answered-told = 0 of { $others } attempts with another server name, or none, failed at the same address in the same minutes: the server takes ClientHellos.
ev-small-segments-pass-told = 0 of { $others } attempts with segments of at most 1,200 bytes failed at the same address in the same minutes: the server answers.
h20-probed-statement = { $server } fails when a ClientHello for { $name } offers to resume a session ({ $resumed } of { $resumed }), and never otherwise (0 of { $fresh }): it does not fall back to a full handshake.
h20-probed-remedy = Please check how the nodes behind { $address } share the keys of their session tickets, and what one does with a ticket that it cannot read.
h20-probed-headline = { $addresses } fails only when a session is to be resumed ({ $resumed } of { $resumed }), never with a full handshake (0 of { $fresh }): { $cause } ({ $party }).
ev-fresh-hellos-pass-told = 0 of { $fresh } attempts without a session to resume failed at the same address, all { $resumed } with one did.
a5-probed-stream-statement = { $server } took the request for { $name } and ended its HTTP/2 stream with { $error } (RST_STREAM).
a5-probed-stream-remedy = Please look up at { $address }, for client port { $port } at the listed times, why the stream was ended with { $error }: a limit, a filter of requests, a back end that failed.
ev-stream-reset-told = The server sent RST_STREAM with { $error } inside of TLS: it is its own word.
ev-goaway-told = Before that the server said by GOAWAY that it takes no more requests on the connection ({ $error }).
p1-unreached-statement = The proxy { $server } takes no connections, so nothing was asked of { $target }.
p1-unreached-remedy = Please check whether a proxy listens at { $server }, whether the path to it is open from { $client }, and whether that is the proxy that is to be used.
missing-body-rest = whether the server sent more and it was lost: no packet of full size came from it at all
ev-full-segment-told = Segments of up to { $bytes } bytes came on this connection: packets of full size pass.
lingered-statement = { $first } { $note }
lingered-late = Kept open past the limit, the connection got an answer { $after } later: it is late, not dead.
lingered-ended = Kept open past the limit, the connection was ended by the server's side { $after } later.
lingered-never = Kept open past the limit, the connection got nothing for another { $after }.
ev-continue-missed-told = The client waited { $after } for `100 Continue`, which did not come, and sent the body then.
