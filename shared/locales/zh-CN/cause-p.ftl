# 代理、NAT 及途中其他有状态设备的故障。

p1-statement = 代理 { $server } 已收到到 { $target } 的隧道请求，但在 { $waited }内没有应答：目标服务器此时尚未参与该连接。
p1-remedy = 请在代理日志中按所列时间与客户端端口 { $port } 查看：它是否尝试连接 { $target }、使用哪个地址、在等待什么。
p1-refused-statement = 代理 { $server } 以 { $code } 拒绝了到 { $target } 的隧道。
p1-refused-remedy = 请在代理日志中查看所列时间拒绝 { $target } 的原因：策略、域名解析，还是代理到服务器的连接。
p1-malformed-statement = { $server } 以 { $code } 应答到 { $target } 的隧道请求，如同一台并非代理、或认为请求有误的服务器。
p1-malformed-remedy = 请检查客户端的代理设置：{ $server } 是否为可建立隧道的代理，{ $target } 是否写成主机加端口。
p1-credentials-statement = 代理 { $server } 以 { $code } 拒绝了到 { $target } 的隧道：它要求身份认证，而凭据缺失或未被接受。
p1-credentials-remedy = 请检查客户端所配置的代理凭据（用户、认证方式、有效期），以及代理日志中客户端端口 { $port } 的记录。
p1-closed-statement = 代理 { $server } 收到到 { $target } 的隧道请求后，未作应答即关闭了连接。
p1-closed-remedy = 请在代理日志中按所列时间与客户端端口 { $port } 查看关闭的原因：限制、策略，还是代理到 { $target } 的连接。
p1-slow-statement = 代理 { $server } 直到 { $took }之后才建立到 { $target } 的隧道。
p1-slow-remedy = 请检查代理在所列时间解析并连接 { $target } 的耗时；1 秒或 3 秒说明代理后方丢失了 SYN。

p3-statement = 在 { $idle }没有任何报文之后，{ $client } 与 { $server } 之间的某台设备已悄然丢弃该连接：随后的请求发送了 { $copies } 次，没有任何回应。
p3-remedy = 请检查途中 NAT、防火墙和负载均衡器的空闲超时（不超过 { $idle }），并让客户端发送 keep-alive 或更早关闭空闲连接。

p4-statement = 在 { $idle }未使用之后，发往 { $server } 的下一个请求在 { $after }后被一个来自比服务器更近处的复位应答：途中的设备已忘记该连接。
p4-remedy = 请检查途中 NAT、防火墙和负载均衡器的空闲超时（不超过 { $idle }），并让客户端发送 keep-alive 或更早关闭空闲连接。该复位为报文 { $packet }。

p5-statement = 来自 { $server } 的 SYN-ACK（报文 { $packet }）缺少客户端所提出、且同一地址在其他连接上同意的窗口缩放：途中的设备去除了该选项，在途数据不能超过 65535 字节。
p5-remedy = 请检查途中的防火墙和 TCP 规范化设备是否有去除或改写 TCP 选项（RFC 7323 窗口缩放）的规则。

p6-statement = 为 { $name } 到 { $server } 的连接在服务器发出 { $bytes } 字节后冻结：此前满长度的报文段都能到达，此后 { $waited }内再无任何数据。
p6-remedy = 请检查 { $client } 与 { $address } 之间的过滤设备（DPI、流量整形、审查）是否按连接的数据量设限；换一条路径重做，并观察新连接是否又在同样的字节数后停止。

ev-proxy-request = 隧道请求在报文 { $packet } 中完整发出，代理的内核已确认。
ev-proxy-refused = 报文 { $packet } 是代理的拒绝，代码 { $code }。
ev-proxy-closed = 代理在报文 { $packet } 中结束了连接，没有应答。
ev-proxy-late = 隧道在报文 { $packet } 中请求，{ $took }之后才在报文 { $last } 中建立。
ev-idle = 报文 { $packet } 与 { $last } 之间，连接有 { $length }未被使用，比以往任何时候都长。
ev-new-connection-works = 到同一服务器的新连接（报文 { $packet }）得到了应答。
ev-request-copies = 请求（{ $bytes } 字节）发送了 { $copies ->
    [one] { $copies } 次（报文 { $packet }）
   *[other] { $copies } 次（报文 { $packet } 至 { $last }）
}，其中 { $acked } 字节得到确认。
ev-reset-from-nearer = 报文 { $packet } 中的复位在其所应答的数据之后 { $after }到达，而一次往返需要 { $rtt }；其 TTL 为 { $ttl }，服务器首个报文的 TTL 为 { $usual }。
ev-window-scale-missing = 报文 { $packet } 中的 SYN-ACK 有时间戳和 SACK，却没有窗口缩放；来自同一地址的报文 { $last } 中则有。
ev-sent-on = 服务器报文 { $packet } 的序列号超出已到达的数据 { $missing } 字节：它已继续发送。
ev-last-bytes = 报文 { $packet } 带来了最后到达的字节：服务器共 { $bytes } 字节。
ev-unheard = 服务器的最后一个报文是 { $last-heard }；客户端此后发送的{ $count ->
    [one] 报文 { $packet }
   *[other] 报文 { $packet } 至 { $last }
}必须得到应答，却没有任何回应。

missing-scaled-sibling = 没有到该地址的其他连接能表明服务器是否支持窗口缩放
collect-scaled-sibling = 经另一条路径抓取到同一地址的连接
