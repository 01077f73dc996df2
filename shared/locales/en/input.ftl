# What is odd about the input, without a full stop.

input-longer-than-original = { $captured } bytes were captured of a packet that had { $original } on the wire
input-time-went-back = its time is { $nanoseconds } ns before that of the packet before
input-damaged-compression = the { $compression } stream cannot be read on: { $problem } at byte { $offset } of the compressed file
input-simple-packet = a simple packet block has no room for its length
input-packet-without-interface = a packet belongs to an interface that its section does not describe; it was not read
input-time-out-of-range = its time is { $units } units, beyond the year 2262; it is read as one before 1970, if it can be
input-malformed-block = a block of type { $type } cannot be read; it was left out
input-unknown-version = a section is of pcapng version { $version }; only version { $known } is read
input-too-many-interfaces = the section has more than { $most } interfaces; packets of further ones are not read
input-cut-block = the capture ends inside this block: { $there } of its { $length } bytes are there
input-cut-block-header = the capture ends { $there } bytes into a block's header
input-cut-packet = the capture ends inside this packet: { $there } of its { $captured } captured bytes are there
input-cut-packet-header = the capture ends inside this packet's header: { $there } of its { $length } bytes are there
input-skipped-to-end = { $problem }; the last { $skipped } bytes of the capture were not read
input-skipped-to-block = { $problem }; { $skipped } bytes were skipped to the next whole block
input-skipped-to-packets = { $problem }; { $skipped } bytes were skipped to the next place that reads as packets
input-block-length = a block claims { $length } bytes, which no block has
input-block-too-large = a block claims { $length } bytes, more than the { $most } that are accepted
input-two-lengths = a block has two lengths, { $leading } at its start and { $trailing } at its end
input-packet-too-long = a packet claims { $captured } captured bytes in a block of { $block }
input-byte-order-mark = a section header has no byte order mark
input-packet-claims = this packet's header claims { $captured } captured bytes, more than any packet has
input-packet-zeros = there are zero bytes where this packet's header should be
input-bad-fraction = its fraction of a second is { $fraction }, a second or more; it is added as it stands
input-odd-link-type = the link type field is { $field }, which has reserved bits set; it is read as { $type }
