//! What can happen to the files of a set.

use stillframe_testkit::naive::{FRAME_HEADER, WAL_HEADER, be32, put32};
use stillframe_testkit::rewrite;

use crate::material::Material;
use crate::reader::Reader;

/// One thing that happens to a set; places are given in parts of 65536 of the file.
#[derive(Clone, Debug)]
pub(crate) enum Damage {
    /// A bit of the WAL is flipped.
    Flip { at: u16, bit: u8 },
    /// The WAL ends early.
    Cut { at: u16 },
    /// Bytes of the WAL are zeros.
    Zero { at: u16, length: u16 },
    /// The WAL goes on with an older generation of itself, at the next slot or just where it ends.
    Splice { aligned: bool },
    /// The WAL goes on with bytes of its own.
    Repeat { from: u16, slots: u8 },
    /// Every salt is another, with right checksums.
    Resalt { salt: u32 },
    /// The checksums are of the other byte order, and right.
    Reorder,
    /// A field of the WAL header is another; the header's checksum may be right again.
    Header { field: u8, value: u32, seal: bool },
    /// A field of a frame's header is another; the checksum of the frame may be right again.
    Frame {
        frame: u8,
        field: u8,
        value: u32,
        seal: bool,
    },
    /// A slot is as SQLite leaves it while a spilled transaction is under way: without salts and checksum.
    Unsign { frame: u8 },
    /// A bit of the database file is flipped.
    FlipDatabase { at: u16, bit: u8 },
    /// The database file ends early.
    CutDatabase { at: u16 },
    /// The database file goes on.
    ExtendDatabase { length: u16, fill: u8 },
    /// A file is not there, or is another.
    File { role: u8, bytes: Option<Vec<u8>> },
}

impl Damage {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        match reader.byte() % 20 {
            0..=2 => Self::Flip {
                at: reader.short(),
                bit: reader.byte(),
            },
            3 | 4 => Self::Cut { at: reader.short() },
            5 => Self::Zero {
                at: reader.short(),
                length: reader.short(),
            },
            6 => Self::Splice {
                aligned: reader.byte() & 1 == 0,
            },
            7 => Self::Repeat {
                from: reader.short(),
                slots: reader.byte(),
            },
            8 => Self::Resalt {
                salt: reader.word(),
            },
            9 => Self::Reorder,
            10 | 11 => Self::Header {
                field: reader.byte(),
                value: reader.word(),
                seal: reader.byte() & 1 == 0,
            },
            12 | 13 => Self::Frame {
                frame: reader.byte(),
                field: reader.byte(),
                value: reader.word(),
                seal: reader.byte() & 1 == 0,
            },
            14 => Self::Unsign {
                frame: reader.byte(),
            },
            15 => Self::FlipDatabase {
                at: reader.short(),
                bit: reader.byte(),
            },
            16 => Self::CutDatabase { at: reader.short() },
            17 => Self::ExtendDatabase {
                length: reader.short(),
                fill: reader.byte(),
            },
            _ => {
                let (role, length) = (reader.byte(), reader.byte());
                let bytes = (length > 0).then(|| reader.take(length.into()).to_vec());
                Self::File { role, bytes }
            }
        }
    }

    /// Whether all that it does is that frames of the WAL do not hold: no other frame does instead.
    pub(crate) fn only_breaks_wal(&self) -> bool {
        matches!(
            self,
            Self::Flip { .. }
                | Self::Cut { .. }
                | Self::Zero { .. }
                | Self::Splice { .. }
                | Self::Unsign { .. }
                | Self::Frame { seal: false, .. }
        )
    }

    /// Does it, where the files are such that it can be done. `older` is the WAL before its last reset.
    pub(crate) fn apply(self, material: &mut Material, older: &[u8]) {
        let wal = material.wal.get_or_insert_default();
        let database = material.database.get_or_insert_default();
        match self {
            Self::Flip { at, bit } => flip(wal, at, bit),
            Self::Cut { at } => wal.truncate(place(wal, at)),
            Self::Zero { at, length } => {
                let rest = place(wal, at)..;
                wal[rest]
                    .iter_mut()
                    .take(length.into())
                    .for_each(|byte| *byte = 0);
            }
            Self::Splice { aligned } => splice(wal, older, aligned),
            Self::Repeat { from, slots } => {
                let end = wal
                    .len()
                    .min(place(wal, from) + usize::from(slots & 7) * slot(wal));
                wal.extend_from_within(place(wal, from).min(end)..end);
            }
            Self::Resalt { salt } if is_whole(wal) => *wal = rewrite::resalt(wal, salt, !salt),
            Self::Reorder if is_whole(wal) => {
                *wal = rewrite::rechecksum(wal, be32(wal, 0) & 1 == 0);
            }
            Self::Header { field, value, seal } if wal.len() >= WAL_HEADER => {
                header(wal, field, value);
                if seal {
                    rewrite::seal_header(wal);
                }
            }
            Self::Frame {
                frame,
                field,
                value,
                seal,
            } if is_whole(wal) => {
                if let Some(number) = frame_number(wal, frame) {
                    let start = rewrite::frame_offset(wal, number);
                    put32(wal, start + usize::from(field % 6) * 4, value);
                    if seal {
                        rewrite::seal_frames(wal, number..=number);
                    }
                }
            }
            Self::Unsign { frame } if is_whole(wal) => {
                if let Some(number) = frame_number(wal, frame) {
                    let start = rewrite::frame_offset(wal, number);
                    wal[start + 8..start + FRAME_HEADER].fill(0);
                }
            }
            Self::FlipDatabase { at, bit } => flip(database, at, bit),
            Self::CutDatabase { at } => database.truncate(place(database, at)),
            Self::ExtendDatabase { length, fill } => {
                let length = database.len() + usize::from(length % 0x1000);
                database.resize(length, fill);
            }
            Self::File { role, bytes } => match role % 4 {
                0 => material.database = bytes,
                1 => material.wal = bytes,
                2 => material.wal_index = bytes,
                _ => material.journal = bytes,
            },
            _ => {}
        }
    }
}

fn place(bytes: &[u8], at: u16) -> usize {
    (bytes.len() * usize::from(at)) >> 16
}

fn flip(bytes: &mut [u8], at: u16, bit: u8) {
    let at = place(bytes, at);
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << (bit & 7);
    }
}

fn header(wal: &mut [u8], field: u8, value: u32) {
    let value = match field % 8 {
        // The magic and the version next to the right ones are the ones of interest, and page sizes that are one.
        0 => be32(wal, 0) ^ (value & 3),
        1 => be32(wal, 4).wrapping_add(value & 1),
        2 => 1 << (value & 31),
        _ => value,
    };
    put32(wal, usize::from(field % 8) * 4, value);
}

fn splice(wal: &mut Vec<u8>, older: &[u8], aligned: bool) {
    if aligned && is_whole(wal) {
        let slot = slot(wal);
        let slots = (wal.len() - WAL_HEADER) / slot;
        wal.truncate(WAL_HEADER + slots * slot);
    }
    wal.extend_from_slice(older.get(wal.len()..).unwrap_or(older));
}

/// Whether there is a header that names a page size.
fn is_whole(wal: &[u8]) -> bool {
    let size = |wal| be32(wal, 8);
    wal.len() >= WAL_HEADER && size(wal).is_power_of_two() && (512..=65536).contains(&size(wal))
}

fn slot(wal: &[u8]) -> usize {
    if is_whole(wal) {
        FRAME_HEADER + be32(wal, 8) as usize
    } else {
        1
    }
}

/// One of the slots, from 1.
fn frame_number(wal: &[u8], frame: u8) -> Option<usize> {
    let slots = (wal.len() - WAL_HEADER) / slot(wal);
    (slots > 0).then(|| 1 + usize::from(frame) % slots)
}
