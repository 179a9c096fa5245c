//! The page `docs/scenarios.md`.

use super::{NotTold, Scenario, Set, all};

const HEAD: &str = "# What happens to backups

What people meet, what SQLite does with it, what stillframe says, and what to do then. Each scenario is a set of files that
SQLite made, or a test, and the verdicts and exit statuses below are those of `stillframe check`, from a folder as from an
archive. Where a command is named that gives rows back, they have been compared with what the live database showed.

SQLite is the judge of what it does: where a file can be made in which it does otherwise than this page says, the page is
wrong. *Not told yet* is what the bytes show and stillframe does not say; *cannot be told* is what they do not show.

This page is made by `cargo run -p stillframe-testkit -- scenarios` from `crates/stillframe-testkit/src/scenarios/`.

| | scenario | verdict |
|---|---|---|
";

const LIVE: &str = "
## Copies of a database in use

Of a database in WAL mode 600 copies were made in each of these ways, while a process wrote to it, with rests of up to 4
milliseconds between its transactions for half of the copies, and of 0.3 for the others. *Of a moment* is a copy of which
SQLite shows what had been committed when it was begun, or later; the others are older, or a mixture of several moments,
or damaged.

| how it was copied | of a moment | of them not called bad | not of a moment | of them called complete |
|---|---|---|---|---|
| the database alone | 91 | 91 | 509 | 0 |
| the database, then the WAL | 537 | 534 | 63 | 0 |
| the WAL, then the database | 485 | 471 | 115 | 3 |
| `wal_checkpoint(TRUNCATE)`, then the database alone | 559 | 559 | 41 | 0 |
| `wal_checkpoint(TRUNCATE)`, then the database, then the WAL | 574 | 571 | 26 | 1 |
| within a read transaction, the database, then the WAL | 600 | 600 | 0 | 0 |
| within `BEGIN IMMEDIATE`, the database, then the WAL | 600 | 600 | 0 | 0 |

A database alone is never called complete, as it is in WAL mode: its completeness is unknown. The four that were called
complete and were not show nothing of it in their files: the pages go together, and nothing is left of what had been
in the WAL in between. Those called bad
although SQLite shows a moment are, as far as they were looked at, WALs that were written to while they were copied ([S04]),
and databases that are newer than their WAL ([S10]).

Of 1,200 snapshots of one moment, in WAL mode and with rollback journals, none was called bad, and what `rebuild` writes of
each is what SQLite makes of it ([S51]). `STILLFRAME_SNAPSHOTS=300 cargo test -p stillframe-testkit --test live_writer` makes
about as many again.
";

/// The page.
pub fn page() -> String {
    let mut text = HEAD.to_owned();
    for scenario in all() {
        let Scenario { number, name, .. } = scenario;
        text += &format!(
            "| [S{number:02}](#{}) | {name} | {} |\n",
            anchor(scenario),
            verdicts(scenario.sets)
        );
    }
    for scenario in all() {
        text += &section(scenario);
    }
    text + &all().fold(LIVE.to_owned(), |live, scenario| {
        let name = format!("S{:02}", scenario.number);
        live.replace(
            &format!("[{name}]"),
            &format!("[{name}](#{})", anchor(scenario)),
        )
    })
}

fn section(scenario: &Scenario) -> String {
    let Scenario {
        number,
        name,
        happened,
        sqlite,
        says,
        now,
        ..
    } = scenario;
    let mut text = format!("\n## S{number:02}: {name}\n");
    let parts = [
        ("What happened", Some(*happened)),
        ("What SQLite does", Some(*sqlite)),
        ("What stillframe says", Some(*says)),
        match scenario.not_told {
            Some(NotTold::AtAll(what)) => ("Cannot be told", Some(what)),
            Some(NotTold::Yet(what)) => ("Not told yet", Some(what)),
            None => ("Not told yet", None),
        },
        ("What to do now", Some(*now)),
    ];
    for (what, said) in parts {
        if let Some(said) = said {
            text += &paragraph(&linked(&format!("**{what}.** {said}")));
        }
    }
    if !scenario.commands.is_empty() {
        text += &format!("\n```sh\n{}\n```\n", scenario.commands.join("\n"));
    }
    text += "\n**Shown by**\n\n";
    for set in scenario.sets {
        text += &format!(
            "- [`{0}`](../fixtures/{0}): {1}; exit status {2}\n",
            set.fixture,
            verdicts(&[*set]),
            set.exit
        );
    }
    for test in scenario.tests {
        text += &format!("- the test [`{}`](../{})\n", test.name, test.file);
    }
    text
}

/// With links where other scenarios are named.
fn linked(words: &str) -> String {
    all().fold(words.to_owned(), |words, scenario| {
        let name = format!("S{:02}", scenario.number);
        words.replace(&name, &format!("[{name}](#{})", anchor(scenario)))
    })
}

/// A paragraph behind an empty line, in lines of no more than 120 characters.
fn paragraph(words: &str) -> String {
    let (mut text, mut width) = (String::from("\n"), 0);
    for word in words.split(' ') {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > 120 {
            text.push('\n');
            width = 0;
        } else if width > 0 {
            text.push(' ');
            width += 1;
        }
        text += word;
        width += length;
    }
    text + "\n"
}

/// The verdicts of some sets, each once.
fn verdicts(sets: &[Set]) -> String {
    let mut verdicts = Vec::new();
    for said in sets.iter().flat_map(|set| set.says) {
        let verdict = format!("*{}*", said.verdict);
        if !verdicts.contains(&verdict) {
            verdicts.push(verdict);
        }
    }
    verdicts.join(", ")
}

/// The heading of a scenario, as links name it.
fn anchor(scenario: &Scenario) -> String {
    let heading = format!("s{:02}: {}", scenario.number, scenario.name).to_lowercase();
    let kept = |c: &char| c.is_alphanumeric() || " -_".contains(*c);
    heading
        .chars()
        .filter(kept)
        .collect::<String>()
        .replace(' ', "-")
}
