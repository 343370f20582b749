//! The samples: the healthy hybrid raises nothing and leaves nothing open, and each broken one raises what its
//! `EXPECTED` file says.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of tests fails by panicking, like the tests"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use freebusy_lint::diagnostic::{
    Diagnostic, InputStatus, InputSummary, LintSummary, Outcome, Platform, Run, Severity,
};
use freebusy_lint::engine::wanted_exports;
use freebusy_lint::schema::Registry;
use freebusy_lint::source::{Input, discover};

use crate::support::run::{LINTS, run};

/// The day that `EXPECTED` files are written for.
const AS_OF: &str = "2026-11-23";

/// Lints that have nothing to look at in the healthy sample: no rollover of the auth certificate is under way, DAuth is
/// not in use, there are no partners, no address spaces for other tenants and no exports of back ends,
/// and no room keeps lists of who may book.
const NOT_APPLICABLE: [&str; 12] = [
    "aas-token-incomplete",
    "auth-cert-not-on-shared-principal",
    "auth-next-cert-invalid",
    "auth-next-cert-missing-on-server",
    "auth-previous-cert-dangling",
    "ews-backend-nlb-bypass-wrong",
    "federated-domain-too-long",
    "fedorgid-domain-missing",
    "fedtrust-missing",
    "mesh-partner-single-namespace",
    "rba-inpolicy-request-without-delegates",
    "rba-redundant-outofpolicy-list",
];

/// The one broken sample whose files cannot all be read.
const CUT: &str = "cut-exports";

struct Judged {
    lints: Vec<LintSummary>,
    findings: Vec<Diagnostic>,
    inputs: Vec<InputSummary>,
    problems: Vec<Diagnostic>,
}

impl Judged {
    /// One line for each finding, as `EXPECTED` has them.
    fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.findings.iter().map(line).collect();
        lines.sort();
        lines
    }

    /// Ids of the lints that ended so.
    fn with(&self, outcome: Outcome) -> Vec<&str> {
        let lints = self.lints.iter().filter(|lint| lint.outcome == outcome);
        lints.map(|lint| lint.id.as_str()).collect()
    }

    fn problems(&self) -> Vec<&str> {
        self.problems.iter().map(|problem| problem.message.as_str()).collect()
    }
}

fn line(diagnostic: &Diagnostic) -> String {
    let finding = diagnostic.finding().unwrap();
    let object = finding.subject.as_ref().and_then(|subject| subject.object.as_deref()).unwrap_or("-");
    format!("{} {} {object}", diagnostic.severity, finding.lint)
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

/// The files of a sample, by paths relative to its folder: nothing above it may tell a side or a cmdlet.
fn judge(folder: &Path, as_of: &str) -> Judged {
    let found = discover(folder.to_str().unwrap());
    assert!(found.problems.is_empty() && !found.inputs.is_empty(), "{}: no exports", folder.display());
    let Run { lints, findings, inputs, problems, .. } = run(as_of, |ingest| {
        for input in found.inputs {
            let Input::File(file) = input else { panic!("a folder holds files only") };
            let path = file.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
            ingest.read(&path, None, fs::File::open(&file).unwrap());
        }
    });
    Judged { lints, findings, inputs, problems }
}

fn themes() -> Vec<String> {
    let folders = fs::read_dir(samples().join("broken")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut themes: Vec<String> = folders.map(|name| name.into_string().unwrap()).collect();
    themes.sort();
    themes
}

/// The broken samples, by their names.
static BROKEN: LazyLock<BTreeMap<String, Judged>> = LazyLock::new(|| {
    let judged = |theme: String| (theme.clone(), judge(&samples().join("broken").join(theme), AS_OF));
    themes().into_iter().map(judged).collect()
});

/// Each file is all of the cmdlet that its name says, from the side that its folder says.
#[track_caller]
fn assert_recognized(input: &InputSummary) {
    let (folder, name) = input.path.split_once('/').unwrap();
    let side = match folder {
        "onprem" => Platform::OnPrem,
        "cloud" => Platform::Cloud,
        _ => panic!("{}: the folder is no side", input.path),
    };
    let cmdlet = name.rsplit_once('.').unwrap().0;
    let [records] = input.records.as_slice() else { panic!("{}: {:?}", input.path, input.records) };
    assert_eq!((records.side, records.cmdlet.as_str()), (Some(side), cmdlet), "{}", input.path);
    assert_eq!(input.unrecognized, 0, "{}", input.path);
}

#[test]
fn the_healthy_sample_raises_nothing_and_leaves_nothing_open() {
    for as_of in [AS_OF, "2030-06-30", "2039-12-31"] {
        let judged = judge(&samples().join("healthy"), as_of);
        assert!(judged.findings.is_empty(), "{as_of}: {:?}", judged.lines());
        assert!(judged.problems.is_empty(), "{as_of}: {:?}", judged.problems());
        let open: Vec<&LintSummary> = judged.lints.iter().filter(|lint| !lint.needs.is_empty()).collect();
        assert!(open.is_empty(), "{as_of}: {open:?}");
        assert_eq!(judged.with(Outcome::NotApplicable), NOT_APPLICABLE, "{as_of}");
        assert_eq!(
            judged.with(Outcome::Passed).len(),
            judged.lints.len() - NOT_APPLICABLE.len(),
            "{as_of}: every other lint looked at something"
        );
    }
}

#[test]
fn the_healthy_sample_has_every_export_that_a_lint_reads() {
    let judged = judge(&samples().join("healthy"), AS_OF);
    let mut exported = BTreeMap::new();
    for input in &judged.inputs {
        assert_recognized(input);
        assert!(
            matches!(input.status, InputStatus::Read | InputStatus::Empty),
            "{}: {:?}",
            input.path,
            input.status
        );
        for records in &input.records {
            let twice = exported.insert((records.side.unwrap(), records.cmdlet.clone()), &input.path);
            assert!(twice.is_none(), "{} and {twice:?} are of one cmdlet", input.path);
        }
    }
    let registry = Registry::embedded().unwrap();
    let wanted = wanted_exports(registry, &LINTS);
    assert!(wanted.len() > 30, "only {} exports are wanted", wanted.len());
    for (side, noun) in wanted {
        let cmdlet = &registry.cmdlet(noun).name;
        assert!(exported.contains_key(&(side, cmdlet.clone())), "no {cmdlet} ({side}) among the samples");
    }
}

#[test]
fn the_samples_have_every_format_and_encoding_that_powershell_writes() {
    let healthy = judge(&samples().join("healthy"), AS_OF);
    let forms: BTreeSet<(&str, &str)> = BROKEN
        .values()
        .chain([&healthy])
        .flat_map(|judged| &judged.inputs)
        .filter_map(|input| Some((input.format?, input.encoding?)))
        .collect();
    let formats: BTreeSet<&str> = forms.iter().map(|(format, _)| *format).collect();
    assert_eq!(formats, BTreeSet::from(["CLIXML", "CSV", "ConvertTo-Xml", "Format-List", "JSON"]));
    for form in [
        ("CLIXML", "UTF-16LE"),
        ("ConvertTo-Xml", "UTF-16LE"),
        ("CLIXML", "UTF-8"),
        ("JSON", "UTF-8"),
        ("Format-List", "UTF-16LE"),
        ("Format-List", "UTF-8"),
    ] {
        assert!(forms.contains(&form), "no sample is {form:?}: {forms:?}");
    }
}

#[test]
fn each_broken_sample_raises_what_it_says() {
    let mut wrong = Vec::new();
    for (theme, judged) in &*BROKEN {
        let expected = fs::read_to_string(samples().join("broken").join(theme).join("EXPECTED")).unwrap();
        let expected: Vec<&str> = expected.lines().collect();
        assert!(!expected.is_empty() && expected.is_sorted(), "{theme}/EXPECTED is not sorted");
        let found = judged.lines();
        if found != expected {
            wrong.push(format!(
                "{theme} raises\n  {}\nbut says\n  {}",
                found.join("\n  "),
                expected.join("\n  ")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_lint_raises_something_in_a_broken_sample() {
    let raised: BTreeSet<&str> = BROKEN
        .values()
        .flat_map(|judged| &judged.findings)
        .map(|finding| finding.finding().unwrap().lint.as_str())
        .collect();
    let silent: Vec<&str> =
        LINTS.iter().map(|lint| lint.id.as_str()).filter(|id| !raised.contains(id)).collect();
    assert!(silent.is_empty(), "no broken sample for {silent:?}");
}

#[test]
fn findings_of_broken_samples_underline_a_value_or_are_about_a_lacking_export() {
    for (theme, judged) in &*BROKEN {
        for finding in &judged.findings {
            let lint = &finding.finding().unwrap().lint;
            assert!(
                !finding.labels.is_empty() || lint == "snapshot-missing-input",
                "{theme}: {}",
                line(finding)
            );
        }
    }
}

/// `?` stands in a message for what is not known.
#[test]
fn messages_of_broken_samples_know_all_that_they_say() {
    for (theme, judged) in &*BROKEN {
        for finding in &judged.findings {
            assert!(!finding.message.contains('?'), "{theme}: {}: {}", line(finding), finding.message);
        }
    }
}

#[test]
fn broken_samples_can_be_read_but_for_the_one_that_is_cut() {
    for (theme, judged) in BROKEN.iter().filter(|(theme, _)| *theme != CUT) {
        assert!(judged.problems.is_empty(), "{theme}: {:?}", judged.problems());
        judged.inputs.iter().for_each(assert_recognized);
    }
}

#[test]
fn what_cannot_be_read_is_unknown_and_does_not_hide_the_rest() {
    let judged = &BROKEN[CUT];
    judged.inputs.iter().for_each(assert_recognized);
    let partial: Vec<&str> = judged
        .inputs
        .iter()
        .filter(|input| input.status == InputStatus::Partial)
        .map(|input| input.path.as_str())
        .collect();
    assert_eq!(partial, ["cloud/Get-MailboxCalendarConfiguration.ndjson", "onprem/Get-AcceptedDomain.xml"]);
    assert!(
        judged.problems.iter().all(|problem| problem.severity == Severity::Error),
        "{:?}",
        judged.problems()
    );
    assert_eq!(judged.problems.len(), 2, "{:?}", judged.problems());
    // The records on both sides of the broken one are judged; what the broken one would have said stays open.
    let summary = |id: &str| judged.lints.iter().find(|lint| lint.id == id).unwrap();
    let hours = summary("workhours-start-after-end");
    assert_eq!((hours.outcome, hours.checked, hours.findings), (Outcome::Failed, 2, 1));
    assert!(!hours.needs.is_empty());
    for id in [
        "workdays-none",
        "workhours-timezone-empty",
        "workhours-timezone-unknown",
        "accepted-domain-routing-missing",
    ] {
        assert_eq!(summary(id).outcome, Outcome::Unknown, "{id}");
    }
}

#[test]
fn the_readme_names_every_sample() {
    let readme = fs::read_to_string(samples().join("README.md")).unwrap();
    for theme in themes() {
        assert!(readme.contains(&format!("`{theme}`")), "{theme} is not in samples/README.md");
    }
}
