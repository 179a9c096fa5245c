//! Compaction: the shorter WAL has the database of every commit that is kept, and of no other, wherever it is cut off; and damage
//! that comes between planning and writing never goes unseen.

use stillframe_history::compact::{Keep, Plan};
use stillframe_history::{Error, Input, Refusal, WalState};
use stillframe_testkit::naive::{self, FRAME_HEADER, NaiveImage, WAL_HEADER};
use stillframe_wal::CommitNumber;

use crate::material::Material;
use crate::reader::Reader;
use crate::scratch;

/// Of more pages than this the first and those that the WAL names are looked at.
const MAX_PAGES: u32 = 300;
/// How many bytes are flipped between planning and writing, one at a time.
const FLIPS: usize = 4;

/// Compacts the WAL of a set to its last commit and to some of its commits.
///
/// # Panics
/// The compacted WAL is not what it should be.
pub fn run(bytes: &[u8]) {
    let (mut choices, material) = Material::read(bytes);
    let commits = naive::commits(material.wal_bytes()).len();
    let last: Vec<usize> = (commits > 0).then_some(commits).into_iter().collect();
    kept(&material, &Keep::Last, &last, choices.clone());
    let mask = choices.short();
    let some: Vec<usize> = (1..=commits)
        .filter(|at| mask >> (at % 16) & 1 == 1)
        .collect();
    let list = |numbers: &[usize]| {
        Keep::Commits(
            numbers
                .iter()
                .map(|&at| CommitNumber::new(at as u32))
                .collect(),
        )
    };
    kept(&material, &list(&some), &some, choices);
    let wal = wal_input(&material);
    for none in [0, commits + 1] {
        assert!(Plan::read(&wal, &list(&[none]), &()).is_err());
    }
}

fn wal_input(material: &Material) -> Input {
    Input::new("app.db-wal", material.wal_bytes().to_vec())
}

/// Compacts a WAL so that these commits are kept, where it can be read at all.
fn kept(material: &Material, keep: &Keep, commits: &[usize], choices: Reader<'_>) {
    let before = material.wal_bytes();
    let wal = wal_input(material);
    let plan = match Plan::read(&wal, keep, &()) {
        Ok(plan) => plan,
        Err(Error::Refused(Refusal::LostCommits { .. })) => {
            assert!(*keep == Keep::Last && commits_behind(before, |_| true));
            return;
        }
        Err(Error::Refused(Refusal::UnexplainedSlots { first, count, .. })) => {
            let accepted = naive::accept(before).map_or(0, |accepted| accepted.frames.len());
            assert!(*keep == Keep::Last && count > 0 && first.get() as usize > accepted);
            return;
        }
        Err(error) => {
            assert!(naive::accept(before).is_none(), "{error}");
            return;
        }
    };
    let is_present = |slot: &[u8]| slot[8..16] == before[16..24] && slot[..4] != [0; 4];
    assert!(*keep != Keep::Last || !commits_behind(before, is_present));
    if matches!(plan.timeline().state(), WalState::Absent | WalState::Empty) {
        let mut output = Vec::new();
        if plan.write(&wal, &mut output, &()).is_ok() {
            assert_eq!(output, before);
        }
        return;
    }
    summed_up(&plan, before, commits);
    let after = written(&plan, &wal).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(after.len() as u64, plan.summary().bytes_after);
    verified(&plan, &after).unwrap_or_else(|error| panic!("{error}"));
    if choices.clone().byte() < 0x40 {
        let again = written_verified(&plan, &wal).unwrap_or_else(|error| panic!("{error}"));
        assert!(again == after);
    }
    same_states(material.database_bytes(), before, &after, commits);
    cut_off(
        material.database_bytes(),
        before,
        &after,
        commits,
        choices.clone(),
    );
    changed_between(&plan, before, &after, choices);
}

/// Whether there is a commit frame behind the end of the log that `counts`: to keep the last commit is not to lose any.
fn commits_behind(wal: &[u8], counts: impl Fn(&[u8]) -> bool) -> bool {
    let Some(accepted) = naive::accept(wal) else {
        return false;
    };
    let slots = wal[WAL_HEADER..].chunks_exact(FRAME_HEADER + accepted.page_size as usize);
    let mut behind = slots.skip(accepted.frames.len());
    behind.any(|slot| naive::be32(slot, 4) != 0 && counts(slot))
}

fn written(plan: &Plan, wal: &Input) -> Result<Vec<u8>, Error> {
    let mut output = Vec::new();
    plan.write(wal, &mut output, &())?;
    Ok(output)
}

fn verified(plan: &Plan, output: &[u8]) -> Result<(), Error> {
    plan.verify(&Input::new("compacted-wal", output.to_vec()), &())
}

/// Writes, and verifies what is written meanwhile.
fn written_verified(plan: &Plan, wal: &Input) -> Result<Vec<u8>, Error> {
    scratch::with(|files| {
        scratch::fill(&mut files.output, &[]);
        plan.write_verified(wal, &mut files.output, &mut files.back, &())?;
        Ok(scratch::contents(&mut files.output))
    })
}

fn summed_up(plan: &Plan, before: &[u8], commits: &[usize]) {
    let summary = plan.summary();
    let accepted = naive::accept(before).unwrap_or_else(|| panic!("SQLite reads no frame"));
    let frames = summary.frames_kept
        + summary.frames_superseded
        + summary.frames_past_size
        + summary.frames_later
        + summary.frames_uncommitted;
    assert_eq!(frames as usize, accepted.frames.len());
    assert_eq!(summary.commits_kept as usize, commits.len());
    assert_eq!(summary.bytes_before, before.len() as u64);
    let all = naive::commits(before);
    let sizes: Vec<(u32, u32)> = commits
        .iter()
        .map(|&at| (at as u32, all[at - 1].page_count))
        .collect();
    let kept: Vec<(u32, u32)> = plan
        .kept()
        .map(|commit| (commit.number.get(), commit.size_after))
        .collect();
    assert_eq!(kept, sizes);
}

fn image<'a>(database: &'a [u8], wal: &'a [u8], commit: usize) -> NaiveImage<'a> {
    naive::image(database, wal, commit).unwrap_or_else(|| panic!("there is no commit {commit}"))
}

/// Each kept commit is a commit of the compacted WAL with the same database, and no frame is there for nothing.
fn same_states(database: &[u8], before: &[u8], after: &[u8], commits: &[usize]) {
    assert_eq!(naive::commits(after).len(), commits.len());
    let frames = naive::accept(after).map_or(0, |accepted| accepted.frames.len());
    assert_eq!(frames, needed(before, commits));
    for (at, &commit) in commits.iter().enumerate() {
        same_image(
            &image(database, before, commit),
            &image(database, after, at + 1),
        );
    }
}

/// How many frames a compacted WAL needs: those that a kept commit shows, and one in any case to end a commit.
fn needed(before: &[u8], commits: &[usize]) -> usize {
    let mut shown: Vec<usize> = commits
        .iter()
        .flat_map(|&commit| {
            let image = image(&[], before, commit);
            let frames = image.frames.into_iter();
            frames.filter_map(move |(page, data)| (page <= image.page_count).then_some(data))
        })
        .map(|data| data.as_ptr().addr())
        .collect();
    shown.sort_unstable();
    shown.dedup();
    let all = naive::commits(before);
    let slot = FRAME_HEADER + naive::be32(before, 8) as usize;
    let mut from = 0;
    let mut needed = 0;
    for commit in commits {
        let end = WAL_HEADER + all[commit - 1].last_frame * slot;
        let until = shown.partition_point(|&data| data < before.as_ptr().addr() + end);
        needed += (until - from).max(1);
        from = until;
    }
    needed
}

fn same_image(one: &NaiveImage<'_>, other: &NaiveImage<'_>) {
    assert_eq!(one.page_count, other.page_count);
    let mut pages: Vec<u32> = (1..=one.page_count.min(MAX_PAGES)).collect();
    let named = one.frames.keys().chain(other.frames.keys());
    pages.extend(named.filter(|&&page| page > MAX_PAGES));
    for page in pages {
        assert!(one.page(page) == other.page(page), "page {page}");
    }
}

/// Cut off anywhere, the compacted WAL has the database of a kept commit, or none.
fn cut_off(
    database: &[u8],
    before: &[u8],
    after: &[u8],
    commits: &[usize],
    mut choices: Reader<'_>,
) {
    let whole = naive::commits(after);
    let slot = FRAME_HEADER + naive::be32(after, 8) as usize;
    for _ in 0..FLIPS {
        let frames = choices.below((after.len() - WAL_HEADER) / slot + 1);
        let torn = choices
            .below(slot)
            .min(after.len() - WAL_HEADER - frames * slot);
        let cut = &after[..WAL_HEADER + frames * slot + torn];
        let left = naive::commits(cut);
        assert_eq!(left, whole[..left.len()]);
        if let Some(at) = left.len().checked_sub(1) {
            let now = image(database, cut, left.len());
            same_image(&image(database, before, commits[at]), &now);
        }
    }
}

/// A byte of the WAL changes after the plan was made: what is written does not verify, or is what it would have been.
fn changed_between(plan: &Plan, before: &[u8], after: &[u8], mut choices: Reader<'_>) {
    for _ in 0..FLIPS {
        let mut changed = before.to_vec();
        let at = choices.word() as usize % changed.len();
        changed[at] ^= choices.byte().max(1);
        let wal = Input::new("app.db-wal", changed);
        if at.is_multiple_of(8)
            && let Ok(output) = written_verified(plan, &wal)
        {
            assert!(
                output == after,
                "byte {at} changed, and what was written verifies"
            );
        }
        if let Ok(output) = written(plan, &wal)
            && verified(plan, &output).is_ok()
        {
            assert!(
                output == after,
                "byte {at} changed, and what was written verifies"
            );
        }
    }
}
