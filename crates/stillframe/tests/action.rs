//! What the action does on a runner, and what the hook of pre-commit runs, with the command as it is installed.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use support::{PROGRAM, Ran, Room, root};

mod support;

/// The `PATH` on which the command is installed.
fn path() -> String {
    let folder = Path::new(PROGRAM).parent().unwrap().to_str().unwrap();
    format!("{folder}:{}", std::env::var("PATH").unwrap())
}

/// Runs the script in a room as a runner does, with these inputs.
fn act(room: &Room, inputs: &[(&str, &str)]) -> Ran {
    fs::create_dir_all(room.at("runner")).unwrap();
    let mut command = Command::new(root().join("action/check.sh"));
    command.current_dir(room.path()).env("PATH", path());
    for (variable, file) in [
        ("GITHUB_OUTPUT", "output"),
        ("GITHUB_STEP_SUMMARY", "summary"),
        ("RUNNER_TEMP", "runner"),
    ] {
        command.env(variable, room.at(file));
    }
    let line = format!("{inputs:?}");
    Ran::new(line, command.envs(inputs.iter().copied()).output().unwrap())
}

fn outputs(room: &Room) -> BTreeMap<String, String> {
    let text = fs::read_to_string(room.at("output")).unwrap_or_default();
    let split = |line: &str| {
        line.split_once('=')
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
    };
    text.lines().map(|line| split(line).unwrap()).collect()
}

#[test]
fn a_good_set_passes() {
    let room = Room::with(&["good/live-wal"]);
    room.write("summary", "before\n");
    let ran = act(&room, &[("STILLFRAME_PATHS", "fixtures\n")])
        .exits(0)
        .quietly();
    assert!(ran.stdout.contains("complete with its WAL"), "{ran}");
    let outputs = outputs(&room);
    let keys: Vec<&str> = outputs.keys().map(String::as_str).collect();
    assert_eq!(keys, ["json", "junit", "sarif", "status"]);
    assert_eq!(outputs["status"], "0");
    let summary = fs::read_to_string(room.at("summary")).unwrap();
    assert!(
        summary.starts_with("before\n### stillframe check: 1 database"),
        "{summary}"
    );
}

#[test]
fn a_broken_set_fails_and_says_why() {
    let room = Room::with(&["sets/wal-hole", "good/live-wal"]);
    let inputs = [
        ("STILLFRAME_PATHS", "fixtures/sets\r\n\nfixtures/good"),
        ("STILLFRAME_HTML", "true"),
        ("STILLFRAME_LEVEL", "quick"),
    ];
    let ran = act(&room, &inputs).exits(1);
    assert!(ran.stdout.contains("WAL101"), "{ran}");
    let outputs = outputs(&room);
    assert_eq!(outputs["status"], "1");
    let sarif = fs::read(&outputs["sarif"]).unwrap();
    let sarif: serde_json::Value = serde_json::from_slice(&sarif).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "WAL101");
    assert!(
        fs::read_to_string(&outputs["html"])
            .unwrap()
            .contains("WAL101")
    );
    assert!(
        fs::read_to_string(&outputs["junit"])
            .unwrap()
            .contains("<failure")
    );
    let summary = fs::read_to_string(room.at("summary")).unwrap();
    assert!(
        summary.contains("**1 failed**") && summary.contains("WAL101"),
        "{summary}"
    );
    // Twice in one job: the reports of the first are kept.
    act(&room, &inputs).exits(1);
    let passes = [inputs[0], ("STILLFRAME_EXIT_ZERO", "true")];
    act(&room, &passes).exits(0);
    let passes = [inputs[0], ("STILLFRAME_FAIL_ON", "never")];
    act(&room, &passes).exits(0);
}

/// What is expected is passed on, a line each, and is never a word of the shell.
#[test]
fn what_is_expected_is_asked_for() {
    let room = Room::with(&["good/live-wal"]);
    room.write(
        "policy.toml",
        "fail-on = ['error']\nseverity.EX901 = 'warning'\n",
    );
    let expecting = |expectations| {
        let inputs = [
            ("STILLFRAME_PATHS", "fixtures"),
            ("STILLFRAME_EXPECT", expectations),
            ("STILLFRAME_POLICY", "policy.toml"),
            ("STILLFRAME_MAX_AGE", "10years"),
        ];
        act(&room, &inputs)
    };
    let ran = expecting("orders > 0\r\n\nmin(orders.id) >= 1").exits(0);
    let met = ran.stdout.matches("warning EX901").count();
    assert_eq!(met, 3, "{ran}");
    let ran = expecting("orders > 0\norders > 1000").exits(1);
    assert!(ran.stdout.contains("EX101"), "{ran}");
    let ran = expecting("$(touch harm) > 0").exits(2);
    assert!(
        ran.stdout.contains("is no function here") || ran.stdout.contains("expected"),
        "{ran}"
    );
    assert!(!room.at("harm").exists());
}

#[test]
fn what_cannot_be_done_is_said() {
    let room = Room::live();
    let ran = act(&room, &[("STILLFRAME_PATHS", "app.db\nmissing.db")]).exits(3);
    assert!(ran.stdout.contains("missing.db"), "{ran}");
    assert_eq!(outputs(&room)["status"], "3");
    for (inputs, says) in [
        (vec![("STILLFRAME_PATHS", "\n")], "nothing to check"),
        (
            vec![
                ("STILLFRAME_PATHS", "app.db"),
                ("STILLFRAME_COMMAND", "no-such-command"),
            ],
            "not on PATH",
        ),
        (
            vec![("STILLFRAME_PATHS", "app.db"), ("STILLFRAME_LEVEL", "deep")],
            "deep",
        ),
    ] {
        let ran = act(&room, &inputs).exits(2);
        assert!(ran.stdout.contains(says), "{ran}");
    }
}

/// What is an option to the command, or a command to the runner, is a name all the same.
#[test]
fn names_are_no_commands() {
    let room = Room::new();
    room.copy("good/rollback-mode", ".");
    fs::rename(room.at("app.db"), room.at("::error::boo.db")).unwrap();
    room.copy("good/rollback-mode", ".");
    fs::rename(room.at("app.db"), room.at("--help")).unwrap();
    let ran = act(&room, &[("STILLFRAME_PATHS", "::error::boo.db\n--help")]).exits(0);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    let token = lines[0].strip_prefix("::stop-commands::").unwrap();
    assert_eq!(token.len(), 32);
    assert_eq!(*lines.last().unwrap(), format!("::{token}::"));
    assert!(ran.stdout.contains("2 databases"), "{ran}");
}

/// Every input of the action reaches the script, and every output comes from it.
#[test]
fn the_action_and_its_script_agree() {
    let action = fs::read_to_string(root().join("action.yml")).unwrap();
    let script = fs::read_to_string(root().join("action/check.sh")).unwrap();
    let variables: Vec<&str> = action
        .lines()
        .filter_map(|line| line.trim().strip_suffix(" }}")?.split_once(": ${{ inputs."))
        .map(|(variable, _)| variable)
        .collect();
    assert_eq!(variables.len(), 9);
    for variable in variables {
        assert!(script.contains(variable), "{variable}");
    }
    assert_eq!(script.matches("STILLFRAME_HTML").count(), 1);
}

#[test]
fn the_hook_takes_files_as_pre_commit_names_them() {
    let room = Room::with(&["sets/wal-hole", "good/live-wal"]);
    let hooks = fs::read_to_string(root().join(".pre-commit-hooks.yaml")).unwrap();
    let entry = hooks
        .lines()
        .find_map(|line| line.trim().strip_prefix("entry: "));
    let entry = entry.unwrap().strip_prefix("stillframe ").unwrap();
    let run = |folder: &str| room.run(&format!("{entry} {folder}/app.db {folder}/app.db-wal"));
    let good = run("fixtures/good/live-wal").exits(0);
    assert_eq!(
        good.stdout.matches("complete with its WAL").count(),
        1,
        "{good}"
    );
    let bad = run("fixtures/sets/wal-hole").exits(1);
    assert!(bad.stdout.contains("WAL101"), "{bad}");
}
