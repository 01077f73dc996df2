# Faults between TCP and HTTP: the TLS handshake.

h1-statement = { $server } acknowledged a { $bytes }-byte ClientHello for { $name } within { $acked }, stayed reachable, and sent no TLS byte for { $waited }: its kernel and the path work, its TLS process does not answer.
h1-remedy = Please take node { $address } out and check, at the listed times and for source port { $port }: event-loop latency, accept queue (`ss -ltn`), worker and thread saturation, calls to key server, HSM or OCSP.

h2-statement = { $server } acknowledged the ClientHello for { $name }, sent no TLS byte, and ended the connection after { $after } by a timer of its own: a front end whose back end does not answer.
h2-remedy = Please check the health of the back ends behind { $address } at the listed times, and whose timer of { $after } that is.
