use std::io::{Read, Seek, Write};

use tempfile::{TempDir, tempdir};

use super::*;

const FORCE: OutputOptions<'_> = OutputOptions {
    force: true,
    database: true,
    clone_of: None,
};
const PLAIN: OutputOptions<'_> = OutputOptions {
    force: false,
    ..FORCE
};

fn folder_with(names: &[&str]) -> TempDir {
    let folder = tempdir().unwrap();
    for name in names {
        fs::write(folder.path().join(name), name).unwrap();
    }
    folder
}

/// The names in a folder, in order: what is left behind would be among them.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Windows opens `app.db-wal. .` as `app.db-wal`, whether it is there or not.
#[test]
fn names_that_a_file_system_takes_for_the_same_are_the_same() {
    let all = Folding {
        case: true,
        end: true,
    };
    let none = Folding {
        case: false,
        end: false,
    };
    for name in ["App.db-WAL", "app.db-wal.", "app.db-wal. .", "app.db-wal "] {
        assert_eq!(folded(name.as_bytes(), all), b"app.db-wal", "{name}");
        assert_eq!(folded(name.as_bytes(), none), name.as_bytes());
    }
    assert_eq!(folded(b" .app.db", all), b" .app.db");
    assert_eq!(folded(b"..", all), b"");
}

fn refusal(target: &Path, inputs: &[&Path], options: OutputOptions<'_>) -> String {
    let before = names(folder_of(target));
    let message = format!("{:#}", Output::create(target, inputs, options).unwrap_err());
    assert_eq!(names(folder_of(target)), before);
    assert_eq!(message.lines().count(), 1);
    message
}

#[test]
fn the_name_appears_with_the_whole() {
    let folder = folder_with(&[]);
    let target = folder.path().join("new.db");
    let mut output = Output::create(&target, &[], PLAIN).unwrap();
    assert!(!output.cloned());
    output.file().write_all(b"whole").unwrap();
    assert!(!target.exists());
    assert_eq!(fs::read(output.path()).unwrap(), b"whole");
    let temporary = output.path().file_name().unwrap().to_str().unwrap();
    assert!(temporary.starts_with(".stillframe-"), "{temporary}");

    let mut text = String::new();
    output.file().rewind().unwrap();
    output.file().read_to_string(&mut text).unwrap();
    assert_eq!(text, "whole");
    output.commit().unwrap();
    assert_eq!(fs::read(&target).unwrap(), b"whole");
    assert_eq!(names(folder.path()), ["new.db"]);
}

#[test]
fn what_is_not_committed_leaves_nothing() {
    let folder = folder_with(&["old.db"]);
    for (target, options) in [("new.db", PLAIN), ("old.db", FORCE)] {
        let mut output = Output::create(&folder.path().join(target), &[], options).unwrap();
        output.file().write_all(b"half").unwrap();
        drop(output);
    }
    assert_eq!(names(folder.path()), ["old.db"]);
    assert_eq!(fs::read(folder.path().join("old.db")).unwrap(), b"old.db");
}

#[test]
fn an_existing_file_is_replaced_only_when_forced() {
    let folder = folder_with(&["old.db"]);
    let target = folder.path().join("old.db");
    assert!(refusal(&target, &[], PLAIN).contains("exists; choose another name"));

    let mut output = Output::create(&target, &[], FORCE).unwrap();
    output.file().write_all(b"new").unwrap();
    output.commit().unwrap();
    assert_eq!(fs::read(&target).unwrap(), b"new");
    assert_eq!(names(folder.path()), ["old.db"]);
}

#[test]
fn of_two_runs_at_once_the_second_does_not_replace_the_first() {
    let folder = folder_with(&[]);
    let target = folder.path().join("new.db");
    let mut first = Output::create(&target, &[], PLAIN).unwrap();
    let second = Output::create(&target, &[], PLAIN).unwrap();
    first.file().write_all(b"first").unwrap();
    first.commit().unwrap();
    let message = second.commit().unwrap_err().to_string();
    assert!(message.contains("made by another"), "{message}");
    assert_eq!(fs::read(&target).unwrap(), b"first");
    assert_eq!(names(folder.path()), ["new.db"]);
}

#[test]
fn what_is_no_file_is_never_replaced() {
    let folder = folder_with(&[]);
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    assert!(refusal(&inner, &[], FORCE).contains("is a folder"));
    assert!(refusal(&folder.path().join("inner/.."), &[], FORCE).contains("is a folder"));
    #[cfg(unix)]
    {
        let null = Path::new("/dev/null");
        let message = format!("{:#}", Output::create(null, &[], FORCE).unwrap_err());
        assert!(message.contains("not a regular file"), "{message}");
    }
    let message = Output::create(&folder.path().join("none/new.db"), &[], FORCE).unwrap_err();
    assert!(message.to_string().contains("does not exist; create it"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_to_is_said_to_be_so() {
    let message = Output::create(Path::new("/proc/new.db"), &[], PLAIN).unwrap_err();
    let message = format!("{message:#}");
    assert!(
        message.contains("cannot write in the folder /proc;"),
        "{message}"
    );
}

#[test]
fn an_input_is_refused_under_any_name() {
    let folder = folder_with(&["app.db"]);
    let at = |name: &str| folder.path().join(name);
    let input = at("app.db");
    fs::hard_link(&input, at("hard.db")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(&input, at("soft.db")).unwrap();
    #[cfg(not(unix))]
    fs::hard_link(&input, at("soft.db")).unwrap();
    for alias in ["app.db", "hard.db", "./app.db", "soft.db"] {
        let message = refusal(&at(alias), &[&input], FORCE);
        assert!(message.contains("never written to"), "{message}");
        let message = refusal(&input, &[&at("none"), &at(alias)], FORCE);
        assert!(message.contains("never written to"), "{message}");
    }
    assert_eq!(fs::read(&input).unwrap(), b"app.db");
}

#[test]
fn a_name_beside_an_input_that_sqlite_would_use_is_refused() {
    let folder = folder_with(&["app.db", "app.db-wal"]);
    let at = |name: &str| folder.path().join(name);
    let options = OutputOptions {
        database: false,
        ..FORCE
    };
    for name in ["app.db-wal", "app.db-shm", "app.db-journal"] {
        let message = refusal(&at(name), &[&at("app.db")], options);
        assert!(message.contains("file of the input"), "{message}");
    }
    fs::hard_link(at("app.db-wal"), at("alias")).unwrap();
    refusal(&at("alias"), &[&at("app.db")], options);
    Output::create(&at("app.db-wal2"), &[&at("app.db")], options).unwrap();
    #[cfg(unix)]
    {
        fs::create_dir(at("links")).unwrap();
        std::os::unix::fs::symlink(at("app.db"), at("links/current")).unwrap();
        refusal(&at("app.db-shm"), &[&at("links/current")], options);
        refusal(&at("links/current-shm"), &[&at("links/current")], options);
    }
}

#[test]
fn a_database_is_not_put_beside_a_foreign_sidecar() {
    for sidecar in ["new.db-wal", "new.db-journal", "new.db-shm"] {
        let folder = folder_with(&[sidecar]);
        let target = folder.path().join("new.db");
        let message = refusal(&target, &[], FORCE);
        assert!(message.contains("would apply it"), "{message}");
        let options = OutputOptions {
            database: false,
            ..PLAIN
        };
        Output::create(&target, &[], options)
            .unwrap()
            .commit()
            .unwrap();
    }
    let folder = folder_with(&[]);
    let target = folder.path().join("new.db");
    let output = Output::create(&target, &[], PLAIN).unwrap();
    fs::write(folder.path().join("new.db-wal"), "").unwrap();
    assert!(
        output.commit().is_err(),
        "it came while the output was made"
    );
    assert_eq!(names(folder.path()), ["new.db-wal"]);
}

#[cfg(unix)]
#[test]
fn permissions_are_those_of_any_new_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder_with(&["plain"]);
    let mode = |name: &str| {
        let metadata = fs::metadata(folder.path().join(name)).unwrap();
        metadata.permissions().mode()
    };
    let original = folder.path().join("plain");
    let options = OutputOptions {
        clone_of: Some(&original),
        ..PLAIN
    };
    let expected = mode("plain");
    fs::set_permissions(&original, fs::Permissions::from_mode(0o400)).unwrap();
    for (name, options) in [("new.db", PLAIN), ("clone.db", options)] {
        let output = Output::create(&folder.path().join(name), &[], options).unwrap();
        output.commit().unwrap();
        assert_eq!(mode(name), expected, "{name}");
    }
}

#[test]
fn a_clone_has_the_content_and_a_failed_one_is_empty() {
    let folder = folder_with(&["base.db"]);
    let base = folder.path().join("base.db");
    for original in [&base, &folder.path().join("none.db")] {
        let options = OutputOptions {
            clone_of: Some(original),
            ..PLAIN
        };
        let target = folder.path().join("new.db");
        let mut output = Output::create(&target, &[&base], options).unwrap();
        let expected: &[u8] = if output.cloned() { b"base.db" } else { b"" };
        assert_eq!(fs::read(output.path()).unwrap(), expected);
        output.file().write_all(b"BASE").unwrap();
    }
    assert_eq!(fs::read(&base).unwrap(), b"base.db");
    assert_eq!(names(folder.path()), ["base.db"]);
}

/// Runs itself as a child in a mount namespace of its own, in which a folder is a disk of 64 KiB.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_nothing() {
    use std::process::Command;
    const FOLDER: &str = "STILLFRAME_TEST_FULL_DISK";
    const NAME: &str = "output::tests::a_full_disk_leaves_nothing";
    const MOUNT: &str = "mount -t tmpfs -o size=64k tmpfs \"$0\" || exit 77; exec \"$@\"";

    if let Some(folder) = std::env::var_os(FOLDER) {
        let target = Path::new(&folder).join("new.db");
        let mut output = Output::create(&target, &[], PLAIN).unwrap();
        let error = output.file().write_all(&[1; 100_000]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        drop(output);
        assert!(names(Path::new(&folder)).is_empty());
        return;
    }
    let folder = tempdir().unwrap();
    let run = Command::new("unshare")
        .args(["--mount", "sh", "-c", MOUNT])
        .arg(folder.path())
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", NAME])
        .env(FOLDER, folder.path())
        .output();
    match run {
        Ok(run) if run.status.success() => {}
        Ok(run) if run.status.code() == Some(101) => {
            panic!("{}", String::from_utf8_lossy(&run.stdout));
        }
        _ => writeln!(io::stderr(), "skipped: a small disk cannot be mounted here").unwrap(),
    }
}
