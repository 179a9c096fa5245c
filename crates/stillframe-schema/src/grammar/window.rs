//! Calls of functions, and windows.

use super::expression::Expression;
use super::{Kind, Parsed, Parser};
use crate::refused;

/// `SQLITE_MAX_FUNCTION_ARG`.
const MOST_ARGUMENTS: usize = 1000;

/// What a window says of itself.
#[derive(Clone, Default)]
pub(super) struct Window {
    /// The one that it is made of.
    base: Option<String>,
    has_partition: bool,
    has_order: bool,
    has_frame: bool,
}

/// Where a frame begins or ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bound {
    Unbounded,
    Preceding,
    Current,
    Following,
}

impl Parser<'_, '_> {
    /// A call of this function, from the parenthesis on.
    pub(super) fn call(&mut self, name: &str) -> Parsed<Expression> {
        let arguments = self.deeper(|parser| parser.arguments(name))?;
        Ok(self.over(arguments, Expression::CALL))
    }

    /// What stands in the parentheses, and behind them of filters and windows: the arguments together.
    fn arguments(&mut self, name: &str) -> Parsed<Expression> {
        self.mark("(")?;
        let (mut is_distinct, mut is_ordered) = (false, false);
        let (mut count, mut all) = (0, Expression::NONE);
        if !self.take_mark("*") {
            is_distinct = self.take("DISTINCT");
            let _ = !is_distinct && self.take("ALL");
            (count, all) = self.expressions()?;
            if self.take("ORDER") {
                self.word("BY")?;
                self.sorted()?;
                is_ordered = true;
            }
        }
        self.mark(")")?;
        if count > MOST_ARGUMENTS {
            self.wrong(refused::Query::Arguments(name.to_owned()));
        }
        let is_filtered = self.is("FILTER") && self.is_kind(Kind::Reserved);
        if is_filtered {
            self.at += 1;
            self.mark("(")?;
            self.word("WHERE")?;
            self.expression()?;
            self.mark(")")?;
        }
        let is_over = self.is("OVER") && self.is_kind(Kind::Reserved);
        if is_over {
            self.at += 1;
            if self.is_mark("(") {
                self.window_in_parentheses()?;
            } else {
                self.name()?;
            }
            if is_distinct {
                self.wrong(refused::Query::DistinctWindow);
            }
            if is_ordered && count > 0 {
                self.wrong(refused::Query::Ordered(name.to_owned()));
            }
        }
        Ok(all)
    }

    fn window_in_parentheses(&mut self) -> Parsed<Window> {
        self.mark("(")?;
        let window = self.window()?;
        self.mark(")")?;
        Ok(window)
    }

    /// What stands between the parentheses of a window.
    fn window(&mut self) -> Parsed<Window> {
        let mut window = Window::default();
        let frames = ["RANGE", "ROWS", "GROUPS"];
        let begins = self.is("PARTITION") || self.is_any(&frames);
        if !begins && self.peek().is_some_and(|token| token.is_name()) {
            window.base = Some(self.name()?.text.to_owned());
        }
        if self.take("PARTITION") {
            self.word("BY")?;
            self.list(|parser| parser.expression().map(drop))?;
            window.has_partition = true;
        }
        if self.take("ORDER") {
            self.word("BY")?;
            self.sorted()?;
            window.has_order = true;
        }
        if self.take_any(&frames) {
            self.frame()?;
            window.has_frame = true;
        }
        Ok(window)
    }

    fn frame(&mut self) -> Parsed {
        let (start, end);
        if self.take("BETWEEN") {
            start = self.bound("PRECEDING")?;
            self.word("AND")?;
            end = self.bound("FOLLOWING")?;
        } else {
            start = self.bound("PRECEDING")?;
            end = Bound::Current;
        }
        if self.take("EXCLUDE") {
            if self.take("NO") {
                self.word("OTHERS")?;
            } else if self.take("CURRENT") {
                self.word("ROW")?;
            } else {
                self.one_of(&["GROUP", "TIES"])?;
            }
        }
        let is_backwards = match start {
            Bound::Current => end == Bound::Preceding,
            Bound::Following => matches!(end, Bound::Preceding | Bound::Current),
            Bound::Unbounded | Bound::Preceding => false,
        };
        if is_backwards {
            self.wrong(refused::Query::Frame);
        }
        Ok(())
    }

    /// Where a frame begins or ends; `unbounded` is the word behind UNBOUNDED.
    fn bound(&mut self, unbounded: &str) -> Parsed<Bound> {
        if self.take("UNBOUNDED") {
            self.word(unbounded)?;
            return Ok(Bound::Unbounded);
        }
        if self.take("CURRENT") {
            self.word("ROW")?;
            return Ok(Bound::Current);
        }
        self.expression()?;
        if self.take("PRECEDING") {
            return Ok(Bound::Preceding);
        }
        self.word("FOLLOWING")?;
        Ok(Bound::Following)
    }

    /// Windows with names, behind WINDOW.
    pub(super) fn windows(&mut self) -> Parsed {
        let mut known: Vec<(String, Window)> = Vec::new();
        loop {
            let name = self.name()?.text.to_owned();
            self.word("AS")?;
            let mut window = self.window_in_parentheses()?;
            if let Some(wrong) = chain(&mut window, &known) {
                self.wrong(wrong);
            }
            known.push((name, window));
            if !self.take_mark(",") {
                return Ok(());
            }
        }
    }
}

/// Makes a window of the one that it names, if that came before (`sqlite3WindowChain` in `window.c`); or says why not.
fn chain(window: &mut Window, known: &[(String, Window)]) -> Option<refused::Query> {
    let base = window.base.as_ref()?;
    let mut others = known.iter().rev();
    let other = others.find(|(name, _)| name.eq_ignore_ascii_case(base));
    let (_, other) = other?;
    let what = if window.has_partition {
        "PARTITION clause"
    } else if other.has_order && window.has_order {
        "ORDER BY clause"
    } else if other.has_frame {
        "frame specification"
    } else {
        window.has_partition |= other.has_partition;
        window.has_order |= other.has_order;
        window.base = None;
        return None;
    };
    Some(refused::Query::Window {
        what,
        window: base.clone(),
    })
}
