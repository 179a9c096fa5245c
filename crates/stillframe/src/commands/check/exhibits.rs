//! What some reports show beside what the check says: sums of the inputs, bytes around findings, pictures.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use stillframe_check::render::{Archive, Checked, CommitPicture, Examined, HexWindow, Sums, uri};
use stillframe_check::{Evidence, Finding};
use stillframe_history::{BackupSet, Event, Input, Role, Timeline, tail};

use super::sums::{sha256, sha256_of_file};
use crate::args::CheckFormat;
use crate::commands::READ_AGAIN;
use crate::commands::inspect::mapped::Mapped;
use crate::commands::inspect::picture::Picture;
use crate::commands::inspect::svg;
use crate::exit::Changed;
use crate::inputs::{Found, Names};
use crate::names::shown;
use crate::progress::Bar;

/// What the reports of a run need.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// The SHA-256 of each input, and where it is.
    sums: bool,
    /// The same once more after the check, bytes around findings, and pictures.
    page: bool,
}

impl Wanted {
    /// What these formats need.
    pub fn of(formats: &[CheckFormat]) -> Self {
        let page = formats.contains(&CheckFormat::Html);
        Self {
            sums: page || formats.contains(&CheckFormat::Sarif),
            page,
        }
    }
}

/// The parts of a set, in the order in which a report lists them.
const ROLES: [Role; 4] = [Role::Database, Role::Wal, Role::WalIndex, Role::Journal];

fn input(set: &BackupSet, role: Role) -> Option<&Input> {
    match role {
        Role::Database => set.database.as_ref(),
        Role::Wal => set.wal.as_ref(),
        Role::WalIndex => set.wal_index.as_ref(),
        Role::Journal => set.journal.as_ref(),
    }
}

/// Gathers it.
pub struct Exhibits {
    wanted: Wanted,
    names: Names,
    is_quiet: bool,
    archives: Vec<(PathBuf, Archive)>,
    failures: Vec<anyhow::Error>,
}

impl Exhibits {
    pub const fn new(wanted: Wanted, names: Names, is_quiet: bool) -> Self {
        Self {
            wanted,
            names,
            is_quiet,
            archives: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// What is to be known of the inputs before the check.
    pub fn before(&mut self, found: &Found) -> anyhow::Result<Vec<Examined>> {
        if !self.wanted.sums {
            return Ok(Vec::new());
        }
        let bar = Bar::new("hashing", 0, self.is_quiet);
        let mut examined = Vec::new();
        for role in ROLES {
            let Some(input) = input(&found.set, role) else {
                continue;
            };
            let location = found.location(role);
            if let [archive, _, ..] = location.as_slice() {
                self.archive(archive, &bar)?;
            }
            let address = |path: &PathBuf| uri(path.as_os_str().as_encoded_bytes());
            examined.push(Examined {
                uris: location.iter().map(address).collect(),
                sha256: Sums {
                    before: Some(sha256(input, &bar)?),
                    after: None,
                },
            });
        }
        Ok(examined)
    }

    /// Takes an archive when it is met first. What came on standard input is no file any more.
    fn archive(&mut self, path: &PathBuf, bar: &Bar) -> anyhow::Result<()> {
        let is_known = self.archives.iter().any(|(known, _)| known == path);
        if is_known || !path.is_file() {
            return Ok(());
        }
        let (sum, bytes) = sha256_of_file(path, bar).with_context(|| shown(path))?;
        let archive = Archive {
            name: self.names.name(path),
            uri: uri(path.as_os_str().as_encoded_bytes()),
            bytes,
            sha256: Sums {
                before: Some(sum),
                after: None,
            },
        };
        self.archives.push((path.clone(), archive));
        Ok(())
    }

    /// Adds what is shown beside a report that was drawn.
    pub fn show(
        &mut self,
        found: &Found,
        evidence: &Evidence<'_>,
        checked: &mut Checked,
    ) -> anyhow::Result<()> {
        if !self.wanted.page {
            return Ok(());
        }
        let set = &found.set;
        let findings = checked.report.findings.iter();
        let windows = findings.map(|finding| window(set, finding));
        checked.windows = windows.collect::<Result<_, _>>()?;
        let bar = Bar::new("drawing", 0, self.is_quiet);
        if let Some(image) = evidence.image.as_ref()
            && let Some(mapped) = Mapped::new(image, &bar)?
        {
            let mut drawn = Vec::new();
            svg::draw_within(&Picture::new(&mapped), &mut drawn)?;
            checked.page_map = Some(String::from_utf8_lossy(&drawn).into_owned());
        }
        checked.commits = commits(set, &bar)?;
        let bar = Bar::new("hashing again", 0, self.is_quiet);
        let roles = ROLES.iter().filter(|role| input(set, **role).is_some());
        for (role, examined) in roles.zip(&mut checked.inputs) {
            // As the file is now: what was opened may be in memory. Of a member the archive is looked at again.
            let location = found.location(*role);
            let [path] = location.as_slice() else {
                continue;
            };
            if path == Path::new("-") {
                continue;
            }
            let (sum, _) = sha256_of_file(path, &bar).with_context(|| shown(path))?;
            if examined.sha256.before.as_ref() != Some(&sum) {
                self.failures.push(changed(&self.names.name(path)));
            }
            examined.sha256.after = Some(sum);
        }
        Ok(())
    }

    /// Looks at the archives once more. Fails for each input that is not what it was.
    pub fn end(&mut self) -> Vec<anyhow::Error> {
        if self.wanted.page {
            let bar = Bar::new("hashing again", 0, self.is_quiet);
            for (path, archive) in &mut self.archives {
                match sha256_of_file(path, &bar) {
                    Ok((sum, _)) => {
                        if archive.sha256.before.as_ref() != Some(&sum) {
                            self.failures.push(changed(&archive.name));
                        }
                        archive.sha256.after = Some(sum);
                    }
                    Err(error) => self
                        .failures
                        .push(anyhow::Error::new(error).context(shown(path))),
                }
            }
        }
        std::mem::take(&mut self.failures)
    }

    /// The archives that databases were read from.
    pub fn archives(&self) -> Vec<Archive> {
        let archives = self.archives.iter();
        archives.map(|(_, archive)| archive.clone()).collect()
    }
}

fn changed(name: &str) -> anyhow::Error {
    anyhow::Error::new(Changed {
        input: name.to_owned(),
        change: "its SHA-256 changed".to_owned(),
        remedy: READ_AGAIN,
    })
}

/// The bytes around the place of a finding, where that is in an input.
fn window(set: &BackupSet, finding: &Finding) -> anyhow::Result<Option<HexWindow>> {
    let place = &finding.place;
    let inputs = ROLES.iter().filter_map(|role| input(set, *role));
    let named = inputs.into_iter().find(|input| input.name == place.input);
    let Some((input, range)) = named.and_then(|input| {
        let range = HexWindow::around(place.range, input.bytes.len())?;
        Some((input, range))
    }) else {
        return Ok(None);
    };
    let length = (range.end - range.start) as usize;
    let bytes = input
        .bytes
        .window(range.start, length)
        .with_context(|| place.input.clone())?;
    Ok(Some(HexWindow::new(
        range.start,
        bytes.to_vec(),
        place.range,
    )))
}

/// The commits of the WAL of a set, and what stands behind them.
fn commits(set: &BackupSet, bar: &Bar) -> anyhow::Result<Option<CommitPicture>> {
    let Some(wal) = set.wal.as_ref() else {
        return Ok(None);
    };
    let mut picture = CommitPicture::default();
    let timeline = Timeline::follow(Some(wal), bar, |event| {
        if let Event::Commit(commit) = event {
            picture.commit(&commit);
        }
    })?;
    picture.uncommitted(timeline.mx_frame().saturating_add(1), timeline.accepted());
    tail(Some(wal), &timeline, bar, |slot, _| picture.slot(&slot))?;
    Ok(Some(picture))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use stillframe_check::Report;
    use stillframe_source::Access;

    use super::*;
    use crate::inputs::{Look, Search};

    /// What is shown of a copy of a fixture; `change` is called between the check and the second look.
    fn shown_of(change: impl FnOnce(&Path)) -> (Checked, Vec<anyhow::Error>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.db");
        let fixture = "../../fixtures/good/rollback-mode/app.db";
        fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(fixture), &path).unwrap();
        let search = Search {
            access: Access::Read,
            wal: None,
            names: Names::Shown,
            max_memory: 1 << 20,
            is_quiet: true,
            ahead: None,
            look: Look::No,
        };
        let found = search.one(&path).unwrap();
        let mut exhibits = Exhibits::new(Wanted::of(&[CheckFormat::Html]), Names::Shown, true);
        let inputs = exhibits.before(&found).unwrap();
        let evidence = Evidence::gather(&found.set, &()).unwrap();
        let mut checked = Checked::new(Report::new(&evidence), false);
        checked.inputs = inputs;
        change(&path);
        exhibits.show(&found, &evidence, &mut checked).unwrap();
        (checked, exhibits.end())
    }

    #[test]
    fn an_input_that_changed_is_told_by_its_sum() {
        let (checked, failures) = shown_of(|_| {});
        let sums = &checked.inputs[0].sha256;
        assert!(failures.is_empty() && sums.before.is_some());
        assert_eq!(sums.before, sums.after);
        assert_eq!(checked.windows.len(), checked.report.findings.len());
        assert!(checked.page_map.is_some() && checked.commits.is_none());

        let (checked, failures) = shown_of(|path| {
            let mut bytes = fs::read(path).unwrap();
            bytes[1000] ^= 1;
            fs::write(path, bytes).unwrap();
        });
        let sums = &checked.inputs[0].sha256;
        assert!(sums.after.is_some() && sums.before != sums.after);
        let words: Vec<String> = failures.iter().map(|it| it.to_string()).collect();
        assert!(
            words[0].contains("its SHA-256 changed while it was read"),
            "{words:?}"
        );
        assert!(failures[0].is::<Changed>());
    }

    #[test]
    fn nothing_is_read_that_no_report_shows() {
        let wanted = Wanted::of(&[CheckFormat::Json, CheckFormat::Junit]);
        assert!(!wanted.sums && !wanted.page);
        let wanted = Wanted::of(&[CheckFormat::Sarif]);
        assert!(wanted.sums && !wanted.page);
    }
}
