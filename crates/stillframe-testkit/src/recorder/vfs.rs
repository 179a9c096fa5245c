//! The disk of a thread as SQLite sees it: a virtual file system (`sqlite3_vfs`).
//!
//! Why this is sound: SQLite calls these functions with what its documentation promises, and on the thread that uses the
//! connection. A file is a `File` in the memory that SQLite has for it, `szOsFile` bytes: `open` writes it before anything
//! reads it, and `close` drops the name, once. The tables of functions are static and are never changed, but for the
//! link to the next file system, which is SQLite's.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::{null, null_mut};
use std::sync::Once;
use std::{mem, slice};

use rusqlite::ffi::{
    self, SQLITE_ACCESS_EXISTS, SQLITE_CANTOPEN, SQLITE_IOCAP_POWERSAFE_OVERWRITE,
    SQLITE_IOERR_SHORT_READ, SQLITE_NOTFOUND, SQLITE_OK, SQLITE_OPEN_CREATE, sqlite3_file,
    sqlite3_io_methods, sqlite3_vfs,
};

use super::{Operation, STATE, State};

/// What the file system is called.
pub const NAME: &CStr = c"stillframe-recorder";
/// How the names of temporary files begin.
pub const TEMPORARY: &str = "\0temporary-";

/// Makes the file system known to SQLite, once.
pub fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let vfs = Box::leak(Box::new(VFS));
        // SAFETY: the table lives for ever, and nothing else refers to it.
        let code = unsafe { ffi::sqlite3_vfs_register(vfs, 0) };
        assert_eq!(code, SQLITE_OK, "SQLite takes the file system");
    });
}

/// An open file.
#[repr(C)]
struct File {
    base: sqlite3_file,
    /// Of a `Box`.
    name: *mut String,
}

const VFS: sqlite3_vfs = sqlite3_vfs {
    iVersion: 1,
    szOsFile: mem::size_of::<File>() as c_int,
    mxPathname: 512,
    pNext: null_mut(),
    zName: NAME.as_ptr(),
    pAppData: null_mut(),
    xOpen: Some(open),
    xDelete: Some(delete),
    xAccess: Some(access),
    xFullPathname: Some(full_pathname),
    xDlOpen: None,
    xDlError: None,
    xDlSym: None,
    xDlClose: None,
    xRandomness: Some(randomness),
    xSleep: Some(sleep),
    xCurrentTime: Some(current_time),
    xGetLastError: None,
    xCurrentTimeInt64: None,
    xSetSystemCall: None,
    xGetSystemCall: None,
    xNextSystemCall: None,
};

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 1,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(lock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: None,
    xShmLock: None,
    xShmBarrier: None,
    xShmUnmap: None,
    xFetch: None,
    xUnfetch: None,
};

fn with<T>(run: impl FnOnce(&mut State) -> T) -> T {
    STATE.with_borrow_mut(run)
}

/// # Safety
/// `file` is one that `open` made and `close` has not ended.
unsafe fn name_of(file: *mut sqlite3_file) -> String {
    // SAFETY: as the caller promises.
    unsafe { (*(*file.cast::<File>()).name).clone() }
}

/// # Safety
/// `name` is a string that ends with a zero byte.
unsafe fn text(name: *const c_char) -> String {
    // SAFETY: as the caller promises.
    let name = unsafe { CStr::from_ptr(name) };
    name.to_str().expect("names of tests are ASCII").to_owned()
}

unsafe extern "C" fn open(
    _: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives memory for a `File`; it may not be read before it is written.
    unsafe { (*file).pMethods = null() };
    let name = if name.is_null() {
        with(|state| format!("{TEMPORARY}{}", state.disk.files.len()))
    } else {
        // SAFETY: SQLite gives a name that ends with a zero byte.
        unsafe { text(name) }
    };
    let is_there = with(|state| state.disk.files.contains_key(&name));
    if !is_there {
        if flags & SQLITE_OPEN_CREATE == 0 {
            return SQLITE_CANTOPEN;
        }
        with(|state| state.act(Operation::Create(name.clone())));
    }
    let opened = File {
        base: sqlite3_file {
            pMethods: &raw const METHODS,
        },
        name: Box::into_raw(Box::new(name)),
    };
    // SAFETY: as above; where to say the flags may be nowhere.
    unsafe {
        file.cast::<File>().write(opened);
        if !out_flags.is_null() {
            *out_flags = flags;
        }
    }
    SQLITE_OK
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    // SAFETY: SQLite closes what it opened, once.
    let name = unsafe { Box::from_raw((*file.cast::<File>()).name) };
    if name.starts_with(TEMPORARY) {
        with(|state| state.act(Operation::Delete(*name)));
    }
    SQLITE_OK
}

unsafe extern "C" fn read(
    file: *mut sqlite3_file,
    buffer: *mut c_void,
    amount: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: SQLite reads an open file, into a buffer of so many bytes.
    let (name, buffer) = unsafe {
        let buffer = slice::from_raw_parts_mut(buffer.cast::<u8>(), amount as usize);
        (name_of(file), buffer)
    };
    with(|state| {
        let bytes = state.disk.files.get(&name).map_or(&[][..], Vec::as_slice);
        let start = (offset as usize).min(bytes.len());
        let there = &bytes[start..bytes.len().min(start + buffer.len())];
        let (filled, rest) = buffer.split_at_mut(there.len());
        filled.copy_from_slice(there);
        rest.fill(0);
        if rest.is_empty() {
            SQLITE_OK
        } else {
            SQLITE_IOERR_SHORT_READ
        }
    })
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    bytes: *const c_void,
    amount: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: SQLite writes to an open file so many bytes.
    let (name, bytes) = unsafe {
        let bytes = slice::from_raw_parts(bytes.cast::<u8>(), amount as usize);
        (name_of(file), bytes.to_vec())
    };
    let offset = offset as usize;
    with(|state| {
        state.act(Operation::Write {
            name,
            offset,
            bytes,
        });
    });
    SQLITE_OK
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, length: i64) -> c_int {
    // SAFETY: SQLite truncates an open file.
    let name = unsafe { name_of(file) };
    let length = length as usize;
    with(|state| state.act(Operation::Truncate { name, length }));
    SQLITE_OK
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, _: c_int) -> c_int {
    // SAFETY: SQLite syncs an open file.
    let name = unsafe { name_of(file) };
    with(|state| state.act(Operation::Sync(name)));
    SQLITE_OK
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, size: *mut i64) -> c_int {
    // SAFETY: SQLite asks of an open file, and has a place for the answer.
    unsafe {
        let name = name_of(file);
        *size = with(|state| state.disk.files.get(&name).map_or(0, Vec::len)) as i64;
    }
    SQLITE_OK
}

unsafe extern "C" fn lock(_: *mut sqlite3_file, _: c_int) -> c_int {
    SQLITE_OK
}

unsafe extern "C" fn check_reserved_lock(_: *mut sqlite3_file, is_reserved: *mut c_int) -> c_int {
    // SAFETY: SQLite has a place for the answer.
    unsafe { *is_reserved = 0 };
    SQLITE_OK
}

unsafe extern "C" fn file_control(_: *mut sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    SQLITE_NOTFOUND
}

unsafe extern "C" fn sector_size(_: *mut sqlite3_file) -> c_int {
    with(|state| state.device.sector as c_int)
}

unsafe extern "C" fn device_characteristics(_: *mut sqlite3_file) -> c_int {
    if with(|state| state.device.is_powersafe) {
        SQLITE_IOCAP_POWERSAFE_OVERWRITE
    } else {
        0
    }
}

unsafe extern "C" fn delete(_: *mut sqlite3_vfs, name: *const c_char, _: c_int) -> c_int {
    // SAFETY: SQLite gives a name that ends with a zero byte.
    let name = unsafe { text(name) };
    with(|state| state.act(Operation::Delete(name)));
    SQLITE_OK
}

unsafe extern "C" fn access(
    _: *mut sqlite3_vfs,
    name: *const c_char,
    flags: c_int,
    answer: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives a name that ends with a zero byte, and has a place for the answer.
    unsafe {
        let name = text(name);
        let length = with(|state| state.disk.files.get(&name).map(Vec::len));
        // As the file system of Unix does: an empty file is none, where it is asked for.
        let is_there = match flags {
            SQLITE_ACCESS_EXISTS => length.is_some_and(|length| length > 0),
            _ => length.is_some(),
        };
        *answer = c_int::from(is_there);
    }
    SQLITE_OK
}

unsafe extern "C" fn full_pathname(
    _: *mut sqlite3_vfs,
    name: *const c_char,
    room: c_int,
    full: *mut c_char,
) -> c_int {
    // SAFETY: SQLite gives a name that ends with a zero byte, and room for so many bytes.
    unsafe {
        let name = CStr::from_ptr(name).to_bytes_with_nul();
        assert!(name.len() <= room as usize, "SQLite has room for a name");
        full.copy_from_nonoverlapping(name.as_ptr().cast(), name.len());
    }
    SQLITE_OK
}

unsafe extern "C" fn randomness(_: *mut sqlite3_vfs, amount: c_int, bytes: *mut c_char) -> c_int {
    // SAFETY: SQLite has room for so many bytes.
    unsafe { bytes.write_bytes(7, amount as usize) };
    amount
}

unsafe extern "C" fn sleep(_: *mut sqlite3_vfs, microseconds: c_int) -> c_int {
    microseconds
}

unsafe extern "C" fn current_time(_: *mut sqlite3_vfs, days: *mut f64) -> c_int {
    // SAFETY: SQLite has a place for the answer: a day in 2026, in days of the Julian calendar.
    unsafe { *days = 2_461_000.5 };
    SQLITE_OK
}
