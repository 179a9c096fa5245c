use stillframe_database::record::{SerialType, Value};
use stillframe_database::{scan::ProblemKind, varint};

/// Where the values of a record stand.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(Vec<Field>);

#[derive(Clone, Copy, Debug)]
struct Field {
    serial_type: SerialType,
    start: usize,
    end: usize,
}

impl Fields {
    /// Looks for the first `most` values of a record. It may have fewer, and others behind them.
    pub(crate) fn read<E>(&mut self, record: &[u8], most: usize) -> Result<(), ProblemKind<E>> {
        self.0.clear();
        // SQLite takes a record without a header for one without values.
        let (header, mut at) = varint::read(record).unwrap_or((0, 1));
        let header = usize::try_from(header).unwrap_or(usize::MAX);
        if header > record.len() {
            return Err(ProblemKind::RecordHeader);
        }
        let mut start = header;
        while at < header && self.0.len() < most {
            let types = record.get(at..header).unwrap_or_default();
            let (serial_type, taken) = varint::read(types).ok_or(ProblemKind::RecordHeader)?;
            let serial_type = SerialType(serial_type);
            let length = usize::try_from(serial_type.length()).unwrap_or(usize::MAX);
            let end = start.saturating_add(length);
            if end > record.len() {
                let index = self.0.len();
                return Err(ProblemKind::Value { index });
            }
            self.0.push(Field {
                serial_type,
                start,
                end,
            });
            at += taken;
            start = end;
        }
        Ok(())
    }

    /// The value in this place of the record that was read.
    pub(crate) fn value<'r>(&self, record: &'r [u8], index: usize) -> Option<Value<'r>> {
        let field = self.0.get(index)?;
        let bytes = record.get(field.start..field.end)?;
        Some(field.serial_type.value(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(record: &[u8], most: usize) -> Result<usize, ProblemKind<()>> {
        let mut fields = Fields::default();
        fields.read(record, most).map(|()| fields.0.len())
    }

    #[test]
    fn values_are_found_or_said_to_be_missing() {
        let record = [4, 1, 15, 0, 5, b'x'];
        assert_eq!(read(&record, 9), Ok(3));
        assert_eq!(read(&record, 2), Ok(2));
        let mut fields = Fields::default();
        fields.read::<()>(&record, 9).unwrap();
        assert_eq!(fields.value(&record, 0), Some(Value::Integer(5)));
        assert_eq!(fields.value(&record, 1), Some(Value::Text(b"x")));
        assert_eq!(fields.value(&record, 2), Some(Value::Null));
        assert_eq!(fields.value(&record, 3), None);

        assert_eq!(read(&[], 9), Ok(0));
        assert_eq!(read(&[0, 7], 9), Ok(0));
        assert_eq!(read(&[1], 9), Ok(0));
        assert_eq!(read(&[4, 1], 9), Err(ProblemKind::RecordHeader));
        assert_eq!(read(&[2, 0x81, 0], 9), Err(ProblemKind::RecordHeader));
        assert_eq!(read(&[3, 1, 6, 5], 9), Err(ProblemKind::Value { index: 1 }));
        // What nobody asks for may be wrong.
        assert_eq!(read(&[3, 1, 6, 5], 1), Ok(1));
        let huge = [&[10, 0xff][..], &[0xff; 8], &[0; 20]].concat();
        assert_eq!(read(&huge, 9), Err(ProblemKind::Value { index: 0 }));
    }
}
