//! Checks of sets of any bytes: every finding names bytes that are there, and every renderer says something.

use stillframe_check::render::{
    Checked, CommitPicture, Document, HEX_WINDOW_BYTES, HexWindow, Html, Json, JsonLines, Junit,
    Markdown, Run, Sarif,
};
use stillframe_check::{Evidence, Place, Report, Severity, VerdictKind, render};
use stillframe_history::{BackupSet, Event, Timeline, tail};

use crate::material::Material;

/// Checks a set and renders the report in every way.
///
/// # Panics
/// A finding names bytes that are not there, or a verdict calls complete what is not.
pub fn run(bytes: &[u8]) {
    let (mut choices, material) = Material::read(bytes);
    let set = material.set();
    let evidence = Evidence::gather(&set, &()).unwrap_or_else(|error| panic!("{error}"));
    let report = Report::new(&evidence);
    for finding in &report.findings {
        let code = finding.rule.code;
        is_there(code, &finding.place, &material);
        for (place, _) in &finding.related {
            is_there(code, place, &material);
        }
        assert!(!finding.message.is_empty());
    }
    let kinds = [VerdictKind::Complete, VerdictKind::CompleteWithWal];
    if kinds.contains(&report.verdict.kind) {
        assert!(!report.has(Severity::Error));
        assert!(evidence.refusal().is_none(), "{:?}", evidence.refusal());
    }
    rendered(&report, choices.byte().into());
    documents(&set, report, choices.byte());
}

/// The place names an input of the set, or the one that is missing, and bytes within it.
fn is_there(code: &str, place: &Place, material: &Material) {
    let names = ["app.db", "app.db-wal", "app.db-shm", "app.db-journal"];
    let role = names.iter().position(|&name| name == place.input);
    let Some(role) = role else {
        panic!("{code} names {}", place.input);
    };
    let length = material.files()[role].map_or(0, <[u8]>::len) as u64;
    let range = place.range;
    assert!(
        range.start <= range.end && range.end <= length,
        "{code}: {place} to 0x{:x}, and there are 0x{length:x}",
        range.end
    );
}

fn rendered(report: &Report, width: usize) {
    let mut text = Vec::new();
    written(render::full(report, width, &mut text));
    names_all(&text, report);
    text.clear();
    written(render::concise(report, &mut text));
    names_all(&text, report);
}

/// Every document is what its format says, and has all findings.
fn documents(set: &BackupSet, report: Report, choice: u8) {
    let mut checked = Checked::new(report, choice & 1 == 1);
    let findings = checked.report.findings.iter();
    checked.windows = findings.map(|it| window(set, &it.place)).collect();
    let mut commits = CommitPicture::default();
    let timeline = Timeline::follow(set.wal.as_ref(), &(), |event| {
        if let Event::Commit(commit) = event {
            commits.commit(&commit);
        }
    });
    let timeline = timeline.unwrap_or_else(|error| panic!("{error}"));
    commits.uncommitted(timeline.mx_frame().saturating_add(1), timeline.accepted());
    written(tail(set.wal.as_ref(), &timeline, &(), |slot, _| {
        commits.slot(&slot);
    }));
    checked.commits = Some(commits);
    let run = Run {
        not_read: vec!["<a> & 'b'\u{1b}\n| `c`".to_owned()],
        ..Run::default()
    };
    let report = &checked.report;
    let count = Some(report.findings.len());

    let line = parsed(&document(&mut JsonLines, &checked, &run));
    let json = parsed(&document(&mut Json::default(), &checked, &run));
    assert_eq!(json["reports"][0]["findings"], line["findings"]);
    assert_eq!(line["findings"].as_array().map(Vec::len), count);
    let sarif = parsed(&document(&mut Sarif::default(), &checked, &run));
    let results = sarif["runs"][0]["results"].as_array();
    assert_eq!(results.map(Vec::len), count);

    let junit = document(&mut Junit::default(), &checked, &run);
    is_xml(&junit);
    names_all(&junit, report);
    let page = document(&mut Html::default(), &checked, &run);
    is_xml(&page);
    names_all(&page, report);
    let markdown = document(&mut Markdown::default(), &checked, &run);
    let markdown = String::from_utf8_lossy(&markdown);
    assert!(!markdown.contains('\u{1b}') && markdown.contains(report.verdict.kind.words()));
}

/// The bytes around a place.
fn window(set: &BackupSet, place: &Place) -> Option<HexWindow> {
    let inputs = [&set.database, &set.wal, &set.wal_index, &set.journal];
    let input = inputs
        .into_iter()
        .flatten()
        .find(|input| input.name == place.input)?;
    let range = HexWindow::around(place.range, input.bytes.len())?;
    let length = (range.end - range.start) as usize;
    assert!(0 < length && length <= HEX_WINDOW_BYTES);
    let bytes = input.bytes.window(range.start, length);
    let bytes = bytes.unwrap_or_else(|error| panic!("{error}"));
    Some(HexWindow::new(range.start, bytes.to_vec(), place.range))
}

/// The whole of a document, its beginning last where it sums up the rest.
fn document(document: &mut dyn Document, checked: &Checked, run: &Run) -> Vec<u8> {
    let (mut text, mut part) = (Vec::new(), Vec::new());
    if !document.begins_with_a_summary() {
        written(document.begin(run, &mut text));
    }
    written(document.add(checked, &mut part));
    if document.begins_with_a_summary() {
        written(document.begin(run, &mut text));
    }
    text.append(&mut part);
    written(document.end(run, &mut text));
    text
}

fn is_xml(text: &[u8]) {
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..Default::default()
    };
    let text = String::from_utf8_lossy(text);
    written(roxmltree::Document::parse_with_options(&text, options).map(|_| ()));
}

fn written<E: std::fmt::Debug>(result: Result<(), E>) {
    result.unwrap_or_else(|error| panic!("{error:?}"));
}

fn names_all(text: &[u8], report: &Report) {
    let text = String::from_utf8_lossy(text);
    assert!(text.contains(report.verdict.kind.words()));
    let mut findings = report.findings.iter();
    assert!(findings.all(|finding| text.contains(finding.rule.code)));
}

fn parsed(text: &[u8]) -> serde_json::Value {
    serde_json::from_slice(text).unwrap_or_else(|error| panic!("no JSON: {error}"))
}
