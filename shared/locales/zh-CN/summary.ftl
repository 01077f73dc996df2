# 地址与总括：多次尝试共同显示的内容。

server-one-node-statement = 对 { $address } 的 { $attempts } 次尝试中有 { $failed } 次失败（95 % 置信区间 { $low } 至 { $high }），其中 { $like } 次为{ $cause }；同一时段内对另外 { $others } 个地址的 { $other-attempts } 次尝试中有 { $other-failed } 次失败：问题在于这个地址。{ $first }
server-one-node-undecided-statement = 对 { $address } 的 { $attempts } 次尝试中有 { $failed } 次失败（95 % 置信区间 { $low } 至 { $high }），其中 { $like } 次的原因未能判定；同一时段内对另外 { $others } 个地址的 { $other-attempts } 次尝试中有 { $other-failed } 次失败：问题在于这个地址。{ $first }
server-one-node-sampled-statement = 对 { $address } 的 { $attempts } 次尝试中有 { $failed } 次失败（95 % 置信区间 { $low } 至 { $high }），已判断的 { $judged } 次中有 { $like } 次为{ $cause-name }；同一时段内对另外 { $others } 个地址的 { $other-attempts } 次尝试中有 { $other-failed } 次失败：问题在于这个地址。{ $first }
summary-cause-sampled = { $cause }（已判断的 { $judged } 次中的 { $like } 次）
summary-cause-partly = { $cause }，其中 { $like } 次
server-one-family-statement = 对 { $address } 的全部 { $attempts } 次尝试失败（{ $cause }），该地址族的所有地址均如此，而另一地址族无一失败：某一地址族的路径或服务不通。{ $first }
server-all-nodes-statement = 对 { $address } 的 { $attempts } 次尝试中有 { $failed } 次失败（{ $cause }），对该名称其他地址的 { $other-attempts } 次尝试中有 { $other-failed } 次失败：并非单个节点的问题。{ $first }
server-source-ports-statement = 对 { $address } 的 { $attempts } 次尝试中有 { $failed } 次失败（{ $cause }），且同样的源端口再次失败：该地址背后的机器按源端口选取，其中一部分有故障。{ $first }
server-time-window-statement = 对 { $address } 的 { $attempts } 次尝试中有 { $failed } 次失败（{ $cause }），全部集中在一段时间内，其前后均有成功。{ $first }
server-alone-statement = 对 { $address } 的 { $attempts } 次尝试中有 { $failed } 次失败（{ $cause }）；同时没有尝试该名称的其他地址。{ $first }
server-lookups-statement = 在 { $address } 的 { $attempts } 次查询中有 { $failed } 次失败（{ $cause }）。{ $first }
server-nameless-statement = 对 { $address } 的 { $attempts } 次尝试中有 { $failed } 次失败（{ $cause }）；无从得知所用名称，因此未与其他地址比较。{ $first }
server-open-statement = 对 { $address } 的 { $attempts } 次尝试中有 { $failed } 次失败（{ $cause }），对其他地址的 { $other-attempts } 次中有 { $other-failed } 次：每个地址再尝试 { $more } 次即可判断是否只是这个地址。{ $first }
server-delayed-statement = 对 { $address } 的 { $attempts } 次尝试中有 { $like } 次因{ $cause }而延迟。{ $first }
server-delayed-sampled-statement = 对 { $address } 的 { $attempts } 次尝试中至少有 { $like } 次因{ $cause }而延迟。{ $first }

ev-siblings-clean = 同一时段内对另外 { $others } 个地址的 { $attempts } 次尝试中有 { $failed } 次失败（报文 { $packet } 至 { $last }）：客户端及其网络正常。

headline-one-node = 对 { $addresses } 的 { $attempts } 次尝试中有 { $like } 次（{ $rate }）因{ $cause }失败（{ $party }），对另外 { $others } 个地址的 { $other-attempts } 次尝试中有 { $other-failed } 次失败{ $more-findings ->
    [0] 。
   *[other] ；另有 { $more-findings } 个地址存在其他问题。
}
headline-one = 对 { $addresses } 的 { $attempts } 次尝试中有 { $like } 次（{ $rate }）因{ $cause }失败（{ $party }）{ $more-findings ->
    [0] 。
   *[other] ；另有 { $more-findings } 个地址存在其他问题。
}
headline-many = 对 { $count } 个地址（{ $addresses }）的 { $attempts } 次尝试中有 { $like } 次（{ $rate }）因{ $cause }失败（{ $party }）{ $more-findings ->
    [0] 。
   *[other] ；另有 { $more-findings } 个地址存在其他问题。
}
headline-delay = 没有失败；对 { $addresses } 的 { $attempts } 次尝试中有 { $like } 次因{ $cause }而延迟（{ $party }）。
headline-delay-sampled = 没有失败；对 { $addresses } 的 { $attempts } 次尝试中至少有 { $like } 次因{ $cause }而延迟（{ $party }）。
headline-undecided = 对 { $addresses } 的 { $attempts } 次尝试中有 { $like } 次（{ $rate }）失败，证据无法说明是谁的问题。
headline-single-undecided = 对 { $addresses } 的尝试失败，证据无法说明是谁的问题。
headline-single = 对 { $addresses } 的尝试失败：{ $cause }（{ $party }）。

verdict-alternatives = 未能排除：{ $causes }。
ev-likewise = 另有 { $count } 次尝试情况相同（始于报文 { $packet } 至 { $last }）。
