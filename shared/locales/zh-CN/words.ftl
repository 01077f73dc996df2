# 多处使用的词语。

party-client = 客户端
party-network = 网络
party-middlebox = 中间设备
party-server = 服务器
party-resolver = 解析器
party-undecided = 未定

confidence-certain = 确定
confidence-likely = 很可能
confidence-possible = 可能

phase-dns = DNS 查询
phase-connect = TCP 连接
phase-proxy = 代理
phase-tls = TLS 握手
phase-request = 请求
phase-wait = 等待响应
phase-receive = 响应正文
