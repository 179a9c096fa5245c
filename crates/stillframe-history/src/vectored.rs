use std::io::{self, IoSlice, Write};

/// Writes all of `parts`, in as few calls as the system allows.
pub(crate) fn write_all_vectored(
    output: &mut (impl Write + ?Sized),
    mut parts: &mut [IoSlice<'_>],
) -> io::Result<()> {
    while !parts.is_empty() {
        match output.write_vectored(parts) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut parts, written),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
