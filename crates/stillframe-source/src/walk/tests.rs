use std::fs;

use tempfile::tempdir;

use super::*;

#[test]
fn a_walk_is_in_order_and_follows_no_link() {
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["b", "a/deep", "a/deep/er"] {
        fs::create_dir_all(at(name)).unwrap();
    }
    for name in ["z", "b/2", "b/10", "a/deep/er/x", "a/A", "a.db", "D"] {
        fs::write(at(name), "").unwrap();
    }
    #[cfg(unix)]
    for (link, target) in [("a/loop", folder.path()), ("link", &at("z"))] {
        std::os::unix::fs::symlink(target, at(link)).unwrap();
    }
    let walked: Vec<_> = walk(folder.path()).map(Result::unwrap).collect();
    let (links, files): (Vec<_>, Vec<_>) = walked.into_iter().partition(|it| it.is_link);
    let expected = ["D", "a/A", "a/deep/er/x", "a.db", "b/10", "b/2", "z"];
    assert!(files.into_iter().map(|it| it.path).eq(expected.map(at)));
    #[cfg(unix)]
    assert!(
        links
            .into_iter()
            .map(|it| it.path)
            .eq(["a/loop", "link"].map(at))
    );

    let alone: Vec<_> = walk(&at("z")).map(Result::unwrap).collect();
    let [Walked { path, is_link }] = &alone[..] else {
        panic!("{alone:?}");
    };
    assert_eq!((path, *is_link), (&at("z"), false));
    let none: Vec<_> = walk(&at("none")).collect();
    assert!(matches!(&none[..], [Err(Error::List { .. })]));
}

#[test]
fn a_folder_that_cannot_be_read_does_not_end_the_walk() {
    let folder = tempdir().unwrap();
    for name in ["a", "b", "c"] {
        fs::create_dir(folder.path().join(name)).unwrap();
        fs::write(folder.path().join(name).join("file"), "").unwrap();
    }
    let mut walked = walk(folder.path());
    assert!(walked.next().unwrap().unwrap().path.ends_with("a/file"));
    // Gone between the listing of its parent and its own: what a root user can test as well.
    fs::remove_dir_all(folder.path().join("b")).unwrap();
    let error = walked.next().unwrap().unwrap_err();
    assert!(error.name().ends_with('b'), "{error}");
    assert!(walked.next().unwrap().unwrap().path.ends_with("c/file"));
    assert!(walked.next().is_none());
}

#[cfg(unix)]
#[test]
fn a_folder_without_permission_does_not_end_the_walk() {
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;
    let folder = tempdir().unwrap();
    let shut = folder.path().join("shut");
    fs::create_dir(&shut).unwrap();
    fs::write(folder.path().join("z"), "").unwrap();
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o000)).unwrap();
    let walked: Vec<_> = walk(folder.path()).collect();
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o700)).unwrap();
    if walked.len() == 1 {
        writeln!(io::stderr(), "skipped: root may read every folder").unwrap();
        return;
    }
    let message = walked[0].as_ref().unwrap_err().to_string();
    assert!(message.contains("permission denied"), "{message}");
    assert!(walked[1].as_ref().unwrap().path.ends_with("z"));
}
