# TCP 与 HTTP 之间的故障：TLS 握手。

h1-statement = { $server } 在 { $acked }内确认了发往 { $name } 的 { $bytes } 字节 ClientHello，始终可达，但在 { $waited }内没有发送任何 TLS 字节：其内核与网络路径正常，负责 TLS 的进程没有应答。
h1-remedy = 请摘除节点 { $address }，并针对所列时间与源端口 { $port } 检查：事件循环延迟、accept 队列（`ss -ltn`）、工作线程饱和，以及对密钥服务器、HSM 或 OCSP 的调用。

h2-statement = { $server } 确认了发往 { $name } 的 ClientHello，没有发送任何 TLS 字节，并在 { $after }后由自身的定时器结束连接：前端背后的后端没有应答。
h2-remedy = 请检查 { $address } 背后各后端在所列时间的健康状况，以及这个 { $after }的定时器属于谁。
