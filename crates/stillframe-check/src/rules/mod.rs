//! One file a rule, by family.

pub(crate) mod btree;
pub(crate) mod database;
pub(crate) mod freelist;
pub(crate) mod overflow;
pub(crate) mod pointer_map;
pub(crate) mod record;
pub(crate) mod set;
pub(crate) mod wal;
