//! What is printed of a damaged database, against what SQLite prints.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use stillframe_check::content::{
    Counted, Level, content, content_in_order, read_schema, roots, unchecked,
};
use stillframe_check::pragma::{Pragma, PragmaError, pragma};
use stillframe_check::walk::structure;
use stillframe_history::{BackupSet, Image, Input};
use stillframe_schema::Reason;
use stillframe_testkit::oracle::Oracle;

/// Whether all that is printed is among what SQLite prints where it is not told to stop, and in that order, and so is the
/// error if it is one of SQLite's.
pub fn is_part(found: &Pragma, expected: &[String], error: Option<&str>) -> bool {
    let is_ok = found.is_ok();
    let mut expected = expected.iter();
    let is_among = found
        .rows
        .iter()
        .all(|row| is_ok || expected.any(|other| other == row));
    let is_error = found.error != Some(PragmaError::Malformed)
        || error.is_some_and(|error| error == "database disk image is malformed");
    is_among && is_error
}

/// SQLite's words for an error, as far as they are compared: not what is wrong with a statement that is not understood.
pub fn compared_words<'w>(words: &'w str, found: Option<&PragmaError>) -> &'w str {
    match found {
        Some(PragmaError::NotUnderstood(_)) => words.split(" - ").next().unwrap(),
        _ => words,
    }
}

/// Compares what is printed at one level, and says what came of it: `wrong` where what is printed is another.
pub fn compare(
    oracle: &Oracle,
    database: &[u8],
    level: Level,
    most: usize,
    what: &str,
) -> &'static str {
    let name = if level == Level::Full {
        "integrity_check"
    } else {
        "quick_check"
    };
    let expected = oracle.check(database, None, &format!("PRAGMA {name}({most})"));
    let error = expected.error.as_ref();
    if error.is_some_and(|error| error.message == "interrupted") {
        return "SQLite came to no end";
    }
    let set = BackupSet {
        database: Some(Input::new("app.db", database.to_vec())),
        ..BackupSet::default()
    };
    let image = Image::read(&set, None, &()).unwrap().1.unwrap();
    let header = *image.header().unwrap();
    let found = pragma(&image, &header, level, most, &()).unwrap();
    let printed = found.error.as_ref().map(ToString::to_string);
    let words = |message: &str| compared_words(message, found.error.as_ref()).to_owned();
    let error = error.map(|error| words(&error.message));
    if (&found.rows, &printed) == (&expected.rows, &error) {
        return if found.is_ok() {
            "equal, ok"
        } else {
            "equal, with problems"
        };
    }
    if found.error == Some(PragmaError::PastPage) {
        return "SQLite read past the end of a page";
    }
    let schema = read_schema(&image, &header).unwrap();
    if let Ok(schema) = &schema {
        let refused = schema.refused.first();
        let is_syntax = refused.is_some_and(|refused| refused.reason == Reason::Syntax);
        match (&found.error, &error) {
            // What may be a statement that only SQLite understands is not said to be malformed.
            (Some(PragmaError::NotUnderstood(name)), Some(error))
                if *error == format!("malformed database schema ({name})") =>
            {
                return "a statement is not understood here, and refused by SQLite";
            }
            (Some(PragmaError::NotUnderstood(_)), None) if is_syntax => {
                return "a statement is not understood here";
            }
            _ => {}
        }
        if !unchecked(schema, level).is_empty() {
            let all = oracle.check(database, None, &format!("PRAGMA {name}(1000000)"));
            let all_error = all.error.as_ref().map(|error| error.message.as_str());
            if is_part(&found, &all.rows, all_error) {
                return if found.is_ok() {
                    "ok, and what it takes an SQL evaluator to find is wrong"
                } else {
                    "it takes an SQL evaluator"
                };
            }
        }
    }
    println!(
        "{what}, {name}({most})\n  found    {:?} {printed:?}\n  expected {:?} {error:?}",
        found.rows, expected.rows
    );
    if let Ok(schema) = schema {
        println!("  {:?}", schema.refused);
    }
    "wrong"
}

/// What came of some cases, and how often.
pub type Counts = BTreeMap<&'static str, u32>;

/// Judges the cases with even and those with odd numbers side by side. None may be `wrong`.
pub fn judge_in_halves(judge: impl Fn(u64) -> Counts + Sync) -> Counts {
    let mut counts = Counts::new();
    thread::scope(|scope| {
        let halves = [0, 1].map(|half| {
            scope.spawn({
                let judge = &judge;
                move || judge(half)
            })
        });
        for half in halves {
            for (outcome, count) in half.join().unwrap() {
                *counts.entry(outcome).or_default() += count;
            }
        }
    });
    println!("{counts:#?}");
    assert_eq!(counts.get("wrong"), None);
    counts
}

/// What several threads find in no order is what is found row after row, where the structure is sound.
pub fn assert_same_in_any_order(database: &[u8], level: Level, what: &str) -> bool {
    let set = BackupSet {
        database: Some(Input::new("app.db", database.to_vec())),
        ..BackupSet::default()
    };
    let image = Image::read(&set, None, &()).unwrap().1.unwrap();
    let header = *image.header().unwrap();
    let Ok(schema) = read_schema(&image, &header).unwrap() else {
        return false;
    };
    let structure = structure(&image, &header, &roots(&schema), 100, &()).unwrap();
    if !structure.problems.is_empty() {
        return false;
    }
    let counted = Counted {
        is_sound: true,
        counts: &structure.rows,
        damaged: &BTreeSet::new(),
    };
    let fast = content(&image, &header, &schema, &counted, level, 100, &()).unwrap();
    let slow = content_in_order(&image, &header, &schema, &counted, level, 100).unwrap();
    assert_eq!(fast, slow, "{what}");
    !fast.entries.is_empty()
}
