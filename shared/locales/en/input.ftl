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
input-connections-put-aside = more than { $most } connections were open at one time; { $evicted } that had been silent longest were put aside unfinished, and what came for them later is counted as connections of their own

# Why bytes are no capture, and what to do.

error-empty = the file is empty: nothing was written to it (was tcpdump or dumpcap stopped before its first flush? -U writes each packet at once)
error-not-capture = not a capture: it { $what }; { $way }
error-not-capture-inside = not a capture: the content of the { $compression } { $what }; { $way }
error-cut-in-header = the capture ends at byte { $length }, inside its { $needed }-byte { $header }: no packet was written; copy the file again, or capture again
error-bad-header = the { $header } at byte { $offset } cannot be read ({ $problem }); copy the file again, or try `editcap in.pcapng out.pcapng`
error-bad-compression = the { $compression } stream cannot be decompressed: { $problem } at byte { $offset }; try { $tester } on it, or copy the file again
looks-har = looks like an HTTP archive (HAR)
looks-report = looks like a stallscope report
looks-json = looks like JSON
looks-key-log = looks like a TLS key log
looks-html = looks like a web page (HTML)
looks-xml = looks like XML
looks-packet-text = looks like packets printed as text
looks-text = looks like plain text
looks-elf-core = looks like an ELF core dump
looks-elf = looks like an ELF program
looks-snoop = looks like a snoop capture
looks-network-monitor = looks like a Microsoft Network Monitor capture
looks-sniffer = looks like a Network General Sniffer or NetXray capture
looks-event-trace = looks like a Windows event trace (ETL)
looks-pcap-variant = looks like a vendor's variant of pcap
looks-zip = looks like a ZIP archive
looks-tar = looks like a tar archive
looks-xz = looks like xz-compressed data
looks-bzip2 = looks like bzip2-compressed data
looks-lz4 = looks like LZ4-compressed data
looks-gzip = looks like gzip-compressed data once more
looks-zstd = looks like zstd-compressed data once more
looks-seven-zip = looks like a 7-Zip archive
looks-pdf = looks like a PDF document
looks-image = looks like a picture
looks-zeros = looks like nothing but zero bytes
looks-no-section = looks like pcapng blocks without the section header that comes first
looks-unknown = looks like nothing known (it begins { $bytes })
way-har = open it in the browser's network panel; for a verdict from packets, capture with `tcpdump -w` as well
way-report = analysis wants the capture that it was made from
way-json = if `tshark -T json` made it, analyze the capture it was made from
way-key-log = give the capture that it belongs to
way-html = a download may have saved a login or error page under the capture's name; download again
way-xml = if it is PDML, analyze the capture it was made from
way-packet-text = give `tcpdump` the option `-w FILE` to write packets; a hex dump becomes a capture with `text2pcap in out`
way-text = give the packets themselves: `tcpdump -w FILE` writes them
way-elf-core = check the file's name
way-elf = check the file's name
way-snoop = convert it with `editcap -F pcap in out`
way-network-monitor = convert it with `editcap -F pcap in out`
way-sniffer = convert it with `editcap -F pcap in out`
way-event-trace = convert it with `etl2pcapng in.etl out.pcapng` (or `pktmon etl2pcap`)
way-pcap-variant = convert it with `editcap -F pcap in out`
way-zip = unpack it and give the capture inside
way-tar = unpack it and give the capture inside
way-xz = unpack it: `xz -dc FILE | stallscope analyze -`
way-bzip2 = unpack it: `bzip2 -dc FILE | stallscope analyze -`
way-lz4 = unpack it: `lz4 -dc FILE | stallscope analyze -`
way-gzip = unpack it once: `gzip -dc FILE | stallscope analyze -`
way-zstd = unpack it once: `zstd -dc FILE | stallscope analyze -`
way-seven-zip = unpack it and give the capture inside
way-pdf = give the capture itself, not a picture of it
way-image = give the capture itself, not a picture of it
way-zeros = the file system lost its content; copy the file again
way-no-section = the beginning of the file is missing; copy the file again
way-unknown = if Wireshark can open it, convert it with `editcap -F pcapng in out`

# Why a link cannot be opened, and what to do.

page-not-ours = a web page, but no evidence page of stallscope of this or an earlier version
link-not-ours = this link holds no report: it does not begin with #r1.
link-cut = this link was cut by the app that it came through: { $arrived } of { $expected } characters arrived. Ask for it again as a file, or through another app
link-cut-early = this link was cut by the app that it came through, near its beginning. Ask for it again as a file, or through another app
link-too-long = this link has { $extra } characters too many at its end: something was glued to it on the way
link-changed = this link was changed on its way: its checksum does not fit. Ask for it again as a file, or through another app
link-newer = this link has version r{ $found }, and this program reads r1: open it with a newer stallscope
link-unreadable = this link cannot be read: what is in it is no report of ours, or more than { $cap } bytes

# What a link holds of the report that it was made from.

level-everything = The link holds the whole report; where packets are in their file is left out.
level-attempts = The link holds every attempt, and evidence and cited packets or events of one that failed.
level-failing = The link holds the attempts that failed, a healthy one beside each, and evidence of one; statistics are over all attempts.
level-summary = The link holds the addresses and one attempt that failed, with its evidence; statistics are over all attempts.
level-bare = The link holds the addresses and what is said of them; statistics are over all attempts.
