# Words that several texts use.

party-client = client
party-network = network
party-middlebox = middlebox
party-server = server
party-resolver = resolver
party-undecided = undecided

confidence-certain = certain
confidence-likely = likely
confidence-possible = possible

phase-dns = DNS lookup
phase-connect = TCP connect
phase-proxy = proxy
phase-tls = TLS handshake
phase-request = request
phase-wait = wait for the response
phase-receive = response body
