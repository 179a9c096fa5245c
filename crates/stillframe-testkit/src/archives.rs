//! Makers of archives: files packed as people pack them.

use std::io::{Cursor, Write as _};

use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
pub use zip::CompressionMethod;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A tar as GNU tar makes it, with these files.
pub fn tar<N: AsRef<str>, B: AsRef<[u8]>>(files: &[(N, B)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.as_ref().len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder
            .append_data(&mut header, name.as_ref(), bytes.as_ref())
            .unwrap();
    }
    builder.into_inner().unwrap()
}

/// A zip with these files.
pub fn zip<N: AsRef<str>, B: AsRef<[u8]>>(files: &[(N, B)], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in files {
        writer.start_file(name.as_ref(), options).unwrap();
        writer.write_all(bytes.as_ref()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A zip of symbolic links, with what each leads to, and of files, which lead nowhere and hold `file`.
pub fn zip_with_links(
    entries: &[(&str, Option<&str>)],
    file: &[u8],
    method: CompressionMethod,
) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, target) in entries {
        if let Some(target) = target {
            writer.add_symlink(*name, *target, options).unwrap();
        } else {
            writer.start_file(*name, options).unwrap();
            writer.write_all(file).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

/// A gzip file of one member.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Zstandard data of one frame.
pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

/// A bzip2 stream.
pub fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// An xz stream.
pub fn xz(bytes: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(1);
    let mut writer = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

/// An LZ4 frame.
pub fn lz4(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Makes compressed bytes.
pub type Compress = fn(&[u8]) -> Vec<u8>;

/// Every compression, with the ending of its files.
pub const COMPRESSIONS: [(&str, Compress); 5] = [
    ("gz", gzip),
    ("zst", zstd),
    ("bz2", bzip2),
    ("xz", xz),
    ("lz4", lz4),
];
