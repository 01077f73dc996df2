# 输入中的异常,句末不加句号。

input-longer-than-original = 抓到了 { $captured } 字节,而该包在线路上只有 { $original } 字节
input-time-went-back = 它的时间比前一个包早 { $nanoseconds } 纳秒
input-damaged-compression = { $compression } 流无法继续读取:{ $problem },位于压缩文件的第 { $offset } 字节
input-simple-packet = 一个简单包块(SPB)容不下自己的长度
input-packet-without-interface = 有一个包属于其分段未描述的接口,没有读取
input-time-out-of-range = 它的时间为 { $units } 个单位,超出 2262 年;能读时按 1970 年之前读取
input-malformed-block = 类型为 { $type } 的块无法读取,已略过
input-unknown-version = 有一个分段是 pcapng { $version } 版;只读取 { $known } 版
input-too-many-interfaces = 该分段的接口超过 { $most } 个;多出接口的包不读取
input-cut-block = 抓包在这个块内结束:共 { $length } 字节,只有 { $there } 字节
input-cut-block-header = 抓包在一个块的头部内结束,只有 { $there } 字节
input-cut-packet = 抓包在这个包内结束:抓取了 { $captured } 字节,只有 { $there } 字节
input-cut-packet-header = 抓包在这个包的头部内结束:共 { $length } 字节,只有 { $there } 字节
input-skipped-to-end = { $problem };抓包最后的 { $skipped } 字节没有读取
input-skipped-to-block = { $problem };跳过了 { $skipped } 字节,到下一个完整的块
input-skipped-to-packets = { $problem };跳过了 { $skipped } 字节,到下一处可读作包的位置
input-block-length = 一个块声称有 { $length } 字节,没有块会这样
input-block-too-large = 一个块声称有 { $length } 字节,超过所接受的 { $most } 字节
input-two-lengths = 一个块有两个长度:开头为 { $leading },末尾为 { $trailing }
input-packet-too-long = 一个包声称抓取了 { $captured } 字节,而它的块只有 { $block } 字节
input-byte-order-mark = 一个分段头没有字节序标记
input-packet-claims = 这个包的头部声称抓取了 { $captured } 字节,超过任何包
input-packet-zeros = 这个包的头部所在处是零字节
input-bad-fraction = 它的秒的小数部分是 { $fraction },达到或超过一秒;按原样相加
input-odd-link-type = 链路类型字段为 { $field },设置了保留位;按 { $type } 读取
