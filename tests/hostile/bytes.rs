//! Small makers of bytes: numbers, single bits, a deflated flood of zeros, and chance that repeats itself.

/// Everything that is bytes, one after the other.
macro_rules! cat {
    ($($part:expr),* $(,)?) => {{
        let mut all: Vec<u8> = Vec::new();
        $(all.extend_from_slice(&$part[..]);)*
        all
    }};
}
pub(crate) use cat;

pub fn be16(number: u16) -> [u8; 2] {
    number.to_be_bytes()
}

pub fn be32(number: u32) -> [u8; 4] {
    number.to_be_bytes()
}

pub fn be64(number: u64) -> [u8; 8] {
    number.to_be_bytes()
}

pub fn le16(number: u16) -> [u8; 2] {
    number.to_le_bytes()
}

pub fn le32(number: u32) -> [u8; 4] {
    number.to_le_bytes()
}

pub fn le64(number: u64) -> [u8; 8] {
    number.to_le_bytes()
}

/// Bits, the highest of a byte first.
#[derive(Default)]
pub struct Bits {
    bytes: Vec<u8>,
    /// Of the last byte; 0 when it is full.
    used: u32,
}

impl Bits {
    /// The lowest `count` bits of `value`.
    pub fn put(mut self, value: u64, count: u32) -> Self {
        for n in (0..count).rev() {
            if self.used == 0 {
                self.bytes.push(0);
            }
            if value >> n & 1 == 1
                && let Some(last) = self.bytes.last_mut()
            {
                *last |= 0x80 >> self.used;
            }
            self.used = (self.used + 1) % 8;
        }
        self
    }

    /// Exp-Golomb, as H.264 and HEVC write most of their numbers.
    pub fn ue(self, value: u32) -> Self {
        let code = u64::from(value) + 1;
        let length = 64 - code.leading_zeros();
        self.put(0, length - 1).put(code, length)
    }

    /// Filled up to a whole byte.
    pub fn bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The same with the one bit that ends a NAL unit.
    pub fn closed(self) -> Vec<u8> {
        self.put(1, 1).bytes
    }
}

/// About `length` zeros in zlib's form: 13 bits stand for 258 of them.
pub fn deflated_zeros(length: usize) -> Vec<u8> {
    let times = length / 258;
    // One last block with the fixed codes; a zero; then "258 more of the byte before", again and again; the end.
    let mut bits = vec![true, true, false];
    bits.extend([false, false, true, true, false, false, false, false]);
    for _ in 0..times {
        bits.extend([true, true, false, false, false, true, false, true, false, false, false, false, false]);
    }
    bits.extend([false; 7]);
    // Deflate fills a byte from its lowest bit.
    let packed = bits.chunks(8).map(|eight| eight.iter().enumerate().fold(0, |byte, (n, &bit)| byte | u8::from(bit) << n));
    let sum = ((1 + 258 * times) % 65_521) as u32;
    cat!([0x78, 0x01], packed.collect::<Vec<u8>>(), be32(sum << 16 | 1))
}

/// Marsaglia's xorshift: the same seed draws the same numbers, so a bad file can be made again.
pub struct Chance(u64);

impl Chance {
    pub fn seeded(seed: u64) -> Self {
        Self(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn draw(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// From 0 up to and without `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.draw() % end.max(1) as u64) as usize
    }
}
