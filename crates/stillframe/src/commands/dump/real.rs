//! Floating-point numbers as SQLite turns them into text (`sqlite3FpDecode` in `util.c`, `%!.17g`): at most 17 digits,
//! always with a point, and back to the same number. Of zero, too: SQLite leaves its sign out, and reads it.

use std::io::Write;
use std::sync::OnceLock;

/// Significant digits that are shown.
const MOST_DIGITS: usize = 17;

/// Decimal digits, and how many of them stand before the point.
struct Decimal {
    digits: Vec<u8>,
    point: i32,
}

/// Appends a finite number.
pub fn push(text: &mut Vec<u8>, number: f64) {
    if number.is_sign_negative() {
        text.push(b'-');
    }
    if number == 0.0 {
        text.extend_from_slice(b"0.0");
        return;
    }
    let number = number.abs();
    let mut decimal = Decimal::of(number);
    let length = kept(&decimal, number);
    decimal.round(length);
    decimal.push(text);
}

/// The first power of ten of the table, and the last.
const POWERS: std::ops::RangeInclusive<i32> = -348..=347;

/// The highest 64 bits of the powers of ten, as SQLite has them (`powerOfTen`).
fn powers() -> &'static [u64] {
    static TABLE: OnceLock<Vec<u64>> = OnceLock::new();
    TABLE.get_or_init(|| {
        // Of a power of ten these are those of a power of five: 2^992 divided by 5 again and again, and 1 multiplied.
        let mut down = vec![0u32; 32];
        down[31] = 1;
        let mut table: Vec<u64> = (*POWERS.start()..0)
            .map(|_| {
                let mut rest = 0u64;
                for limb in down.iter_mut().rev() {
                    rest = rest << 32 | u64::from(*limb);
                    *limb = (rest / 5) as u32;
                    rest %= 5;
                }
                highest(&down)
            })
            .collect();
        table.reverse();
        let mut up = vec![0u32; 32];
        up[0] = 1;
        table.extend((0..=*POWERS.end()).map(|_| {
            let power = highest(&up);
            let mut carry = 0u64;
            for limb in &mut up {
                carry += u64::from(*limb) * 5;
                *limb = carry as u32;
                carry >>= 32;
            }
            power
        }));
        table
    })
}

/// The highest 64 bits of a number, from its highest bit that is set on.
fn highest(limbs: &[u32]) -> u64 {
    let top = limbs.iter().rposition(|limb| *limb != 0).unwrap_or(0);
    let limb = |below: usize| top.checked_sub(below).and_then(|at| limbs.get(at));
    let part = |below| u128::from(limb(below).copied().unwrap_or(0));
    let bits = part(0) << 64 | part(1) << 32 | part(2);
    (bits << bits.leading_zeros() >> 64) as u64
}

/// How many digits are kept: fewer than 17 where a run of nines or zeros ends them, and that reads back as the number.
fn kept(made: &Decimal, number: f64) -> usize {
    let digits = made.digits.as_slice();
    let at = |index: usize| digits.get(index).copied().unwrap_or(b'0');
    let is_back = |value: u64, length: usize| {
        let text = format!("{value}e{}", made.point - length as i32);
        text.parse() == Ok(number)
    };
    let value = |length: usize| {
        let digits = digits.iter().take(length);
        digits.fold(0, |value, digit| value * 10 + u64::from(digit - b'0'))
    };
    let run = |mut length: usize, of: u8| {
        while length > 0 && at(length - 1) == of {
            length -= 1;
        }
        length
    };
    let few = if at(15) == b'9' && at(14) == b'9' {
        let length = run(14, b'9');
        is_back(value(length) + 1, length).then_some(length)
    } else if made.point >= digits.len() as i32 || (13..16).all(|index| at(index) == b'0') {
        let length = run(13, b'0');
        is_back(value(length), length).then_some(length)
    } else {
        None
    };
    few.map_or(MOST_DIGITS, |length| length + 1)
}

impl Decimal {
    /// The 18 or 19 digits that SQLite begins with (`sqlite3Fp2Convert10`).
    fn of(number: f64) -> Self {
        let bits = number.to_bits();
        let fraction = bits & ((1 << 52) - 1);
        let (mantissa, exponent) = match (bits >> 52) as i32 {
            0 => (
                fraction << fraction.leading_zeros(),
                -1074 - fraction.leading_zeros() as i32,
            ),
            biased => (fraction << 11 | 1 << 63, biased - 1086),
        };
        let ten = 17 - (((exponent + 63) * 78913) >> 18);
        let power = powers().get((ten - POWERS.start()) as usize).copied();
        let product = u128::from(mantissa) * u128::from(power.unwrap_or_default());
        let shift = -(exponent + ((ten * 108853) >> 15) + 2);
        let twice = (product >> 64) as u64 >> shift;
        let value = twice.div_ceil(2).to_string().into_bytes();
        Self {
            point: value.len() as i32 - ten,
            digits: value,
        }
    }

    fn trim(&mut self) {
        while self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
    }

    /// Keeps `length` digits.
    fn round(&mut self, length: usize) {
        let is_up = self.digits.get(length).is_some_and(|digit| *digit >= b'5');
        self.digits.truncate(length);
        if is_up {
            while self.digits.last() == Some(&b'9') {
                self.digits.pop();
            }
            match self.digits.last_mut() {
                Some(last) => *last += 1,
                None => {
                    self.digits.push(b'1');
                    self.point += 1;
                }
            }
        }
        self.trim();
    }

    /// As `%!.17g` lays digits out.
    fn push(&self, text: &mut Vec<u8>) {
        let exponent = self.point - 1;
        if !(-4..MOST_DIGITS as i32).contains(&exponent) {
            self.push_with_point(text, 1);
            let sign = if exponent < 0 { '-' } else { '+' };
            // A vector takes whatever is written to it.
            let _ = write!(text, "e{sign}{:02}", exponent.unsigned_abs());
        } else if exponent < 0 {
            text.extend_from_slice(b"0.");
            text.extend((1..-exponent).map(|_| b'0'));
            text.extend_from_slice(&self.digits);
        } else {
            self.push_with_point(text, self.point as usize);
        }
    }

    /// With `before` digits before the point, and at least one behind it.
    fn push_with_point(&self, text: &mut Vec<u8>, before: usize) {
        let (whole, fraction) = self.digits.split_at(before.min(self.digits.len()));
        text.extend_from_slice(whole);
        text.extend((whole.len()..before).map(|_| b'0'));
        text.push(b'.');
        text.extend_from_slice(if fraction.is_empty() { b"0" } else { fraction });
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    /// Numbers of every magnitude, of few digits and of many, and those at the ends of ranges.
    fn numbers() -> Vec<f64> {
        let mut numbers = vec![
            0.0,
            -0.0,
            1.0,
            0.1 + 0.2,
            5e-324,
            f64::MAX,
            f64::MIN_POSITIVE,
            9.8,
            9.7,
            99999999999999990.0,
            123456789012345678.0,
            1e15,
            1e16,
            1e17,
            0.0001,
            0.00001,
            4.35,
            0.285,
            49.47,
            2.5e-7,
            9007199254740993.0,
            9007199254740993e3,
            -5e-324,
            2.225073858507201e-308,
            -f64::MAX,
        ];
        // Whole numbers around where the exponent begins, and where 64 bits end.
        for base in [
            1e14,
            1e15,
            1e16,
            1e17,
            1e18,
            2f64.powi(53),
            2f64.powi(63),
            1e19,
        ] {
            numbers.extend((-20..20).map(|step| base + f64::from(step) * base / 2f64.powi(52)));
        }
        numbers.extend((0..2000).map(|bits| f64::from_bits(bits * 0x3_1415_9265)));
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        let mut random = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        for _ in 0..40_000 {
            let (bits, digits) = (random(), random());
            numbers.push(f64::from_bits(bits));
            let few = (digits >> 11) % 10u64.pow((bits % 18) as u32 + 1);
            let exponent = (bits >> 20) % 40;
            numbers.push(format!("{few}e-{exponent}").parse().unwrap());
            numbers.push(few as f64);
            numbers.push((digits >> 11) as f64 / (1u64 << (bits % 50)) as f64);
        }
        numbers.retain(|number| number.is_finite());
        numbers
    }

    fn text_of(number: f64) -> String {
        let mut text = Vec::new();
        push(&mut text, number);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn numbers_are_what_sqlite_makes_of_them() {
        let database = Connection::open_in_memory().unwrap();
        let mut statement = database.prepare("SELECT CAST(?1 AS TEXT)").unwrap();
        for number in numbers() {
            let expected: String = statement.query_row([number], |row| row.get(0)).unwrap();
            let text = text_of(number);
            let unsigned = if number == 0.0 { "0.0" } else { &text };
            assert_eq!(unsigned, expected, "{number:e}");
        }
    }

    /// Every bit comes back, as SQLite reads a statement.
    #[test]
    fn sqlite_reads_the_same_numbers_back() {
        let database = Connection::open_in_memory().unwrap();
        let numbers = numbers();
        for numbers in numbers.chunks(500) {
            let texts: Vec<String> = numbers.iter().copied().map(text_of).collect();
            let sql = format!("SELECT {}", texts.join(","));
            let mut statement = database.prepare(&sql).unwrap();
            let mut rows = statement.query([]).unwrap();
            let row = rows.next().unwrap().unwrap();
            for (index, (number, text)) in numbers.iter().zip(&texts).enumerate() {
                let read: f64 = row.get(index).unwrap();
                assert_eq!(read.to_bits(), number.to_bits(), "{text}");
                let read: f64 = text.parse().unwrap();
                assert_eq!(read.to_bits(), number.to_bits(), "{text}");
            }
        }
    }
}
