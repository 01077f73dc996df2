# Addresses and the headline: what many attempts show together.

server-one-node-statement = { $failed } of { $attempts } attempts at { $address } failed ({ $low } to { $high } with 95 % confidence), { $like } of them by { $cause }; at the { $others ->
    [one] one other address
   *[other] { $others } other addresses
} in the same minutes { $other-failed } of { $other-attempts }: it is this address. { $first }
server-one-node-undecided-statement = { $failed } of { $attempts } attempts at { $address } failed ({ $low } to { $high } with 95 % confidence), and of { $like } of them it is not decided why; at the { $others ->
    [one] one other address
   *[other] { $others } other addresses
} in the same minutes { $other-failed } of { $other-attempts }: it is this address. { $first }
server-one-node-sampled-statement = { $failed } of { $attempts } attempts at { $address } failed ({ $low } to { $high } with 95 % confidence), { $like } of the { $judged } that were judged by { $cause-name }; at the { $others ->
    [one] one other address
   *[other] { $others } other addresses
} in the same minutes { $other-failed } of { $other-attempts }: it is this address. { $first }
summary-cause-sampled = { $cause }, in { $like } of the { $judged } that were judged
summary-cause-partly = { $cause }, in { $like } of them
server-one-family-statement = All { $attempts } attempts at { $address } failed ({ $cause }), like every address of this family, and none of the other family: the path or service of one address family is broken. { $first }
server-all-nodes-statement = { $failed } of { $attempts } attempts at { $address } failed ({ $cause }), and { $other-failed } of { $other-attempts } at the other addresses of the name: it is not one node. { $first }
server-source-ports-statement = { $failed } of { $attempts } attempts at { $address } failed ({ $cause }), and the same source ports fail again: what is behind the address is chosen by source port, and some of it is broken. { $first }
server-time-window-statement = { $failed } of { $attempts } attempts at { $address } failed ({ $cause }), all in one stretch of time with successes before or after. { $first }
server-alone-statement = { $failed } of { $attempts } attempts at { $address } failed ({ $cause }); no other address of the name was tried beside it. { $first }
server-lookups-statement = { $failed } of { $attempts } lookups at { $address } failed ({ $cause }). { $first }
server-nameless-statement = { $failed } of { $attempts } attempts at { $address } failed ({ $cause }); nothing says under which name, so no other address is compared with it. { $first }
server-open-statement = { $failed } of { $attempts } attempts at { $address } failed ({ $cause }), and { $other-failed } of { $other-attempts } at the others: { $more } more attempts at each address would decide whether it is this one. { $first }
server-delayed-statement = { $like } of { $attempts } attempts at { $address } were delayed by { $cause }. { $first }
server-delayed-sampled-statement = At least { $like } of { $attempts } attempts at { $address } were delayed by { $cause }. { $first }

ev-siblings-clean = In the same minutes { $failed } of { $attempts } attempts at { $others ->
    [one] the other address
   *[other] the { $others } other addresses
} failed (packets { $packet } to { $last }): the client and its network work.

headline-one-node = { $like } of { $attempts } attempts ({ $rate }) at { $addresses } failed by { $cause } ({ $party }), and { $other-failed } of { $other-attempts } at the { $others ->
    [one] other address
   *[other] { $others } other addresses
}{ $more-findings ->
    [0] .
    [one] ; one other address has a finding of its own.
   *[other] ; { $more-findings } other addresses have findings of their own.
}
headline-one = { $like } of { $attempts } attempts ({ $rate }) at { $addresses } failed by { $cause } ({ $party }){ $more-findings ->
    [0] .
    [one] ; one other address has a finding of its own.
   *[other] ; { $more-findings } other addresses have findings of their own.
}
headline-many = { $like } of { $attempts } attempts ({ $rate }) at { $count } addresses ({ $addresses }) failed by { $cause } ({ $party }){ $more-findings ->
    [0] .
    [one] ; one other address has a finding of its own.
   *[other] ; { $more-findings } other addresses have findings of their own.
}
headline-delay = Nothing failed; { $like } of { $attempts } attempts at { $addresses } were delayed by { $cause } ({ $party }).
headline-delay-sampled = Nothing failed; at least { $like } of { $attempts } attempts at { $addresses } were delayed by { $cause } ({ $party }).
headline-undecided = { $like } of { $attempts } attempts ({ $rate }) at { $addresses } failed, and the evidence does not say whose fault it is.
headline-single-undecided = The attempt at { $addresses } failed, and the evidence does not say whose fault it is.
headline-single = The attempt at { $addresses } failed: { $cause } ({ $party }).

verdict-alternatives = Not ruled out: { $causes }.
ev-likewise = The same in { $count ->
    [one] one other attempt (packet { $packet })
   *[other] { $count } other attempts (from packets { $packet } to { $last } on)
}.
