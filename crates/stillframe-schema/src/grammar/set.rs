//! What stands behind IN.

use super::expression::{Expression, Node};
use super::{Parsed, Parser};
use crate::{Reason, refused};

/// IN with what stands around it.
pub(super) enum Set {
    /// With an empty list, which says all, NOT before it included.
    Empty(Expression),
    /// With something in it, without the NOT before it.
    Of(Expression),
}

/// The elements of a list.
struct Elements {
    count: usize,
    all: Expression,
    last: Expression,
    /// How high the highest is that stands in a row.
    highest: usize,
    /// The values of the first element that has another number of them than there should be.
    wrong: Option<usize>,
}

impl Parser<'_, '_> {
    /// What stands behind IN. If there are several values before it, as many have to be in each element of a list.
    pub(super) fn set(&mut self, left: &Expression, is_not: bool) -> Parsed<Set> {
        if !self.take_mark("(") {
            self.source_name()?;
            if self.take_mark("(") {
                self.expressions()?;
                self.mark(")")?;
            }
            // All columns of the table.
            return Ok(Set::Of(self.over(*left, Expression::of_query(1))));
        }
        if self.is_select() {
            let height = self.select()?;
            self.mark(")")?;
            return Ok(Set::Of(self.over(*left, Expression::of_query(height))));
        }
        let values = left.values.filter(|values| *values > 1);
        let elements = self.elements(values)?;
        self.mark(")")?;
        if elements.count == 0 {
            return self.empty(left, is_not).map(Set::Empty);
        }
        let is_one = elements.count == 1;
        let last = elements.last;
        let is_collated = last.node == Node::Collated;
        if is_one && last.values.is_none() {
            // The query itself, without the term that it is.
            let query = Expression::of_query(last.height.saturating_sub(1));
            return Ok(Set::Of(self.over(*left, query)));
        }
        if let Some(expected) = values {
            if let Some(terms) = elements.wrong {
                self.wrong(refused::Query::Element { terms, expected });
            }
            let rows = Expression::of_query(elements.highest);
            return Ok(Set::Of(self.over(*left, rows)));
        }
        // One value that is known is compared with. Of a call SQLite may know it, too: then it is one higher than here.
        if is_one && last.is_constant && !is_collated {
            let value = self.over(last, Expression::NONE);
            return Ok(Set::Of(self.over(*left, value)));
        }
        Ok(Set::Of(self.over(*left, elements.all)))
    }

    fn elements(&mut self, values: Option<usize>) -> Parsed<Elements> {
        let mut elements = Elements {
            count: 0,
            all: Expression::NONE,
            last: Expression::NONE,
            highest: 0,
            wrong: None,
        };
        if self.is_mark(")") {
            return Ok(elements);
        }
        self.list(|parser| {
            let element = parser.expression()?;
            elements.count += 1;
            elements.last = element;
            elements.all = elements.all.beside(element);
            if let Node::Row(height) = element.node {
                elements.highest = elements.highest.max(height);
            }
            let of = element.values.unwrap_or(1);
            let is_wrong = elements.wrong.is_none() && Some(of) != values;
            elements.wrong = elements.wrong.or(is_wrong.then_some(of));
            Ok(())
        })?;
        Ok(elements)
    }

    /// An empty list has nothing, whatever stands before it; what calls a function is kept.
    fn empty(&mut self, left: &Expression, is_not: bool) -> Parsed<Expression> {
        let known = Expression::leaf(if is_not { Node::Other } else { Node::Never });
        if !left.calls {
            return Ok(known);
        }
        // The parser of tables leaves out what stands before it, and SQLite does not.
        if self.is_own {
            return Err(Reason::Syntax);
        }
        Ok(self.over(known, *left))
    }
}
