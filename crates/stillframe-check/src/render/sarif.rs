//! SARIF 2.1.0, as OASIS defines it: what code scanning reads.

mod model;
mod uri;

use std::collections::HashMap;
use std::io::{self, Write};

use serde::Serialize;

use self::model::{
    Artifact, ArtifactLocation, Configuration, Driver, Hashes, Invocation, Location,
    LogicalLocation, Message, MultiformatMessage, Notification, PhysicalLocation, Region,
    ReportingDescriptor, SarifResult, Tool,
};
use super::document::{Checked, Document, Examined, Run};
use super::left_over::MOST_IN_REPORTS;
use super::text::many;
use crate::{Finding, Place, Report, Rule, Verdict};

pub use self::uri::uri;

/// Where the schema of it is.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Where the project is.
const PROJECT: &str = env!("CARGO_PKG_REPOSITORY");

/// One run of SARIF. Results are written as they come; what they refer to by number is kept, and comes behind them.
#[derive(Debug, Default)]
pub struct Sarif {
    rules: Vec<&'static Rule>,
    artifacts: Vec<Artifact>,
    /// Where in the list an archive is, by the one that it is in and its address.
    archives: HashMap<(Option<usize>, String), usize>,
    notifications: Vec<Notification>,
    has_results: bool,
    /// Whether an archive could not be read as a whole.
    has_unread_archive: bool,
}

impl Document for Sarif {
    fn begin(&mut self, _: &Run, out: &mut dyn Write) -> io::Result<()> {
        write!(
            out,
            "{{\n\"$schema\": \"{SCHEMA}\",\n\"version\": \"2.1.0\",\n\"runs\": [{{\n\"results\": ["
        )
    }

    fn add(&mut self, checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
        let report = &checked.report;
        self.has_unread_archive |= report.is_archive();
        let places = self.add_artifacts(checked);
        let mut met = HashMap::new();
        for finding in report.findings.iter().chain(&report.accepted) {
            let mut result = self.result(finding, report, &places);
            // Of several at one place each is one of its own.
            let place = &mut result.partial_fingerprints.place;
            let times: &mut u32 = met.entry(place.clone()).or_default();
            *times += 1;
            if *times > 1 {
                place.push_str(&format!("#{times}"));
            }
            let separator = if self.has_results { "," } else { "" };
            self.has_results = true;
            write!(out, "{separator}\n{}", serde_json::to_string(&result)?)?;
        }
        let name = &report.database;
        for what in &report.not_checked {
            self.notify("note", format!("{name}: not checked: {what}"));
        }
        if report.unlisted() > 0 {
            let more = many(report.unlisted() as u64, "more finding");
            self.notify("note", format!("{name}: {more}, which are not listed"));
        }
        Ok(())
    }

    fn end(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        for what in &run.not_read {
            self.notify("error", what.clone());
        }
        if let Some(words) = run.left_over.words() {
            self.notify("note", format!("left over: {words}"));
        }
        for line in run.left_over.lines(MOST_IN_REPORTS) {
            self.notify("note", format!("left over: {line}"));
        }
        for archive in &run.archives {
            let place = self.archives.get(&(None, archive.uri.clone()));
            let found = place.and_then(|place| self.artifacts.get_mut(*place));
            if let Some(artifact) = found {
                artifact.length = Some(archive.bytes);
                artifact.hashes = archive.sha256.before.clone().map(Hashes::new);
            }
        }
        let tool = Tool {
            driver: Driver {
                name: "stillframe",
                semantic_version: &run.version,
                information_uri: PROJECT,
                rules: self.rules.iter().map(|rule| descriptor(rule)).collect(),
            },
        };
        let invocation = Invocation {
            execution_successful: run.not_read.is_empty() && !self.has_unread_archive,
            exit_code: run.exit_status,
            command_line: &run.command_line,
            arguments: run.arguments.get(1..).unwrap_or_default(),
            start_time_utc: run.began.as_deref(),
            end_time_utc: run.ended.as_deref(),
            tool_execution_notifications: &self.notifications,
        };
        field("],", "artifacts", &self.artifacts, out)?;
        field(",", "tool", &tool, out)?;
        field(",", "invocations", &[invocation], out)?;
        writeln!(out, "\n}}]\n}}")
    }
}

fn field(
    before: &str,
    name: &str,
    value: &(impl Serialize + ?Sized),
    out: &mut dyn Write,
) -> io::Result<()> {
    let value = serde_json::to_string(value)?;
    write!(out, "{before}\n\"{name}\": {value}")
}

/// Where the artifacts of a database are in the list of all.
type Places = Vec<(String, usize)>;

impl Sarif {
    /// Takes the inputs of a database, and the archives that they are in.
    fn add_artifacts(&mut self, checked: &Checked) -> Places {
        let report = &checked.report;
        let mut places = Vec::new();
        for (number, input) in report.inputs.iter().enumerate() {
            let examined = checked.inputs.get(number).cloned().unwrap_or_default();
            let Examined { mut uris, sha256 } = examined;
            let own = uris.pop().unwrap_or_else(|| uri(input.name.as_bytes()));
            let mut parent = None;
            for archive in uris {
                parent = Some(self.archive(archive, parent));
            }
            places.push((input.name.clone(), self.artifacts.len()));
            self.artifacts.push(Artifact {
                location: ArtifactLocation::of(own),
                parent_index: parent,
                length: Some(input.bytes),
                hashes: sha256.before.map(Hashes::new),
                roles: &["analysisTarget"],
                properties: Some(model::Properties {
                    role: input.role,
                    verdict: verdict_of(input.role, &report.verdict),
                }),
            });
        }
        places
    }

    fn archive(&mut self, uri: String, parent: Option<usize>) -> usize {
        let place = self.archives.entry((parent, uri.clone()));
        *place.or_insert_with(|| {
            self.artifacts.push(Artifact {
                location: ArtifactLocation::of(uri),
                parent_index: parent,
                length: None,
                hashes: None,
                roles: &["analysisTarget"],
                properties: None,
            });
            self.artifacts.len() - 1
        })
    }

    fn result<'r>(
        &mut self,
        finding: &'r Finding,
        report: &'r Report,
        places: &Places,
    ) -> SarifResult<'r> {
        let rule = finding.rule;
        let rule_index = self.rules.iter().position(|other| *other == rule);
        let rule_index = rule_index.unwrap_or_else(|| {
            self.rules.push(rule);
            self.rules.len() - 1
        });
        let place = &finding.place;
        let related = finding.related.iter().enumerate();
        SarifResult {
            rule_id: rule.code,
            rule_index,
            level: finding.severity.name(),
            message: Message::of(words(finding)),
            locations: [self.location(place, places, None)],
            related_locations: related
                .map(|(number, (place, message))| {
                    self.location(place, places, Some((number + 1, message)))
                })
                .collect(),
            suppressions: match finding.is_accepted {
                true => vec![model::Suppression::accepted()],
                false => Vec::new(),
            },
            partial_fingerprints: model::Fingerprints {
                place: format!("{}:{}:0x{:x}", rule.code, place.input, place.range.start),
            },
            properties: model::ResultProperties {
                database: &report.database,
                expected: finding.expected.as_deref(),
                found: finding.found.as_deref(),
                help: finding.help.as_deref(),
            },
        }
    }

    fn location(
        &self,
        place: &Place,
        places: &Places,
        related: Option<(usize, &String)>,
    ) -> Location {
        let index = places.iter().find(|(name, _)| *name == place.input);
        let index = index.map(|(_, index)| *index);
        let artifact = index.and_then(|index| self.artifacts.get(index));
        let uri = artifact.map_or_else(
            || uri(place.input.as_bytes()),
            |artifact| artifact.location.uri.clone(),
        );
        Location {
            id: related.map(|(id, _)| id),
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation { uri, index },
                region: Region {
                    byte_offset: place.range.start,
                    byte_length: place.range.end.saturating_sub(place.range.start),
                },
            },
            logical_locations: [LogicalLocation {
                fully_qualified_name: format!("{}: {}", place.input, place.part),
            }],
            message: related.map(|(_, message)| Message::of(message.clone())),
        }
    }

    fn notify(&mut self, level: &'static str, text: String) {
        self.notifications.push(Notification {
            level,
            message: Message::of(text),
        });
    }
}

/// All that is to be read where only the message is shown: many readers show no place in a file without lines.
fn words(finding: &Finding) -> String {
    let mut text = format!("{}. At {}", finding.message, finding.place);
    if let (Some(found), Some(expected)) = (&finding.found, &finding.expected) {
        text.push_str(&format!("; found {found}, expected {expected}"));
    }
    if let Some(help) = &finding.help {
        text.push_str(&format!(". Help: {help}"));
    }
    text
}

/// The verdict is that of the set. It stands at its database, or at what else there is of it.
fn verdict_of(role: &str, verdict: &Verdict) -> Option<&'static str> {
    (role == "database").then(|| verdict.words())
}

fn descriptor(rule: &'static Rule) -> ReportingDescriptor {
    let explain = rule.markdown();
    let summary = rule.summary().split_whitespace().collect::<Vec<_>>();
    ReportingDescriptor {
        id: rule.code,
        name: camel_case(rule.name),
        short_description: Message::of(summary.join(" ")),
        help: MultiformatMessage {
            text: explain.clone(),
            markdown: explain,
        },
        help_uri: format!("{PROJECT}/blob/main/docs/rules/{}.md", rule.code),
        default_configuration: Configuration {
            level: rule.severity.name(),
        },
    }
}

/// `FrameChecksumMismatch` of `frame_checksum_mismatch`, as names of rules are written in SARIF.
fn camel_case(name: &str) -> String {
    let mut camel = String::new();
    for word in name.split('_') {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    camel
}
