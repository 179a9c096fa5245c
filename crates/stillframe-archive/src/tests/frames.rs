//! Frames of Zstandard and LZ4 that hold nothing, the legacy format of LZ4, and what is under no checksum.

use lz4_flex::block::compress;
use lz4_flex::frame::{FrameEncoder, FrameInfo};
use std::io::Write as _;
use stillframe_testkit::archives::{CompressionMethod, bzip2, gzip, lz4, tar, xz, zip, zstd};

use super::{assert_are, bytes, files, read};
use crate::Trouble;

/// A frame that decoders skip, as pzstd writes one in front of each that it compressed.
fn skippable(content: &[u8]) -> Vec<u8> {
    let length = content.len() as u32;
    [b"\x50\x2a\x4d\x18", &length.to_le_bytes()[..], content].concat()
}

/// What `lz4 -l` makes of blocks of 8 MiB.
fn legacy(bytes: &[u8]) -> Vec<u8> {
    let mut packed = b"\x02\x21\x4c\x18".to_vec();
    for block in bytes.chunks(8 << 20) {
        let block = compress(block);
        packed.extend((block.len() as u32).to_le_bytes());
        packed.extend(block);
    }
    packed
}

#[test]
fn frames_that_hold_nothing_are_skipped() {
    let content = bytes(100_000, 3);
    let (first, rest) = content.split_at(60_000);
    for compress in [zstd, lz4, legacy] {
        let joined = [
            skippable(b"\x51\x07\0\0"),
            skippable(b""),
            compress(first),
            skippable(&[7; 300]),
            compress(rest),
            skippable(b"end"),
        ];
        assert_are(&read("b", joined.concat()), "b", &[("b", content.clone())]);
    }
    let cut = [skippable(b"\x51\x07\0\0"), zstd(first), vec![0x50, 0x2a]];
    let contents = read("b", cut.concat());
    assert!(matches!(contents.troubles()[..], [Trouble::Cut { .. }]));
}

/// Of several blocks, of which one is longer than what it holds, and of several files that were joined.
#[test]
fn the_legacy_format_of_lz4_is_read() {
    let mut state = 7_u32;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    let noise: Vec<u8> = noise.take((8 << 20) + 5000).collect();
    assert!(compress(&noise[..8 << 20]).len() > 8 << 20);
    assert_are(&read("b", legacy(&noise)), "b", &[("b", noise.clone())]);
    let files = files();
    assert_are(
        &read("b.tar.lz4", legacy(&tar(&files))),
        "b.tar.lz4",
        &files,
    );
    let short = bytes(5000, 1);
    let joined = [legacy(&noise), legacy(&short), lz4(&short)].concat();
    let whole = [&noise[..], &short, &short].concat();
    assert_are(&read("b", joined), "b", &[("b", whole)]);
    let packed = legacy(&short);
    for length in 5..packed.len() {
        let contents = read("b", packed[..length].to_vec());
        assert!(matches!(contents.troubles()[..], [Trouble::Cut { .. }]));
    }
    let mut damaged = packed.clone();
    damaged[7] = 0x7f;
    let contents = read("b", damaged);
    assert!(matches!(contents.troubles()[..], [Trouble::Damaged { .. }]));
}

#[test]
fn what_no_checksum_is_over_is_known() {
    let content = bytes(5000, 1);
    let is_summed = |packed: Vec<u8>| {
        let contents = read("b", packed);
        assert!(contents.problems.is_empty(), "{:?}", contents.problems);
        let members = contents.members.iter();
        members.map(|it| it.is_summed).collect::<Vec<_>>()
    };
    let without_check = |preset| {
        let mut options = lzma_rust2::XzOptions::with_preset(preset);
        options.set_check_sum_type(lzma_rust2::CheckType::None);
        let mut writer = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
        writer.write_all(&content).unwrap();
        writer.finish().unwrap()
    };
    let lz4_with = |info: FrameInfo| {
        let mut encoder = FrameEncoder::with_frame_info(info, Vec::new());
        encoder.write_all(&content).unwrap();
        encoder.finish().unwrap()
    };
    // A frame of one block that stands there as it is: of a byte, without a checksum.
    let bare_zstd = b"\x28\xb5\x2f\xfd\x20\x01\x09\0\0S".to_vec();
    for (packed, expected) in [
        (gzip(&content), true),
        (bzip2(&content), true),
        (xz(&content), true),
        (without_check(1), false),
        (bare_zstd.clone(), false),
        ([skippable(&[0; 9]), bare_zstd].concat(), false),
        (lz4_with(FrameInfo::new()), false),
        (lz4_with(FrameInfo::new().content_checksum(true)), true),
        (lz4_with(FrameInfo::new().block_checksums(true)), true),
        (legacy(&content), false),
        (tar(&[("a", content.clone())]), false),
        (
            zip(&[("a", content.clone())], CompressionMethod::Stored),
            true,
        ),
        (gzip(&tar(&[("a", content.clone())])), true),
        (tar(&[("a.gz", gzip(&content))]), true),
        (tar(&[("a.lz4", legacy(&content))]), false),
    ] {
        assert_eq!(
            is_summed(packed.clone()),
            [expected],
            "{:02x?}",
            &packed[..9]
        );
    }
    // What a checksum is over counts for what stands in it, and for nothing beside it.
    let inner = zip(&[("a", content.clone())], CompressionMethod::Deflated);
    let outer = tar(&[("in.zip", inner), ("b", content.clone())]);
    assert_eq!(is_summed(outer), [true, false]);
}
