//! `bundle`: redacted exports, their reports and a manifest in one archive, to attach to a ticket.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::args::{BundleArgs, InputArgs};
use super::check::Plan;
use super::redaction::Redaction;
use super::{Exit, check, complain, complain_of_mistakes, output};
use crate::diagnostic::{Origin, Run};
use crate::redact::Redactor;
use crate::report::{self, HumanOptions, ReportFormat};
use crate::schema::Registry;
use crate::source::Sources;

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
pub(super) struct Archive {
    zip: ZipWriter<BufWriter<File>>,
    files: Vec<Entry>,
    open: Option<(String, u64, Sha256)>,
    /// The first thing that went wrong; reading goes on all the same.
    error: Option<io::Error>,
}

impl Archive {
    fn create(path: &str) -> io::Result<Self> {
        let zip = ZipWriter::new(BufWriter::new(File::create(path)?));
        Ok(Self { zip, files: Vec::new(), open: None, error: None })
    }

    /// A file begins.
    pub(super) fn begin(&mut self, path: &str) {
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

    fn end(&mut self) {
        if let Some((path, bytes, hash)) = self.open.take() {
            let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
            self.files.push(Entry { path, bytes, sha256 });
        }
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
        if let Some(error) = self.error {
            return Err(error);
        }
        self.zip.finish().map_err(io::Error::other)?.flush()
    }
}

/// Copies what is read into the archive.
pub(super) struct Tee<'a, R> {
    pub(super) reader: R,
    pub(super) archive: &'a mut Archive,
}

impl<R: Read> Read for Tee<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.archive.push(&buffer[..count]);
        Ok(count)
    }
}

pub(super) fn run(registry: &'static Registry, args: &BundleArgs, out: &mut dyn Write) -> io::Result<Exit> {
    let input = InputArgs { files: args.files.clone(), as_of: args.as_of.clone(), redact: true };
    let mut redactor = Redactor::new(registry);
    let learnt = check::judged_by(&input).and_then(|_| check::learn(&mut redactor, &input, &args.choice));
    let redaction = match learnt {
        Ok(redaction) => redaction,
        Err(exit) => return Ok(exit),
    };
    // What is said on the terminal is not shared.
    complain_of_mistakes(&redaction.problems, &Sources::default());
    if redaction.materials.is_empty() {
        complain(&format!("`{}` is not written: there is nothing to put into it", args.out));
        let is_mistake = redaction.problems.iter().any(|problem| problem.origin() == Some(Origin::Usage));
        return Ok(if is_mistake { Exit::Usage } else { Exit::Input });
    }
    if fs::canonicalize(&args.out).is_ok_and(|path| redaction.files().contains(&path)) {
        complain(&format!("cannot write `{}`: it is one of the files that are read", args.out));
        return Ok(Exit::Usage);
    }
    let written = Archive::create(&args.out)
        .and_then(|archive| pack(registry, (&redaction, &mut redactor, archive), &input, args));
    let run = match written {
        Ok(Ok(run)) => run,
        Ok(Err(exit)) => return Ok(exit),
        Err(error) => {
            complain(&format!("cannot write `{}`: {error}", args.out));
            return Ok(output::exit(&error));
        }
    };
    let (inputs, findings) = (run.inputs.len(), run.findings.len());
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    writeln!(
        out,
        "{}: {inputs} redacted export{}, {findings} finding{}",
        args.out,
        plural(inputs),
        plural(findings)
    )?;
    let unread = run.inputs.iter().filter(|input| !check::is_readable(input.status)).count();
    if unread > 0 {
        complain(&format!("{unread} export{} could not be read whole; report.txt says why", plural(unread)));
    }
    Ok(check::trouble(&run).unwrap_or(Exit::Clean))
}

/// Fills the archive.
fn pack(
    registry: &'static Registry,
    (redaction, redactor, mut archive): (&Redaction, &mut Redactor, Archive),
    input: &InputArgs,
    args: &BundleArgs,
) -> io::Result<Result<Run, Exit>> {
    let reading = (redaction, redactor, Some(&mut archive));
    let run = match check::judge_redacted(registry, reading, input, &args.choice, Plan::default()) {
        Ok((judged, _)) => judged.run,
        Err(exit) => return Ok(Err(exit)),
    };
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
    Ok(Ok(run))
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
