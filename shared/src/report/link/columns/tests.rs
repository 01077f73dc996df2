//! Values as columns and back, and bytes that are none.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter_map("a number", |number| Number::from_f64(number).map(Value::Number)),
        "[a-z:0-9.]{0,20}".prop_map(Value::from),
        "[0-9a-f]{16,40}".prop_map(Value::from),
        ("[a-z]{1,4}", any::<u16>()).prop_map(|(host, port)| json!(format!("{host}:{port}"))),
        (0..3_u16, any::<u32>()).prop_map(|(capture, number)| json!({"capture": capture, "number": number, "offset": 0, "length": 0})),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(
                "(arguments|outcomes|times|server|[a-z]{1,3})",
                inner,
                0..5
            )
            .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn a_value_survives(value in any_value()) {
        prop_assert_eq!(read(&write(&value, <[u8]>::len), 1 << 20).unwrap(), value);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _read_or_refused = read(&bytes, 1 << 16);
    }
}

#[test]
fn a_bomb_is_refused() {
    // One text of a kilobyte, a thousand million times.
    let mut bomb = vec![1];
    varint(&mut bomb, 1024);
    bomb.extend([b'x'; 1024]);
    varint(&mut bomb, 1 << 4 | Kind::List as u64);
    bomb.push(0);
    varint(&mut bomb, 2_000_000_000);
    varint(&mut bomb, 1_000_000_000 << 4 | Kind::Text as u64);
    assert_eq!(read(&bomb, 1 << 20), Err(Broken));
    // Lists in lists without end.
    let nested: Vec<u8> = [0]
        .into_iter()
        .chain([1 << 4 | 7, 0, 2].repeat(100))
        .collect();
    assert_eq!(read(&nested, 1 << 20), Err(Broken));
}
