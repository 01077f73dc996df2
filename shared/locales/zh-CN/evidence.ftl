# 报文所显示的事实。每句话都可以按其中的报文编号在 Wireshark 中核对。

ev-last-packet = 报文 { $packet } 是本次尝试的最后一个报文。
ev-silence = 报文 { $packet } 之后，{ $length }内没有任何新内容。
ev-hello-acked = 服务器内核在报文 { $packet } 中确认了 ClientHello（报文 { $hello }）的全部 { $bytes } 字节，用时 { $after }。
ev-hello-unread = 服务器的首个 TLS 字节在报文 { $packet } 中到达，为 ClientHello 之后 { $after }，此时客户端已关闭连接。
ev-sequence-unchanged = 服务器在 { $length }之后发出的报文 { $packet }，其序列号仍与只发送过 { $bytes } 字节的主机相同：其间没有发出后丢失的数据。
ev-probes-answered = 其间服务器内核回应了 { $probes } 次探测中的 { $answered } 次（报文 { $packet } 至 { $last }），最慢用时 { $slowest }。
ev-one-ttl = 从报文 { $packet } 起，来自服务器地址的所有报文 TTL 均为 { $ttl }：只有一台主机在应答。
ev-identification-continuous = 服务器 { $packets } 个报文（{ $packet } 至 { $last }）的 IP 标识逐一递增：没有缺失的报文。
ev-identification-gap = 服务器的 IP 标识跳过了 { $missing } 个值（报文 { $packet } 至 { $last } 附近）：它发出的报文没有到达此处。
ev-prompt-hello = ClientHello（报文 { $packet }）在收到 SYN-ACK 后 { $think }即发出：客户端进程运行正常。
ev-sibling-proven = 对同一端点的另一次尝试出现了同样的静默并有证据，直到报文 { $packet }。
ev-ended-by-timer = 报文 { $packet } 在 { $waited }的沉默之后结束了连接：服务器一侧放弃了等待。
ev-reset = 报文 { $packet } 是一个复位，TTL 为 { $ttl }，在其所应答的报文之后 { $after }。
ev-reset-stranger = 报文 { $packet } 中的复位不是服务器发出的：TTL 为 { $ttl }，而其正常报文为 { $usual }，在其所应答的报文之后 { $after }，或者服务器在其后仍继续发送。
ev-reset-socket = 报文 { $packet } 中的复位来自该连接自身的套接字：延续了流的序列号、TTL { $ttl } 与选项。
ev-reset-no-socket = 报文 { $packet } 中的复位来自一台不认识该连接的主机：没有 ACK 标志，没有选项，窗口为 0，序列号是我们所确认的值。

missing-server-liveness = 静默期间没有足够晚的服务器报文来表明它是否发送过数据
missing-direction = 只捕获到一个方向的报文
missing-packets = 有已到达的报文不在抓包文件里
missing-handshake = 没有捕获到连接的开始

collect-keep-alive = 以 1 秒的 TCP keep-alive 重做（stallscope probe 即如此）并再次抓包
collect-both-directions = 在两个方向都经过的位置抓包
collect-from-start = 从连接开始之前起抓包
collect-all-packets = 在不丢包的情况下重新抓取：加大缓冲区（`tcpdump -B 65536`）并收窄过滤条件
collect-arms = 每次只改变一个因素重做（大小不同的 ClientHello、其他服务器名、更小的 MSS）

undecided-statement = 从 { $client } 到 { $server }（{ $name }）的尝试失败，报文无法说明是谁的问题：{ $what }。
undecided-remedy = 要作出判断：{ $collect }。
undecided-bare-statement = 从 { $client } 到 { $server }（{ $name }）的尝试失败，报文中没有任何内容能说明是谁的问题。
undecided-bare-remedy = 请抓取更多内容：两个方向、从连接开始之前起，并包含 ICMP（`host { $address } or icmp or icmp6`）。
undecided-one-sided-statement = 从 { $client } 到 { $server }（{ $name }）的尝试失败，且只捕获到一个方向的报文：不能归咎于任何一方。
undecided-one-sided-remedy = 请在两个方向都经过的位置重新抓包，例如客户端最外层的网卡。
