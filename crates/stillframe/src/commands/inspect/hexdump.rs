//! Bytes as they are.

use std::io::{self, Write};

use stillframe_check::render::text::DIM;

/// Prints bytes as they stand from `offset` on, as many a line as there is room for.
pub fn dump(bytes: &[u8], offset: u64, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let digits = format!("{:x}", offset + bytes.len() as u64).len().max(4);
    // The offset, three columns for each byte and one, and a character for each.
    let fits = |a_line: &usize| width >= 2 + 2 + digits + 2 + a_line * 3 + 1 + a_line;
    let a_line = [16, 8].into_iter().find(fits).unwrap_or(4);
    for (index, line) in bytes.chunks(a_line).enumerate() {
        let at = offset + (index * a_line) as u64;
        let codes: Vec<String> = line.iter().map(|byte| format!("{byte:02x}")).collect();
        let printed = line.iter().map(|&byte| match byte {
            b' '..=b'~' => char::from(byte),
            _ => '.',
        });
        let printed: String = printed.collect();
        let column = a_line * 3 - 1;
        writeln!(
            out,
            "  {DIM}0x{at:0digits$x}{DIM:#}  {:<column$}  {DIM}{printed}{DIM:#}",
            codes.join(" ")
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_as_long_as_there_is_room_for() {
        let longest = |width| {
            let mut out = Vec::new();
            dump(&[b'x'; 40], 0x1000, width, &mut out).unwrap();
            let text = String::from_utf8(out).unwrap();
            let text = anstream::adapter::strip_str(&text).to_string();
            text.lines().map(str::len).max().unwrap()
        };
        assert_eq!(
            [80, 79, 75, 74, 43, 42, 20].map(longest),
            [75, 75, 75, 43, 43, 27, 27]
        );
    }
}
