//! Databases of one application: schema and settings are the same in each, and the rows are its own.

use crate::builder::{Plan, SetBuilder};

/// One of them, with the rows of 60 customers in its WAL.
pub fn database(seed: u64, page_size: u32) -> SetBuilder {
    let set = SetBuilder::new("customers", &Plan::with_page_size(page_size));
    let settings: Vec<String> = (0..40)
        .map(|n| format!("('setting {n}', 'default {n}')"))
        .collect();
    set.sql(&format!(
        "BEGIN; CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT);
         CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT, note TEXT);
         CREATE INDEX customer_by_name ON customer(name);
         INSERT INTO setting VALUES {}; COMMIT;",
        settings.join(",")
    ));
    set.sql(&rows(seed, 1, 60));
    set
}

/// The statement that gives it `count` more customers, with numbers from `from` on, in words that depend on the seed.
pub fn rows(seed: u64, from: u32, count: u32) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::from(from);
    let mut word = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        format!("{:011x}", state >> 20)
    };
    let values: Vec<String> = (from..from + count)
        .map(|id| format!("({id}, '{}', '{} {}')", word(), word(), word()))
        .collect();
    format!("INSERT INTO customer VALUES {};", values.join(","))
}
