//! Stories: sets made by a small program that the input spells, as random bytes rarely have right checksums.
//!
//! An honest story writes, commits, checkpoints and resets as SQLite does, so that the database of every commit is known whatever
//! was copied into the file. A wild one names pages and sizes that SQLite never would. Either may be damaged at the end.

use std::collections::BTreeMap;

use stillframe_testkit::naive::{self, LOCK_BYTE, MAGIC, VERSION, WAL_HEADER, put32};

use crate::damage::Damage;
use crate::database_header::sound;
use crate::material::Material;
use crate::reader::Reader;

/// No database of an honest story has more pages.
const MAX_PAGES: usize = 20;
/// No WAL has more frames, and none that are larger together.
const MAX_FRAMES: usize = 64;
const MAX_WAL_BYTES: usize = 192 << 10;
/// Pages past this number are not copied into the database file.
const MAX_COPIED_PAGE: u32 = 64;
const PAGE_SIZES: [u32; 8] = [512, 512, 512, 512, 1024, 4096, 512, 65536];

struct Frame {
    page: u32,
    data: Vec<u8>,
    size_after: u32,
}

struct Story<'a> {
    reader: Reader<'a>,
    page_size: usize,
    honest: bool,
    /// Whether nothing happens to the files.
    spared: bool,
    header: [u8; WAL_HEADER],
    writer: naive::Writer,
    /// Frames of this generation.
    frames: Vec<Frame>,
    /// Pages of the database as the last commit left it.
    size: u32,
    database: Vec<u8>,
    /// The database file as it was when this generation began.
    base: Vec<u8>,
    /// The WAL file as it was before the last reset.
    overwritten: Vec<u8>,
    damages: Vec<Damage>,
}

/// Follows a program to its end.
pub fn tell(reader: Reader<'_>) -> Material {
    let mut story = Story::begin(reader);
    while !story.reader.is_empty() && story.has_room() {
        story.step();
    }
    story.end()
}

impl<'a> Story<'a> {
    fn begin(mut reader: Reader<'a>) -> Self {
        let flags = reader.byte();
        let honest = flags & 0x01 == 0;
        let page_size = PAGE_SIZES[usize::from(flags >> 1 & 7)];
        let mut header = [0; WAL_HEADER];
        put32(&mut header, 0, MAGIC | u32::from(flags >> 4 & 1));
        put32(&mut header, 4, VERSION);
        put32(&mut header, 8, page_size);
        put32(&mut header, 12, reader.byte().into());
        let salt = u32::from(reader.byte());
        put32(&mut header, 16, salt.wrapping_mul(0x0101_0101));
        put32(&mut header, 20, salt ^ 0x5a5a_0000);
        let page_size = page_size as usize;
        let pages = reader.below(MAX_PAGES.min(MAX_WAL_BYTES / page_size)) as u32;
        let mut story = Self {
            page_size,
            honest,
            spared: flags & 0x20 != 0,
            header,
            writer: naive::Writer::with_header(&header),
            frames: Vec::new(),
            size: pages,
            database: Vec::new(),
            base: Vec::new(),
            overwritten: Vec::new(),
            damages: Vec::new(),
            reader,
        };
        for page in 1..=pages {
            let data = story.page(page, page as u8, pages);
            story.database.extend(data);
        }
        // The last page of a database file may be cut off.
        let cut = story.reader.byte();
        if cut >= 0x80 && pages > 0 {
            let length = story.database.len() - usize::from(cut & 0x7f);
            story.database.truncate(length);
        }
        story.patch_database();
        story.base = story.database.clone();
        story
    }

    /// Bytes written over the header of the database file, as its size is not always valid. The page size of a
    /// database that a story is honest about is that of its WAL.
    fn patch_database(&mut self) {
        for _ in 0..self.reader.below(4) {
            let at = self.reader.below(100);
            let byte = self.reader.byte();
            let is_page_size = (16..18).contains(&at);
            if let Some(old) = self.database.get_mut(at)
                && !(self.honest && is_page_size)
            {
                *old = byte;
            }
        }
    }

    fn has_room(&self) -> bool {
        // The longest step is a commit that makes the database as large as it can be.
        let frames = self.frames.len() + MAX_PAGES + 2;
        frames <= MAX_FRAMES && self.frames.len() * self.page_size <= MAX_WAL_BYTES
    }

    fn step(&mut self) {
        match self.reader.byte() % 16 {
            0..=3 => {
                let page = 1 + self.reader.below(MAX_PAGES) as u32;
                self.write(page, 0);
            }
            4..=7 => self.commit(),
            8 | 13 | 14 => self.checkpoint(),
            9 => self.reset(),
            10 => {
                // Many frames from few bytes.
                for _ in 0..self.reader.below(8) {
                    let page = 1 + self.reader.below(8) as u32;
                    self.write(page, 0);
                }
            }
            11 if !self.honest => {
                let (page, size) = (self.reader.word(), self.reader.word());
                self.write(page, size);
            }
            12 if !self.honest => {
                // A database that reaches to the lock-byte page, or as far as SQLite lets a checkpoint reach.
                let about = match self.reader.below(2) {
                    0 => (LOCK_BYTE / self.page_size as u64) as usize + 1,
                    _ => (self.database.len() + 65536) / self.page_size + self.frames.len(),
                };
                let page = (self.reader.below(8) + about).saturating_sub(4).max(1);
                let size = (self.reader.below(8) + about).saturating_sub(4);
                self.write(page as u32, size as u32);
            }
            15 if !self.spared => {
                let damage = Damage::read(&mut self.reader);
                self.damages.push(damage);
            }
            _ => {}
        }
    }

    /// What is written for a page: its first bytes are often those of the version before.
    fn page(&self, page: u32, fill: u8, size: u32) -> Vec<u8> {
        let mut data = vec![fill; self.page_size];
        if fill & 1 == 1 {
            data[..64].fill(page as u8);
        }
        if page == 1 && (self.honest || fill < 0xf0) {
            data[..100].copy_from_slice(&sound(self.page_size as u32, size));
        }
        data
    }

    fn write(&mut self, page: u32, size_after: u32) {
        let fill = self.reader.byte();
        let size = if size_after == 0 {
            self.size
        } else {
            size_after
        };
        let data = self.page(page, fill, size);
        self.append(page, data, size_after);
    }

    fn append(&mut self, page: u32, data: Vec<u8>, size_after: u32) {
        self.writer.frame(page, &data, size_after);
        self.frames.push(Frame {
            page,
            data,
            size_after,
        });
        if size_after != 0 {
            self.size = size_after;
        }
    }

    /// Ends a transaction. SQLite writes page 1, which counts the pages, and every page that is new, where the size changes.
    fn commit(&mut self) {
        let asked = self.reader.byte();
        let most = MAX_PAGES.min(MAX_WAL_BYTES / self.page_size);
        let size = match asked {
            0..0x80 if self.size > 0 => self.size,
            _ => 1 + u32::from(asked) % most as u32,
        };
        if self.honest && size != self.size {
            for page in (self.size + 1).max(2)..=size {
                let data = self.page(page, asked ^ page as u8, size);
                self.append(page, data, 0);
            }
            let first = self.page(1, asked, size);
            self.append(1, first, if asked & 1 == 1 { size } else { 0 });
            if asked & 1 == 1 {
                return;
            }
        }
        let page = self.reader.below(MAX_PAGES) as u32;
        let page = if self.honest { 1 + page % size } else { page };
        self.write(page, size);
    }

    fn commits(&self) -> Vec<usize> {
        let numbered = self.frames.iter().zip(1..);
        numbered
            .filter_map(|(frame, number)| (frame.size_after != 0).then_some(number))
            .collect()
    }

    /// Copies pages into the database file as `walCheckpoint` in `wal.c` does: of each page the newest frame,
    /// unless that lies past the mark of a reader; the file gets its length once all are copied.
    fn checkpoint(&mut self) {
        let commits = self.commits();
        let mark = usize::from(self.reader.byte());
        let copies = usize::from(self.reader.byte());
        let Some(&mx_frame) = commits.last() else {
            return;
        };
        let mark = commits.get(mark).copied().unwrap_or(mx_frame);
        // It may be interrupted.
        let copies = if copies < 0x80 {
            usize::MAX
        } else {
            copies & 0x0f
        };
        self.copy(mark, mx_frame, copies);
    }

    fn copy(&mut self, mark: usize, mx_frame: usize, copies: usize) {
        let committed = self.frames.iter().take(mx_frame).enumerate();
        let newest: BTreeMap<u32, usize> = committed.map(|(at, frame)| (frame.page, at)).collect();
        let pages: Vec<usize> = newest
            .into_iter()
            .filter(|&(page, at)| at < mark && (1..=self.size_at(mx_frame)).contains(&page))
            .map(|(_, at)| at)
            .collect();
        for &at in pages.iter().take(copies) {
            let Frame { page, data, .. } = &self.frames[at];
            if *page <= MAX_COPIED_PAGE {
                let end = *page as usize * self.page_size;
                let length = self.database.len().max(end);
                self.database.resize(length, 0);
                self.database[end - self.page_size..end].copy_from_slice(data);
            }
        }
        let size = self.size_at(mx_frame);
        if mark == mx_frame && copies >= pages.len() && size <= MAX_COPIED_PAGE {
            self.database.resize(size as usize * self.page_size, 0);
        }
    }

    fn size_at(&self, frame: usize) -> u32 {
        self.frames[frame - 1].size_after
    }

    /// Copies all that is committed and begins the WAL anew at its start (`walRestartHdr` in `wal.c`).
    fn reset(&mut self) {
        let salt2 = self.reader.byte();
        if let Some(&mx_frame) = self.commits().last() {
            self.copy(mx_frame, mx_frame, usize::MAX);
            self.size = self.size_at(mx_frame);
        }
        self.overwritten = self.file();
        let word = |at| naive::be32(&self.header, at).wrapping_add(1);
        let (sequence, salt1) = (word(12), word(16));
        put32(&mut self.header, 12, sequence);
        put32(&mut self.header, 16, salt1);
        put32(&mut self.header, 20, u32::from(salt2) << 8 | 1);
        self.writer = naive::Writer::with_header(&self.header);
        self.frames.clear();
        self.base = self.database.clone();
    }

    /// The WAL file: this generation, and what is left of those before it.
    fn file(&self) -> Vec<u8> {
        let mut file = self.writer.clone().into_bytes();
        let left = self.overwritten.get(file.len()..).unwrap_or_default();
        file.extend(left);
        file
    }

    fn end(self) -> Material {
        let wal = self.file();
        let is_known = self.honest && self.damages.iter().all(Damage::only_breaks_wal);
        let mut material = Material {
            database: Some(self.database),
            wal: Some(wal),
            before_checkpoints: is_known.then_some(self.base),
            is_damaged: !self.damages.is_empty(),
            ..Material::default()
        };
        for damage in self.damages {
            damage.apply(&mut material, &self.overwritten);
        }
        material
    }
}
