# QUIC 的故障。

q1-statement = 到 { $server } 的 QUIC 不通：{ $waited }内发送了 { $sent ->
    [one] { $sent } 个 Initial 报文
   *[other] { $sent } 个 Initial 报文
}，没有任何回应。
q1-remedy = 请检查 { $client } 与 { $address } 之间的防火墙对 UDP 443 端口的规则，以及服务器是否在未监听的情况下通告了 HTTP/3（Alt-Svc、HTTPS 记录）；并让客户端立即回退到 TCP。
q1-rejected-statement = 到 { $server } 的 QUIC 在途中被拒绝：{ $reporter } 以 ICMP 错误应答。
q1-rejected-remedy = 请检查 { $reporter } 对发往 { $address } 的 UDP 443 端口的规则；如属有意，请让客户端立即使用 TCP。
q1-closed-statement = { $server } 上没有监听 QUIC：{ $reporter } 自身答复端口已关闭。
q1-closed-remedy = 请检查 { $name } 为何通告 HTTP/3（Alt-Svc、HTTPS 记录），而 { $address } 并未监听该 UDP 端口。

ev-quic-refused = 来自 { $reporter } 的 ICMP 类型 { $type }、代码 { $code }（报文 { $packet }）拒绝了该数据报。
ev-quic-initials = 发送了 { $sent ->
    [one] { $sent } 个 Initial 报文（报文 { $packet }）
   *[other] { $sent } 个 Initial 报文（报文 { $packet } 至 { $last }）
}，{ $length }内没有收到服务器的任何数据报。
ev-tcp-works = 到同一地址的 TCP 得到了应答（报文 { $packet }）：主机与路径都在。

missing-second-initial = 客户端的 Initial 报文只发送了一次

q1-probed-statement = 到 { $server } 的 QUIC 没有应答：{ $waited }内发送了 { $sent ->
    [one] { $sent } 个 Initial 报文
   *[other] { $sent } 个 Initial 报文
}，没有任何回应。是途中丢弃了 UDP，还是 { $address } 上没有任何程序使用 QUIC，客户端的套接字无法显示。
q1-probed-remedy = 请检查 { $name } 是否本应提供 HTTP/3（其 TCP 应答中的 `alt-svc` 头、HTTPS 记录）；如是，请检查所列时间来自 { $client } 的 UDP 数据报是否到达 { $server }。不用 `--http3` 而用 `--arms http3`，可在同一地址上比较两者。
q1-probed-closed-statement = { $server } 上没有监听 QUIC：{ $reporter } 自身答复端口已关闭。
q1-probed-closed-remedy = 如果 { $name } 应提供 HTTP/3，请检查 { $address } 为何未监听该 UDP 端口；否则无需处理。
q1-probed-route-statement = 发往 { $server } 的 QUIC 数据报无法到达：{ $reporter } 以 ICMP 类型 { $type }、代码 { $code } 应答。
q1-probed-route-remedy = 请检查从 { $reporter } 到 { $address } 的路由。
h9-probed-quic-statement = { $server } 在握手完成之前以 { $error } 结束了 { $name } 的 QUIC 连接。
h9-probed-quic-remedy = 请在 { $address } 上检查它为何以 { $error } 关闭：连接数限制、没有后端、未配置的服务器名称。
h9-probed-quic-objection-statement = { $server } 在握手完成之前以 { $error } 结束了 { $name } 的 QUIC 连接：是客户端还是服务器违反了协议，该代码没有说明。
h9-probed-quic-objection-remedy = 请在 { $address } 的 QUIC 日志（qlog）中按客户端端口 { $port } 与所列时间查找该连接：它以 { $error } 反对的是什么？用另一个客户端访问同一地址，可看出问题是否在这个客户端。
h9-probed-versions-statement = { $server } 使用 QUIC，但不支持客户端的任何版本（版本 1）。
h9-probed-versions-remedy = 请检查 { $address } 配置了哪些 QUIC 版本；客户端使用的是版本 1（RFC 9000）。
a1-probed-quic-statement = { $server } 的 QUIC 协议栈在 { $acked }内收下了对 { $name } 的请求，并在整个等待期间保持应答，但在 { $waited }内没有任何响应字节到达：应用没有应答。
a1-probed-quic-remedy = 请在 { $address } 及其背后系统的日志中查找所列时间来自 { $client } 的请求：排队时间、源站时间、工作线程饱和。
a1-probed-quic-late-statement = { $server } 的 QUIC 协议栈在 { $acked }内收下了对 { $name } 的请求，响应在 { $late }后才开始。
a1-probed-quic-late-remedy = 请在 { $address } 及其背后系统的日志中查找所列时间来自 { $client } 的请求：排队时间、源站时间、工作线程饱和。
a3-probed-quic-statement = { $server } 在 { $name } 的响应中途、正文 { $bytes } 字节之后停止；{ $waited }内没有任何内容到达，而其 QUIC 协议栈在此期间保持应答：写响应的部分停止了。
a3-probed-quic-remedy = 请在 { $address } 及其背后系统的日志中查找所列时间给 { $client } 的响应：停滞的源站或后端、被阻塞的写入者、未刷新的缓冲区。
a5-probed-quic-stream-statement = { $server } 以 { $error } 结束了 { $name } 的请求所在的 HTTP/3 流。
a5-probed-quic-stream-remedy = 请在 { $address } 上按客户端端口 { $port } 和所列时间查明该流为何以 { $error } 结束：限制、请求过滤、后端失败。

ev-quic-refused-told = 来自 { $reporter } 的 ICMP 类型 { $type }、代码 { $code } 拒绝了该数据报。
ev-quic-initials-told = 发送了 { $sent ->
    [one] { $sent } 个 Initial 报文
   *[other] { $sent } 个 Initial 报文
}，{ $length }内没有收到服务器的任何数据报。
ev-tcp-works-told = 到同一地址的 TCP 得到了应答：主机与路径都在。
ev-quic-closed-told = 服务器自己结束了连接（CONNECTION_CLOSE，{ $error }）。
ev-quic-stateless-reset-told = 服务器不再认识该连接（无状态重置）：它已重新启动，或者数据报到达了该地址背后的另一台机器。
ev-quic-versions-told = 服务器以版本协商应答，其中没有客户端的版本。
ev-quic-full-datagram-told = 该连接上收到了最大 { $bytes } 字节的数据报：满尺寸的数据报能够通过。
ev-quic-request-acked-told = 服务器的 QUIC 协议栈在请求发出 { $after }后确认了已发送的全部内容，包括整个请求。
ev-quic-alive-told = { $length }之后服务器的 QUIC 协议栈仍在确认：它仍在运行，数据报在两个方向都能通过。
ev-quic-stream-reset-told = 服务器在 QUIC 加密之内以 { $error } 结束了请求的流：这是它自己的话。

missing-quic-reporter = 所知的只有套接字的错误：它没有说明是谁拒绝了数据报、为何拒绝
missing-quic-flight = 握手还缺什么、服务器是否已发送，被 QUIC 的加密隐藏
missing-quic-alive = 没有足够晚的服务器 QUIC 协议栈的确认来表明它仍在
collect-quic-packets = 同时抓取报文（`tcpdump -w case.pcap 'udp or icmp or icmp6'`），并交给 `stallscope analyze`
collect-quic-port = 同时抓取报文（`tcpdump -w case.pcap 'udp port { $server-port } or icmp or icmp6'`），并交给 `stallscope analyze`
collect-server-log = 按客户端的地址与端口在服务器自身的日志（qlog）中查找该连接
missing-own-refusal = ICMP 错误来自客户端自己的地址：可能是其主机上的规则，也可能是没有应答的邻居；是谁的问题，它没有说明
collect-own-firewall = 在客户端主机上查看其出站规则（`nft list ruleset`）和邻居表（`ip neigh show`）
missing-quic-breach = 放弃连接的是客户端自己的 QUIC 库：是因为服务器发送的内容，还是库自身的错误，套接字没有显示
