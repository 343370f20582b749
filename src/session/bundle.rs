//! Redacted exports, their reports and a manifest in one archive.

use std::fs;
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::Path;

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::inputs::Inputs;
use super::redacted::{Redaction, Tap};
use super::run::Plan;
use super::{BundleError, Error, Session};
use crate::atomic_file::{self, Existing};
use crate::diagnostic::{Diagnostic, Run};
use crate::redact::Redactor;
use crate::report::{self, HumanOptions, ReportFormat};

/// An archive that was written.
#[derive(Debug)]
#[non_exhaustive]
pub struct Bundle {
    /// The run that its reports are of, redacted like them.
    pub run: Run,
    /// What gave no input, with the names of the user's own files: not to be shared.
    pub problems: Vec<Diagnostic>,
}

/// Version of the form of `manifest.json`.
const MANIFEST_VERSION: u32 = 1;

/// What a bundle says of itself.
#[derive(Serialize)]
struct Manifest<'a> {
    version: u32,
    tool: &'static str,
    tool_version: &'static str,
    as_of: &'a str,
    files: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    path: String,
    bytes: u64,
    sha256: String,
}

/// An archive that is being written: the same content gives the same bytes.
struct Archive<W: Write + Seek> {
    zip: ZipWriter<Patient<W>>,
    files: Vec<Entry>,
    open: Option<(String, u64, Sha256)>,
    /// The first thing that went wrong; reading goes on all the same.
    error: Option<io::Error>,
}

/// Takes everything once something went wrong, as if it had been written, because `ZipWriter` complains on standard error
/// when it is dropped, and is sure of its positions.
struct Patient<W> {
    inner: W,
    at: u64,
    end: u64,
    error: Option<io::Error>,
}

impl<W> Patient<W> {
    const fn new(inner: W) -> Self {
        Self { inner, at: 0, end: 0, error: None }
    }

    /// Does something, if nothing went wrong before.
    fn attempt(&mut self, work: impl FnOnce(&mut W) -> io::Result<()>) {
        if self.error.is_none() {
            self.error = work(&mut self.inner).err();
        }
    }
}

impl<W: Write> Write for Patient<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.attempt(|inner| inner.write_all(bytes));
        self.at += bytes.len() as u64;
        self.end = self.end.max(self.at);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.attempt(W::flush);
        Ok(())
    }
}

impl<W: Seek> Seek for Patient<W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.end.checked_add_signed(by),
        };
        self.at = at.ok_or(ErrorKind::InvalidInput)?;
        self.attempt(|inner| inner.seek(to).map(drop));
        Ok(self.at)
    }
}

impl<W: Write + Seek> Tap for Archive<W> {
    fn begin(&mut self, path: &str) {
        self.end();
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644)
            .large_file(true);
        if let Err(error) = self.zip.start_file(path, options) {
            self.error.get_or_insert(io::Error::other(error));
        }
        self.open = Some((path.to_owned(), 0, Sha256::new()));
    }

    fn push(&mut self, bytes: &[u8]) {
        if let Err(error) = self.zip.write_all(bytes) {
            self.error.get_or_insert(error);
        }
        if let Some((_, length, hash)) = &mut self.open {
            *length += bytes.len() as u64;
            hash.update(bytes);
        }
    }
}

impl<W: Write + Seek> Archive<W> {
    fn new(out: W) -> Self {
        let zip = ZipWriter::new(Patient::new(out));
        Self { zip, files: Vec::new(), open: None, error: None }
    }

    fn end(&mut self) {
        if let Some((path, bytes, hash)) = self.open.take() {
            let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
            self.files.push(Entry { path, bytes, sha256 });
        }
    }

    fn finish(mut self, as_of: &str) -> io::Result<()> {
        self.end();
        let manifest = Manifest {
            version: MANIFEST_VERSION,
            tool: env!("CARGO_PKG_NAME"),
            tool_version: env!("CARGO_PKG_VERSION"),
            as_of,
            files: std::mem::take(&mut self.files),
        };
        let mut text = serde_json::to_vec_pretty(&manifest).map_err(io::Error::other)?;
        text.push(b'\n');
        self.begin("manifest.json");
        self.push(&text);
        let out = self.zip.finish().map_err(io::Error::other)?;
        out.error.or(self.error).map_or(Ok(()), Err)
    }
}

pub(super) fn bundle(session: &Session, inputs: &Inputs, path: &Path) -> Result<Bundle, Error> {
    let mut redactor = Redactor::new(session.registry);
    let redaction = session.learn(&mut redactor, inputs)?;
    let problems = redaction.problems.clone();
    let is_input = || fs::canonicalize(path).is_ok_and(|path| redaction.files().contains(&path));
    let written = if redaction.materials.is_empty() {
        Err(BundleError::Empty)
    } else if is_input() {
        Err(BundleError::IsInput)
    } else {
        atomic_file::write(path, Existing::Replace, |file| {
            pack(session, &redaction, &mut redactor, Archive::new(file))
        })
        .map_err(BundleError::Io)
    };
    match written {
        Ok(run) => Ok(Bundle { run, problems }),
        Err(reason) => Err(Error::Bundle { reason, problems }),
    }
}

/// Fills the archive.
fn pack<W: Write + Seek>(
    session: &Session,
    redaction: &Redaction,
    redactor: &mut Redactor,
    mut archive: Archive<W>,
) -> io::Result<Run> {
    let run = session.judge_redacted(redaction, redactor, Some(&mut archive), &Plan::default()).run;
    let options = HumanOptions { list_unknown: true, ..HumanOptions::default() };
    for (format, name) in
        ReportFormat::ALL.into_iter().filter_map(|format| Some((format, file_name(format)?)))
    {
        archive.begin(name);
        let mut text = Vec::new();
        report::write(&run, format, &options, &mut text)?;
        archive.push(&text);
    }
    archive.finish(&run.as_of)?;
    Ok(run)
}

/// The report's name in a bundle, for the formats that people attach.
fn file_name(format: ReportFormat) -> Option<&'static str> {
    match format {
        ReportFormat::Human => Some("report.txt"),
        ReportFormat::Json => Some("report.json"),
        ReportFormat::Markdown => Some("report.md"),
        ReportFormat::Html => Some("report.html"),
        ReportFormat::JsonLines
        | ReportFormat::Sarif
        | ReportFormat::JUnit
        | ReportFormat::GitHub
        | ReportFormat::GitLab
        | ReportFormat::Csv => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atomic_file::testing::{names, with_space};
    use crate::session::Input;

    const EXPORT: &[u8] =
        br#"[{"Name":"contoso.com","DomainName":"contoso.com","DomainType":"Authoritative"}]"#;

    #[test]
    fn an_archive_is_written_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bundle.zip");
        let session = Session::builder().select(["auth-cert-expired"]).build().unwrap();
        let bundle = || session.bundle(Input::bytes("onprem/Get-AcceptedDomain.json", EXPORT), &path);
        bundle().unwrap();
        let size = path.metadata().unwrap().len();
        fs::remove_file(&path).unwrap();
        for space in (0..size).step_by(97).chain([size - 1]) {
            let error = with_space(space, bundle).unwrap_err();
            let is_full = matches!(error, Error::Bundle { reason: BundleError::Io(_), .. });
            assert!(is_full, "{space}: {error}");
            assert!(names(folder.path()).is_empty(), "{space}");
        }
    }
}
