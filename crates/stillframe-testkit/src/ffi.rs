//! The calls that rusqlite has no safe word for.
//!
//! Why this is sound: what is asked of a connection takes a live `&Connection`, so its handle is valid for the whole call;
//! the names are static NUL-terminated strings; every pointer passed out is to a local that outlives the call; nothing is kept after it
//! returns. `Connection` is not `Sync`, so no other thread uses the handle meanwhile.

use std::ffi::{CStr, c_int};
use std::ptr::{null, null_mut};
use std::slice;

use rusqlite::{Connection, ffi};

const MAIN: &CStr = c"main";

/// `sqlite3_wal_checkpoint_v2(TRUNCATE)`, or the extended result code: unlike the PRAGMA it needs no readable schema.
pub fn checkpoint_truncate(connection: &Connection) -> Result<(), i32> {
    let mode = ffi::SQLITE_CHECKPOINT_TRUNCATE;
    // SAFETY: see the head of this file; SQLite takes null for "do not tell me the counts".
    unsafe {
        let handle = connection.handle();
        match ffi::sqlite3_wal_checkpoint_v2(handle, MAIN.as_ptr(), mode, null_mut(), null_mut()) {
            ffi::SQLITE_OK => Ok(()),
            _ => Err(ffi::sqlite3_extended_errcode(handle)),
        }
    }
}

/// `SQLITE_FCNTL_RESERVE_BYTES`: how many bytes at the end of each page a new database keeps free.
pub fn reserve_bytes(connection: &Connection, bytes: u8) {
    let mut wanted = c_int::from(bytes);
    // SAFETY: see the head of this file; this operation reads and writes one `int`.
    let code = unsafe {
        let wanted = (&raw mut wanted).cast();
        ffi::sqlite3_file_control(
            connection.handle(),
            MAIN.as_ptr(),
            ffi::SQLITE_FCNTL_RESERVE_BYTES,
            wanted,
        )
    };
    assert_eq!(
        code,
        ffi::SQLITE_OK,
        "SQLite reserves bytes before the first write"
    );
}

/// The keywords of SQLite (`sqlite3_keyword_name`), in its own order.
pub fn keywords() -> Vec<String> {
    // SAFETY: see the head of this file; the names are static, and as long as SQLite says.
    let name = |index| unsafe {
        let (mut name, mut length) = (null(), 0);
        let code = ffi::sqlite3_keyword_name(index, &raw mut name, &raw mut length);
        assert_eq!(code, ffi::SQLITE_OK, "as many keywords as SQLite counts");
        slice::from_raw_parts(name.cast::<u8>(), length as usize)
    };
    // SAFETY: it only counts.
    let count = unsafe { ffi::sqlite3_keyword_count() };
    let text = |index| String::from_utf8_lossy(name(index)).into_owned();
    (0..count).map(text).collect()
}
