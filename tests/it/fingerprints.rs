//! A fingerprint is the same after a new export of the same fault: in the other format, in another order, with more
//! properties; so what a baseline knows and what is suppressed stays so. Every broken sample is exported anew in each of
//! these ways.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail like tests")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use freebusy_lint::config::{Baseline, load_text};
use freebusy_lint::diagnostic::{Diagnostic, Run};
use freebusy_lint::source::{Input, Sources, Text, discover};
use jiff::civil::{Date, date};
use serde_json::{Map, Value, json};

use crate::support::run;

/// The day that runs are judged by.
const AS_OF: Date = date(2026, 11, 23);

/// A run over files.
fn run(files: &[(String, Vec<u8>)]) -> Run {
    run::run(&AS_OF.to_string(), |ingest| {
        files.iter().for_each(|(path, bytes)| ingest.read(path, None, bytes.as_slice()));
    })
}

/// The fingerprints of what the lints find in files, with lint and object for a person; sorted.
fn fingerprints(run: &Run) -> Vec<String> {
    let lines = run.findings.iter().map(|diagnostic| {
        let finding = diagnostic.finding().unwrap();
        let object = finding.subject.as_ref().and_then(|subject| subject.object.clone());
        format!("{} {} {}", finding.lint, finding.fingerprint, object.unwrap_or_default().to_lowercase())
    });
    let mut lines: Vec<String> = lines.collect();
    lines.sort();
    lines
}

/// The same objects in another file.
type Export = fn(&str, &Value) -> (String, String);

/// All ways to export anew.
const EXPORTS: [(&str, Export); 3] = [("reversed", reversed), ("extended", extended), ("clixml", clixml)];

/// Records and properties from the last to the first.
fn reversed(path: &str, value: &Value) -> (String, String) {
    fn write(value: &Value, depth: usize, out: &mut String) {
        match value {
            Value::Object(members) => {
                out.push('{');
                for (index, (name, value)) in members.iter().rev().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    write!(out, "{comma}{}:", json!(name)).unwrap();
                    write(value, depth + 1, out);
                }
                out.push('}');
            }
            Value::Array(items) => {
                out.push('[');
                // Lists within an object keep their order, which may matter.
                let mut items: Vec<&Value> = items.iter().collect();
                if depth == 0 {
                    items.reverse();
                }
                for (index, value) in items.into_iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { "," });
                    write(value, depth + 1, out);
                }
                out.push(']');
            }
            other => write!(out, "{other}").unwrap(),
        }
    }
    let mut out = String::new();
    write(value, 0, &mut out);
    (path.to_owned(), out)
}

/// With properties of which no lint knows, in front of the others and after them.
fn extended(path: &str, value: &Value) -> (String, String) {
    let mut value = value.clone();
    let records = match &mut value {
        Value::Array(records) => records.iter_mut().collect(),
        record => vec![record],
    };
    for record in records.into_iter().filter_map(Value::as_object_mut) {
        for name in ["AAAdded", "RunspaceId", "ZZAdded"] {
            record.insert(name.into(), json!("0f3bd6b6-4c27-4d5e-9f4b-3f6a1b0c9d2e"));
        }
    }
    (path.to_owned(), value.to_string())
}

/// As `Export-Clixml` writes property bags.
fn clixml(path: &str, value: &Value) -> (String, String) {
    fn escape(text: &str) -> String {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
    }
    fn write(name: Option<&str>, value: &Value, id: &mut u32, out: &mut String) {
        let name = name.map_or_else(String::new, |name| format!(" N=\"{}\"", escape(name)));
        let _ = match value {
            Value::Null => write!(out, "<Nil{name} />"),
            Value::Bool(value) => write!(out, "<B{name}>{value}</B>"),
            Value::Number(number) if number.is_i64() => write!(out, "<I64{name}>{number}</I64>"),
            Value::Number(number) => write!(out, "<Db{name}>{number}</Db>"),
            Value::String(text) => write!(out, "<S{name}>{}</S>", escape(text)),
            Value::Array(items) => {
                *id += 1;
                write!(out, "<Obj{name} RefId=\"{id}\"><TN RefId=\"{id}\"><T>System.Collections.ArrayList</T></TN><LST>")
                    .unwrap();
                items.iter().for_each(|item| write_item(item, id, out));
                write!(out, "</LST></Obj>")
            }
            Value::Object(members) => {
                *id += 1;
                write!(out, "<Obj{name} RefId=\"{id}\"><MS>").unwrap();
                members.iter().for_each(|(name, value)| write_member(name, value, id, out));
                write!(out, "</MS></Obj>")
            }
        };
    }
    fn write_item(value: &Value, id: &mut u32, out: &mut String) {
        write(None, value, id, out);
    }
    fn write_member(name: &str, value: &Value, id: &mut u32, out: &mut String) {
        write(Some(name), value, id, out);
    }
    let mut out =
        String::from("<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">");
    let mut id = 0;
    match value {
        Value::Array(records) => records.iter().for_each(|record| write(None, record, &mut id, &mut out)),
        record => write(None, record, &mut id, &mut out),
    }
    out.push_str("</Objs>");
    (path.replace(".json", ".xml"), out)
}

/// The files of a sample, those of JSON exported anew.
fn files(folder: &Path, export: Option<Export>) -> Vec<(String, Vec<u8>)> {
    let source = Sources::default().add("export");
    let files = discover(folder.to_str().unwrap()).inputs.into_iter().map(|input| {
        let Input::File(file) = input else { panic!("a folder holds files only") };
        let path = file.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
        let bytes = fs::read(&file).unwrap();
        let value = Text::decode(source, &bytes).and_then(|text| serde_json::from_str(text.content()).ok());
        match (export, value) {
            (Some(export), Some(value)) if path.ends_with(".json") => {
                let (path, text) = export(&path, &value);
                (path, text.into_bytes())
            }
            _ => (path, bytes),
        }
    });
    files.collect()
}

/// A broken sample as it is, and exported anew in each way.
struct Sample {
    folder: PathBuf,
    before: Run,
    after: [Run; EXPORTS.len()],
}

static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    let broken = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/broken");
    let folders = fs::read_dir(broken).unwrap().map(|entry| entry.unwrap().path());
    let sample = |folder: PathBuf| Sample {
        before: run(&files(&folder, None)),
        after: EXPORTS.map(|(_, export)| run(&files(&folder, Some(export)))),
        folder,
    };
    folders.map(sample).collect()
});

#[test]
fn a_new_export_of_a_sample_has_the_same_fingerprints() {
    let (mut compared, mut different) = (0, Vec::new());
    for Sample { folder, before, after } in &*SAMPLES {
        let before = fingerprints(before);
        for ((name, _), after) in EXPORTS.iter().zip(after) {
            let after = fingerprints(after);
            compared += before.len();
            if before != after {
                let lost: Vec<&String> = before.iter().filter(|line| !after.contains(line)).collect();
                let new: Vec<&String> = after.iter().filter(|line| !before.contains(line)).collect();
                different.push(format!("{} {name}: lost {lost:?}, new {new:?}", folder.display()));
            }
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
    assert!(compared > 600, "only {compared}");
}

/// A suppression of a finding by the name of its object.
fn suppression(diagnostic: &Diagnostic) -> String {
    let finding = diagnostic.finding().unwrap();
    let object = finding.subject.as_ref().and_then(|subject| subject.object.clone());
    let object = Value::String(object.unwrap_or_else(|| "*".to_owned()));
    format!("[[suppress]]\nlint = \"{}\"\nobject = {object}\nreason = \"r\"\n", finding.lint)
}

#[test]
fn what_is_known_or_suppressed_is_so_in_a_new_export_of_a_sample() {
    let messages = |run: &Run| run.findings.iter().map(|finding| finding.message.clone()).collect::<Vec<_>>();
    for Sample { folder, before, after } in &*SAMPLES {
        let baseline = Baseline::of(before, None);
        let text: BTreeSet<String> = before.findings.iter().map(suppression).collect();
        let text: String = text.into_iter().collect();
        let text = Text::whole(Sources::default().add("freebusy-lint.toml"), text);
        let (config, mistakes) = load_text(text.into(), Path::new(""));
        assert_eq!(mistakes.len(), 0, "{mistakes:?}");
        for ((name, _), after) in EXPORTS.iter().zip(after) {
            let place = format!("{} {name}", folder.display());
            let problems = after.problems.len();
            let mut compared = after.clone();
            baseline.apply("known.json", &mut compared);
            assert_eq!(messages(&compared), [""; 0], "{place}: new");
            assert_eq!(compared.problems.len(), problems, "{place}: gone");
            let mut suppressed = after.clone();
            config.suppress(&mut suppressed, AS_OF);
            assert_eq!(messages(&suppressed), [""; 0], "{place}: not suppressed");
            assert_eq!(suppressed.problems.len(), problems, "{place}: unused suppressions");
        }
    }
}

fn of_json(files: &[(&str, Value)]) -> Vec<String> {
    let files: Vec<_> =
        files.iter().map(|(path, value)| ((*path).to_owned(), value.to_string().into_bytes())).collect();
    fingerprints(&run(&files))
}

/// The first fingerprint of a lint.
#[track_caller]
fn only(lines: &[String], lint: &str) -> String {
    let of_lint: Vec<&str> =
        lines.iter().filter(|line| line.split(' ').next() == Some(lint)).map(String::as_str).collect();
    assert_eq!(of_lint.len(), 1, "{lint}: {lines:?}");
    of_lint[0].split(' ').nth(1).unwrap().to_owned()
}

#[test]
fn an_identity_that_json_cuts_to_a_name_is_the_same_directory() {
    let path = "onprem/Get-WebServicesVirtualDirectory.json";
    let directory = |identity: Value| {
        json!({"Server": "EX01", "Name": "EWS (Default Web Site)", "Identity": identity,
            "ExternalUrl": "https://mail.contoso.com/EWS/Exchange.asmx", "WSSecurityAuthentication": false,
            "OAuthAuthentication": false})
    };
    let text = of_json(&[(path, directory(json!("EX01\\EWS (Default Web Site)")))]);
    let object = of_json(&[(path, directory(json!({"Name": "EWS (Default Web Site)", "Depth": 12})))]);
    let mut bare = directory(json!("EX01\\EWS (Default Web Site)"));
    for name in ["Server", "Name"] {
        bare.as_object_mut().map(|members: &mut Map<String, Value>| members.remove(name)).unwrap();
    }
    let bare = of_json(&[(path, bare)]);
    let fingerprint = only(&text, "ews-oauth-off");
    assert_eq!(only(&object, "ews-oauth-off"), fingerprint);
    assert_eq!(only(&bare, "ews-oauth-off"), fingerprint);
    let other = of_json(&[(
        path,
        json!({"Server": "EX02", "Name": "EWS (Default Web Site)", "OAuthAuthentication": false,
        "Identity": "EX02\\EWS (Default Web Site)", "ExternalUrl": "https://mail.contoso.com/EWS/Exchange.asmx"}),
    )]);
    assert_ne!(only(&other, "ews-oauth-off"), fingerprint);
}

#[test]
fn the_server_beside_a_thumbprint_does_not_matter() {
    let certificate = |server: Option<&str>| {
        let mut certificate = json!({"Thumbprint": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "NotAfter": "2026-10-29T10:00:00Z", "NotBefore": "2021-10-29T10:00:00Z", "Services": 1});
        if let Some(server) = server {
            certificate["PSComputerName"] = json!(server);
        }
        of_json(&[
            (
                "onprem/Get-AuthConfig.json",
                json!({"Name": "Auth Configuration",
                    "CurrentCertificateThumbprint": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}),
            ),
            ("onprem/Get-ExchangeCertificate.json", certificate),
        ])
    };
    let fingerprint = only(&certificate(None), "auth-cert-expired");
    assert_eq!(only(&certificate(Some("EX01")), "auth-cert-expired"), fingerprint);
}
