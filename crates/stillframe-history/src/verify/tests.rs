use stillframe_format::{PageNumber, PageSize};
use stillframe_wal::{ByteOrder, Salts, Writer};

use super::*;

const SLOT: usize = 512 + FRAME_HEADER_BYTES;
const FRAMES: u32 = 61;

fn wal() -> Vec<u8> {
    let size = PageSize::new(512).unwrap();
    let salts = Salts { salt1: 3, salt2: 5 };
    let header = Header::new(size, ByteOrder::Little, 0, salts);
    let mut writer = Writer::new(&header).unwrap();
    let mut bytes = header.encode().to_vec();
    for number in 1..=FRAMES {
        let page = vec![number as u8; 512];
        bytes.extend(writer.frame(PageNumber::new(number).unwrap(), number % 4, &page));
        bytes.extend(page);
    }
    bytes
}

/// Number, page and first byte of a frame.
type Seen = (u32, u32, u8);

fn look(frame: &Frame<'_>) -> Seen {
    (frame.number.get(), frame.page.get(), frame.data[0])
}

/// The frames that are visited, and the end of the chain.
fn followed(
    bytes: &[u8],
    follow: impl Fn(&Input, &Header, Chain, &mut dyn FnMut(Seen)) -> Result<Chain, Error>,
) -> (Vec<Seen>, u32, Checksum, bool) {
    let input = Input::new("wal", bytes.to_vec());
    let header = Header::parse(bytes).unwrap();
    let chain = Chain::new(&header).unwrap();
    let mut frames = Vec::new();
    let chain = follow(&input, &header, chain, &mut |frame| {
        frames.push(frame);
    })
    .unwrap();
    (
        frames,
        chain.accepted(),
        chain.checksum(),
        chain.is_broken(),
    )
}

/// However the pieces are cut and whoever verifies them, the same frames come out in the same order.
#[test]
fn side_by_side_is_one_by_one() {
    let good = wal();
    let mut cases = vec![good.clone(), good[..good.len() - 100].to_vec()];
    for frame in 0..FRAMES as usize {
        for at in [0, 9, 17, 24, 535] {
            let mut bytes = good.clone();
            bytes[32 + frame * SLOT + at] ^= 0x40;
            cases.push(bytes);
        }
    }
    for bytes in cases {
        let expected = followed(&bytes, |wal, _, chain, visit| {
            one_by_one(wal, chain, &(), &look, visit)
        });
        for slots in [1, 3, 16] {
            for workers in [2, 4] {
                let found = followed(&bytes, |wal, header, chain, visit| {
                    let piece = (slots * SLOT) as u64;
                    let shares = Shares { piece, workers };
                    let job = Job::new(wal, header, chain.page_size(), shares, &look);
                    side_by_side(&job, chain, &(), visit)
                });
                assert_eq!(found, expected);
            }
        }
    }
}

/// Bytes that cannot be read are an error, wherever they are, and nobody waits for ever.
#[test]
fn an_unreadable_piece_is_an_error() {
    struct Rotten(Vec<u8>);
    impl crate::Bytes for Rotten {
        fn len(&self) -> u64 {
            crate::Bytes::len(&self.0)
        }
        fn window(&self, offset: u64, length: usize) -> std::io::Result<crate::Window<'_>> {
            match offset {
                20_000.. => Err(std::io::Error::other("rotten")),
                _ => self.0.window(offset, length),
            }
        }
        fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<()> {
            self.0.read_exact_at(offset, buffer)
        }
    }
    let bytes = wal();
    let header = Header::parse(&bytes).unwrap();
    let input = Input::new("wal", Rotten(bytes));
    for workers in [2, 4] {
        let chain = Chain::new(&header).unwrap();
        let piece = SLOT as u64;
        let shares = Shares { piece, workers };
        let job = Job::new(&input, &header, chain.page_size(), shares, &look);
        let result = side_by_side(&job, chain, &(), &mut |_| {});
        assert!(matches!(result, Err(Error::Read { .. })));
    }
}
