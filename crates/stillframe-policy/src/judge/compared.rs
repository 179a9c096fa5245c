//! What was found of a table, compared with what is expected of it.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use stillframe_database::TextEncoding;
use stillframe_format::Pages;
use stillframe_rows::Value;
use stillframe_schema::Collation;

use super::{Column, Part, Pass, Reading, undecided};
use crate::measure::Tally;
use crate::order::{integer_and_real, order};
use crate::outcome::Found;
use crate::{
    Aggregate, Doubt, Expectation, Expected, Judgement, Measured, Number, TakenAs, Time, Undecided,
};

impl<P: Pages<Error: fmt::Display>> Reading<'_, P> {
    pub(super) fn judgement(
        &self,
        expectation: &Expectation,
        part: Option<Part>,
        pass: &Pass,
    ) -> Judgement {
        let mut columns = pass.columns.iter();
        let column = columns.find(|column| Some(column.part) == part);
        let Some(Column { tally, .. }) = column else {
            return of_count(expectation, pass.rows);
        };
        let value = match expectation.aggregate {
            Aggregate::Count => return of_count(expectation, tally.values),
            Aggregate::Min => tally.smallest(),
            Aggregate::Max => tally.largest(),
        };
        let Some(found) = Found::of(&value) else {
            return Judgement::NotMet(Measured::Nothing { rows: pass.rows });
        };
        if let (Collation::Other(name), true) = (tally.collation(), tally.has_text) {
            return undecided(Undecided::Collation(name.clone()));
        }
        if tally.is_mixed() {
            return undecided(Undecided::Mixed);
        }
        match &expectation.expected {
            Expected::Number(number) => of_number(expectation, &value, found, *number),
            Expected::Text(text) => match value {
                Value::Text(_) => {
                    // The result of a function has no collation, and so is compared by its bytes.
                    let text = Value::Text(Cow::Borrowed(text.as_bytes()));
                    let order = order(&value, &text, &Collation::Binary, self.encoding);
                    judged(expectation, order, Measured::Value(found))
                }
                _ => undecided(Undecided::OtherKind(found)),
            },
            Expected::Time(time) => self.of_time(expectation, tally, &value, found, Some(*time)),
            Expected::Now { is_after, by } => {
                let expected = match is_after {
                    true => self.now.after(*by),
                    false => self.now.before(*by),
                };
                self.of_time(expectation, tally, &value, found, expected)
            }
        }
    }

    fn of_time(
        &self,
        expectation: &Expectation,
        tally: &Tally,
        value: &Value<'_>,
        found: Found,
        expected: Option<Time>,
    ) -> Judgement {
        let Some(expected) = expected else {
            return undecided(Undecided::OutOfTime);
        };
        let by_moment = tally.moment(expectation.aggregate);
        let found = by_moment.as_ref().and_then(Found::of).unwrap_or(found);
        let value = by_moment.as_ref().unwrap_or(value);
        let time = match value {
            Value::Integer(integer) => Time::of_integer(*integer),
            Value::Real(real) => Time::of_real(*real),
            Value::Text(text) => {
                let time = str::from_utf8(text).ok().and_then(Time::parse);
                time.map(|time| (time, TakenAs::Text))
            }
            Value::Null | Value::Blob(_) => None,
        };
        let Some((time, taken)) = time else {
            let readings = match value {
                Value::Integer(integer) => Time::readings_of_integer(*integer),
                Value::Real(real) => Time::readings_of_real(*real),
                _ => Vec::new(),
            };
            return undecided(match readings.is_empty() {
                true => Undecided::NoTime(found),
                false => Undecided::Ambiguous { found, readings },
            });
        };
        let doubt = match taken {
            TakenAs::Seconds => time.nearer_since_2001(expected).map(Doubt::Since2001),
            TakenAs::Text if by_moment.is_none() && tally.has_offsets => Some(Doubt::Offsets),
            _ => None,
        };
        let measured = Measured::Moment {
            found,
            time,
            taken,
            expected,
            is_future: time.is_future(self.now),
            is_by_moment: by_moment.is_some(),
            doubt,
        };
        judged(expectation, time.cmp(&expected), measured)
    }
}

fn of_count(expectation: &Expectation, count: u64) -> Judgement {
    let order = match &expectation.expected {
        Expected::Number(Number::Integer(number)) => i128::from(count).cmp(&i128::from(*number)),
        Expected::Number(Number::Real(number)) => {
            integer_and_real(i64::try_from(count).unwrap_or(i64::MAX), *number)
        }
        // The words of an expectation do not let it be.
        Expected::Text(_) | Expected::Time(_) | Expected::Now { .. } => {
            return undecided(Undecided::OtherKind(Found::Number(Number::Integer(
                i64::try_from(count).unwrap_or(i64::MAX),
            ))));
        }
    };
    judged(expectation, order, Measured::Count(count))
}

fn of_number(
    expectation: &Expectation,
    value: &Value<'_>,
    found: Found,
    number: Number,
) -> Judgement {
    let number = match number {
        Number::Integer(integer) => Value::Integer(integer),
        Number::Real(real) => Value::Real(real),
    };
    match value {
        Value::Integer(_) | Value::Real(_) => {
            let order = order(value, &number, &Collation::Binary, TextEncoding::Utf8);
            judged(expectation, order, Measured::Value(found))
        }
        _ => undecided(Undecided::OtherKind(found)),
    }
}

fn judged(expectation: &Expectation, order: Ordering, measured: Measured) -> Judgement {
    match expectation.operator.holds(order) {
        true => Judgement::Met(measured),
        false => Judgement::NotMet(measured),
    }
}
