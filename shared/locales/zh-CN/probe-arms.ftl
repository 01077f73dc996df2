# 只在一点上不同的尝试之间的比较。

h2-probed-name-statement = { $server } 的内核收下发往 { $name } 的 ClientHello，却无人应答（{ $tried } 次中失败 { $failed } 次），而带其他服务器名或不带名字的得到应答（{ $passed } 次中失败 0 次）：该地址上负责这个名字的后端不应答。
h2-probed-name-remedy = 请检查 { $address } 为 { $name } 配置的后端，以及其前按服务器名判断的设备。
h2-probed-name-headline = 在 { $addresses } 只有发往 { $name } 的 ClientHello 失败（{ $tried } 次中 { $failed } 次），带其他服务器名或不带名字的从不失败（{ $passed } 次中 0 次）：{ $cause }（{ $party }）。
h3-probed-name-statement = 发往 { $name } 的 ClientHello 到不了 { $server }（{ $tried } 次中失败 { $failed } 次），而带其他服务器名或不带名字的能够到达（{ $passed } 次中失败 0 次）：途中有设备按服务器名丢弃它们。
h3-probed-name-remedy = 请检查 { $client } 与 { $address } 之间按服务器名过滤 TLS 的设备：防火墙、安全网关、运营商。服务器看不到这些 ClientHello。
h3-probed-name-headline = 在 { $addresses } 只有发往 { $name } 的 ClientHello 失败（{ $tried } 次中 { $failed } 次），带其他服务器名或不带名字的从不失败（{ $passed } 次中 0 次）：{ $cause }（{ $party }）。
h4-probed-size-statement = 发往 { $name } 的 { $bytes } 字节的 ClientHello 到不了 { $server }（{ $tried } 次中失败 { $failed } 次），而不超过 { $passing-bytes } 字节的从不失败（{ $passed } 次中 0 次）：途中有设备丢弃大的 ClientHello。
h4-probed-size-remedy = 请检查 { $address } 之前的设备如何处理超过一个报文段的 ClientHello（参见 tldr.fail），以及到它的路径的 MTU。在此期间，不带后量子密钥份额的客户端（`curl --curves X25519`、`GODEBUG=tlsmlkem=0`）可以绕过。
h4-probed-size-headline = { $addresses } 只有在 ClientHello 为 { $bytes } 字节时失败（{ $tried } 次中 { $failed } 次），不超过 { $passing-bytes } 字节时从不失败（{ $passed } 次中 0 次）：{ $cause }（{ $party }）。
h5-probed-statement = { $server } 的内核收下了发往 { $name } 的 { $bytes } 字节的 ClientHello，而读取它的程序处理有误（{ $tried } 次中失败 { $failed } 次）；不超过 { $passing-bytes } 字节的从不失败（{ $passed } 次中 0 次）。
h5-probed-remedy = 请检查 { $address } 上最先读取 ClientHello 的程序：当消息分为多个报文段时，它是否等待完整的消息（参见 tldr.fail）。在此期间，不带后量子密钥份额的客户端（`curl --curves X25519`、`GODEBUG=tlsmlkem=0`）可以绕过。
h5-probed-headline = { $addresses } 只有在 ClientHello 为 { $bytes } 字节时失败（{ $tried } 次中 { $failed } 次），不超过 { $passing-bytes } 字节时从不失败（{ $passed } 次中 0 次）：{ $cause }（{ $party }）。
h11-probed-mss-statement = { $server } 收下了发往 { $name } 的 ClientHello，其应答却没有到达（{ $tried } 次中失败 { $failed } 次），除非报文段不超过 1200 字节（{ $passed } 次中失败 0 次）：全尺寸报文在去往 { $client } 的途中被丢弃。
h11-probed-mss-remedy = 请检查 { $address } 与客户端之间的 MTU，以及 ICMP 类型 3 代码 4（ICMPv6 类型 2）能否到达服务器；在此期间可将 MSS 限制为 1200。
h11-probed-mss-headline = { $addresses } 失败（{ $tried } 次中 { $failed } 次），除非报文段不超过 1200 字节（{ $passed } 次中 0 次）：{ $cause }（{ $party }）。
h21-probed-cut-statement = 发往 { $name } 的同一 ClientHello 被切成两段时 { $server } 失败（{ $tried } 次中 { $failed } 次），完整到达时从不失败（{ $passed } 次中 0 次）：有程序没有把各段拼在一起。
h21-probed-cut-remedy = 请检查在 { $address } 之前或其上读取 TLS 的程序：一条消息可以跨越多个记录和报文段（RFC 8446 §5.1）。
h21-probed-cut-headline = { $addresses } 只有在 ClientHello 被切成两段时失败（{ $tried } 次中 { $failed } 次），完整到达时从不失败（{ $passed } 次中 0 次）：{ $cause }（{ $party }）。
h21-probed-whole-statement = 发往 { $name } 的 ClientHello 以一段到达时 { $server } 失败（{ $tried } 次中 { $failed } 次），同样的字节被切成两段时从不失败（{ $passed } 次中 0 次）：只看第一段的设备放行了它。
h21-probed-whole-remedy = 请检查 { $client } 与 { $address } 之间过滤 TLS 的设备：它根据一段之内能读到的内容作出判断。
h21-probed-whole-headline = { $addresses } 只有在 ClientHello 以一段到达时失败（{ $tried } 次中 { $failed } 次），被切成两段时从不失败（{ $passed } 次中 0 次）：{ $cause }（{ $party }）。
ev-contrast-told = 在该地址上，与本次相同的尝试中有 { $failed }/{ $attempts } 次在握手中失败，只在这一点上不同的尝试中有 0/{ $others } 次：偶然出现的概率为 { $chance }（Fisher 精确检验）。
ev-small-hellos-answered-told = 同样的几分钟内，对同一地址的 { $others } 次小 ClientHello 尝试中有 0 次失败：服务器正常。
ev-other-names-answered-told = 同样的几分钟内，对同一地址的 { $others } 次带其他服务器名或不带名字的尝试中有 0 次失败：服务器接收 ClientHello。
ev-small-segments-pass-told = 同样的几分钟内，对同一地址的 { $others } 次报文段不超过 1200 字节的尝试中有 0 次失败：服务器能够应答。
h20-probed-statement = 发往 { $name } 的 ClientHello 请求恢复会话时 { $server } 失败（{ $resumed } 次中 { $resumed } 次），否则从不失败（{ $fresh } 次中 0 次）：它不退回到完整握手。
h20-probed-remedy = 请检查 { $address } 背后的各节点如何共享会话票据的密钥，以及节点如何处理自己读不懂的票据。
h20-probed-headline = { $addresses } 只有在恢复会话时失败（{ $resumed } 次中 { $resumed } 次），完整握手时从不失败（{ $fresh } 次中 0 次）：{ $cause }（{ $party }）。
ev-fresh-hellos-pass-told = 同一地址上没有会话可恢复的 { $fresh } 次尝试中有 0 次失败，有会话的 { $resumed } 次全部失败。
a5-probed-stream-statement = { $server } 收下了发往 { $name } 的请求，并以 { $error } 结束了其 HTTP/2 流（RST_STREAM）。
a5-probed-stream-remedy = 请在 { $address } 上按客户端端口 { $port } 和所列时间查明该流为何以 { $error } 结束：限制、请求过滤、后端失败。
ev-stream-reset-told = 服务器在 TLS 之内发送了 RST_STREAM（{ $error }）：这是它自己的话。
ev-goaway-told = 此前服务器以 GOAWAY 表示不再在该连接上接受请求（{ $error }）。
p1-unreached-statement = 代理 { $server } 不接受连接，因此没有向 { $target } 请求任何内容。
p1-unreached-remedy = 请检查 { $server } 上是否有代理在监听、从 { $client } 到它的路径是否畅通，以及应使用的是否就是该代理。
missing-body-rest = 服务器是否发送过更多内容而在途中丢失：没有任何全尺寸报文从它到来
ev-full-segment-told = 本连接上到来了最大 { $bytes } 字节的报文段：全尺寸报文能够通过。
lingered-statement = { $first }{ $note }
lingered-late = 连接在限制之后保持打开，{ $after }后得到了应答：它只是迟到，并未失效。
lingered-ended = 连接在限制之后保持打开，{ $after }后由服务器一侧结束。
lingered-never = 连接在限制之后保持打开，又过了 { $after }仍没有任何内容。
ev-continue-missed-told = 客户端等待 `100 Continue` 共 { $after }，它没有到来，随后发送了正文。
