use stillframe_testkit::archives::{CompressionMethod, zip_with_links};

use super::{bytes, members, read};
use crate::{Contents, Trouble};

/// A tar with links and files in this order; a file leads nowhere.
fn tar_with_links(entries: &[(&str, Option<&str>)], file: &[u8]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, target) in entries {
        let mut header = tar::Header::new_gnu();
        match target {
            Some(target) => {
                header.set_entry_type(tar::EntryType::Symlink);
                header.set_size(0);
                builder.append_link(&mut header, name, target).unwrap();
            }
            None => {
                header.set_size(file.len() as u64);
                builder.append_data(&mut header, name, file).unwrap();
            }
        }
    }
    builder.into_inner().unwrap()
}

/// Both kinds of archives that have links, as they are and compressed.
fn all(entries: &[(&str, Option<&str>)], file: &[u8]) -> Vec<Contents> {
    let stored = zip_with_links(entries, file, CompressionMethod::Stored);
    let deflated = zip_with_links(entries, file, CompressionMethod::Deflated);
    let tar = tar_with_links(entries, file);
    vec![
        read("b.zip", stored),
        read("b.zip", deflated),
        read("b.tar", tar),
    ]
}

/// Wherever it stands, and by however many links.
#[test]
fn a_symbolic_link_is_the_file_that_it_leads_to() {
    let file = bytes(9000, 3);
    let entries = [
        ("links/first.db", Some("second.db")),
        ("links/second.db", Some("../data/./app.db")),
        ("data/app.db", None),
        ("data/behind.db", Some("app.db")),
    ];
    for contents in all(&entries, &file) {
        assert!(contents.problems.is_empty(), "{:?}", contents.problems);
        let mut names = Vec::new();
        for (name, bytes) in members(&contents) {
            assert!(bytes == file, "{name}");
            names.push(name.rsplit_once('!').unwrap().1.to_owned());
        }
        names.sort_unstable();
        let mut expected = entries.map(|(name, _)| name);
        expected.sort_unstable();
        assert_eq!(names, expected);
    }
}

/// Out of the archive, to nothing, or round in a circle: neither is the target taken for what the file holds.
#[test]
fn a_symbolic_link_that_leads_to_no_file_is_told() {
    for target in ["/srv/app.db", "../../app.db", "gone.db", "app.db"] {
        let entries = [("a/other.db", None), ("a/app.db", Some(target))];
        for contents in all(&entries, &bytes(9000, 3)) {
            assert_eq!(contents.members.len(), 1);
            let [problem] = &contents.problems[..] else {
                panic!("{:?}", contents.problems);
            };
            assert!(problem.range.start > 4000, "{problem:?}");
            assert!(
                matches!(&problem.trouble, Trouble::Unsupported { name, found }
                    if name.ends_with("!a/app.db")
                        && *found == format!("a link to {target}, which is not in the archive")),
                "{problem:?}"
            );
        }
    }
}

/// Links by the thousand, each to the next one, are followed as far as a system follows them.
#[test]
fn a_chain_of_links_has_an_end() {
    let names: Vec<String> = (0..2000).map(|number| format!("{number}.db")).collect();
    let mut entries: Vec<(&str, Option<&str>)> = names
        .windows(2)
        .map(|pair| (&*pair[0], Some(&*pair[1])))
        .collect();
    entries.push((&names[1999], None));
    for contents in all(&entries, &bytes(100, 1)) {
        assert_eq!(contents.members.len(), 41);
        assert_eq!(contents.problems.len(), 2000 - 41);
    }
}

/// The same where a name is listed twice, of which the library shows the last one alone.
#[test]
fn a_link_whose_name_is_listed_again_is_one() {
    let file = bytes(9000, 3);
    let entries = [
        ("one.db", Some("two.dc")),
        ("two.db", None),
        ("two.dc", None),
    ];
    let mut packed = zip_with_links(&entries, &file, CompressionMethod::Stored);
    let both: Vec<usize> = packed
        .windows(6)
        .enumerate()
        .filter_map(|(at, name)| (name == b"two.db").then_some(at))
        .collect();
    for at in both {
        packed[at..at + 6].copy_from_slice(b"one.db");
    }
    let contents = read("b.zip", packed);
    assert!(contents.problems.is_empty(), "{:?}", contents.problems);
    assert_eq!(contents.members.len(), 3);
    assert!(members(&contents).iter().all(|(_, bytes)| *bytes == file));
}

/// No system has a link that leads to so much: what is called one is read as any file.
#[test]
fn what_is_longer_than_any_target_is_a_file() {
    let target = "a".repeat(4097);
    let entries = [("app.db", Some(&*target))];
    let contents = read(
        "b.zip",
        zip_with_links(&entries, b"", CompressionMethod::Stored),
    );
    assert_eq!(members(&contents)[0].1, target.as_bytes());
}
