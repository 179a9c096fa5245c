use super::*;

#[test]
fn a_guard_unregisters_its_own_path() {
    let (first, second) = (Path::new("guard-first"), Path::new("guard-second"));
    let guard = |path| guarded(path, || Ok(())).unwrap().1;
    let registered = |path: &Path| temporary().iter().any(|one| one == path);
    let one = guard(first);
    let two = guard(second);
    drop(one);
    assert!(!registered(first) && registered(second));
    drop(two);
    assert!(!registered(second));
}

/// Runs itself as a child, which waits with a file and its guard for the signal.
#[cfg(target_os = "linux")]
#[test]
fn a_signal_removes_what_is_guarded() {
    use std::io::Read;
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};
    const FOLDER: &str = "STILLFRAME_TEST_INTERRUPT";
    const NAME: &str = "interrupt::tests::a_signal_removes_what_is_guarded";

    if let Some(folder) = std::env::var_os(FOLDER) {
        install();
        let path = Path::new(&folder).join("temporary");
        fs::write(Path::new(&folder).join("other"), "whole").unwrap();
        let _guard = guarded(&path, || {
            // The signal comes while the file is made, and made again.
            println!("ready");
            let began = Instant::now();
            while began.elapsed() < Duration::from_millis(300) {
                fs::remove_file(&path).or_else(|error| match error.kind() {
                    io::ErrorKind::NotFound => Ok(()),
                    _ => Err(error),
                })?;
                fs::write(&path, "half")?;
            }
            Ok(())
        })
        .unwrap();
        std::thread::sleep(Duration::from_secs(60));
        return;
    }
    for signal in ["-INT", "-TERM", "-HUP"] {
        let folder = tempfile::tempdir().unwrap();
        // Whoever runs the tests may ignore signals, as nohup does: the child shall not inherit that.
        let mut child = Command::new("env")
            .arg("--default-signal=INT,TERM,HUP")
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "--nocapture", NAME])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let mut output = child.stdout.take().unwrap();
        while !said.contains("ready") {
            let mut byte = [0];
            assert_eq!(output.read(&mut byte).unwrap(), 1, "{said}");
            said.push(byte[0].into());
        }
        let killed = Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status();
        assert!(killed.unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(INTERRUPTED), "{signal}");
        assert!(!folder.path().join("temporary").exists(), "{signal}");
        assert!(folder.path().join("other").exists(), "{signal}");
    }
}
