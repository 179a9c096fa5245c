/// Which bytes of a page something takes.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    /// A bit a byte.
    bits: Vec<u64>,
}

impl Coverage {
    /// Whether none of these spans of a page of `size` bytes, each from its first byte to that behind its last, has a
    /// byte in common with another.
    pub(super) fn are_apart(&mut self, size: u32, spans: impl Iterator<Item = (u32, u32)>) -> bool {
        self.bits.clear();
        self.bits.resize(size as usize / 64 + 1, 0);
        for (start, end) in spans {
            if !self.take(start, end) {
                return false;
            }
        }
        true
    }

    /// Takes bytes; false where something else took one of them, or they are not there.
    fn take(&mut self, start: u32, end: u32) -> bool {
        let (first, last) = (start as usize / 64, end as usize / 64);
        let (from, upto) = (u64::MAX << (start % 64), !(u64::MAX << (end % 64)));
        let Some(words) = self.bits.get_mut(first..=last) else {
            return start >= end;
        };
        match words {
            [word] => {
                let bits = from & upto;
                let is_free = *word & bits == 0;
                *word |= bits;
                is_free
            }
            [head, between @ .., tail] => {
                let is_free =
                    *head & from == 0 && *tail & upto == 0 && between.iter().all(|&word| word == 0);
                *head |= from;
                *tail |= upto;
                between.fill(u64::MAX);
                is_free
            }
            [] => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_taken_once() {
        let mut coverage = Coverage::default();
        // Every span beside every other, against the obvious.
        let spans: Vec<(u32, u32)> = [0, 1, 4, 63, 64, 65, 127, 128, 300, 508]
            .into_iter()
            .flat_map(|start| [4, 60, 64, 65, 129, 512].map(|length| (start, start + length)))
            .filter(|&(_, end)| end <= 512)
            .collect();
        for &a in &spans {
            for &b in &spans {
                let apart = a.1 <= b.0 || b.1 <= a.0;
                assert_eq!(
                    coverage.are_apart(512, [a, b].into_iter()),
                    apart,
                    "{a:?} {b:?}"
                );
            }
        }
        assert!(coverage.are_apart(512, std::iter::empty()));
        assert!(coverage.are_apart(512, (0..128).map(|at| (4 * at, 4 * at + 4))));
        assert!(!coverage.are_apart(512, [(508, 1000)].into_iter()));
    }
}
