use std::io;
use std::ops::Range;

use crate::{Bytes, Window};

/// Bytes of which a few are others.
pub(super) struct Patched {
    bytes: Box<dyn Bytes>,
    /// Where the others begin, and what they are; by place, and none over another.
    patches: Vec<(u64, Vec<u8>)>,
}

impl Patched {
    pub(super) fn new(bytes: Box<dyn Bytes>, patches: Vec<(u64, Vec<u8>)>) -> Self {
        Self { bytes, patches }
    }

    /// The patches that lie, at least in part, in so many bytes from `offset` on.
    fn within(&self, offset: u64, length: usize) -> &[(u64, Vec<u8>)] {
        let first = self
            .patches
            .partition_point(|(start, bytes)| start + bytes.len() as u64 <= offset);
        let behind = offset.saturating_add(length as u64);
        let end = self.patches.partition_point(|&(start, _)| start < behind);
        self.patches.get(first..end).unwrap_or_default()
    }

    fn apply(&self, offset: u64, buffer: &mut [u8]) {
        for (start, bytes) in self.within(offset, buffer.len()) {
            for (at, &byte) in (*start..).zip(bytes) {
                let place = at
                    .checked_sub(offset)
                    .and_then(|at| usize::try_from(at).ok());
                if let Some(found) = place.and_then(|place| buffer.get_mut(place)) {
                    *found = byte;
                }
            }
        }
    }
}

impl Bytes for Patched {
    fn len(&self) -> u64 {
        self.bytes.len()
    }

    fn window(&self, offset: u64, length: usize) -> io::Result<Window<'_>> {
        let window = self.bytes.window(offset, length)?;
        if self.within(offset, length).is_empty() {
            return Ok(window);
        }
        let mut copy = window.to_vec();
        self.apply(offset, &mut copy);
        Ok(Window::Kept(Box::new(copy)))
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.bytes.read_exact_at(offset, buffer)?;
        self.apply(offset, buffer);
        Ok(())
    }

    fn stored(&self, offset: u64, end: u64) -> Range<u64> {
        let stored = self.bytes.stored(offset, end);
        let length = usize::try_from(stored.start.saturating_sub(offset)).unwrap_or(usize::MAX);
        match self.within(offset, length).first() {
            Some(&(start, _)) => start.max(offset)..stored.end.max(end),
            None => stored,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_window_has_its_part_of_the_patches() {
        let whole: Vec<u8> = (0..64).collect();
        let patches = vec![
            (3, vec![200, 201, 202, 203]),
            (7, vec![210]),
            (60, vec![220; 4]),
        ];
        let mut expected = whole.clone();
        for (start, bytes) in &patches {
            let start = *start as usize;
            expected[start..start + bytes.len()].copy_from_slice(bytes);
        }
        let patched = Patched::new(Box::new(whole), patches);
        for start in 0..64 {
            for end in start..=64 {
                let (offset, length) = (start as u64, end - start);
                assert_eq!(
                    *patched.window(offset, length).unwrap(),
                    expected[start..end]
                );
                let mut buffer = vec![0; length];
                patched.read_exact_at(offset, &mut buffer).unwrap();
                assert_eq!(buffer, expected[start..end]);
            }
        }
        assert!(patched.window(60, 5).is_err());
        assert_eq!(patched.len(), 64);
    }
}
