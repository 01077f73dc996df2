//! A column of whole numbers in the fewest bytes: as they are, as steps, by a list of values, or in as few bits as
//! most of them need. Which of these is shortest is found by trying.

use std::collections::BTreeMap;

use super::bytes::{Reader, deflated_length, varint, zigzag};
use super::error::Broken;

/// How a column is written.
const SAME: u8 = 0;
const PLAIN: u8 = 1;
const STEPS: u8 = 2;
const LISTED: u8 = 3;
const PACKED: u8 = 4;
const PACKED_STEPS: u8 = 5;

/// What a way of writing costs: its length, or its length when it is deflated alone. Neither is what it adds to the
/// whole, so a link is written by both and the shorter one is taken.
pub(super) type Cost = fn(&[u8]) -> usize;

/// Every measure.
pub(super) const COSTS: [Cost; 2] = [deflated_length, <[u8]>::len];

/// Fewer numbers than this are not worth trying.
const WORTH_TRYING: usize = 3;

/// Writes a column. Its length is not written.
pub(super) fn write(out: &mut Vec<u8>, numbers: &[i64], cost: Cost) {
    let Some(first) = numbers.first() else {
        return;
    };
    // One needs no word about how it is written.
    if numbers.len() == 1 {
        varint(out, zigzag(*first));
        return;
    }
    if numbers.iter().all(|number| number == first) {
        out.push(SAME);
        varint(out, zigzag(*first));
        return;
    }
    let mut ways = vec![plain(PLAIN, numbers)];
    if numbers.len() >= WORTH_TRYING {
        let steps = steps_of(numbers);
        ways.push(plain(STEPS, &steps));
        ways.extend(listed(numbers));
        ways.push(packed(PACKED, numbers));
        ways.push(packed(PACKED_STEPS, &steps));
    }
    let shortest = ways.into_iter().min_by_key(|way| cost(way));
    out.extend(shortest.unwrap_or_default());
}

/// Reads a column of so many numbers.
pub(super) fn read(from: &mut Reader<'_>, count: usize) -> Result<Vec<i64>, Broken> {
    if count == 0 {
        return Ok(Vec::new());
    }
    from.spend(count)?;
    if count == 1 {
        return Ok(vec![from.number()?]);
    }
    match from.byte()? {
        SAME => {
            let number = from.number()?;
            Ok(vec![number; count])
        }
        PLAIN => (0..count).map(|_| from.number()).collect(),
        STEPS => {
            let steps: Vec<i64> = (0..count)
                .map(|_| from.number())
                .collect::<Result<_, _>>()?;
            Ok(sums_of(&steps))
        }
        LISTED => {
            let length = from.count()?;
            let values: Vec<i64> = (0..length)
                .map(|_| from.number())
                .collect::<Result<_, _>>()?;
            let value = |place: usize| values.get(place).copied().ok_or(Broken);
            (0..count).map(|_| from.count().and_then(value)).collect()
        }
        PACKED => unpacked(from, count),
        PACKED_STEPS => Ok(sums_of(&unpacked(from, count)?)),
        _ => Err(Broken),
    }
}

fn plain(way: u8, numbers: &[i64]) -> Vec<u8> {
    let mut out = vec![way];
    for number in numbers {
        varint(&mut out, zigzag(*number));
    }
    out
}

fn listed(numbers: &[i64]) -> Option<Vec<u8>> {
    let mut places: BTreeMap<i64, u64> = BTreeMap::new();
    let mut values = Vec::new();
    for number in numbers {
        if !places.contains_key(number) {
            places.insert(*number, values.len() as u64);
            values.push(*number);
        }
    }
    if values.len() > numbers.len() / 2 {
        return None;
    }
    let mut out = vec![LISTED];
    varint(&mut out, values.len() as u64);
    for value in &values {
        varint(&mut out, zigzag(*value));
    }
    for number in numbers {
        varint(&mut out, places.get(number).copied().unwrap_or_default());
    }
    Some(out)
}

/// The smallest, a width, the exceptions that need more bits, then every number's distance in that many bits.
fn packed(way: u8, numbers: &[i64]) -> Vec<u8> {
    let smallest = numbers.iter().copied().min().unwrap_or_default();
    let distances: Vec<u64> = numbers
        .iter()
        .map(|number| number.wrapping_sub(smallest) as u64)
        .collect();
    let needed = |distance: u64| 64 - distance.leading_zeros();
    let cost = |width: u32| {
        let beyond = distances
            .iter()
            .filter(|distance| needed(**distance) > width);
        distances.len() * width as usize
            + beyond
                .map(|distance| 16 + needed(*distance) as usize)
                .sum::<usize>()
    };
    let width = (0..=64).min_by_key(|width| cost(*width)).unwrap_or(64);
    let mut out = vec![way];
    varint(&mut out, zigzag(smallest));
    out.push(width as u8);
    let is_beyond = |distance: &u64| needed(*distance) > width;
    varint(
        &mut out,
        distances
            .iter()
            .filter(|distance| is_beyond(distance))
            .count() as u64,
    );
    let mut last = 0;
    for (place, distance) in distances
        .iter()
        .enumerate()
        .filter(|(_, distance)| is_beyond(distance))
    {
        varint(&mut out, (place - last) as u64);
        varint(&mut out, *distance);
        last = place;
    }
    let (mut bits, mut held) = (0_u128, 0_u32);
    for distance in &distances {
        let kept = if is_beyond(distance) { 0 } else { *distance };
        bits |= u128::from(kept) << held;
        held += width;
        while held >= 8 {
            out.push(bits as u8);
            bits >>= 8;
            held -= 8;
        }
    }
    if held > 0 {
        out.push(bits as u8);
    }
    out
}

fn unpacked(from: &mut Reader<'_>, count: usize) -> Result<Vec<i64>, Broken> {
    let smallest = from.number()?;
    let width = u32::from(from.byte()?);
    if width > 64 {
        return Err(Broken);
    }
    let beyond = from.count()?;
    let mut exceptions = BTreeMap::new();
    let mut place = 0_usize;
    for _ in 0..beyond {
        place = place.checked_add(from.count()?).ok_or(Broken)?;
        exceptions.insert(place, from.varint()?);
    }
    let mask = if width == 64 {
        u64::MAX
    } else {
        (1 << width) - 1
    };
    let (mut bits, mut held) = (0_u128, 0_u32);
    let mut numbers = Vec::with_capacity(count);
    for place in 0..count {
        while held < width {
            bits |= u128::from(from.byte()?) << held;
            held += 8;
        }
        let distance = bits as u64 & mask;
        bits >>= width;
        held -= width;
        let distance = exceptions.get(&place).copied().unwrap_or(distance);
        numbers.push(smallest.wrapping_add(distance as i64));
    }
    Ok(numbers)
}

fn steps_of(numbers: &[i64]) -> Vec<i64> {
    let mut last = 0_i64;
    let step = |number: &i64| {
        let step = number.wrapping_sub(last);
        last = *number;
        step
    };
    numbers.iter().map(step).collect()
}

fn sums_of(steps: &[i64]) -> Vec<i64> {
    let mut sum = 0_i64;
    let add = |step: &i64| {
        sum = sum.wrapping_add(*step);
        sum
    };
    steps.iter().map(add).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_column_survives(numbers in prop_oneof![
            proptest::collection::vec(any::<i64>(), 0..40),
            proptest::collection::vec(-4..4_i64, 0..200),
            proptest::collection::vec(prop_oneof![9 => 2000..2600_i64, 1 => Just(500_000_i64)], 0..200),
        ]) {
            let mut bytes = Vec::new();
            write(&mut bytes, &numbers, deflated_length);
            let mut reader = Reader::new(&bytes, 1 << 20);
            prop_assert_eq!(read(&mut reader, numbers.len()).unwrap(), numbers);
            prop_assert!(reader.is_at_end());
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..80), count in 0..5000_usize) {
            let read = read(&mut Reader::new(&bytes, 1 << 12), count);
            prop_assert!(read.is_err() || read.is_ok_and(|numbers| numbers.len() == count));
        }
    }

    #[test]
    fn one_outlier_costs_little() {
        let mut numbers: Vec<i64> = (0..100).map(|index| 2400 + index * 37 % 128).collect();
        let cost = |numbers: &[i64]| {
            let mut bytes = Vec::new();
            write(&mut bytes, numbers, deflated_length);
            deflated_length(&bytes)
        };
        let without = cost(&numbers);
        numbers[7] = 500_000;
        // Its own bytes, where it stands, and what it breaks off for the compression.
        assert!(
            cost(&numbers) <= without + 12,
            "{} and {without}",
            cost(&numbers)
        );
    }
}
