# Faults of name resolution.

d1-statement = { $resolvers } did not answer { $count ->
    [one] the question
   *[other] any of { $count } questions
} for { $name }: the lookup failed, and no server was asked.
d1-remedy = Please check capacity, access lists and upstream of { $resolvers } at the listed times. On the client: a second resolver, `options timeout:1 attempts:2 rotate`, a local cache.
d1-unseen-statement = { $resolvers } did not answer any of { $count } questions for { $name }, and nothing of it is in the capture: it is silent, or the path to it is closed. The lookup failed, and no server was asked.
d1-unseen-remedy = Please check the path to { $resolvers } at the listed times, and its capacity, access lists and upstream. On the client: a second resolver, `options timeout:1 attempts:2 rotate`, a local cache.
d1-too-late-statement = Of { $count } questions for { $name }, { $resolvers } answered { $answered }, too late for the client, and the others never: the lookup failed, and no server was asked.
d1-too-late-remedy = Please check capacity, access lists and upstream of { $resolvers } at the listed times. On the client: a second resolver, `options timeout:1 attempts:2 rotate`, a local cache.
d1-once-statement = { $resolvers } did not answer the question for { $name } while the capture went on, and it was not asked again.
d1-once-remedy = Please check { $resolvers } at the listed time, and repeat with more than one question: a single lost datagram looks the same.
d1-refused-statement = The host { $resolvers } answered the question for { $name } with an ICMP port unreachable: it is up, and no resolver runs on it.
d1-refused-remedy = Please start the resolver on { $resolvers }, or take the address out of the client's configuration.
d1-unreachable-statement = The question for { $name } to { $resolvers } was answered by an ICMP error: the way to the resolver is closed.
d1-unreachable-remedy = Please check route and filters between { $client } and { $resolvers }; the sender of the ICMP error is the device to look at.
d1-truncated-statement = { $resolvers } answered the question for { $name } with a truncated response, and the capture has no answer over TCP.
d1-truncated-remedy = Please check that TCP port 53 of { $resolvers } can be reached from { $client }, and that the client asks over TCP (RFC 7766).
d1-late-statement = { $resolvers } answered for { $name } only after { $waited }, when the client's timeout had made it ask again.
d1-late-remedy = Please check capacity and upstream of { $resolvers } at the listed times. On the client: `options timeout:1 attempts:2`, a local cache.
d1-partly-statement = { $resolvers } answered for { $name }, and left one of the questions for it unanswered although it was asked again: that cost { $waited }.
d1-partly-remedy = Please check whether { $resolvers } drops questions of one type (AAAA, as a rule) instead of answering that there is no such record.

d2-statement = Of two questions for { $name } from one socket, { $server } answered one at once, and the { $lost } one was lost until the client asked again: the lookup cost { $waited }.
d2-remedy = Please check connection tracking on the client's host or node (`conntrack -S`, insert_failed). What helps: `options single-request-reopen` (glibc), a DNS cache on the node, DNS over TCP.
d2-never-statement = Of two questions for { $name } from one socket, { $server } answered one at once, and the { $lost } one never, although it was asked again.
d2-never-remedy = Please check whether { $server }, or a device in front of it, drops { $lost } questions, and `conntrack -S` on the client's host or node.

d3-statement = { $resolver } says that { $name } does not exist ({ $code }).
d3-remedy = Please check the spelling of { $name }, the client's search list, and the zone.
d3-empty-statement = { $resolver } says that { $name } exists and has no address of the kinds that were asked for.
d3-empty-remedy = Please check the A and AAAA records of { $name } in its zone.
d3-failed-statement = { $resolver } could not look { $name } up: it answered { $code }.
d3-failed-remedy = Please check the log of { $resolver } for { $name }: its upstream, DNSSEC validation, access lists for { $address }'s clients.
d3-search-statement = { $name } was a step of the client's search list ({ $code }); the lookup went on and found an address.
d3-search-remedy = Nothing is broken. A final dot in the name, or a smaller `ndots`, saves the extra questions.

d4-cached-statement = { $address } is not among the addresses that { $name } has: the client used an answer of { $resolver } that was { $age } old and no longer valid.
d4-cached-remedy = Please make the client honour times to live: `networkaddress.cache.ttl` (Java), `resolver` with a variable in `proxy_pass` (nginx), or restart it after a move.
d4-resolvers-statement = { $resolver } gave { $address } for { $name }, which does not work; the address set of another resolver lacks it.
d4-resolvers-remedy = Please compare the answers of { $resolver } with those of the zone's name servers for { $name }, and take { $address } out of rotation.

ev-dns-asked = The question was asked { $count ->
    [one] once (packet { $packet })
   *[other] { $count } times within { $length } (packets { $packet } to { $last })
}.
ev-dns-silence = After packet { $packet } no response came for { $length }, { $total } after the first question.
ev-dns-late-response = The response came in packet { $packet }, { $after } after the first question.
ev-dns-others-answered = The same resolver answered the lookup of { $other } meanwhile (packet { $packet }): the path to it works.
ev-dns-refused = Packet { $packet } is an ICMP error about the question: type { $type }, code { $code }.
ev-dns-truncated = The response in packet { $packet } is truncated: the client has to ask again over TCP.
ev-dns-sibling-answered = The { $answered } question was answered in packet { $packet }; the { $lost } question left the same socket within a millisecond (packet { $query }).
ev-dns-asked-again = The { $lost } question was asked again in packet { $packet }, { $after } later.
ev-dns-error = { $count ->
    [one] The response (packet { $packet }) says
   *[other] The { $count } responses (packets { $packet } to { $last }) say
} { $code }, with { $records ->
    [0] no answer records
    [one] one answer record
   *[other] { $records } answer records
}.
ev-dns-answered = The resolver answered in packet { $packet }, { $after } after the question: the path to it works.
ev-dns-search-found = { $found } was found in packet { $packet }.
ev-dns-valid-set = The answer that was valid then (packet { $packet }, { $addresses ->
    [one] one address
   *[other] { $addresses } addresses
}) lacks { $address }.
ev-dns-given-by = The address is from the answer of { $resolver } in packet { $packet }, with a time to live of { $ttl } s, { $age } before the attempt.
ev-dns-other-address-works = { $other }, an address of the valid answer, answered in packet { $packet }.

missing-dns-responses = the capture may not have seen the resolver's responses
collect-dns-both-directions = capture both directions of port 53 on the client's host, on loopback as well
