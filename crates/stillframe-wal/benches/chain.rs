//! The parts that everything waits for: following a chain, telling the tail, writing frames anew.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark that cannot go on stops"
)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use stillframe_format::{PageNumber, PageSize};
use stillframe_wal::writer::{over_page, page_contribution};
use stillframe_wal::{ByteOrder, Checksum, Header, Log, Salts, Writer};

const FRAMES: u32 = 4096;

fn wal(order: ByteOrder) -> Vec<u8> {
    let size = PageSize::new(4096).unwrap();
    let header = Header::new(size, order, 0, Salts { salt1: 1, salt2: 2 });
    let mut writer = Writer::new(&header).unwrap();
    let mut wal = header.encode().to_vec();
    let mut page = vec![0; 4096];
    for number in 1..=FRAMES {
        page.iter_mut()
            .zip(0u32..)
            .for_each(|(byte, at)| *byte = (at.wrapping_mul(number) >> 3) as u8);
        wal.extend(writer.frame(PageNumber::new(number).unwrap(), number % 5, &page));
        wal.extend(&page);
    }
    wal
}

fn chain(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("chain");
    for order in [ByteOrder::Little, ByteOrder::Big] {
        let wal = wal(order);
        group.throughput(Throughput::Bytes(wal.len() as u64));
        group.bench_function(format!("follow, {order:?}"), |bench| {
            bench.iter(|| Log::read(black_box(&wal)).unwrap().accepted());
        });
        let mut broken = wal.clone();
        broken[40] ^= 1;
        group.bench_function(format!("tail, {order:?}"), |bench| {
            let log = Log::read(&broken).unwrap();
            bench.iter(|| {
                let mut slots = 0;
                log.slots(|_, _| slots += 1);
                slots
            });
        });
        group.bench_function(format!("one sum after the other, {order:?}"), |bench| {
            bench.iter(|| {
                black_box(&wal)[32..]
                    .chunks_exact(4120)
                    .fold(Checksum::ZERO, |sum, slot| {
                        sum.update(order, &slot[..8]).update(order, &slot[24..])
                    })
            });
        });
    }
    group.finish();
}

fn writer(criterion: &mut Criterion) {
    let wal = wal(ByteOrder::Little);
    let log = Log::read(&wal).unwrap();
    let mut group = criterion.benchmark_group("writer");
    group.throughput(Throughput::Elements(FRAMES.into()));
    group.bench_function("frames summed", |bench| {
        bench.iter(|| {
            let mut writer = Writer::new(log.header()).unwrap();
            for frame in log.frames() {
                black_box(writer.frame(frame.page, frame.size_after, frame.data));
            }
        });
    });
    group.bench_function("frames carried", |bench| {
        let over_page = over_page(log.page_size());
        bench.iter(|| {
            let mut writer = Writer::new(log.header()).unwrap();
            let mut before = log.header().checksum;
            for frame in log.frames() {
                let header = frame.header(log.header().salts);
                let own = page_contribution(&header, before, ByteOrder::Little, over_page);
                before = frame.checksum;
                black_box(writer.carried_frame(frame.page, frame.size_after, own));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, chain, writer);
criterion_main!(benches);
