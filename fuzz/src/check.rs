//! Checks of sets of any bytes: every finding names bytes that are there, and every renderer says something.

use stillframe_check::{Evidence, Place, Report, Severity, VerdictKind, render};

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
    rendered(report, choices.byte().into());
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

fn rendered(report: Report, width: usize) {
    let codes: Vec<&str> = report
        .findings
        .iter()
        .map(|finding| finding.rule.code)
        .collect();
    let verdict = report.verdict.kind.words();
    let mut text = Vec::new();
    written(render::full(&report, width, &mut text));
    names_all(&text, verdict, &codes);
    text.clear();
    written(render::concise(&report, &mut text));
    names_all(&text, verdict, &codes);
    text.clear();
    written(render::jsonl(&report, &mut text));
    let line = parsed(&text);
    text.clear();
    written(render::json([Ok::<_, std::io::Error>(report)], &mut text));
    let document = parsed(&text);
    let whole = &document["reports"][0];
    assert_eq!(whole["findings"], line["findings"]);
    assert_eq!(
        whole["findings"].as_array().map(Vec::len),
        Some(codes.len())
    );
}

fn written<E: std::fmt::Debug>(result: Result<(), E>) {
    result.unwrap_or_else(|error| panic!("{error:?}"));
}

fn names_all(text: &[u8], verdict: &str, codes: &[&str]) {
    let text = String::from_utf8_lossy(text);
    assert!(text.contains(verdict));
    assert!(codes.iter().all(|code| text.contains(code)));
}

fn parsed(text: &[u8]) -> serde_json::Value {
    serde_json::from_slice(text).unwrap_or_else(|error| panic!("no JSON: {error}"))
}
