//! The examples of RFC 7541, Appendix C, and a listener that came late.

use super::Decoder;

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .bytes()
        .filter(u8::is_ascii_hexdigit)
        .map(|digit| (digit as char).to_digit(16).unwrap() as u8)
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

fn fields(decoder: &mut Decoder, block: &str) -> Vec<String> {
    let mut out = Vec::new();
    decoder
        .decode(&hex(block), |field| {
            out.push(match field {
                Some((name, value)) => format!(
                    "{}: {}",
                    String::from_utf8_lossy(name),
                    String::from_utf8_lossy(value)
                ),
                None => "?".to_owned(),
            });
        })
        .unwrap();
    out
}

const FIRST: [&str; 4] = [
    ":method: GET",
    ":scheme: http",
    ":path: /",
    ":authority: www.example.com",
];

#[test]
fn requests_without_huffman_code_share_a_table() {
    let mut decoder = Decoder::new();
    let first = fields(
        &mut decoder,
        "828684410f7777772e6578616d706c652e636f6d", // C.3.1
    );
    assert_eq!(first, FIRST);
    let second = fields(&mut decoder, "828684be58086e6f2d6361636865"); // C.3.2
    assert_eq!(second[3..], [FIRST[3], "cache-control: no-cache"]);
    let third = fields(
        &mut decoder,
        "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565", // C.3.3
    );
    assert_eq!(third[3..], [FIRST[3], "custom-key: custom-value"]);
    assert_eq!(decoder.bytes, 164);
}

#[test]
fn requests_with_huffman_code_read_the_same() {
    let mut decoder = Decoder::new();
    assert_eq!(
        fields(&mut decoder, "828684418cf1e3c2e5f23a6ba0ab90f4ff"), // C.4.1
        FIRST
    );
    assert_eq!(
        fields(&mut decoder, "828684be5886a8eb10649cbf")[4], // C.4.2
        "cache-control: no-cache"
    );
}

#[test]
fn responses_evict_the_oldest_entries() {
    let mut decoder = Decoder::new();
    decoder.resize(256);
    let first = fields(
        &mut decoder,
        "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3", // C.6.1
    );
    assert_eq!(first[0], ":status: 302");
    assert_eq!(first[3], "location: https://www.example.com");
    let second = fields(&mut decoder, "4883640effc1c0bf"); // C.6.2
    assert_eq!(second[0], ":status: 307");
    assert_eq!(second[1..], first[1..]);
    assert_eq!(decoder.bytes, 222);
}

#[test]
fn a_listener_that_came_late_reads_what_is_added_later() {
    let mut decoder = Decoder::new();
    decoder.forget();
    assert_eq!(fields(&mut decoder, "828684be")[3], "?");
    assert_eq!(
        fields(&mut decoder, "828684be58086e6f2d6361636865")[4],
        "cache-control: no-cache"
    );
    assert_eq!(
        fields(&mut decoder, "828684bebf")[3..],
        ["cache-control: no-cache", "?"]
    );
}

#[test]
fn broken_blocks_are_errors() {
    for (name, block) in [
        ("index zero", "80"),
        ("endless integer", "ffffffffffffffff"),
        ("string past the end", "400a6375"),
        ("end of string inside", "0084ffffffff01"),
        ("nine bits of padding", "0082ffff0161"),
        ("zero padding", "0081180161"),
    ] {
        let read = Decoder::new().decode(&hex(block), |_field| ());
        assert_eq!(read, Err(super::BadHeaderBlock), "{name}");
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_leave_the_table_in_its_bounds(blocks: Vec<Vec<u8>>) {
        let mut decoder = Decoder::new();
        for block in blocks {
            let _read = decoder.decode(&block, |_field| ());
            let sum: usize = decoder.entries.iter().map(super::Entry::size).sum();
            assert_eq!(sum, decoder.bytes);
            assert!(sum <= decoder.capacity);
        }
    }
}
