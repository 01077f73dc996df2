# 握手之后的故障：请求与响应。

a1-statement = { $server } 在 { $acked }内确认了对 { $name } 的请求，始终可达，但在 { $waited }内没有发送任何响应字节：其内核与网络路径正常，应用没有应答。
a1-remedy = 请在 { $address } 及其后端的日志中查找 { $client } 在所列时间的请求：排队时间、源站耗时、工作线程饱和。
a1-ended-statement = { $server } 在 { $acked }内确认了对 { $name } 的请求，没有发送任何响应字节，并在 { $waited }后自行结束了连接。
a1-ended-remedy = 请确认是谁的定时器在 { $waited }后结束了来自 { $client } 的请求（负载均衡器、网关、应用服务器），以及它在 { $address } 背后等待什么。

a2-statement = 握手成功之后，对 { $name } 的请求共 { $bytes } 字节，其中 { $missing } 字节向 { $server } 发送了 { $copies } 次，始终未被确认：数据或其全部确认在途中丢失。
a2-remedy = 请检查所列时间 { $client } 与 { $address } 之间的路径：握手之后才生效的过滤、移动了该流的负载均衡器、丢包。请以更小的请求并以 1 秒的 TCP keep-alive 重做。
a2-large-statement = 对 { $name } 的请求共 { $bytes } 字节，其中 { $missing } 字节向 { $server } 发送了 { $copies } 次，始终未被确认，而客户端所有较小的报文都已到达：满长度的报文可能无法通过该路径。
a2-large-remedy = 请检查从 { $client } 到 { $address } 的路径 MTU，以及 ICMP“需要分片”是否被过滤；请以能放入一个小报文的请求以及更小的 MSS 重做。

a3-statement = { $server } 在对 { $name } 的响应中途停止：发送 { $bytes } 字节之后 { $waited }内没有任何数据，没有在途数据，客户端窗口开放，其内核可达：写响应的进程停住了。
a3-remedy = 请在 { $address } 及其后端的日志中查找所列时间给 { $client } 的响应：源站或后端停顿、写入阻塞、缓冲区未刷新。
a3-sealed-statement = 客户端在 { $seconds } 秒后放弃了对 { $name } 的请求；{ $server } 在发送 { $bytes } 字节后停止，{ $waited }内没有任何数据，也没有在途数据。TLS 掩盖了响应是否完整，但客户端仍在等待。
a3-sealed-remedy = 请将 { $address } 日志中给 { $client } 的响应长度与其连接的 { $bytes } 字节比较，并在所列时间查找源站或后端的停顿。
a3-limit-statement = 客户端在对 { $name } 的请求满 { $seconds } 秒时离开，距 { $server } 的最后一个字节（共 { $bytes } 字节）{ $waited }：响应中途的时限是这样。TLS 掩盖了响应是否完整。
a3-limit-remedy = 客户端日志可以说明：有超时错误，或没有。若有，请将 { $address } 日志中的响应长度与其连接的 { $bytes } 字节比较。
a3-alike-statement = { $server } 在为 { $name } 的连接上发送 { $bytes } 字节后停止，{ $waited }内没有任何数据，与其他被客户端按其时限放弃的连接相同。
a3-alike-remedy = 请将 { $address } 日志中给 { $client } 的响应长度与其连接的 { $bytes } 字节比较，并在所列时间查找源站或后端的停顿。
a3-unsure-statement = 客户端在 { $server } 的最后一个字节（共 { $bytes } 字节）之后 { $seconds } 秒离开：响应中途的读超时是这样，连接池中的空闲连接也是这样。TLS 掩盖了是哪一种。
a3-unsure-remedy = 客户端日志可以说明：有读错误，或没有。若要从报文中看出，请连同 TLS 密钥一起抓包。

a4-client-statement = 客户端 { $client } 关闭接收窗口 { $count ->
    [one] { $count } 次
   *[other] { $count } 次
}，最长 { $length }：它没有读取数据，{ $server } 只能等待。
a4-client-remedy = 请检查客户端如何处理收到的数据：其后的慢速消费者、阻塞或繁忙的线程、过小的接收缓冲区。
a4-server-statement = { $server } 在上传期间关闭接收窗口 { $count ->
    [one] { $count } 次
   *[other] { $count } 次
}，最长 { $length }：它没有读取数据，客户端只能等待。
a4-server-remedy = 请在 { $address } 检查所列时间由什么读取上传数据：缓慢的磁盘或后端、阻塞的工作线程、过小的接收缓冲区。

a5-statement = 到 { $server } 的连接在对 { $name } 的响应中途、{ $bytes } 字节之后被结束。
a5-remedy = 请在 { $address } 按客户端端口 { $port } 与所列时间查找是什么结束了响应：崩溃或重启、大小或时间限制、后端消失。
a5-unanswered-statement = { $server } 收到对 { $name } 的请求，{ $after }后未作响应即结束了连接。
a5-unanswered-remedy = 请在 { $address } 按客户端端口 { $port } 与所列时间查找结束连接（报文 { $packet }）的原因：崩溃、限制、请求过滤、缺少客户端证书。
a5-sealed-statement = 到 { $server } 的连接在 { $bytes } 字节之后 { $waited }被结束，没有 TLS 告别，而客户端仍在：对 { $name } 的响应很可能被截断。
a5-sealed-remedy = 请将 { $address } 日志中的响应长度与其连接的 { $bytes } 字节比较，并查找所列时间是什么结束了连接：崩溃或重启、限制、后端消失。

a6-statement = 客户端在请求头与请求体之间等待了 { $length }：它请求 `100 Continue`，而 { $server } 没有应答。
a6-remedy = 请让 { $address }（或其前面的代理）立即应答 `Expect: 100-continue`，或让客户端不发送它（`curl -H 'Expect:'`）。

a7-statement = { $server } 关闭了空闲 { $idle }的连接，而下一个请求正在途中：两者交错（报文 { $packet }）。
a7-remedy = 请让客户端连接池的空闲时间短于服务器（此处约 { $idle }），或延长服务器的空闲时间；可安全重复的请求可以重发。
a7-goaway-statement = { $server } 已宣布连接结束（GOAWAY，报文 { $packet }），而下一个请求正在途中，未被接受。
a7-goaway-remedy = 该请求可以在新连接上安全重发。若经常发生，请让客户端的空闲时间短于服务器。
a7-forgotten-statement = 在 { $idle }未使用之后，{ $server } 以不认识该连接的主机的方式应答了下一个请求（报文 { $packet }）：它此前已结束该连接。
a7-forgotten-remedy = 请让客户端连接池的空闲时间短于 { $idle }，并检查 { $address } 及其前面负载均衡器的空闲定时器。

a8-client-statement = HTTP/2 发送方 { $server } 已用尽流量控制窗口，等待客户端放行 { $length }。
a8-client-remedy = 请检查客户端读取响应的方式：一个未被读取的响应会阻塞同一连接上的其他响应；更大的窗口（SETTINGS_INITIAL_WINDOW_SIZE）只会使其更晚显现。
a8-server-statement = 客户端已用尽 HTTP/2 流量控制窗口，等待 { $server } 放行 { $length }。
a8-server-remedy = 请在 { $address } 检查所列时间由什么读取请求体，以及其 HTTP/2 窗口。
a8-sealed-statement = { $server } 对 { $name } 的响应停在 { $bytes } 字节，恰为默认 HTTP/2 流量控制窗口 65535 所允许的数量，持续 { $waited }，没有在途数据，TCP 窗口开放。
a8-sealed-remedy = 请检查端口 { $port } 两端的 HTTP/2 流量控制：客户端是否发送 WINDOW_UPDATE，{ $address } 是否计入。带 TLS 密钥的抓包可以显示。

a9-statement = 从 { $client } 到 { $server } 的连接已死，却仍在使用：{ $length }内在其上发出 { $count } 个请求，没有任何回应。
a9-remedy = 请让客户端检测其 HTTP/2 连接（PING；Go 为 ReadIdleTimeout）或限制未确认数据的时间（TCP_USER_TIMEOUT），并检查途中的空闲超时。

a10-statement = { $server } 扣留了一个小报文段，直到客户端对前一报文段的延迟确认到达，耗时 { $delay }。
a10-remedy = 请在服务器上设置 TCP_NODELAY，或让其一次写出属于一起的内容（包括会话票据与响应）。

a11-download-statement = { $server } 的 { $segments } 个报文段中有 { $lost } 个在整个传输过程中需要重发，速率为 { $rate } kB/s：路径丢失过多，TCP 无法更快。
a11-download-remedy = 请检查所列时间从 { $address } 到 { $client } 的路径上的限速器与有误码的链路，并与另一条路径比较。
a11-upload-statement = 客户端发往 { $server } 的 { $segments } 个报文段中有 { $lost } 个在整个传输过程中需要重发，速率为 { $rate } kB/s：路径丢失过多，TCP 无法更快。
a11-upload-remedy = 请检查所列时间从 { $client } 到 { $address } 的路径上的限速器与有误码的链路，并与另一条路径比较。

ev-request-acked = 服务器内核在报文 { $packet } 中确认了整个请求（报文 { $request }），用时 { $after }。
ev-ended-without-response = 请求被确认之后 { $waited }，报文 { $packet } 从服务器一侧结束了连接。
ev-siblings-stopped-alike = 到同一服务器的其他连接在同样的 { $bytes } 字节之后停止，并因其请求的时限被放弃（报文 { $packet } 与 { $last }）。
ev-client-left = 客户端在报文 { $packet } 中离开，距服务器最后一个字节 { $waited }：时限为 { $seconds } 秒。
ev-window-closed = 报文 { $packet } 通告接收窗口为 0，持续关闭 { $length }。
ev-window-opened = 报文 { $packet } 重新打开了窗口。
ev-stream-reset = 报文 { $packet } 复位了该 HTTP/2 流，错误代码 { $code }。
ev-closed-in-response = 报文 { $packet } 是服务器的 FIN，距其前一内容 { $after }。
ev-expect-wait = 请求体在报文 { $packet } 中开始，距请求头（报文 { $head }）{ $length }，其间服务器没有任何内容。
ev-close-crossed = 服务器的 FIN（报文 { $packet }）在请求（报文 { $request }）之后 { $after }到达，且未确认该请求；一次往返需要 { $rtt }。
ev-goaway = 报文 { $packet } 中的 GOAWAY 只接受到流 { $last-stream }；该请求为流 { $stream }。
ev-http2-window-used = 报文 { $packet } 用尽了 HTTP/2 窗口；{ $length }内没有放行。
ev-http2-window-given = 报文 { $packet } 放行了更多。
ev-one-window = 响应在报文 { $packet } 处停止，共 { $bytes } 字节的 TLS 记录：一个 HTTP/2 窗口的 { $window } 字节，加上首部、帧与记录的开销。
ev-requests-into-void = 在服务器最后一个报文之后又发出了 { $count } 个新请求（报文 { $packet } 至 { $last }）。
ev-delayed-ack = 客户端在 { $delay }后才确认报文 { $packet }（报文 { $ack }），服务器的下一数据（报文 { $last }）在此之后 { $after }到达，即一次往返（{ $rtt }）。
ev-losses = { $segments } 个报文段中有 { $lost } 个被重发，从报文 { $packet } 至 { $last }，历时 { $length }。

missing-second-copy = 抓包结束之前请求只发送了一次
collect-longer = 抓包直到客户端放弃
