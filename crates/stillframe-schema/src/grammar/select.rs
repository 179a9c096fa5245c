//! Queries.

use super::expression::{Expression, Node};
use super::{Kind, Parsed, Parser};
use crate::refused;

/// Words that begin a term, and are no name there.
pub(super) const TERMS: [&str; 5] = [
    "CAST",
    "RAISE",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
];

/// Queries with UNION and the like between, at most (`SQLITE_MAX_COMPOUND_SELECT`).
const MOST_PARTS: usize = 500;

/// One query of several.
struct Part {
    /// How high its expressions are.
    height: usize,
    /// The rows behind VALUES; `None` for SELECT.
    rows: Option<usize>,
    /// The clause with which it ended of those that belong at the end of all.
    clause: Option<&'static str>,
}

/// Terms to sort by.
pub(super) struct Sorted {
    pub count: usize,
    /// What they are together.
    pub all: Expression,
    /// Which place NULL was given first, if it was.
    pub nulls: Option<&'static str>,
}

impl Parser<'_, '_> {
    /// Whether a query begins here.
    pub(super) fn is_select(&self) -> bool {
        self.is_any(&["SELECT", "VALUES", "WITH"])
    }

    /// A query (`select`): how high its expressions are, but for those of tables that it is of (`heightOfSelect`).
    pub(super) fn select(&mut self) -> Parsed<usize> {
        self.deeper(|parser| {
            if parser.take("WITH") {
                parser.with()?;
            }
            parser.compound()
        })
    }

    /// The tables that are made behind WITH.
    fn with(&mut self) -> Parsed {
        let _ = self.take("RECURSIVE");
        let mut names: Vec<String> = Vec::new();
        self.list(|parser| {
            let name = parser.name()?.name();
            if parser.is_mark("(") {
                parser.columns()?;
            }
            parser.word("AS")?;
            if parser.take("NOT") {
                parser.word("MATERIALIZED")?;
            } else {
                let _ = parser.take("MATERIALIZED");
            }
            parser.subquery()?;
            if names.iter().any(|other| other.eq_ignore_ascii_case(&name)) {
                parser.wrong(refused::Query::WithTwice(name.clone()));
            }
            names.push(name);
            Ok(())
        })
        .map(drop)
    }

    /// Names of columns, in parentheses (`LP eidlist RP`).
    pub(super) fn columns(&mut self) -> Parsed<Vec<String>> {
        let mut names = Vec::new();
        self.mark("(")?;
        self.list(|parser| {
            names.push(parser.name()?.name());
            if parser.take("COLLATE") {
                parser.plain_name()?;
            }
            let _ = parser.take_any(&["ASC", "DESC"]);
            Ok(())
        })?;
        self.mark(")")?;
        Ok(names)
    }

    /// Queries with UNION and the like between.
    fn compound(&mut self) -> Parsed<usize> {
        // What is wrong with a part in the middle SQLite says at the end, and of the last such part: it goes through them
        // from the last to that, and counts them on its way (`parserDoubleLinkSelect`).
        let (mut wrong, mut counted, mut height) = (None, 0, 0);
        let mut is_first = true;
        loop {
            let part = self.simple()?;
            // Rows behind others are one query of them.
            let is_wrapped = !is_first && part.rows.is_some_and(|rows| rows > 1);
            counted += part.rows.filter(|_| is_first).unwrap_or(1);
            height = height.max(if is_wrapped { 1 } else { part.height });
            is_first = false;
            let operator = if self.take("UNION") {
                if self.take("ALL") {
                    "UNION ALL"
                } else {
                    "UNION"
                }
            } else if self.take("EXCEPT") {
                "EXCEPT"
            } else if self.take("INTERSECT") {
                "INTERSECT"
            } else {
                if let Some(wrong) = wrong {
                    self.wrong(wrong);
                }
                let is_values = part.rows.is_some() && !is_wrapped;
                if counted > MOST_PARTS && !is_values {
                    self.wrong(refused::Query::Parts);
                }
                return Ok(height);
            };
            if let Some(clause) = part.clause {
                wrong = Some(refused::Query::Before { clause, operator });
                counted = 1;
            }
        }
    }

    /// One query.
    fn simple(&mut self) -> Parsed<Part> {
        if self.take("VALUES") {
            let mut all = Expression::NONE;
            let rows = self.list(|parser| {
                all = all.beside(parser.row()?);
                Ok(())
            })?;
            return Ok(Part {
                height: all.height,
                rows: Some(rows),
                clause: None,
            });
        }
        self.word("SELECT")?;
        let _ = self.take_any(&["DISTINCT", "ALL"]);
        let mut all = self.results()?;
        if self.take("FROM") {
            self.sources()?;
        }
        if self.take("WHERE") {
            all = all.beside(self.expression()?);
        }
        if self.take("GROUP") {
            self.word("BY")?;
            self.list(|parser| {
                all = all.beside(parser.expression()?);
                Ok(())
            })?;
        }
        if self.take("HAVING") {
            all = all.beside(self.expression()?);
        }
        if self.is("WINDOW") && self.is_kind(Kind::Reserved) {
            self.at += 1;
            self.windows()?;
        }
        let is_ordered = self.take("ORDER");
        if is_ordered {
            self.word("BY")?;
            all = all.beside(self.sorted()?.all);
        }
        let is_limited = self.take("LIMIT");
        if is_limited {
            let mut limit = self.expression()?;
            if self.take("OFFSET") || self.take_mark(",") {
                limit = limit.beside(self.expression()?);
            }
            all = all.beside(self.over(limit, Expression::NONE));
        }
        Ok(Part {
            height: all.height,
            rows: None,
            clause: match (is_ordered, is_limited) {
                (true, _) => Some("ORDER BY"),
                (false, true) => Some("LIMIT"),
                (false, false) => None,
            },
        })
    }

    fn row(&mut self) -> Parsed<Expression> {
        let mut all = Expression::NONE;
        self.mark("(")?;
        self.list(|parser| {
            all = all.beside(parser.expression()?);
            Ok(())
        })?;
        self.mark(")")?;
        Ok(all)
    }

    /// What a query gives (`selcollist`), taken together.
    pub(super) fn results(&mut self) -> Parsed<Expression> {
        let mut all = Expression::NONE;
        self.list(|parser| {
            let one = parser.result()?;
            all = all.beside(one);
            Ok(())
        })?;
        Ok(all)
    }

    fn result(&mut self) -> Parsed<Expression> {
        let columns = Expression::leaf(Node::Other);
        if self.take_mark("*") {
            return Ok(columns);
        }
        let is = |ahead, mark| self.ahead(ahead).is_some_and(|token| token.is_mark(mark));
        let is_name = self.peek().is_some_and(|token| token.is_name());
        if is_name && is(1, ".") && is(2, "*") && !self.is_any(&TERMS) {
            self.at += 3;
            return Ok(columns.over(columns));
        }
        let one = self.expression()?;
        self.alias()?;
        Ok(one)
    }

    /// The other name of something, if there is one (`as`).
    pub(super) fn alias(&mut self) -> Parsed {
        if self.take("AS") {
            self.name()?;
        } else if self.is_kind(Kind::Text) || self.peek().is_some_and(|token| token.is_identifier())
        {
            self.at += 1;
        }
        Ok(())
    }

    /// Terms to sort by (`sortlist`).
    pub(super) fn sorted(&mut self) -> Parsed<Sorted> {
        let mut sorted = Sorted {
            count: 0,
            all: Expression::NONE,
            nulls: None,
        };
        self.list(|parser| {
            sorted.count += 1;
            sorted.all = sorted.all.beside(parser.expression()?);
            let _ = parser.take_any(&["ASC", "DESC"]);
            if parser.take("NULLS") {
                let place = if parser.take("FIRST") {
                    "FIRST"
                } else {
                    parser.word("LAST")?;
                    "LAST"
                };
                sorted.nulls = sorted.nulls.or(Some(place));
            }
            Ok(())
        })?;
        Ok(sorted)
    }
}
