# TCP 建立连接的故障。

t1-statement = 从 { $client } 到 { $server } 的 { $count } 个 SYN 在 { $length }内没有任何回应。
t1-remedy = 请检查所列时间内针对 { $server } 的访问控制列表、空路由以及返回 { $client } 的路由。在 { $address } 上抓包可知 SYN 是否到达；以受限 TTL 发送 SYN 可知在哪一跳之后消失。
t1-once-statement = 从 { $client } 到 { $server } 的唯一一个 SYN 没有任何回应。
t1-once-remedy = 请用等待超过一秒的客户端重做：单个报文丢失看起来与此相同。若始终没有回应，请检查针对 { $server } 的访问控制列表与路由。
t1-delay-statement = 到 { $server } 的连接多用了 { $lost }：前 { $count } 个 SYN 没有得到应答，之后的才得到应答。
t1-delay-remedy = 请检查所列时间从 { $client } 到 { $server } 的路径是否丢包，以及 { $address } 上的 `nstat -az TcpExtListenDrops`。

t2-statement = { $server } 没有应答端口 { $port } 的 { $count } 个 SYN，而此前已被接受的连接正在等待其进程：accept 队列已满。
t2-remedy = 请在 { $address } 上检查所列时间的 `nstat -az TcpExtListenOverflows TcpExtListenDrops` 与 `ss -ltn`（Recv-Q 与 Send-Q）。加大 backlog 只会掩盖问题；没有运行的是调用 accept() 的循环。
t2-established-statement = { $server } 应答了端口 { $port } 的 SYN，但没有确认其后的任何内容，而此前已被接受的连接正在等待其进程：accept 队列已满。
t2-established-remedy = 请在 { $address } 上检查所列时间的 `nstat -az TcpExtListenOverflows TcpExtSyncookiesSent` 与 `ss -ltn`（Recv-Q 与 Send-Q）。若这些计数没有增长，则是途中的设备丢弃了握手之后的报文。
t2-delay-statement = { $server } 在 { $lost }之后才接受端口 { $port } 的连接，而此前已被接受的其他连接正在等待其进程。
t2-delay-remedy = 请在 { $address } 上检查所列时间的 `nstat -az TcpExtListenOverflows TcpExtListenDrops`，以及调用 accept() 的循环的延迟。

t3-statement = 到 { $server } 的连接用了 { $lost }：服务器收到了最初的 SYN，其 SYN-ACK 在返回途中丢失或延迟。
t3-remedy = 请检查所列时间从 { $address } 到 { $client } 的路径是否丢包、路由是否不对称。

t4-statement = { $server } 又重发了 { $count } 次 SYN-ACK，尽管客户端的 ACK 已在报文 { $ack } 中发出：客户端在 SYN 之后发送的内容没有到达服务器。
t4-remedy = 源端口 { $port } 的 ACK（报文 { $ack }）及全部数据在双方之间被丢弃。请检查是否有不对称路径经过有状态防火墙（状态旁路、对称路由），以及 { $address } 上的 `nstat -az TcpExtListenOverflows`。

t5-statement = { $server } 拒绝了连接：SYN 在 { $after }之后得到的是复位。
t5-remedy = 请确认 { $server } 上的服务正在运行，并监听该地址与端口。
t5-firewall-statement = 发往 { $server } 的 SYN 在 { $after }之后得到的复位并非来自服务器：途中的设备代其拒绝。
t5-firewall-remedy = 请从最近的防火墙开始检查针对 { $server } 的规则：其中之一以 TCP 复位拒绝连接。

t6-prohibited-statement = { $reporter } 禁止连接 { $server }（ICMP 类型 { $type }，代码 { $code }）。
t6-prohibited-remedy = 请检查 { $reporter } 上拒绝 { $client } 访问 { $server } 的规则。
t6-route-statement = { $reporter } 没有到 { $server } 的路径（ICMP 类型 { $type }，代码 { $code }）。
t6-route-remedy = 请检查 { $reporter } 上到 { $address } 的路由；若它是最后一跳路由器，请检查该主机是否在线。
t6-loop-statement = 发往 { $server } 的 SYN 在环路中打转，直到被 { $reporter } 丢弃（ICMP 类型 { $type }，代码 { $code }）。
t6-loop-remedy = 请检查 { $reporter } 及其邻居上到 { $address } 的路由。
t6-port-statement = 主机 { $reporter } 表示它不提供 { $server }（ICMP 类型 { $type }，代码 { $code }）。
t6-port-remedy = 请确认 { $server } 上的服务正在运行，并检查该主机自身的防火墙。

t7-statement = { $server } 丢弃了 { $count } 次尝试中每一次的第一个 SYN，并应答了第二个：这种源地址验证使每个新连接耗费 { $lost }。
t7-remedy = 请将客户端的地址加入 { $address } 前面的洪泛防护的白名单，或让其改用 SYN cookie。

t8-statement = 到 { $addresses } 个地址的 { $count } 个连接在同一时刻没有得到应答，而同样的地址在此前与此后都有应答：客户端一侧的源 NAT 或连接跟踪已满，或其最初几跳丢弃了一切。
t8-remedy = 请检查客户端节点与 NAT 网关在所列时间的状况：每个目的地的端口数、`conntrack -S`（insert_failed、drop）、`nf_conntrack: table full`。在上行接口抓包可知 SYN 是否发出。

t9-statement = { $server } 忽略来自 { $client } 的带 TCP 时间戳的 SYN，而应答不带时间戳的 SYN。
t9-remedy = 请检查 { $address } 是否启用了 tcp_tw_recycle 或按主机的 PAWS 检查，它们会丢弃共用一个地址的客户端。测试方法：在客户端执行 `sysctl net.ipv4.tcp_timestamps=0`。
t9-delay-statement = 直到客户端从 SYN 中去掉 TCP 选项，{ $server } 才作出应答，耗费了 { $lost }。
t9-delay-remedy = 请检查 { $address } 及其前面的设备对 TCP 时间戳的处理（tcp_tw_recycle、按主机的 PAWS）。

t10-statement = { $server } 按其仍记得的同一对端口的旧连接应答了端口 { $port } 的 SYN，没有接受新连接。
t10-remedy = 请检查 { $address } 及其前面的负载均衡器上源端口 { $port } 的从未结束的连接（`ss -tan state close-wait`），以及其空闲超时。
t10-delay-statement = { $server } 起初按同一对端口的旧连接应答了端口 { $port } 的 SYN，耗费了 { $lost }。
t10-delay-remedy = 请检查 { $address } 及其前面的负载均衡器上源端口 { $port } 的从未结束的连接（`ss -tan state close-wait`）。
t10-silent-statement = { $server } 没有应答曾被使用过的端口 { $port } 的 { $count } 个 SYN，而同时应答了其他端口。
t10-silent-remedy = 请检查 { $address } 及其前面的设备上源端口 { $port } 的旧连接状态；换一个新端口即可判明。

t12-statement = 到 { $server } 的连接用了 { $lost }：SYN 在第七次发送时才得到应答。
t12-remedy = 请检查客户端节点上的叠加网络：以 `ethtool -K flannel.1 tx-checksum-ip-generic off`（或叠加网络的设备）测试，并使用包含提交 ea64d8d6c675 的内核。

t13-statement = { $server } 经 IPv6 没有应答，客户端在 { $delay }之后改用 IPv4（{ $other }）：到该地址的 IPv6 不通。
t13-remedy = 请检查从 { $client } 到 { $address } 的 IPv6 路径，或撤下 { $name } 的 AAAA 记录。每个新连接都为此耗费 { $delay }。

t14-statement = 发往 { $server } 的请求 ECN 的 SYN 没有得到应答；不带 ECN 时服务器在 { $lost }之后作出应答。
t14-remedy = 请检查途中防火墙关于 TCP 标志（ECE 与 CWR，"invalid TCP flag"）的规则。客户端一侧：`sysctl net.ipv4.tcp_ecn=2`。
t14-failed-statement = 发往 { $server } 的请求 ECN 的 SYN 失败，不请求 ECN 的则得到应答。
t14-failed-remedy = 请检查途中防火墙关于 TCP 标志（ECE 与 CWR，"invalid TCP flag"）的规则。客户端一侧：`sysctl net.ipv4.tcp_ecn=2`。

t15-statement = 发往 { $server } 的带 fast open 的 SYN 没有得到应答；不带时服务器在 { $lost }之后作出应答。
t15-remedy = 请检查途中防火墙关于 TCP 选项 34 以及 SYN 携带数据的规则。客户端一侧：`sysctl net.ipv4.tcp_fastopen=0`。

t16-statement = 同一主机与 { $other } 传输大量数据时，到 { $server } 的往返时间长达 { $longest }：主机自身的链路已满。
t16-syn-statement = 该连接多花了 { $lost }：同一主机正与 { $other } 传输大量数据（往返时间长达 { $longest }），其间 SYN 需要重发：客户端自己的接入链路已满。
t16-remedy = 请限制该大量传输或其连接数，或让接入路由器按链路速率管理队列（fq_codel、CAKE）。

t17-statement = 发往 { $server } 的 SYN 由 { $from } 应答：应答带有该 SYN 的序列号，但地址不同。
t17-remedy = 请检查 { $address } 的负载均衡器是否保留客户端地址，且目标位于客户端自身的节点或网络：返回路径没有经过它。

t18-statement = { $own } 对 { $server } 的尝试无一得到应答（{ $failures } 次中 { $failures } 次失败），而同一分钟内 { $neighbour } 的 { $others } 次全部得到应答。
t18-remedy = 请检查 { $server } 及其前面针对源地址 { $own } 的过滤与限速。

ev-syns-unanswered = { $count } 个 SYN（报文 { $packet } 至 { $last }，历时 { $length }）没有得到应答：没有 SYN-ACK，没有复位，没有 ICMP 错误。
ev-syn-unanswered = 报文 { $packet } 中的 SYN 没有得到应答：没有 SYN-ACK，没有复位，没有 ICMP 错误。
ev-syn-ack-of-earlier-syn = 报文 { $last } 中的 SYN-ACK 在 { $count } 个 SYN 之后、距第一个 { $lost }到达，应答的是早于最后一个的 SYN：服务器收到了它。
ev-syn-ack-of-last-syn = 报文 { $last } 中的 SYN-ACK 在 { $count } 个 SYN（自报文 { $packet } 起）之后到达，应答的是最后一个，距第一个 { $lost }发出。
ev-syn-ack-late = 报文 { $last } 中的 SYN-ACK 在 { $count } 个 SYN 之后、距第一个 { $lost }到达；无法判断它应答的是哪一个。
ev-syn-ack-again = SYN-ACK 继报文 { $first } 之后在报文 { $packet } 中再次到达。
ev-others-answered = 当时 { $other } 应答了同一主机的 SYN（报文 { $packet }）。
ev-data-unacked = SYN-ACK 在报文 { $syn_ack } 中到达；自报文 { $packet } 起的数据共发送 { $copies } 次，从未得到确认。
ev-data-acked-late = SYN-ACK 在报文 { $syn_ack } 中到达；报文 { $packet } 中的 ClientHello 被反复重发，在 { $after }之后的报文 { $last } 中才得到确认。
ev-sibling-stalled = 同一时间，服务器内核已收下端口 { $port } 的字节（报文 { $packet }），其进程却没有应答（报文 { $last }）。
ev-endpoint-answered = 同一端点在报文 { $packet } 中应答了端口 { $port } 的 SYN：路径与主机正常。
ev-syn-ack-repeated = 服务器在报文 { $packet } 至 { $last } 中重发了 SYN-ACK，距第一个 { $length }，尽管客户端已在报文 { $ack } 中发出 ACK，并在报文 { $data } 中发出数据。
ev-syn-arrived = 报文 { $packet } 中的 SYN-ACK 在 SYN 之后 { $after }到达：至此两个方向都畅通。
ev-refused = 报文 { $packet } 中的复位在 { $after }之后应答了 SYN，TTL 为 { $ttl }。
ev-refused-other-ttl = 报文 { $packet } 中的复位 TTL 为 { $ttl }；同一地址的 SYN-ACK 为 { $usual }（报文 { $answer }）。
ev-refused-same-ttl = 报文 { $packet } 中的复位 TTL 为 { $ttl }，与同一地址在报文 { $answer } 中的 SYN-ACK 相同。
ev-refused-too-soon = 复位在 { $after }之后到达；到同一站点的 { $other } 往返需要 { $round_trip }（报文 { $packet }）。
ev-icmp-quotes-syn = 报文 { $packet } 是 { $reporter } 发出的 ICMP 错误，引用了该 SYN，在其之后 { $after }：类型 { $type }，代码 { $code }。
ev-every-first-syn = 对该端点的全部 { $count } 次尝试（报文 { $packet } 至 { $last }）都只丢失了第一个 SYN，没有丢失其他报文。
ev-burst-silent = { $length }内发往 { $addresses } 个地址的 { $count } 个 SYN（报文 { $packet } 至 { $last }）没有得到应答，该时刻没有任何 SYN 得到应答。
ev-burst-around = 同一主机的 SYN 在此前（报文 { $packet }）与此后（报文 { $last }）都得到了应答。
ev-bare-syn-answered = 带时间戳的 { $attempts } 个 SYN 中有 { $failures } 个失败，不带时间戳的 { $others } 个均未失败（报文 { $packet }）。
ev-challenge-ack = 报文 { $packet } 在 { $after }之后以确认号为 { $acknowledges } 的纯 ACK 应答了报文 { $syn } 中的 SYN；应有的确认号是 { $due }。
ev-port-used-before = 源端口 { $port } 此前用于另一个连接，直到报文 { $packet }，相隔 { $ago }。
ev-each-63-seconds = 在不同时间开始的另外 { $count } 次尝试（报文 { $packet }）用时相同。
ev-fallback-answered = 同一主机在 { $delay }之后发往 { $other } 的 SYN（报文 { $packet }）在报文 { $last } 中得到应答。
ev-family-never-answered = 经 IPv6 对该地址的 { $count } 次尝试（自报文 { $packet } 起）均未得到应答。
ev-ecn-syn = 报文 { $packet } 中的 SYN 请求 ECN（ECE 与 CWR）；报文 { $plain } 中的不请求。
ev-plain-syn-answered = 不带 ECN 的 SYN 在报文 { $packet } 中得到应答。
ev-fast-open-syn = 报文 { $packet } 中的 SYN 带有 fast open 选项与 { $bytes } 字节数据；报文 { $plain } 中的两者皆无。
ev-round-trips-vary = 该连接的往返时间（报文 { $packet } 至 { $last }）从 { $shortest } 到 { $longest }不等。
ev-bulk-beside = 同一时间与 { $other } 传输了 { $bytes } 字节（报文 { $packet } 至 { $last }），其往返时间从 { $shortest } 到 { $longest }不等。
ev-syn-ack-from-elsewhere = 报文 { $syn } 中的 SYN 在 { $after }之后由 { $from } 在报文 { $packet } 中确认。
ev-neighbour-served = { $neighbour } 对该端点的 { $others } 次尝试全部得到应答（报文 { $packet }）；{ $own } 的 { $failures } 次中 { $failures } 次没有得到应答。

missing-tcp-timestamps = 无法判断哪个 SYN 得到了应答：TCP 时间戳已关闭，且没有其后的往返时间
collect-tcp-timestamps = 开启 TCP 时间戳重做（`sysctl net.ipv4.tcp_timestamps=1`）
missing-round-trip = 没有可与 SYN-ACK 比较的数据往返时间
collect-more-of-connection = 抓取该连接直到有数据交换
