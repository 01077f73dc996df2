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
