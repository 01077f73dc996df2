# TCP 与 HTTP 之间的故障：TLS 握手。

h1-statement = { $server } 在 { $acked }内确认了发往 { $name } 的 { $bytes } 字节 ClientHello，始终可达，但在 { $waited }内没有发送任何 TLS 字节：其内核与网络路径正常，负责 TLS 的进程没有应答。
h1-unread-statement = { $server } 在 { $acked }内确认了发往 { $name } 的 { $bytes } 字节 ClientHello，始终可达，但在 { $waited }内没有发送任何 TLS 字节，客户端随即离开；其首个字节在 ClientHello 之后 { $after }才到：其内核与网络路径正常，负责 TLS 的进程过慢。
h1-unread-remedy = 请摘除节点 { $address }，并针对所列时间与源端口 { $port } 检查：事件循环延迟、accept 队列（`ss -ltn`）、工作线程饱和，以及对密钥服务器、HSM 或 OCSP 的调用。
h1-remedy = 请摘除节点 { $address }，并针对所列时间与源端口 { $port } 检查：事件循环延迟、accept 队列（`ss -ltn`）、工作线程饱和，以及对密钥服务器、HSM 或 OCSP 的调用。

h2-statement = { $server } 确认了发往 { $name } 的 ClientHello，没有发送任何 TLS 字节，并在 { $after }后由自身的定时器结束连接：前端背后的后端没有应答。
h2-remedy = 请检查 { $address } 背后各后端在所列时间的健康状况，以及这个 { $after }的定时器属于谁。

h3-statement = { $server } 回应了 SYN，但发往 { $name } 的 { $bytes } 字节 ClientHello 共发送 { $copies } 次，无一被确认：途中有设备放行 TCP 握手，却不放行这些数据。
h3-remedy = 请换用其他服务器名和更小的 ClientHello 访问 { $address }，并同时建立另一条连接；能通过的那一个即可指明过滤条件。若在服务器上 `nstat -az TcpExtListenOverflows` 于这些时间增长，则是 accept 队列已满。
h3-name-statement = { $server } 会确认其他名称的 ClientHello，而 { $name } 的 { $copies } 份无一被确认：途中的过滤设备按服务器名丢弃了它。
h3-name-remedy = 请检查 { $client } 与 { $address } 之间的过滤设备和防火墙是否有针对服务器名 { $name } 的规则。

h3-unheard-statement = 发往 { $name } 的 { $bytes } 字节 ClientHello 发送了 { $copies } 次，说明 { $server } 的确认没有到达客户端；此抓包中没有来自服务器的报文。
h3-unheard-remedy = 请在两个方向都经过的位置抓包：目前无法确定丢失的是 ClientHello 还是对它的应答。

h4-statement = 发往 { $name } 的 { $bytes } 字节 ClientHello，{ $server } 确认了前 { $acked } 字节；最后 { $missing } 字节发送了 { $copies } 次仍未到达：途中有设备丢弃首个报文段之后的内容。
h4-remedy = 请检查 { $address } 之前的设备如何处理超过一个报文段的 ClientHello（见 tldr.fail）。其间不使用后量子密钥份额的客户端（`curl --curves X25519`、`GODEBUG=tlsmlkem=0`）可以绕过。
h4-tail-statement = 发往 { $name } 的 { $bytes } 字节 ClientHello，{ $server } 持有其末尾，而开头的 { $missing } 字节发送了 { $copies } 次仍未到达：通往它的全尺寸报文被丢弃。
h4-tail-remedy = 请检查通往 { $address } 的路径 MTU，以及 ICMP“需要分片”（ICMPv6“报文过大”）能否到达 { $client }；其间可用更小的 MSS（`ip route … advmss`、`TCP_MAXSEG`）绕过。
h4-whole-statement = 发往 { $name } 的 { $bytes } 字节 ClientHello 没有一份到达 { $server }，较小的则可以：途中有设备丢弃需要多个报文段的 ClientHello。
h4-whole-remedy = 请检查 { $address } 之前的设备如何处理超过一个报文段的 ClientHello（见 tldr.fail），以及通往它的路径 MTU。

h5-statement = { $server } 完整收到了超过一个报文段的 ClientHello，其中 { $large } 次有 { $failed } 次失败，而 { $small } 次较小的无一失败：读取 ClientHello 的一方没有等待其结尾。
h5-remedy = 请检查 { $address } 的前端是否只凭 ClientHello 的首个报文段作出决定（没有等待的 SNI 路由，见 tldr.fail）。

h6-statement = 结束对 { $server } 的尝试的复位（报文 { $packet }）不是服务器发出的：其 TTL 为 { $ttl }（服务器为 { $usual }），或者早于服务器可能应答的时间。它由途中某处发出。
h6-remedy = 这应由客户端自己的网络或运营商处理，而不是 { $address } 的运营者：请在 { $client } 与 { $address } 之间查找会复位 { $name } 连接的防火墙、过滤或入侵防御系统。

h7-statement = { $server } 收到了发往 { $name } 的 ClientHello，并由其自身的套接字中止了连接（报文 { $packet }）。
h7-remedy = 请检查 { $address } 在这些时间因何在仍有未读数据时关闭连接：崩溃、连接数限制、策略、端口背后进程的健康状况。源端口 { $port }。

h8-statement = 代替 { $server } 应答的是一台不认识该连接的主机（报文 { $packet }）：同一连接的报文到达了不同的机器，或者该机器丢失了状态。
h8-remedy = 请检查 { $address } 之前的负载均衡与任播路由此时是否变化，以及同一源端口（{ $port }）是否再次失败。

h9-statement = { $server } 收下了发往 { $name } 的 ClientHello，{ $after }后未发送任何 TLS 内容就关闭了连接（报文 { $packet }）。
h9-remedy = 请在 { $address } 检查其关闭的原因：没有后端、未配置的服务器名、连接数限制、缺少预期的 PROXY 头。

h10-statement = { $server } 以警报 { $code }（{ $alert }）拒绝了 { $name } 的握手，报文 { $packet }。
h10-remedy = 请在 { $address } 检查它为何对该 ClientHello 回应 { $alert }：证书与名称、协议版本、密码套件。
h10-client-statement = 客户端 { $client } 以警报 { $code }（{ $alert }）拒绝了与 { $server } 的握手，报文 { $packet }：它不接受服务器发送的内容。
h10-client-remedy = 请检查客户端的信任库与时钟，以及它所看到的 { $name } 证书是否为服务器自己的证书。

h11-statement = { $server } 作出了应答，但其中 { $missing } 字节始终未到达；没有大于 { $largest } 字节的内容能够通过：超过某一尺寸的报文在通往 { $client } 的途中被丢弃。
h11-remedy = 请检查 { $address } 与客户端之间的 MTU，以及 ICMP 类型 3 代码 4（ICMPv6 类型 2）能否到达服务器；其间可在服务器设置 `tcp_mtu_probing=1` 或限制 MSS（以 1200 即可判定）。

h11-acks-statement = { $server } 作出了应答，但应答的 { $missing } 字节始终未到达；只有它的 ACK 能够通过：超过某一尺寸的报文在通往 { $client } 的途中被丢弃。
h11-acks-remedy = 请检查 { $address } 与客户端之间的 MTU，以及 ICMP 类型 3 代码 4（ICMPv6 类型 2）能否到达服务器；其间可在服务器设置 `tcp_mtu_probing=1` 或限制 MSS（以 1200 即可判定）。

h12-statement = 与 { $server } 的握手多用了 { $late }，随后以 { $size } 字节的报文段到达：路径比所宣称的窄，服务器通过探测才发现。
h12-remedy = 请检查 { $address } 与客户端之间的 MTU，以及本应报告它的 ICMP 消息。

h13-flight-statement = 来自 { $server } 的报文在途中丢失并被重发，耗时 { $cost }（往返时间为 { $rtt }）。
h13-flight-remedy = 请与其他地址的丢包比较：到处都有说明靠近客户端，只有一个地址说明远离客户端。
h13-hello-statement = 发往 { $server } 的 ClientHello 不得不重发，耗时 { $cost }（往返时间为 { $rtt }）。
h13-hello-remedy = 请与其他地址的丢包比较：到处都有说明靠近客户端，只有一个地址说明远离客户端。
h13-forward-statement = ClientHello 在通往 { $server } 的途中丢失并被重发，耗时 { $cost }（往返时间为 { $rtt }）。
h13-forward-remedy = 请与其他地址的丢包比较：到处都有说明靠近客户端，只有一个地址说明远离客户端。
h13-return-statement = ClientHello 到达了 { $server }，其确认在返回途中丢失，耗时 { $cost }（往返时间为 { $rtt }）。
h13-return-remedy = 请与来自其他地址的丢包比较：到处都有说明靠近客户端，只有一个地址说明远离客户端。

h14-statement = { $server } 的证书报文共 { $bytes } 字节，在 { $before } 字节之后等待确认 { $length }：超出了初始拥塞窗口。
h14-remedy = 更短的证书链、ECDSA 证书、证书压缩或更大的初始窗口可节省一个往返。

h15-statement = { $server } 要求另一种密钥份额（报文 { $packet }），耗费一个往返。
h15-remedy = 一开始就提供服务器所用组的密钥份额可节省该往返。
h15-dropped-statement = { $server } 要求另一种密钥份额（报文 { $packet }），而第二个 ClientHello 的 { $copies } 份无一被确认：途中有设备不放行它。
h15-dropped-remedy = 请检查 { $client } 与 { $address } 之间检查 TLS 的设备如何处理第二个 ClientHello。

h16-statement = { $server } 立即确认了发往 { $name } 的 ClientHello，用了 { $late } 才继续（报文 { $packet }）；其间没有丢包。
h16-remedy = 请检查 { $address } 上的握手在这些时间等待什么：工作线程前的队列、密钥服务器或 HSM、OCSP 响应者、熵。

h17-statement = { $server } 已经应答，客户端内核也已确认；客户端进程用了 { $length } 才继续（报文 { $packet } 之后）。
h17-remedy = 请检查客户端：CPU 限制（`cpu.stat` 的 nr_throttled）、负载、被阻塞的事件循环、垃圾回收。减少并发握手会有帮助。

h17-first-statement = 客户端在收到 { $server } 的 SYN-ACK（报文 { $packet }）之后用了 { $length } 才发出 ClientHello：其进程没有运行，或忙于其他事情。
h17-first-remedy = 请检查客户端：CPU 限制（`cpu.stat` 的 nr_throttled）、负载、被阻塞的事件循环、每次连接都加载信任库。

h18-statement = { $server } 已经应答，客户端在继续之前向 { $authority } 查询了 { $length }：它在获取吊销数据或证书。
h18-remedy = 请检查客户端是否需要这些查询，以及 { $authority } 为何缓慢；OCSP 装订可以省去它们。

h19-statement = 在客户端最后一条握手消息之后 { $after }，{ $server } 以警报结束了会话（报文 { $packet }）：它拒绝客户端发送的内容，最常见的是缺少或不认识的客户端证书。
h19-remedy = 请检查 { $address } 是否要求 { $name } 的客户端证书，以及客户端发送的是哪一个。

h20-statement = { $server } 在全部 { $resumed } 次恢复会话的握手中失败，而 { $fresh } 次全新握手无一失败。
h20-remedy = 请检查 { $address } 背后各节点的票据密钥：它们必须共享，而未知的票据必须回退到完整握手。

h21-statement = 切成 { $records } 条记录的 ClientHello 在 { $server } 失败（{ $failed } 次），而同样大小、切法不同的 { $others } 次通过：途中有设备无法将其拼合。
h21-remedy = 请检查 { $client } 与 { $address } 之间检查 TLS 的设备如何拼合记录。

h22-statement = { $server } 不支持客户端提供的任何应用协议（{ $offered }），报文 { $packet }。
h22-remedy = 请检查 { $address } 上 { $name } 的 ALPN 配置。

h23-statement = 客户端放弃了这次尝试，因为它到 { $winner } 的连接先就绪。没有任何一方出错。
h23-remedy = 无需处理。

h24-statement = { $server } 以 { $looks-like } 回应 ClientHello（报文 { $packet }），这不是 TLS。
h24-remedy = 请检查 { $server } 上监听的是什么，以及是否有门户或过滤设备代其应答。

h25-statement = { $name } 在此处出示的证书由 { $here } 签发，在另一抓包点则由 { $there } 签发：TLS 在两者之间被终止并重新建立。
h25-remedy = 请检查两处之间是否有检查 TLS 的设备。

h26-statement = { $server } 对具有此指纹的 ClientHello 失败（{ $failed } 次），而放行同类的其他指纹（{ $others } 次）。
h26-remedy = 请检查 { $address } 之前的机器人管理和过滤设备是否有针对 TLS 指纹的规则。

ev-hello-copies = { $bytes } 字节的 ClientHello 共发送 { $copies } 次（重发于报文 { $packet } 至 { $last }）。
ev-copy-echoed = 报文 { $packet } 中的 ACK 回显了 { $copies } 份中第 { $arrived } 份的时间戳：它是最先到达的一份。
ev-copy-duplicate = 报文 { $packet } 中的 ACK 报告有字节被重复收到（D-SACK）：{ $copies } 份中较早的一份已经到达，而对它的确认没有到达。
ev-last-heard-syn-ack = 报文 { $packet }（SYN-ACK）是来自服务器地址的最后一个报文。
ev-hello-still-missing = 服务器在 ClientHello 之后发出的报文 { $packet } 仍在等待其第一个字节。
ev-other-name-acked = 发往同一地址、带有其他服务器名的 ClientHello（报文 { $packet }）得到了确认。
ev-tail-held = 报文 { $packet } 中的 SACK 表明服务器持有 ClientHello 的第 { $from } 至 { $to } 字节，而没有之前的字节。
ev-head-acked = 报文 { $packet } 确认了 ClientHello { $bytes } 字节中的 { $acked } 字节。
ev-small-hellos-pass = 发往该地址、超过一个报文段的 { $large } 个 ClientHello 中有 { $failed } 个失败，较小的 { $small } 个无一失败（报文 { $packet } 至 { $last }）。
ev-large-hello-acked = 报文 { $packet } 确认了整个 ClientHello。
ev-genuine-after-reset = 复位之后的报文 { $packet } 是服务器的真实报文：其套接字仍然存在。
ev-fin-in-handshake = 报文 { $packet } 在 ClientHello 被确认后 { $after }关闭连接；服务器已发送 { $bytes } 字节。
ev-alert = 报文 { $packet } 是致命警报：{ $code }（{ $alert }）。
ev-sent-and-lost = 报文 { $packet } 的序列号表明在它之前发送了 { $missing } 字节而从未到达；{ $largest ->
    [0] 没有任何带数据的报文段到达。
   *[other] 到达的最大报文段为 { $largest } 字节。
}
ev-base-mss = 报文 { $packet } 以 { $size } 字节开始（允许 { $allowed } 字节），迟到 { $late }。
ev-hole-filled = 报文 { $packet } 显示服务器数据中有空洞，报文 { $last } 在 { $repair }后将其填补。
ev-window-pause = 在 { $bytes } 字节中的 { $before } 字节之后停顿 { $length }（报文 { $packet } 至 { $last }），即一个往返。
ev-hello-retry = 报文 { $packet } 是 HelloRetryRequest。
ev-late-hello = 从报文 { $packet } 的确认到服务器在报文 { $last } 中再次发言：{ $late }。
ev-client-idle = 报文 { $packet } 与客户端在报文 { $last } 中的下一次发言之间相隔 { $length }。
ev-client-kernel-ack = 客户端内核在报文 { $packet } 中确认了服务器的报文（{ $flight }），用时 { $length }。
ev-revocation-fetch = 其间同一客户端与 { $authority } 通信（报文 { $packet } 至 { $last }）。
ev-alert-after-handshake = 报文 { $packet } 的长度与加密警报相同，在客户端最后一次发言（报文 { $client-last }）之后 { $after }到达，服务器没有其他内容。
ev-fresh-hellos-pass = { $resumed } 个恢复会话的 ClientHello 全部失败，{ $fresh } 个全新的无一失败（报文 { $packet } 至 { $last }）。
ev-other-cut-passes = 大小相近、记录数不同于 { $records } 的 { $others } 个 ClientHello 通过（报文 { $packet } 至 { $last }）；此类有 { $failed } 个失败。
ev-other-fingerprint-passes = 具有其他指纹的 { $others } 个 ClientHello 通过（报文 { $packet } 至 { $last }）；具有此指纹的 { $failed } 个全部失败。
ev-other-won = 到 { $winner } 的连接（自报文 { $packet } 起）在本连接于报文 { $last } 关闭之前已经就绪。
ev-not-tls = 报文 { $packet } 以 { $looks-like } 开头。
ev-two-issuers = 始于报文 { $packet } 与 { $last } 的连接，其证书分别由 { $here } 和 { $there } 签发。
ev-split-tcp = 在一条正常连接上，报文 { $packet } 中的 ClientHello 在 { $acked }内被确认，而 { $answered }后才被应答，应答主机的 TTL 为 { $ttl } 且没有 TCP 选项：附近有设备代替服务器应答。

p2-statement = 客户端附近有设备代替 { $server } 终止 TCP（它在 { $acked }内确认需要 { $answered }才得到应答的内容）；发往 { $name } 的尝试在其背后失败，此抓包看不到那里。
p2-remedy = 请在该设备（虚拟机或容器的 NAT、透明代理）的另一侧抓包，并在那里判断。

missing-more-copies = ClientHello 发送次数太少，无法区分过滤与偶然
missing-reset-origin = 复位所显示的内容不足以判断其发送者
collect-keep-open = 保持连接十秒以上并再次抓包
collect-more-resets = 从握手之前起多次抓包
