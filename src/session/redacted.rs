//! A redacted run: what it reads, what it hides, and which of its findings are known by their real names.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::PathBuf;

use super::inputs::{Inputs, discover_all, files};
use super::run::{Judged, Plan, Reading};
use super::{Error, Session};
use crate::diagnostic::{
    Argument, Diagnostic, DiagnosticKind, Origin, Platform, Run, Suppressed, Suppression,
};
use crate::engine::Request;
use crate::redact::{Redacted, Redactor};
use crate::snapshot::identify::side_of_path;
use crate::snapshot::{Ingest, Record};
use crate::source::{Input, SourceId};

/// Gets what lints see.
pub(super) trait Tap {
    /// An input begins that has this name.
    fn begin(&mut self, name: &str);
    /// More of its content.
    fn push(&mut self, bytes: &[u8]);
}

/// Reads, and lets the tap have it.
struct Tee<'a, R> {
    reader: R,
    tap: &'a mut dyn Tap,
}

impl<R: Read> Read for Tee<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.tap.push(&buffer[..count]);
        Ok(count)
    }
}

impl Session {
    /// Reads all inputs once, so that `redactor` knows them.
    pub(super) fn learn(&self, redactor: &mut Redactor, inputs: &Inputs) -> Result<Redaction, Error> {
        if inputs.is_empty() {
            return Err(Error::NoInput);
        }
        self.require_no_own_lints()?;
        self.settings.start();
        Ok(Redaction::new(redactor, discover_all(inputs, self.config())))
    }

    /// What lints of one's own say cannot be shared.
    pub(super) fn require_no_own_lints(&self) -> Result<(), Error> {
        if self.options.lints.is_empty() { Ok(()) } else { Err(Error::OwnLints) }
    }

    /// Judges inputs that `redactor` knows already. The tap gets what is read.
    pub(super) fn judge_redacted(
        &self,
        redaction: &Redaction,
        redactor: &mut Redactor,
        tap: Option<&mut dyn Tap>,
        plan: &Plan<'_>,
    ) -> Judged {
        let request = plan.request.map(|request| redacted_request(redactor, request));
        let plan = Plan { request: request.as_ref(), is_redacted: true, ..*plan };
        let problems = hidden(redactor, &redaction.problems);
        let mut judged = self.read(Redacting { redaction, redactor, tap }, problems, &plan);
        if self.options.baseline.is_some() && plan.has_baseline || self.run_config(&plan).has_suppressions() {
            // They tell findings by the names of objects.
            let mut plain = self.read(redaction, Vec::new(), &plan).run;
            let told = plain.problems.len();
            self.leave_out(&mut plain, &plan);
            judged.run.problems.extend(plain.problems.drain(told..));
            carry_over(&plain, &mut judged.run);
        }
        hide(redactor, &mut judged.run);
        judged
    }
}

fn redacted_request(redactor: &mut Redactor, request: &Request) -> Request {
    let mut redacted = |address: &Option<String>| address.as_ref().map(|address| redactor.address(address));
    Request { from: redacted(&request.from), to: redacted(&request.to) }
}

/// Inputs that lints see redacted, so that nothing else can get into a report.
pub(super) struct Redaction {
    pub(super) materials: Vec<Material>,
    /// Arguments that gave no input.
    pub(super) problems: Vec<Diagnostic>,
}

impl Redaction {
    /// Reads all inputs once, so that `redactor` knows them.
    pub(super) fn new(
        redactor: &mut Redactor,
        (inputs, problems): (Vec<(Input, Option<Platform>)>, Vec<Diagnostic>),
    ) -> Self {
        let materials: Vec<Material> = inputs.into_iter().map(Material::new).collect();
        for material in &materials {
            // What cannot be read is told of when it is read again.
            let _ = material.read_plain_with(|reader| redactor.learn(reader));
        }
        Self { materials, problems }
    }

    /// Whole paths of the files that hold the inputs.
    pub(super) fn files(&self) -> BTreeSet<PathBuf> {
        files(self.materials.iter().map(|material| &material.input))
    }
}

/// Inputs as they are, though they were read before.
impl Reading for &Redaction {
    fn count(&self) -> usize {
        self.materials.len()
    }

    fn read<F: FnMut(&Record)>(self, ingest: &mut Ingest<'_, F>, _: impl Fn(&str)) {
        for material in &self.materials {
            let path = material.input.display();
            if ingest.is_of_collection(&path) {
                let _ = material.read_plain_with(|reader| ingest.collection(&path, reader));
            }
        }
        for material in &self.materials {
            let path = material.input.display();
            let result = material.read_plain_with(|reader| ingest.read(&path, material.side, reader));
            if let Err(error) = result {
                ingest.unopened(&path, error);
            }
        }
    }
}

/// Inputs with pseudonyms; the tap gets what lints see.
struct Redacting<'a, 't> {
    redaction: &'a Redaction,
    redactor: &'a mut Redactor,
    tap: Option<&'a mut (dyn Tap + 't)>,
}

impl Reading for Redacting<'_, '_> {
    fn count(&self) -> usize {
        self.redaction.materials.len()
    }

    fn read<F: FnMut(&Record)>(self, ingest: &mut Ingest<'_, F>, _: impl Fn(&str)) {
        let Self { redaction: Redaction { materials, .. }, redactor, mut tap } = self;
        let paths: Vec<String> = match tap {
            Some(_) => copy_names(redactor, materials).iter().map(|name| format!("exports/{name}")).collect(),
            None => materials.iter().map(|material| redactor.path(&material.input.display())).collect(),
        };
        for (material, path) in materials.iter().zip(&paths) {
            if ingest.is_of_collection(path) {
                let _ = material.read_with(redactor, |reader| ingest.collection(path, reader));
            }
        }
        for (material, path) in materials.iter().zip(&paths) {
            let result = material.read_with(redactor, |reader| match &mut tap {
                Some(tap) => {
                    tap.begin(path);
                    let mut tee = Tee { reader, tap: &mut **tap };
                    ingest.read(path, material.side, &mut tee);
                    // What lints do not read is copied all the same.
                    let _ = io::copy(&mut tee, &mut io::sink());
                }
                None => ingest.read(path, material.side, reader),
            });
            if let Err(error) = result {
                ingest.unopened(path, error);
            }
        }
    }
}

/// Takes what the user wrote out of the problems of a run, but for what exports hold, which is redacted already.
pub(super) fn hide(redactor: &mut Redactor, run: &mut Run) {
    let lints: BTreeSet<&str> = run.lints.iter().map(|lint| lint.id.as_str()).collect();
    for problem in &mut run.problems {
        let origin = match problem.origin() {
            None | Some(Origin::Input) => continue,
            Some(origin) => origin,
        };
        if !share(redactor, problem, &lints) {
            problem.message = match origin {
                Origin::LintFile => "something is wrong with a lint file of your own".to_owned(),
                _ => "something is wrong with the configuration or the baseline".to_owned(),
            };
        }
        problem.path = problem.path.as_ref().map(|path| redactor.path(path));
        problem.labels.clear();
        if origin != Origin::Usage {
            problem.help =
                Some("run it without `--redact`, which leaves the texts of such files out".to_owned());
        }
    }
    // Without their places many are the same.
    let mut seen = BTreeSet::new();
    run.problems.retain(|problem| {
        !matches!(problem.origin(), Some(Origin::Configuration | Origin::LintFile))
            || seen.insert((problem.message.clone(), problem.path.clone()))
    });
}

/// Problems of files that are no inputs, with the names of these hidden. [`hide`] does not look at problems of inputs.
pub(super) fn hidden(redactor: &mut Redactor, problems: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut problems = problems.to_vec();
    for problem in problems.iter_mut().filter(|problem| problem.origin() == Some(Origin::Input)) {
        share(redactor, problem, &BTreeSet::new());
    }
    problems
}

/// Gives pseudonyms to what a problem names, by its code and the kinds of its arguments alone. Whether its sentence may
/// be shared then.
fn share(redactor: &mut Redactor, diagnostic: &mut Diagnostic, lints: &BTreeSet<&str>) -> bool {
    let DiagnosticKind::Problem(problem) = &mut diagnostic.kind else { return false };
    let mut is_shared = problem.code().is_public();
    for argument in problem.arguments_mut() {
        match argument {
            Argument::Named(path) => *path = redactor.path(&path.replace('\\', "/")),
            Argument::Lint(id) => is_shared &= lints.contains(id.as_str()),
            Argument::Written(text) => text.clear(),
        }
    }
    diagnostic.message = problem.to_string();
    is_shared
}

/// Suppresses in `redacted` what is suppressed in `plain`, a run on the same exports. Redaction keeps the order of what is
/// in a file, so that the findings of a lint are the same ones in order of their places.
pub(super) fn carry_over(plain: &Run, redacted: &mut Run) {
    let suppressed = plain.suppressed.iter().map(|suppressed| (&suppressed.finding, Some(&suppressed.by)));
    let mut known: Vec<(&Diagnostic, Option<&Suppression>)> =
        plain.findings.iter().map(|finding| (finding, None)).chain(suppressed).collect();
    known.sort_by_cached_key(|(finding, _)| place(finding));
    let mut found: Vec<usize> = (0..redacted.findings.len()).collect();
    found.sort_by_cached_key(|&index| place(&redacted.findings[index]));
    let mut by: Vec<Option<&Suppression>> = vec![None; found.len()];
    for lint in &redacted.lints {
        let is_of = |finding: &Diagnostic| finding.finding().is_some_and(|finding| finding.lint == lint.id);
        let known: Vec<Option<&Suppression>> =
            known.iter().filter(|(finding, _)| is_of(finding)).map(|(_, by)| *by).collect();
        let found: Vec<usize> =
            found.iter().copied().filter(|&index| is_of(&redacted.findings[index])).collect();
        // Where they are not the same there is no telling which is which, and all are reported.
        if known.len() == found.len() {
            found.iter().zip(known).for_each(|(&index, known)| by[index] = known);
        }
    }
    for (finding, by) in std::mem::take(&mut redacted.findings).into_iter().zip(by) {
        match by {
            Some(by) => {
                let by = match by {
                    Suppression::Configuration { until, .. } => {
                        Suppression::Configuration { reason: "redacted".to_owned(), until: until.clone() }
                    }
                    Suppression::Baseline => Suppression::Baseline,
                };
                redacted.suppressed.push(Suppressed { finding, by });
            }
            None => redacted.findings.push(finding),
        }
    }
}

/// Where a finding points, in the order of reading.
fn place(finding: &Diagnostic) -> Vec<(SourceId, u64)> {
    finding.labels.iter().map(|label| (label.location.source, label.location.offset)).collect()
}

/// An input that can be read twice.
pub(super) struct Material {
    pub(super) input: Input,
    pub(super) side: Option<Platform>,
    /// What standard input held.
    bytes: Option<io::Result<Vec<u8>>>,
}

impl Material {
    fn new((input, side): (Input, Option<Platform>)) -> Self {
        let bytes = (input == Input::Stdin).then(|| {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
        });
        Self { input, side, bytes }
    }

    /// Reads it as it is.
    fn read_plain_with<T>(&self, read: impl FnOnce(&mut dyn Read) -> T) -> io::Result<T> {
        match &self.bytes {
            Some(Ok(bytes)) => Ok(read(&mut bytes.as_slice())),
            Some(Err(error)) => Err(io::Error::new(error.kind(), error.to_string())),
            None => self.input.read_with(read),
        }
    }

    /// Reads it, redacted.
    pub(super) fn read_with<T>(
        &self,
        redactor: &mut Redactor,
        read: impl FnOnce(&mut Redacted<'_, &mut dyn Read>) -> T,
    ) -> io::Result<T> {
        self.read_plain_with(|reader| redactor.redact(reader).map(|mut reader| read(&mut reader)))?
    }
}

/// Where the copy of each input goes, relative to the folder of the copies: the folders that all share are left out,
/// but not the side that they tell.
pub(super) fn copy_names(redactor: &mut Redactor, materials: &[Material]) -> Vec<String> {
    let paths: Vec<Vec<String>> = materials.iter().map(|material| parts(&material.input)).collect();
    let shared = shared_folders(&paths);
    let mut taken = BTreeSet::new();
    let names = paths.iter().zip(materials).map(|(parts, material)| {
        let whole = parts.join("/");
        let mut relative = parts.get(shared..).unwrap_or_default().join("/");
        let side = material.side.or_else(|| side_of_path(&whole));
        if let Some(side) = side.filter(|side| side_of_path(&relative) != Some(*side)) {
            // A name that says the other side is not told by its folder.
            relative = format!("{}/{relative}", side.name());
        }
        unique(redactor.path(&relative), &mut taken)
    });
    names.collect()
}

/// The folders and the name of an input, without what leads up or to the root.
fn parts(input: &Input) -> Vec<String> {
    let path = match input {
        Input::Stdin => "stdin.txt".to_owned(),
        Input::File(_) | Input::Member(_) | Input::Bytes { .. } => input.display().replace(".zip!/", "/"),
    };
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    parts.map(|part| part.replace(['!', ':'], "")).collect()
}

fn shared_folders(paths: &[Vec<String>]) -> usize {
    let Some((first, rest)) = paths.split_first() else { return 0 };
    let folders = |path: &Vec<String>| path.len().saturating_sub(1);
    rest.iter().fold(folders(first), |shared, path| {
        let same = first.iter().zip(path).take(folders(path)).take_while(|(a, b)| a == b).count();
        shared.min(same)
    })
}

fn unique(path: String, taken: &mut BTreeSet<String>) -> String {
    let mut name = path.clone();
    let mut number = 2;
    while !taken.insert(name.to_lowercase()) {
        name = match path.rsplit_once('.') {
            Some((stem, ending)) => format!("{stem}-{number}.{ending}"),
            None => format!("{path}-{number}"),
        };
        number += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Registry;

    #[test]
    fn copies_keep_the_side_and_never_lead_out() {
        let mut redactor = Redactor::new(Registry::embedded().unwrap());
        let input =
            |path: &str, side| Material { input: Input::File(PathBuf::from(path)), side, bytes: None };
        let names = copy_names(
            &mut redactor,
            &[
                input("../x/contoso/onprem/Get-AuthConfig.xml", None),
                input("../x/contoso/cloud/Get-AuthServer.json", None),
                input("../x/contoso/Get-AcceptedDomain.json", Some(Platform::Cloud)),
            ],
        );
        assert_eq!(
            names,
            ["onprem/Get-AuthConfig.xml", "cloud/Get-AuthServer.json", "cloud/Get-AcceptedDomain.json"]
        );
        let names = copy_names(&mut redactor, &[input("/srv/ann/onprem/Get-AuthConfig.xml", None)]);
        assert_eq!(names, ["onprem/Get-AuthConfig.xml"]);
        let twice = [input("a/b/Get-AuthConfig.xml", None), input("a/b/Get-authconfig.xml", None)];
        assert_eq!(copy_names(&mut redactor, &twice), ["Get-AuthConfig.xml", "Get-authconfig-2.xml"]);
    }
}
