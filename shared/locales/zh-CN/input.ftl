# 输入中的异常,句末不加句号。

input-longer-than-original = 抓到了 { $captured } 字节，而该包在线路上只有 { $original } 字节
input-time-went-back = 它的时间比前一个包早 { $nanoseconds } 纳秒
input-damaged-compression = { $compression } 流无法继续读取：{ $problem }，位于压缩文件的第 { $offset } 字节
input-simple-packet = 一个简单包块（SPB）容不下自己的长度
input-packet-without-interface = 有一个包属于其分段未描述的接口，没有读取
input-time-out-of-range = 它的时间为 { $units } 个单位，超出 2262 年；能读时按 1970 年之前读取
input-malformed-block = 类型为 { $type } 的块无法读取，已略过
input-unknown-version = 有一个分段是 pcapng { $version } 版；只读取 { $known } 版
input-too-many-interfaces = 该分段的接口超过 { $most } 个；多出接口的包不读取
input-cut-block = 抓包在这个块内结束：共 { $length } 字节，只有 { $there } 字节
input-cut-block-header = 抓包在一个块的头部内结束，只有 { $there } 字节
input-cut-packet = 抓包在这个包内结束：抓取了 { $captured } 字节，只有 { $there } 字节
input-cut-packet-header = 抓包在这个包的头部内结束：共 { $length } 字节，只有 { $there } 字节
input-skipped-to-end = { $problem }；抓包最后的 { $skipped } 字节没有读取
input-skipped-to-block = { $problem }；跳过了 { $skipped } 字节，到下一个完整的块
input-skipped-to-packets = { $problem }；跳过了 { $skipped } 字节，到下一处可读作包的位置
input-block-length = 一个块声称有 { $length } 字节，没有块会这样
input-block-too-large = 一个块声称有 { $length } 字节，超过所接受的 { $most } 字节
input-two-lengths = 一个块有两个长度：开头为 { $leading }，末尾为 { $trailing }
input-packet-too-long = 一个包声称抓取了 { $captured } 字节，而它的块只有 { $block } 字节
input-byte-order-mark = 一个分段头没有字节序标记
input-packet-claims = 这个包的头部声称抓取了 { $captured } 字节，超过任何包
input-packet-zeros = 这个包的头部所在处是零字节
input-bad-fraction = 它的秒的小数部分是 { $fraction }，达到或超过一秒；按原样相加
input-odd-link-type = 链路类型字段为 { $field }，设置了保留位；按 { $type } 读取
input-connections-put-aside = 同时打开的连接超过 { $most } 个；静默最久的 { $evicted } 个未结束即被搁置，其后到达的报文计为另外的连接

# 为什么这些字节不是抓包,以及该怎么办。

error-empty = 文件是空的：没有写入任何内容（是否在 tcpdump 或 dumpcap 第一次刷新之前就停止了？-U 会立即写出每个包）
error-not-capture = 不是抓包文件：它{ $what }；{ $way }
error-not-capture-inside = 不是抓包文件：{ $compression } 里的内容{ $what }；{ $way }
error-cut-in-header = 抓包在第 { $length } 字节处结束，还在 { $needed } 字节的 { $header } 之内：没有写入任何数据包；请重新复制文件，或重新抓包
error-bad-header = 第 { $offset } 字节处的 { $header } 无法读取（{ $problem }）；请重新复制文件，或试试 `editcap in.pcapng out.pcapng`
error-bad-compression = { $compression } 流无法解压：{ $problem }，位于第 { $offset } 字节；请用 { $tester } 检查，或重新复制文件
looks-har = 看起来像 HTTP 归档（HAR）
looks-report = 看起来像stallscope 报告
looks-json = 看起来像JSON
looks-key-log = 看起来像TLS 密钥日志
looks-html = 看起来像网页（HTML）
looks-xml = 看起来像XML
looks-packet-text = 看起来像打印成文本的数据包
looks-text = 看起来像纯文本
looks-elf-core = 看起来像ELF 内存转储
looks-elf = 看起来像ELF 程序
looks-snoop = 看起来像snoop 抓包
looks-network-monitor = 看起来像Microsoft Network Monitor 抓包
looks-sniffer = 看起来像Network General Sniffer 或 NetXray 抓包
looks-event-trace = 看起来像 Windows 事件跟踪（ETL）
looks-pcap-variant = 看起来像某厂商的 pcap 变体
looks-zip = 看起来像ZIP 压缩包
looks-tar = 看起来像tar 归档
looks-xz = 看起来像xz 压缩数据
looks-bzip2 = 看起来像bzip2 压缩数据
looks-lz4 = 看起来像LZ4 压缩数据
looks-gzip = 看起来像又一层 gzip 压缩数据
looks-zstd = 看起来像又一层 zstd 压缩数据
looks-seven-zip = 看起来像7-Zip 压缩包
looks-pdf = 看起来像PDF 文档
looks-image = 看起来像图片
looks-zeros = 看起来像全是零字节
looks-no-section = 看起来像缺少开头分段头的 pcapng 块
looks-unknown = 不像任何已知格式（开头是 { $bytes }）
way-har = 请在浏览器的网络面板中打开；要根据数据包判断，请另用 `tcpdump -w` 抓包
way-report = 分析需要生成它的抓包文件
way-json = 如果是 `tshark -T json` 的输出，请分析原来的抓包文件
way-key-log = 请给出它所属的抓包文件
way-html = 下载时可能把登录页或错误页存成了抓包文件的名字；请重新下载
way-xml = 如果是 PDML，请分析原来的抓包文件
way-packet-text = 给 `tcpdump` 加 `-w FILE` 选项来写数据包；十六进制转储可用 `text2pcap in out` 转成抓包
way-text = 请给出数据包本身：`tcpdump -w FILE` 会写出来
way-elf-core = 请检查文件名
way-elf = 请检查文件名
way-snoop = 请用 `editcap -F pcap in out` 转换
way-network-monitor = 请用 `editcap -F pcap in out` 转换
way-sniffer = 请用 `editcap -F pcap in out` 转换
way-event-trace = 请用 `etl2pcapng in.etl out.pcapng`（或 `pktmon etl2pcap`）转换
way-pcap-variant = 请用 `editcap -F pcap in out` 转换
way-zip = 请解压并给出里面的抓包文件
way-tar = 请解压并给出里面的抓包文件
way-xz = 请解压：`xz -dc FILE | stallscope analyze -`
way-bzip2 = 请解压：`bzip2 -dc FILE | stallscope analyze -`
way-lz4 = 请解压：`lz4 -dc FILE | stallscope analyze -`
way-gzip = 请再解压一次：`gzip -dc FILE | stallscope analyze -`
way-zstd = 请再解压一次：`zstd -dc FILE | stallscope analyze -`
way-seven-zip = 请解压并给出里面的抓包文件
way-pdf = 请给出抓包文件本身，而不是它的图片
way-image = 请给出抓包文件本身，而不是它的图片
way-zeros = 文件系统丢失了内容；请重新复制文件
way-no-section = 文件开头缺失；请重新复制文件
way-unknown = 如果 Wireshark 能打开，请用 `editcap -F pcapng in out` 转换

# 链接为何无法打开，以及该怎么办。

page-not-ours = 这是网页，但不是本版本或更早版本 stallscope 的证据页
link-not-ours = 此链接不含报告：它不是以 #r1. 开头
link-cut = 此链接被传送它的应用截断：{ $expected } 个字符中到达 { $arrived } 个。请对方改用文件或其他应用再发一次
link-cut-early = 此链接在靠近开头处被传送它的应用截断。请对方改用文件或其他应用再发一次
link-too-long = 此链接末尾多出 { $extra } 个字符：传送途中有内容被粘在后面
link-changed = 此链接在途中被改动：校验和不符。请对方改用文件或其他应用再发一次
link-newer = 此链接的版本是 r{ $found }，本程序只能读 r1：请用更新的 stallscope 打开
link-unreadable = 此链接无法读取：其中不是我们的报告，或超过 { $cap } 字节

# 链接含有原报告的哪些内容。

level-everything = 链接含有整个报告；数据包在文件中的位置除外。
level-attempts = 链接含有每次尝试，以及一次失败尝试的证据和所引用的数据包或事件。
level-failing = 链接含有失败的尝试、每次失败旁边的一次成功尝试，以及其中一次的证据；统计针对所有尝试。
level-summary = 链接含有各个地址，以及一次失败的尝试及其证据；统计针对所有尝试。
level-bare = 链接含有各个地址及其结论；统计针对所有尝试。
