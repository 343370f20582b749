//! `manifest.json` and `errors.json`, in which a collecting script says how each export ended.
//!
//! A reader takes fields that it does not know; a `format` that it does not know is a mistake of the file.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use crate::diagnostic::{Extent, Failure, Limit, Platform, Selection};

/// The only form of both files so far.
const FORMAT: u64 = 1;

/// What the script was given to limit itself by; a mailbox of this name stands for all of them.
const ALL: &str = "*";

/// Names of the two files.
pub const MANIFEST_FILE: &str = "manifest.json";
/// The errors of a collection.
pub const ERRORS_FILE: &str = "errors.json";

/// What is wrong with one of the two files.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ManifestError {
    /// It is not JSON, or a field has another type.
    #[error("{0}")]
    Json(String),
    /// It is of a later version.
    #[error("format {0} is not known; this version reads format {FORMAT}")]
    Format(u64),
}

/// How a collection went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The side that the session was of.
    pub side: Option<Platform>,
    /// The day of the exports, in the time zone of the machine that made them.
    pub day: Option<Date>,
    arguments: Arguments,
    exports: Vec<Collected>,
}

/// One export that was to be made.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Collected {
    /// The stem of its file, `Get-AuthConfig`.
    pub name: String,
    /// What was run for it.
    pub cmdlet: String,
    #[serde(default)]
    per: String,
    status: Status,
    #[serde(default)]
    reason: Option<String>,
    /// Names of the parameters of each call: some make properties unknown.
    #[serde(default)]
    pub parameters: Vec<String>,
    /// The file beside the manifest; none where it failed or was skipped.
    #[serde(default)]
    pub file: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Complete,
    Partial,
    Failed,
    Skipped,
    Running,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct Arguments {
    server: Vec<String>,
    mailbox: Vec<String>,
}

/// An error of a collection.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CollectedError {
    /// [`Collected::name`] of the export that lost something by it.
    pub export: String,
    /// The server, relationship or mailbox that was asked; empty where it was the organization.
    #[serde(default)]
    pub object: String,
    /// In the language of the machine: evidence, nothing to decide by.
    pub message: String,
}

#[derive(Deserialize)]
struct ManifestFile {
    format: u64,
    #[serde(default)]
    side: Option<String>,
    #[serde(default)]
    started: Option<String>,
    #[serde(default)]
    arguments: Option<Arguments>,
    exports: Vec<Collected>,
}

#[derive(Deserialize)]
struct ErrorsFile {
    format: u64,
    errors: Vec<CollectedError>,
}

/// Enough of a file to see whether it is one of the two.
#[derive(Deserialize)]
struct Outline {
    format: Option<serde_json::Value>,
    exports: Option<serde::de::IgnoredAny>,
    errors: Option<serde::de::IgnoredAny>,
}

impl Manifest {
    /// Reads a manifest; `None` where the file is one of another kind, such as that of a bundle.
    ///
    /// # Errors
    ///
    /// When it is a manifest and cannot be read.
    pub fn parse(bytes: &[u8]) -> Result<Option<Self>, ManifestError> {
        let bytes = without_mark(bytes);
        let is_manifest = |outline: &Outline| outline.format.is_some() && outline.exports.is_some();
        if !outline(bytes)?.is_some_and(|outline| is_manifest(&outline)) {
            return Ok(None);
        }
        let file: ManifestFile = serde_json::from_slice(bytes).map_err(json)?;
        known(file.format)?;
        let day = file.started.as_deref().and_then(|text| text.get(..10)).and_then(|day| day.parse().ok());
        let side =
            file.side.as_deref().and_then(|name| Platform::ALL.into_iter().find(|side| side.name() == name));
        Ok(Some(Self { side, day, arguments: file.arguments.unwrap_or_default(), exports: file.exports }))
    }

    /// What it says of a file beside it.
    #[must_use]
    pub fn of_file(&self, name: &str) -> Option<&Collected> {
        self.exports
            .iter()
            .find(|export| export.file.as_deref().is_some_and(|file| file.eq_ignore_ascii_case(name)))
    }

    /// The exports that left no file although they were asked for: they failed.
    pub fn failed(&self) -> impl Iterator<Item = &Collected> {
        self.exports.iter().filter(|export| export.file.is_none() && export.status != Status::Skipped)
    }

    /// How much of what its cmdlet lists an export of this collection holds. `first_error` is what stopped it.
    #[must_use]
    pub fn extent(&self, export: &Collected, first_error: Option<&CollectedError>) -> Extent {
        let reason = || Box::from(export.reason.as_deref().unwrap_or("no reason given"));
        match export.status {
            Status::Complete => self.limited_by(export).map_or(Extent::Complete, Extent::Selected),
            Status::Partial => Extent::Limited(Limit::Partial(reason())),
            Status::Running => Extent::Limited(Limit::Running),
            Status::Failed | Status::Skipped => Extent::Failed(match first_error {
                Some(error) => Failure::Error(error.message.as_str().into()),
                None => Failure::Collected(reason()),
            }),
        }
    }

    /// The argument of the script that kept objects out of an export.
    fn limited_by(&self, export: &Collected) -> Option<Selection> {
        let is_limit = |values: &[String]| !values.is_empty() && !values.iter().any(|value| value == ALL);
        let argument = match export.per.as_str() {
            "server" if is_limit(&self.arguments.server) => "Server",
            "mailbox" if is_limit(&self.arguments.mailbox) => "Mailbox",
            _ => return None,
        };
        Some(Selection::Argument(argument.into()))
    }
}

/// Reads the errors of a collection, by [`Collected::name`] and in the order they came; `None` where the file is one of
/// another kind.
///
/// # Errors
///
/// When it is such a file and cannot be read.
pub fn errors(bytes: &[u8]) -> Result<Option<BTreeMap<String, Vec<CollectedError>>>, ManifestError> {
    let bytes = without_mark(bytes);
    let is_errors = |outline: &Outline| outline.format.is_some() && outline.errors.is_some();
    if !outline(bytes)?.is_some_and(|outline| is_errors(&outline)) {
        return Ok(None);
    }
    let file: ErrorsFile = serde_json::from_slice(bytes).map_err(json)?;
    known(file.format)?;
    let mut by_export: BTreeMap<String, Vec<CollectedError>> = BTreeMap::new();
    for error in file.errors {
        by_export.entry(error.export.clone()).or_default().push(error);
    }
    Ok(Some(by_export))
}

/// `None` where the file is JSON, but no object.
fn outline(bytes: &[u8]) -> Result<Option<Outline>, ManifestError> {
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Ok(None);
    }
    serde_json::from_slice(bytes).map(Some).map_err(json)
}

fn known(format: u64) -> Result<(), ManifestError> {
    if format == FORMAT { Ok(()) } else { Err(ManifestError::Format(format)) }
}

/// Windows PowerShell 5.1 begins such files with a byte order mark.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

fn json(error: serde_json::Error) -> ManifestError {
    ManifestError::Json(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(arguments: &str, exports: &str) -> Manifest {
        let text = format!(
            r#"{{"format":1,"script":"x","side":"onprem","started":"2026-12-01T23:30:00.1+01:00","arguments":{arguments},"exports":[{exports}]}}"#
        );
        Manifest::parse(text.as_bytes()).unwrap().unwrap()
    }

    fn export(name: &str, per: &str, rest: &str) -> String {
        format!(r#"{{"name":"{name}","cmdlet":"{name}","per":"{per}",{rest}}}"#)
    }

    #[test]
    fn only_complete_exports_prove_absence() {
        let exports = [
            export("Get-A", "", r#""status":"complete","reason":null,"file":"Get-A.xml","count":0"#),
            export("Get-B", "server", r#""status":"partial","reason":"errors","file":"Get-B.partial.xml""#),
            export("Get-C", "", r#""status":"failed","reason":"errors","file":null"#),
            export("Get-D", "", r#""status":"skipped","reason":"no-cmdlet","file":null"#),
            export("Get-E", "", r#""status":"running","reason":null,"file":"Get-E.xml.tmp""#),
        ];
        let manifest = manifest("{}", &exports.join(","));
        assert_eq!(manifest.side, Some(Platform::OnPrem));
        assert_eq!(manifest.day, "2026-12-01".parse().ok());
        let extent = |file: &str| manifest.of_file(file).map(|export| manifest.extent(export, None));
        assert_eq!(extent("Get-A.xml"), Some(Extent::Complete));
        assert_eq!(extent("get-b.partial.xml"), Some(Extent::Limited(Limit::Partial("errors".into()))));
        assert_eq!(extent("Get-E.xml.tmp"), Some(Extent::Limited(Limit::Running)));
        assert_eq!(extent("Get-Z.xml"), None);
        let failed: Vec<&str> = manifest.failed().map(|export| export.name.as_str()).collect();
        assert_eq!(failed, ["Get-C"]);
    }

    #[test]
    fn arguments_limit_the_exports_they_concern() {
        let exports = [
            export("Get-A", "mailbox", r#""status":"complete","file":"a.xml""#),
            export("Get-B", "server", r#""status":"complete","file":"b.xml""#),
            export("Get-C", "", r#""status":"complete","file":"c.xml""#),
        ];
        let states = |arguments: &str| {
            let manifest = manifest(arguments, &exports.join(","));
            ["a.xml", "b.xml", "c.xml"].map(|file| manifest.extent(manifest.of_file(file).unwrap(), None))
        };
        let by = |argument: &str| Extent::Selected(Selection::Argument(argument.into()));
        assert_eq!(
            states(r#"{"mailbox":["ann@contoso.com"],"server":[]}"#),
            [by("Mailbox"), Extent::Complete, Extent::Complete]
        );
        assert_eq!(
            states(r#"{"mailbox":["*"],"server":["EX01"]}"#),
            [Extent::Complete, by("Server"), Extent::Complete]
        );
    }

    #[test]
    fn errors_are_evidence_of_what_failed() {
        let text = "\u{FEFF}{\"format\":1,\"errors\":[{\"export\":\"Get-C\",\"cmdlet\":\"Get-C\",\"object\":\"\",\"message\":\"access denied\"}]}";
        let errors = errors(text.as_bytes()).unwrap().unwrap();
        let manifest =
            manifest("{}", &export("Get-C", "", r#""status":"failed","reason":"errors","file":null"#));
        let failed = manifest.failed().next().unwrap();
        let first = errors.get("Get-C").and_then(|errors| errors.first());
        assert_eq!(manifest.extent(failed, first), Extent::Failed(Failure::Error("access denied".into())));
    }

    #[test]
    fn other_files_of_the_name_are_not_taken_for_it() {
        let bundle = br#"{"version":1,"tool":"freebusy-lint","files":[]}"#;
        assert_eq!(Manifest::parse(bundle), Ok(None));
        assert_eq!(Manifest::parse(b"[1,2]"), Ok(None));
        assert_eq!(errors(bundle), Ok(None));
        assert_eq!(Manifest::parse(br#"{"format":2,"exports":[]}"#), Err(ManifestError::Format(2)));
        assert!(matches!(Manifest::parse(br#"{"format":1,"exports":[{}]}"#), Err(ManifestError::Json(_))));
        assert!(matches!(Manifest::parse(b"{"), Err(ManifestError::Json(_))));
    }
}
