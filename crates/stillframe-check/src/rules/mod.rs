//! One file a rule, by family.

pub(crate) mod database;
pub(crate) mod set;
pub(crate) mod wal;
