# 名称解析的故障。

d1-statement = { $resolvers } 没有回答对 { $name } 的 { $count } 次查询：解析失败，没有向任何服务器发起连接。
d1-remedy = 请检查 { $resolvers } 在所列时间的容量、访问控制列表与上游。客户端一侧：配置第二个解析器、`options timeout:1 attempts:2 rotate`、本地缓存。
d1-unseen-statement = { $resolvers } 没有回答对 { $name } 的 { $count } 次查询，抓包中也没有来自它的任何报文：它没有应答，或通往它的路径不通。解析失败，没有向任何服务器发起连接。
d1-unseen-remedy = 请检查所列时间通往 { $resolvers } 的路径，以及其容量、访问控制列表与上游。客户端一侧：配置第二个解析器、`options timeout:1 attempts:2 rotate`、本地缓存。
d1-too-late-statement = 对 { $name } 的 { $count } 次查询中，{ $resolvers } 回答了 { $answered } 次，对客户端而言已太迟，其余始终没有应答：解析失败，没有向任何服务器发起连接。
d1-too-late-remedy = 请检查 { $resolvers } 在所列时间的容量、访问控制列表与上游。客户端一侧：配置第二个解析器、`options timeout:1 attempts:2 rotate`、本地缓存。
d1-once-statement = 在抓包期间 { $resolvers } 没有回答对 { $name } 的查询，客户端也没有再次查询。
d1-once-remedy = 请检查 { $resolvers } 在所列时间的状况，并以多次查询重做：单个数据报丢失看起来与此相同。
d1-refused-statement = 主机 { $resolvers } 以 ICMP 端口不可达回应了对 { $name } 的查询：主机在线，但其上没有运行解析器。
d1-refused-remedy = 请启动 { $resolvers } 上的解析器，或从客户端配置中移除该地址。
d1-unreachable-statement = 向 { $resolvers } 查询 { $name } 得到的是 ICMP 错误：到解析器的路径不通。
d1-unreachable-remedy = 请检查 { $client } 与 { $resolvers } 之间的路由与过滤规则；应检查发出该 ICMP 错误的设备。
d1-truncated-statement = { $resolvers } 对 { $name } 的应答被截断，抓包中没有经 TCP 的应答。
d1-truncated-remedy = 请确认从 { $client } 能够访问 { $resolvers } 的 TCP 53 端口，并确认客户端会改用 TCP 查询（RFC 7766）。
d1-late-statement = { $resolvers } 在 { $waited }之后才回答对 { $name } 的查询，此前客户端已因超时而再次查询。
d1-late-remedy = 请检查 { $resolvers } 在所列时间的容量与上游。客户端一侧：`options timeout:1 attempts:2`、本地缓存。
d1-partly-statement = { $resolvers } 回答了对 { $name } 的查询，但其中一个查询即使再次发出也没有应答：耗费了 { $waited }。
d1-partly-remedy = 请检查 { $resolvers } 是否丢弃某一类型的查询（通常是 AAAA），而不是回答没有此类记录。

d2-statement = 同一套接字为 { $name } 发出的两个查询中，{ $server } 立即回答了一个，{ $lost } 查询则丢失，直到客户端再次查询：解析耗时 { $waited }。
d2-remedy = 请检查客户端主机或节点上的连接跟踪（`conntrack -S` 中的 insert_failed）。可行的办法：`options single-request-reopen`（glibc）、节点本地 DNS 缓存、经 TCP 的 DNS。
d2-never-statement = 同一套接字为 { $name } 发出的两个查询中，{ $server } 立即回答了一个，{ $lost } 查询即使再次发出也始终没有应答。
d2-never-remedy = 请检查 { $server } 或其前面的设备是否丢弃 { $lost } 查询，并查看客户端主机或节点上的 `conntrack -S`。

d3-statement = { $resolver } 回答 { $name } 不存在（{ $code }）。
d3-remedy = 请检查 { $name } 的拼写、客户端的搜索域列表以及该区域。
d3-empty-statement = { $resolver } 回答 { $name } 存在，但没有所查询类型的地址。
d3-empty-remedy = 请检查 { $name } 所在区域中的 A 与 AAAA 记录。
d3-failed-statement = { $resolver } 无法解析 { $name }：它的回答是 { $code }。
d3-failed-remedy = 请查看 { $resolver } 关于 { $name } 的日志：上游、DNSSEC 验证，以及 { $address } 对客户端的访问控制列表。
d3-search-statement = { $name } 只是客户端搜索域列表中的一步（{ $code }）；解析随后继续并找到了地址。
d3-search-remedy = 没有故障。在名称末尾加点，或减小 `ndots`，可省去多余的查询。

d4-cached-statement = { $address } 不在 { $name } 现有的地址之中：客户端使用了 { $resolver } 在 { $age }之前给出的、已过期的应答。
d4-cached-remedy = 请让客户端遵守 TTL：`networkaddress.cache.ttl`（Java）、在 `proxy_pass` 中使用变量并配置 `resolver`（nginx），或在迁移后重启客户端。
d4-resolvers-statement = { $resolver } 为 { $name } 给出了不可用的 { $address }；另一个解析器的地址集合中没有它。
d4-resolvers-remedy = 请比较 { $resolver } 与 { $name } 的权威服务器的应答，并将 { $address } 移出轮询。

ev-dns-asked = 该问题在 { $length }内被查询了 { $count } 次（报文 { $packet } 至 { $last }）。
ev-dns-silence = 报文 { $packet } 之后 { $length }内没有应答，距首次查询 { $total }。
ev-dns-late-response = 应答在报文 { $packet } 中到达，距首次查询 { $after }。
ev-dns-others-answered = 同一解析器在此期间回答了对 { $other } 的查询（报文 { $packet }）：到它的路径正常。
ev-dns-refused = 报文 { $packet } 是针对该查询的 ICMP 错误：类型 { $type }，代码 { $code }。
ev-dns-truncated = 报文 { $packet } 中的应答被截断：客户端必须改用 TCP 再次查询。
ev-dns-sibling-answered = { $answered } 查询在报文 { $packet } 中得到回答；{ $lost } 查询在一毫秒之内由同一套接字发出（报文 { $query }）。
ev-dns-asked-again = { $lost } 查询在 { $after }之后的报文 { $packet } 中再次发出。
ev-dns-error = { $count } 个应答（报文 { $packet } 至 { $last }）为 { $code }，含 { $records } 条应答记录。
ev-dns-answered = 解析器在报文 { $packet } 中作出回答，距查询 { $after }：到它的路径正常。
ev-dns-search-found = { $found } 在报文 { $packet } 中被找到。
ev-dns-valid-set = 当时有效的应答（报文 { $packet }，{ $addresses } 个地址）中没有 { $address }。
ev-dns-given-by = 该地址来自 { $resolver } 在报文 { $packet } 中的应答，TTL 为 { $ttl } 秒，在本次尝试之前 { $age }。
ev-dns-other-address-works = 有效应答中的地址 { $other } 在报文 { $packet } 中作出了响应。

missing-dns-responses = 抓包可能没有看到解析器的应答
collect-dns-both-directions = 在客户端主机上抓取 53 端口的两个方向，并包括回环接口
