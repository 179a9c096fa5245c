//! The types of values, and which of them a column can hold, as SQLite's check asks for them.

use stillframe_schema::{Affinity, Column, StrictType, Table};

use super::value::Value;

/// The types of values that a column can hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Types {
    Any,
    Strict(StrictType),
    /// No numbers.
    Text,
    /// No text that is a number.
    Numeric,
}

impl Types {
    pub(super) fn of(table: &Table, column: &Column) -> Self {
        if table.is_strict {
            let strict = column.strict_type.filter(|&of| of != StrictType::Any);
            return strict.map_or(Self::Any, Self::Strict);
        }
        match column.affinity {
            Affinity::Blob => Self::Any,
            Affinity::Text => Self::Text,
            Affinity::Numeric | Affinity::Integer | Affinity::Real => Self::Numeric,
        }
    }
}

/// The type of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Null,
    Integer,
    Real,
    Text,
    Blob,
}

impl Type {
    pub(super) const fn of_serial(serial_type: u32) -> Self {
        match serial_type {
            0 | 10 | 11 => Self::Null,
            1..=6 | 8 | 9 => Self::Integer,
            7 => Self::Real,
            _ if serial_type.is_multiple_of(2) => Self::Blob,
            _ => Self::Text,
        }
    }

    pub(super) const fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Integer(_) => Self::Integer,
            Value::Real(_) => Self::Real,
            Value::Text(_) => Self::Text,
            Value::Blob(_) => Self::Blob,
        }
    }

    /// Whether a column of a STRICT table may hold it.
    pub(super) const fn is_of(self, strict: StrictType) -> bool {
        match strict {
            StrictType::Any => true,
            StrictType::Blob => matches!(self, Self::Null | Self::Blob),
            StrictType::Int | StrictType::Integer => matches!(self, Self::Null | Self::Integer),
            StrictType::Real => matches!(self, Self::Null | Self::Integer | Self::Real),
            StrictType::Text => matches!(self, Self::Null | Self::Text),
        }
    }
}
