//! Inputs without libFuzzer: mutations of seeds, the same ones for the same seed number.

/// Longest input.
const LENGTH: usize = 64 << 10;

/// A stream of numbers that look random (xorshift, Marsaglia 2003).
#[derive(Clone, Debug)]
pub struct Numbers(u64);

impl Numbers {
    /// The stream with this number.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next number.
    pub const fn draw(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// The next number below `bound`; 0 when that is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.draw() % bound).unwrap_or_default()
    }
}

/// The next input: a seed with a few changes, or now and then nothing but noise.
pub fn input(numbers: &mut Numbers, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = match seeds.get(numbers.below(seeds.len() + 1)) {
        Some(seed) => seed.clone(),
        None => noise(numbers, 512),
    };
    for _ in 0..numbers.below(8) {
        change(numbers, &mut bytes);
    }
    bytes.truncate(LENGTH);
    bytes
}

fn noise(numbers: &mut Numbers, most: usize) -> Vec<u8> {
    let length = numbers.below(most);
    (0..length).map(|_| byte(numbers)).collect()
}

fn byte(numbers: &mut Numbers) -> u8 {
    // Lengths and counts break at their ends, so these come often.
    const ENDS: [u8; 6] = [0, 1, 0x7f, 0x80, 0xfe, 0xff];
    let drawn = numbers.below(512);
    u8::try_from(drawn)
        .unwrap_or_else(|_| ENDS.get(drawn % ENDS.len()).copied().unwrap_or_default())
}

fn change(numbers: &mut Numbers, bytes: &mut Vec<u8>) {
    let at = numbers.below(bytes.len());
    let end = (at + numbers.below(64)).min(bytes.len());
    match numbers.below(6) {
        0 => bytes.truncate(at),
        1 => drop(bytes.drain(at..end)),
        2 => {
            let again: Vec<u8> = bytes.drain(at..end).collect();
            let twice = again.repeat(2);
            bytes.splice(at..at, twice);
        }
        3 => {
            let inserted = noise(numbers, 16);
            bytes.splice(at..at, inserted);
        }
        _ => {
            let changed = byte(numbers);
            if let Some(old) = bytes.get_mut(at) {
                *old = changed;
            }
        }
    }
}
