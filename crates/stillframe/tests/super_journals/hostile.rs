//! Whatever is named, listed or damaged: it is told, and nothing is opened but what lies beside the inputs.

use std::fs;

use super::{NAME, codes, fifo, room, runs_to_its_end, settled, state};
use crate::support::Room;

#[test]
fn nothing_is_opened_that_a_journal_names_elsewhere() {
    let canary = Room::new();
    let outside = fs::canonicalize(canary.path()).unwrap();
    fifo(&outside.join(NAME));
    fifo(&outside.join("app.db-journal"));
    let path = |name: &str| outside.join(name).into_os_string().into_encoded_bytes();
    let long = [b"x".repeat(490), NAME.as_bytes().to_vec()].concat();
    let names: [(&str, Vec<u8>); 10] = [
        ("elsewhere", path(NAME)),
        ("climbs", format!("../{NAME}").into_bytes()),
        (
            "climbs and leads back",
            format!("../set/../{NAME}").into_bytes(),
        ),
        ("itself", b"app.db-journal".to_vec()),
        ("that of the other", b"archive.db-journal".to_vec()),
        ("a database", b"archive.db".to_vec()),
        ("with a zero", [NAME.as_bytes(), b"\0/x"].concat()),
        (
            "no text",
            [&b"/\xff\xfe\x1b[31m/"[..], NAME.as_bytes()].concat(),
        ),
        ("as long as can be", long),
        ("too long", b"x".repeat(65_536)),
    ];
    for (what, name) in names {
        let room = room(&name);
        // Were it followed, one of these would be opened.
        fifo(&room.at(NAME));
        let room = runs_to_its_end(room, what.to_owned());
        let checked = room.run("check --format json set/app.db");
        let codes = codes(&checked, 0);
        let is_told = match what {
            "climbs" | "climbs and leads back" | "itself" | "that of the other" | "a database" => {
                codes.contains(&"SJ203".to_owned())
            }
            "too long" => codes == ["SET202"],
            _ => codes == ["SJ201"] || codes == ["SJ102"],
        };
        assert!(is_told, "{what}: {codes:?}");
        assert!(!checked.stdout.contains('\u{1b}'));
    }
}

/// Neither is a pipe beside the database, nor what a super-journal lists.
#[test]
fn nothing_is_opened_that_a_super_journal_is_or_lists() {
    let canary = Room::new();
    let outside = fs::canonicalize(canary.path()).unwrap();
    fifo(&outside.join("app.db-journal"));
    let room = settled();
    fifo(&room.at("set").join(NAME));
    runs_to_its_end(room, "a pipe".to_owned());
    for list in [
        format!("{}/app.db-journal\0../app.db-journal\0", outside.display()).into_bytes(),
        vec![0; 1 << 20],
        vec![b'x'; 1 << 20],
        b"app.db-journal".repeat(3),
        b"\0\0\x1b[31m\xff\0".to_vec(),
        b"a\0".repeat(20_000),
    ] {
        let room = settled();
        fifo(&room.at("app.db-journal"));
        room.write(&format!("set/{NAME}"), &list);
        let room = runs_to_its_end(room, format!("{} bytes", list.len()));
        let checked = room.run("check set");
        assert!(!checked.stdout.contains('\u{1b}'), "{checked}");
        assert_eq!(state(&room, "archive.db"), "hot");
    }
}
