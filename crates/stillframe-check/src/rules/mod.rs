//! One file a rule, by family; `problem` is what the rules of a database's structure share, `content` those of its rows,
//! `entries` those of its indexes.

pub(crate) mod archive;
pub(crate) mod btree;
pub(crate) mod content;
pub(crate) mod database;
pub(crate) mod entries;
pub(crate) mod freelist;
pub(crate) mod journal;
pub(crate) mod manifest;
pub(crate) mod overflow;
pub(crate) mod pointer_map;
pub(crate) mod policy;
pub(crate) mod problem;
pub(crate) mod record;
pub(crate) mod schema;
pub(crate) mod set;
pub(crate) mod super_journal;
pub(crate) mod wal;
pub(crate) mod wal_index;
