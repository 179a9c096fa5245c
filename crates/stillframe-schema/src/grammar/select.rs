//! Queries.

use super::{Kind, Parsed, Parser};
use crate::{Reason, refused};

/// Words that begin a term, and are no name there.
pub(super) const TERMS: [&str; 5] = [
    "CAST",
    "RAISE",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
];

/// Queries with UNION and the like between that are followed at most: SQLite takes 500, and counts otherwise.
const MOST_PARTS: usize = 250;

impl Parser<'_, '_> {
    /// Whether a query begins here.
    pub(super) fn is_select(&self) -> bool {
        self.is_any(&["SELECT", "VALUES", "WITH"])
    }

    /// A query (`select`).
    pub(super) fn select(&mut self) -> Parsed {
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
    fn compound(&mut self) -> Parsed {
        // What is wrong with a part in the middle SQLite says at the end, and of the last such part.
        let (mut wrong, mut parts) = (None, 0);
        loop {
            let clause = self.simple()?;
            parts += 1;
            if parts > MOST_PARTS {
                return Err(Reason::Syntax);
            }
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
                break;
            };
            if let Some(clause) = clause {
                wrong = Some(refused::Query::Before { clause, operator });
            }
        }
        if let Some(wrong) = wrong {
            self.wrong(wrong);
        }
        Ok(())
    }

    /// One query; says with which clause it ended of those that belong at the end of all.
    fn simple(&mut self) -> Parsed<Option<&'static str>> {
        if self.take("VALUES") {
            self.list(Self::row)?;
            return Ok(None);
        }
        self.word("SELECT")?;
        let _ = self.take_any(&["DISTINCT", "ALL"]);
        self.results()?;
        if self.take("FROM") {
            self.sources()?;
        }
        if self.take("WHERE") {
            self.expression()?;
        }
        if self.take("GROUP") {
            self.word("BY")?;
            self.list(|parser| parser.expression().map(drop))?;
        }
        if self.take("HAVING") {
            self.expression()?;
        }
        if self.is("WINDOW") && self.is_kind(Kind::Reserved) {
            self.at += 1;
            self.windows()?;
        }
        let is_ordered = self.take("ORDER");
        if is_ordered {
            self.word("BY")?;
            self.sorted()?;
        }
        let is_limited = self.take("LIMIT");
        if is_limited {
            self.expression()?;
            if self.take("OFFSET") || self.take_mark(",") {
                self.expression()?;
            }
        }
        Ok(match (is_ordered, is_limited) {
            (true, _) => Some("ORDER BY"),
            (false, true) => Some("LIMIT"),
            (false, false) => None,
        })
    }

    fn row(&mut self) -> Parsed {
        self.mark("(")?;
        self.list(|parser| parser.expression().map(drop))?;
        self.mark(")")
    }

    /// What a query gives (`selcollist`).
    pub(super) fn results(&mut self) -> Parsed {
        self.list(|parser| {
            if parser.take_mark("*") {
                return Ok(());
            }
            let is = |ahead, mark| parser.ahead(ahead).is_some_and(|token| token.is_mark(mark));
            let is_name = parser.peek().is_some_and(|token| token.is_name());
            if is_name && is(1, ".") && is(2, "*") && !parser.is_any(&TERMS) {
                parser.at += 3;
                return Ok(());
            }
            parser.expression()?;
            parser.alias()
        })
        .map(drop)
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

    /// Terms to sort by (`sortlist`). Says which place NULL was given first, if it was.
    pub(super) fn sorted(&mut self) -> Parsed<Option<&'static str>> {
        let mut nulls = None;
        self.list(|parser| {
            parser.expression()?;
            let _ = parser.take_any(&["ASC", "DESC"]);
            if parser.take("NULLS") {
                let place = if parser.take("FIRST") {
                    "FIRST"
                } else {
                    parser.word("LAST")?;
                    "LAST"
                };
                nulls = nulls.or(Some(place));
            }
            Ok(())
        })?;
        Ok(nulls)
    }
}
