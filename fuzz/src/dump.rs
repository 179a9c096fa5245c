//! The rows of any bytes as `dump` reads them: the catalog holds together, no page is read twice by all tables, and no more
//! comes out of a database than is in it.

use stillframe_database::scan::Seen;
use stillframe_format::Pages as _;
use stillframe_history::Image;
use stillframe_rows::{Catalog, Value};
use stillframe_schema::{Default as Defaults, Generated, Table, TableKind, Value as Constant};

use crate::counted::Counted;
use crate::material::Material;

/// Values that are looked at: a row of few bytes may be one of many columns, whose defaults it has.
const MOST_VALUES: usize = 1 << 18;

/// Reads all tables of the last image of a set, whether SQLite would have it or not.
///
/// # Panics
/// A row is more than its record, or more is read than there is.
pub fn run(bytes: &[u8]) {
    let (_, material) = Material::read(bytes);
    let set = material.set();
    let (_, image) = Image::read(&set, None, &()).unwrap_or_else(|error| panic!("{error}"));
    let Ok(image) = image else { return };
    let Some(header) = image.header() else { return };
    let pages = Counted::new(&image);
    let Some(catalog) = Catalog::read(&pages, header) else {
        return;
    };
    let stored = u64::from(image.stored_pages().min(image.page_count()));
    let of_schema = pages.reads();
    assert!(of_schema <= stored, "{of_schema} reads of {stored} pages");
    let there = stored * u64::from(image.page_size().get());
    // UTF-8 takes at most half as much again as UTF-16.
    let object = |object: &stillframe_rows::Object| {
        let columns = [
            &object.kind,
            &object.name,
            &object.table,
            &object.root,
            &object.sql,
        ];
        columns.into_iter().flatten().map(Vec::len).sum::<usize>() as u64
    };
    let text: u64 = catalog.objects.iter().map(object).sum();
    // Numbers of a byte have up to 20 digits.
    assert!(text <= 20 * there, "{text} bytes of text out of {there}");
    let (mut seen, mut values) = (Seen::default(), MOST_VALUES);
    let (mut held, mut most) = (0, 2 * there);
    for table in &catalog.schema.tables {
        let found = catalog.table(&table.name);
        assert_eq!(found.map(|found| &found.name), Some(&table.name));
        let Some(mut rows) = catalog.rows(&pages, table, std::mem::take(&mut seen)) else {
            assert_ne!(table.kind, TableKind::Ordinary);
            continue;
        };
        let defaults = defaults(table);
        let (mut count, mut is_whole) = (0, true);
        while let Some(row) = rows.next() {
            match row {
                Ok(row) => {
                    most += defaults;
                    count += 1;
                    assert_eq!(row.rowid.is_none(), table.is_without_rowid);
                    for column in 0..table.columns.len().min(values) {
                        let value = row.value(column);
                        is_as_declared(table, column, row.rowid, &value);
                        held += length(&value);
                        values -= 1;
                    }
                }
                Err(problem) => {
                    assert!(!problem.to_string().is_empty());
                    is_whole = false;
                }
            }
        }
        seen = rows.into_seen();
        if is_whole {
            let counted = catalog.count(&image, table, Seen::default(), &mut |_| {});
            assert_eq!(counted.and_then(Result::ok), Some(count), "{}", table.name);
        }
    }
    let reads = pages.reads() - of_schema;
    assert!(reads <= stored, "{reads} reads of {stored} pages");
    assert!(held <= most, "{held} bytes out of {there}");
}

/// What the declaration of a column says of its values.
fn is_as_declared(table: &Table, index: usize, rowid: Option<i64>, value: &Value<'_>) {
    let Some(column) = table.columns.get(index) else {
        return;
    };
    if column.generated == Some(Generated::Virtual) {
        assert_eq!(*value, Value::Null);
    } else if table.rowid_alias == Some(index) {
        assert_eq!(rowid.map(Value::Integer).as_ref(), Some(value));
    }
    if let Value::Real(real) = value {
        assert!(!real.is_nan());
    }
}

/// The bytes of text and of blobs that a record without values has.
fn defaults(table: &Table) -> u64 {
    let length = |default: &Defaults| match default {
        Defaults::Value(Constant::Text(text)) => text.len() as u64,
        Defaults::Value(Constant::Blob(blob)) => blob.len() as u64,
        _ => 0,
    };
    table
        .columns
        .iter()
        .map(|column| length(&column.default))
        .sum()
}

/// The bytes of text or of a blob that a record holds.
fn length(value: &Value<'_>) -> u64 {
    match value {
        Value::Text(bytes) | Value::Blob(bytes) => bytes.len() as u64,
        _ => 0,
    }
}
