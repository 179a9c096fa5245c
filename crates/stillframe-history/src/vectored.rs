use std::io::{self, IoSlice, Write};

use crate::{Error, Input};

/// Why not all parts could be written.
pub(crate) struct Stopped {
    /// The first part, counted from 0, that is not written whole.
    pub(crate) part: usize,
    pub(crate) error: io::Error,
}

impl Stopped {
    /// The error, where the parts are of `input`, and the bytes of this one stand at `offset`.
    pub(crate) fn at(self, input: &Input, offset: u64) -> Error {
        failed_write(self.error, input, offset)
    }
}

/// Writes all of `parts`, in as few calls as the system allows.
pub(crate) fn write_all_vectored(
    output: &mut (impl Write + ?Sized),
    parts: &mut [IoSlice<'_>],
) -> Result<(), Stopped> {
    let count = parts.len();
    let mut parts = parts;
    while !parts.is_empty() {
        let error = match output.write_vectored(parts) {
            Ok(0) => io::ErrorKind::WriteZero.into(),
            Ok(written) => {
                IoSlice::advance_slices(&mut parts, written);
                continue;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => error,
        };
        let part = count - parts.len();
        return Err(Stopped { part, error });
    }
    Ok(())
}

/// The error of writing bytes of `input` that stand at `offset`. Where they are of a mapping of a file that has become
/// shorter, the system finds nothing at their address and lays that to the write.
pub(crate) fn failed_write(error: io::Error, input: &Input, offset: u64) -> Error {
    if cfg!(unix) && error.raw_os_error() == Some(BAD_ADDRESS) {
        let shorter = "it became shorter while it was read";
        return Error::read(
            input,
            offset,
            io::Error::new(io::ErrorKind::UnexpectedEof, shorter),
        );
    }
    error.into()
}

/// `EFAULT`, of the same value on every Unix.
const BAD_ADDRESS: i32 = 14;
