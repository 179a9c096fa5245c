use stillframe_schema::{Affinity, Default, Generated, Table};

/// Where the values of a table's columns come from.
#[derive(Clone, Debug)]
pub(crate) struct Plan<'t> {
    /// For each column of the table; `None` where no record holds it.
    pub columns: Vec<Option<Part<'t>>>,
    /// How many values of a record are needed.
    pub fields: usize,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Part<'t> {
    /// The place in the record; `None` for the rowid.
    pub field: Option<usize>,
    /// Whether integers are floating-point numbers.
    pub is_real: bool,
    /// What a record that is too short stands for.
    pub default: &'t Default,
}

impl<'t> Plan<'t> {
    pub(crate) fn of(table: &'t Table) -> Self {
        let columns = table.columns.iter().enumerate().map(|(index, column)| {
            if column.generated == Some(Generated::Virtual) {
                return None;
            }
            let field = match table.rowid_alias {
                Some(alias) if alias == index => None,
                _ => Some(table.place_in_record(index)?),
            };
            Some(Part {
                field,
                is_real: column.affinity == Affinity::Real,
                default: &column.default,
            })
        });
        let columns: Vec<Option<Part<'t>>> = columns.collect();
        let places = columns.iter().flatten().filter_map(|part| part.field);
        Self {
            fields: places.max().map_or(0, |last| last + 1),
            columns,
        }
    }
}
