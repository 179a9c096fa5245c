use std::mem::discriminant;

use crate::{Affinity, Value};

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The name, without quotes.
    pub name: String,
    /// The type, as it was declared; empty where there is none.
    pub declared_type: String,
    /// What it prefers to store.
    pub affinity: Affinity,
    /// The type that a STRICT table holds it to, where the declared type is one of those.
    pub strict_type: Option<StrictType>,
    /// How its text is compared where nothing else is said.
    pub collation: Collation,
    /// Whether it may not be NULL, by a constraint or as a part of a primary key of which that follows.
    pub is_not_null: bool,
    /// Whether it is a part of the primary key.
    pub is_in_primary_key: bool,
    /// What a record that is too short for it stands for.
    pub default: Default,
    /// How it is computed, where it is.
    pub generated: Option<Generated>,
}

/// The default value of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Default {
    /// A value: NULL where none was declared.
    Value(Value),
    /// An expression of which only SQLite knows the value. A record that is too short reads as NULL.
    Expression,
}

impl Default {
    /// What a record reads as that is too short for the column.
    pub const fn as_read(&self) -> &Value {
        match self {
            Self::Value(value) => value,
            Self::Expression => &Value::Null,
        }
    }
}

/// How a generated column is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Generated {
    /// Computed when it is read: no record holds it.
    Virtual,
    /// Computed when it is written.
    Stored,
}

/// A type of a STRICT table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StrictType {
    /// Anything.
    Any,
    /// Blobs.
    Blob,
    /// Integers, declared as INT.
    Int,
    /// Integers.
    Integer,
    /// Numbers.
    Real,
    /// Text.
    Text,
}

impl StrictType {
    /// The one of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        let all = [
            Self::Any,
            Self::Blob,
            Self::Int,
            Self::Integer,
            Self::Real,
            Self::Text,
        ];
        all.into_iter()
            .find(|known| known.name().eq_ignore_ascii_case(name))
    }

    /// The name, as SQLite's messages spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "ANY",
            Self::Blob => "BLOB",
            Self::Int => "INT",
            Self::Integer => "INTEGER",
            Self::Real => "REAL",
            Self::Text => "TEXT",
        }
    }

    /// The affinity of a column declared so.
    pub const fn affinity(self) -> Affinity {
        match self {
            Self::Any => Affinity::Numeric,
            Self::Blob => Affinity::Blob,
            Self::Int | Self::Integer => Affinity::Integer,
            Self::Real => Affinity::Real,
            Self::Text => Affinity::Text,
        }
    }
}

/// How text is compared. Names that differ in case only are those of the same.
#[derive(Clone, Debug)]
pub enum Collation {
    /// By its bytes.
    Binary,
    /// By its bytes in UTF-8, with the 26 upper case letters of ASCII folded to lower case.
    NoCase,
    /// By its bytes in UTF-8, without the spaces at its end.
    RTrim,
    /// In a way that an application defined, under this name.
    Other(String),
}

impl PartialEq for Collation {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Other(name), Self::Other(other)) => name.eq_ignore_ascii_case(other),
            _ => discriminant(self) == discriminant(other),
        }
    }
}

impl Eq for Collation {}

impl Collation {
    /// The one of this name.
    pub fn of_name(name: &str) -> Self {
        match name.to_ascii_uppercase().as_str() {
            "BINARY" => Self::Binary,
            "NOCASE" => Self::NoCase,
            "RTRIM" => Self::RTrim,
            _ => Self::Other(name.to_owned()),
        }
    }
}
