# 网页。

language-name = 中文
language = 语言
skip = 跳到正文
keys = 快捷键
open-another = 打开…
close = 关闭
cancel = 取消

claim = 连接的哪个阶段卡住了，在哪个地址上，由哪些数据包证明。
drop-title = 把抓包文件拖到这里，或选择文件
drop-hint = pcap 或 pcapng，也可以是 gzip 或 zstd 压缩的，或 stallscope 报告。同一次抓包的多个文件会合并。
drop-now = 松开即可打开
example = 打开示例
example-hint = 真实抓包：8 个地址中有一个让 TLS 握手得不到应答，直到客户端 10 秒后放弃
promise-local = 文件只在本页面中读取，绝不上传。没有网络也能使用。
promise-large = 数 GB 的抓包会分段读取，期间页面照常可用。
promise-paste = 也可以粘贴报告，或用链接打开：在网址后加 ?report= 和报告的地址。

reading = 正在读取 { $file }
reading-link = 正在读取链接中的报告
fetching = 正在从 { $host } 获取
stop-and-show = 停止并显示已读内容
stopping = 正在停止…
bytes-of = { $done } / { $all }
speed = 每秒 { $bytes }
time-left = 约剩 { $time }
memory-used = 使用内存 { $size }
found-so-far = { $packets } 个数据包，{ $attempts } 次尝试，{ $failures } 次失败

failure-gone = { $file } 已无法读取。是否被移动、修改或删除?请重新选择。
failure-not-capture = { $file }：{ $reason }。
failure-not-report = { $file }：{ $reason }。
failure-report-among-others = { $file } 是一份报告，报告只能单独打开：请单独拖入，或拖入生成它的抓包文件。
failure-report-too-large = { $file } 是一份 { $size } 的报告，超出本页面的容量。请用 stallscope analyze --format json（不加 --all）生成较小的报告。
failure-only-key-logs = 这是 TLS 密钥日志。请与它所属的抓包文件一起拖入。
failure-broken = 分析程序意外停止。这是 stallscope 的缺陷，不是您的文件的问题。页面仍可使用：请重新打开此文件或其他文件。请附上以下文字报告此问题；其中不含抓包内容。
failure-late = 分析程序意外停止。这是 stallscope 的缺陷，不是您的文件的问题。这里显示的内容不变；尚未读取的尝试和字节在重新开始后可见。
failure-out-of-memory = { $file } 需要的内存超过此浏览器给页面的上限：读完 { $all } 中的 { $done } 时已用 { $size }。下次请提前停止并显示已读内容，只打开抓包的一部分，或使用内存需求更小的命令：stallscope analyze FILE
silent = 已有 { $time } 没有分析程序的消息。它可能正忙，也可能已被浏览器终止。
again = 重新开始
failure-no-workers = 分析程序无法启动：没有取到它的文件，或者此浏览器不允许页面启动后台线程，而抓包只能在其中读取。请重新开始，从网站服务器而不是磁盘打开本页面，或使用命令：stallscope analyze FILE
fetch-not-secure = { $host } 既不是 https，也不是本页面自己的服务器，因此没有发出请求。
fetch-blocked = 没有从 { $host } 得到任何内容。要么无法连接，要么它不允许其他页面读取其文件：它需要返回响应头 Access-Control-Allow-Origin: *。您可以下载文件后拖到这里。
fetch-status = { $host } 返回状态码 { $status }。
fetch-too-large = { $host } 上的文件有 { $size }，超过获取上限。请下载后拖到这里。
fetch-aborted = 已取消从 { $host } 获取。

summary = 概要
counts = 共 { $count ->
   *[other] { $attempts }
} 次连接尝试，涉及 { $servers ->
   *[other] { $addresses }
} 个地址。
counts-fine = 没有失败，也没有卡住。
counts-trouble = { $failures ->
    [0] 没有失败，
   *[other] { $failed } 次失败（{ $share }），
}{ $stalled ->
    [0] 没有卡住。
   *[other] { $slow } 次卡住。
}
no-attempts = 其中没有连接尝试。
capture-line = { $name }：{ $packets } 个数据包，{ $size }
no-digest = 页面读取时不计算 SHA-256；可用以下命令得到：sha256sum { $name }
time-span = { $from } UTC 起，历时 { $length }
key-log = { $file }：TLS 密钥日志，已保留；暂不用于解密
about-capture = 关于此报告（{ $count }）
stopped-early = 读取提前停止：以下是已读部分的结果。
packet-number = 数据包 { $number }

views = 视图
tab-servers = 服务器
tab-waterfall = 瀑布图
tab-attempt = 尝试
tab-packets = 数据包
filter = 筛选
filter-hint = 筛选：ip: out:failed tls>1s …
completions = 可以接着输入
n-of-m = { $m } 次尝试中的 { $n } 次
in-time = 开始于首个数据包之后 { $from } 至 { $to }
show-all = 全部显示
filter-no-key = “{ $piece }”：没有这个键
filter-no-value = “{ $piece }”：没有这个值
filter-no-length = “{ $piece }”：不是时长，例如 250ms 或 1.5s
nothing-left = 此筛选和时间范围内没有尝试。按 x 显示全部。
strip = 时间
strip-all = 整个抓包；用方向键和加号选择一段
strip-part = 从 { $from } 到 { $to }
strip-legend = 上：正常 · 下：失败 · 拖动选择时间

legend = 阶段
legend-trouble = 卡住或失败
legend-gap = 空隙
attempts = { $count ->
   *[other] { $number } 次尝试
}
failed = { $number } 次失败（{ $share }）
failed-short = { $number } 次失败
stalled-count = { $number } 次卡住
none-failed = 没有失败
interval = 该比例的 95 % 区间：{ $low } 至 { $high }
no-name = 无名称 · { $family }
names-more = { $name } 等 { $more } 个以上 · { $family }
nameless = 无名称
rug-label = 按时间的 { $attempts } 次尝试，{ $failures } 次失败
no-phase-completed = 没有阶段完成
medians = 中位数：{ $list }
medians-p95 = 中位数：{ $list } · 其中 95 % 在 { $p95 } 内完成
ecdf-never = { $share } 从未完成
ecdf-nobody = 全部未完成
ecdf-part = 仅含 { $all } 次尝试中 { $kept } 次的时间，不画曲线
ecdf-median = 半数在 { $time } 内完成
column-server = 服务器
column-attempts = 尝试
column-failed = 失败
column-interval = 95 % 区间
column-medians = 中位数
column-heat = 失败随时间
heat-label = 失败随时间，{ $server }
heat-hint = 每格 { $length }；指向或用方向键选择，点击或按 Enter 查看其中的尝试
share-below = 低于 { $share }
share-above = { $share } 及以上
cell = { $at } · { $all } 次中 { $failed } 次失败
cell-empty = { $at } · 没有尝试
column-start = 开始
column-cause = 原因
column-outcome = 结果
column-total = 总计
column-phases = 阶段
column-frame = 帧
column-time = 时间（UTC）
column-delta = 间隔
column-direction = 来自
column-flags = 标志
column-seq = 序号
column-ack = 确认号
column-length = 长度
column-note = 备注
show-more = 再显示 { $count } 项（还有 { $hidden } 项）

choose-group = 分组
group-address = 按地址
group-name = 按名称
group-flat = 不分组
choose-order = 排序
order-start = 按开始时间
order-worst = 最差在前
order-longest = 最长在前
choose-axis = 时间
axis-relative = 从各自开始
axis-clock = 按时钟
choose-spread = 刻度
spread-linear = 线性
spread-log = 对数
zoom-in = 放大
zoom-out = 缩小
pan-left = 更早
pan-right = 更晚
zoom-all = 全部
as-table = 显示为表格
gap = 空隙 { $time }
waterfall-label = 各次尝试及其阶段
waterfall-hint = 点击一行或按 j。拖动可放大；双击或按回车打开尝试。
sent-again = { $count ->
   *[other] 重发 { $number } 个报文段
}
open-attempt = 打开
open-attempt-number = 打开尝试 { $number }

attempt-coming = 正在读取此尝试…
attempt-missing = 此尝试已无法读取：请重新打开抓包文件。
attempt-none = 没有选中尝试。请在瀑布图中选择。
attempt-from = 来自 { $client }，{ $kind }
neighbours = 其他尝试
previous = 上一个
next = 下一个
next-failure = 下一个失败
find-cause = 相同原因
not-judged = 没有规则分析过这次尝试：尝试很多时，只判断最差的和一部分样本。这不等于正常。
find-similar = 查找类似
phases = 阶段
phase-awaiting = { $outcome }，等待 { $awaiting }
silences = 静默
silence-of = 没有收到{ $end }的 { $awaiting }
rules-out = 已排除
remedy = 处理办法：

ladder = 按时间的数据包
ladder-note = 时间以抓取点为准。能看到离开该点的数据包；是否送达只能从应答得知。
ladder-label = 客户端与服务器之间的 { $count } 个数据包
capture-point = 抓取点
ladder-silence = { $time } 没有数据包
ladder-silence-awaited = 静默 { $time }：{ $end }应发 { $awaiting }
ladder-silence-short = { $time } 无 { $awaiting }
ladder-flights = 已确认与在途
ladder-flight = 已确认到 { $acknowledged }，在途 { $bytes } 字节
ladder-left-out = 中间 { $number } 个数据包未保留
no-packets = 这里没有此尝试的数据包。

and-more = 以及另外 { $count } 个

primitives = 测量值

copy-display-filter = 复制显示过滤器
copy-capture-filter = 复制抓包过滤器
copy-curl = 复制 curl 命令
bytes-none = 选择数据包以查看其字节。
bytes-coming = 正在读取字节…
bytes-missing = 此数据包的字节已无法读取。
bytes-not-in-report = 报告不含数据包的字节。拖入抓包文件即可查看。
bytes-of-packet = 数据包 { $number }，抓到 { $count } 字节

field-from = 来自
field-to = 发往
field-ttl = TTL
field-ip-id = IP 标识
field-sequence = 序列号
field-acknowledgment = 确认号
field-flags = 标志
field-window = 窗口
field-options = 选项
field-timestamps = TSval, TSecr
field-sack = SACK
field-payload = 载荷
field-icmp = ICMP 类型，代码
field-not-read = 包头

keys-title = 快捷键
keys-filter = 筛选框接受普通文字和以下键，每个都可以用减号取反：
key-next = 下一个或上一个尝试
key-failure = 上一个或下一个失败
key-open = 打开选中的尝试
key-tab = 服务器、瀑布图、尝试、数据包
key-filter = 转到筛选框
key-zoom = 放大或缩小
key-pan = 更早或更晚
key-all = 全部时间
key-table = 图形显示为表格
key-clear = 取消筛选和时间
key-strip = 在时间条上选择时间
key-leave = 后退一步
key-help = 此面板

basis-inferred = 推断
basis-reported = 客户端日志
phase-short-dns = DNS
phase-short-connect = 连接
phase-short-proxy = 代理
phase-short-tls = TLS
phase-short-request = 请求
phase-short-wait = 等待
phase-short-receive = 接收
phase-outcome-completed = 完成
phase-outcome-stalled = 卡住
phase-outcome-failed = 失败
phase-outcome-not-reached = 未到达
phase-outcome-not-observed = 不可见
outcome-completed = 完成
outcome-handshake-only = 已连接，没有请求
outcome-in-progress = 未完成
outcome-closed-by-client = 客户端关闭
outcome-reset-by-client = 客户端重置
outcome-not-observed = 此处不可见
outcome-syn-unanswered = SYN 无应答
outcome-refused = 被拒绝
outcome-unreachable = 不可达
outcome-connect-stalled = 连接卡住
outcome-proxy-refused = 代理拒绝
outcome-proxy-stalled = 代理卡住
outcome-tls-alert = TLS 警报
outcome-tls-stalled = TLS 卡住
outcome-not-tls = 应答不是 TLS
outcome-request-stalled = 请求卡住
outcome-response-stalled = 无响应
outcome-receive-stalled = 响应卡住
outcome-closed-by-server = 服务器关闭
outcome-reset-by-server = 服务器重置
outcome-dns-timeout = DNS 无应答
outcome-dns-error = DNS 错误
outcome-quic-unanswered = QUIC 无应答

note-client-hello = ClientHello
note-server-hello = ServerHello
note-hello-retry-request = HelloRetryRequest
note-client-finished = 客户端 Finished
note-server-finished = 服务器 Finished
note-session-ticket = 会话票据
note-alert = 警报
note-request = 请求
note-response = 响应
note-proxy-request = 代理请求
note-proxy-reply = 代理应答
note-retransmission = 重传
note-fast-retransmission = 快速重传
note-spurious-retransmission = 虚假重传
note-out-of-order = 乱序
note-duplicate-ack = 重复确认
note-keep-alive = 保活
note-keep-alive-ack = 保活确认
note-zero-window = 零窗口
note-window-full = 窗口已满
note-window-update = 窗口更新
note-previous-segment-lost = 前一报文段丢失
note-snapped = 被截断
note-captured-twice = 抓取两次

share = 分享
share-title = 分享此报告
share-intro = 不会上传任何内容：链接和文件都在本页中生成，并先经过脱敏。
share-coming = 正在脱敏…
share-link = 携带报告的链接
share-target = 适用于
share-teams = Teams、邮件（2,000）
share-slack = Slack（4,000）
share-browser = 浏览器（32,000）
share-base = 查看器
share-length = { $length } / { $most } 个字符
share-copy = 复制
share-files = 文件
share-page = 证据页
share-ticket = 工单
share-packets = 所引用的数据包
share-both = 证据页和工单用中英文双语
share-taken-out = 去除的内容
share-keep = 保留
share-changes = 改动
key-share = 分享报告
failure-link = 无法显示：{ $reason }。
