//! Sharing safely: redacted exports lint to the same findings, and nothing that tells whose they are is left in them,
//! in bundles or in reports.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use freebusy_lint::diagnostic::Run;
use freebusy_lint::engine::run_case;
use freebusy_lint::redact::Redactor;
use freebusy_lint::report::ReportFormat;
use freebusy_lint::schema::Registry;
use freebusy_lint::source::discover;
use regex::Regex;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::support::run::{self, LINTS};
use crate::support::{AS_OF, Folder, Ran, Report};

/// What every name of the generated exports has in it.
const MARK: &str = "zqx";

/// Everything else that tells whose they are: ids, addresses, thumbprints, serial numbers, telephone numbers.
const NUMBERS: [&str; 9] = [
    "7d1c9e5a-3f42-4b8d-9a61-c0ffee5ca1e5",
    "5ba91f3e77d04c2d8e1f60a2b3c4d5e6",
    "172.29.113.47",
    "85.214.77.91",
    "fd7a:115c:a1e0::5151",
    "DEADBEEF0123456789ABCDEF0123456789ABCDEF",
    "6F1D0A2B3C4D5E6F70",
    "4930901820",
    "49 30 901820-77",
];

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

/// Findings and outcomes of a report, without the names of objects.
#[derive(Debug, PartialEq, Eq)]
struct Verdicts {
    findings: BTreeMap<(String, String, usize), usize>,
    outcomes: BTreeMap<String, (String, u64, usize)>,
}

fn verdicts(report: &Report) -> Verdicts {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut verdicts = Verdicts { findings: BTreeMap::new(), outcomes: BTreeMap::new() };
    for finding in report.json["findings"].as_array().unwrap() {
        let labels = finding["labels"].as_array().map_or(0, Vec::len);
        let key = (text(&finding["lint"]), text(&finding["severity"]), labels);
        *verdicts.findings.entry(key).or_default() += 1;
    }
    for lint in report.json["lints"].as_array().unwrap() {
        let needs = lint["unknown"].as_array().map_or(0, Vec::len);
        let outcome = (text(&lint["outcome"]), lint["checked"].as_u64().unwrap_or(0), needs);
        verdicts.outcomes.insert(text(&lint["id"]), outcome);
    }
    verdicts
}

/// Where findings, or the outcome of a lint, are not the same.
fn differing(what: &str, before: &Verdicts, after: &Verdicts) -> Vec<String> {
    let mut found = Vec::new();
    let kinds: BTreeSet<_> = before.findings.keys().chain(after.findings.keys()).collect();
    for kind in kinds {
        let (before, after) = (before.findings.get(kind), after.findings.get(kind));
        if before != after {
            found.push(format!("{what}: {kind:?} {before:?} {after:?}"));
        }
    }
    for (lint, outcome) in &before.outcomes {
        if *outcome != after.outcomes[lint] {
            found.push(format!("{what}: {lint} {outcome:?} {:?}", after.outcomes[lint]));
        }
    }
    found
}

/// The same findings, and the same outcome of every lint.
#[track_caller]
fn assert_same(what: &str, before: &Report, after: &Report) {
    let found = differing(what, &verdicts(before), &verdicts(after));
    assert!(found.is_empty(), "{found:#?}");
}

fn run(folder: &Folder, arguments: &[&str]) -> Ran {
    folder.run(arguments)
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// What all lints say of files, without the binary.
fn judged(files: &[(String, Vec<u8>)]) -> Verdicts {
    let Run { findings, lints, .. } = run::run(AS_OF, |ingest| {
        files.iter().for_each(|(path, bytes)| ingest.read(path, None, bytes.as_slice()));
    });
    let mut verdicts = Verdicts { findings: BTreeMap::new(), outcomes: BTreeMap::new() };
    for found in &findings {
        let lint = found.finding().unwrap().lint.clone();
        *verdicts
            .findings
            .entry((lint, found.severity.name().to_owned(), found.labels.len()))
            .or_default() += 1;
    }
    for lint in &lints {
        let outcome = (lint.outcome.name().to_owned(), lint.checked, lint.needs.len());
        verdicts.outcomes.insert(lint.id.clone(), outcome);
    }
    verdicts
}

fn redacted(redactor: &mut Redactor, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    redactor.redact(bytes).unwrap().read_to_end(&mut out).unwrap();
    out
}

#[test]
fn redacted_samples_lint_to_the_same_findings() {
    let mut themes: Vec<PathBuf> =
        fs::read_dir(samples().join("broken")).unwrap().map(|entry| entry.unwrap().path()).collect();
    themes.push(samples().join("healthy"));
    themes.sort();
    assert!(themes.len() > 20);
    let mut redactor = Redactor::new(Registry::embedded().unwrap());
    let mut differences = Vec::new();
    for theme in themes {
        let inputs = discover(theme.to_str().unwrap()).inputs;
        let files: Vec<(String, Vec<u8>)> =
            inputs.iter().map(|input| (input.display(), fs::read(input.file().unwrap()).unwrap())).collect();
        files.iter().for_each(|(_, bytes)| redactor.learn(bytes.as_slice()).unwrap());
        let copies: Vec<(String, Vec<u8>)> =
            files.iter().map(|(path, bytes)| (redactor.path(path), redacted(&mut redactor, bytes))).collect();
        let (before, after) = (judged(&files), judged(&copies));
        let theme = theme.file_name().unwrap().to_string_lossy().into_owned();
        differences.extend(differing(&theme, &before, &after));
        for (path, bytes) in copies {
            let text = String::from_utf8_lossy(&bytes).replace('\0', "").to_lowercase();
            for name in ["contoso", "fabrikam"] {
                assert!(!text.contains(name), "{path}: {name}");
            }
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
}

/// Cases of lints that are about what redaction replaces.
const NOT_KEPT: [&str; 1] = [
    // A pattern of names of servers, which their pseudonyms do not match.
    "setting-override-scoped: all servers by name and by pattern",
];

#[test]
fn redacted_cases_come_out_as_before() {
    let registry = Registry::embedded().unwrap();
    let mut redactor = Redactor::new(registry);
    let mut wrong = Vec::new();
    let mut count = 0;
    for lint in LINTS.iter() {
        for case in &lint.cases(registry) {
            let mut copy = case.clone();
            copy.exports.iter().for_each(|export| redactor.learn(export.json.as_bytes()).unwrap());
            for export in &mut copy.exports {
                export.json = String::from_utf8(redacted(&mut redactor, export.json.as_bytes())).unwrap();
            }
            count += 1;
            let name = format!("{}: {}", lint.id, case.name);
            let difference = run_case(registry, lint, &copy).difference(case);
            if let Some(difference) = difference.filter(|_| !NOT_KEPT.contains(&name.as_str())) {
                wrong.push(format!("{name} {difference}"));
            }
        }
    }
    assert!(count > 500, "{count}");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

/// A DER element.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x82], length.as_slice(), content].concat()
}

/// A certificate with marks wherever it has names.
fn certificate() -> Vec<u8> {
    let name = |text: &str| {
        let pair = [der(0x06, &[0x55, 4, 3]), der(0x0C, text.as_bytes())].concat();
        der(0x30, &der(0x31, &der(0x30, &pair)))
    };
    let algorithm = der(0x30, &der(0x06, &[0x2B, 0x65, 0x70]));
    let time = |text: &str| der(0x17, text.as_bytes());
    let names =
        [der(0x82, b"mail.zqxcert.com"), der(0x81, b"zqxmail@zqxcert.com"), der(0x86, b"http://zqxuri/")]
            .concat();
    let alternative = [der(0x06, &[0x55, 0x1D, 0x11]), der(0x04, &der(0x30, &names))].concat();
    let content = [
        der(0xA0, &der(2, &[2])),
        der(2, &[0x6F, 0x1D, 0x0A, 0x2B, 0x3C, 0x4D, 0x5E, 0x6F, 0x70]),
        algorithm.clone(),
        name("Zqxissuer CA"),
        der(0x30, &[time("200101000000Z"), time("350101000000Z")].concat()),
        name("Zqxsubject Ltd"),
        der(
            0x30,
            &[algorithm.clone(), der(3, &[&[0], b"zqxkeyzqxkeyzqxkeyzqxkeyzqxkey12".as_slice()].concat())]
                .concat(),
        ),
        der(0xA3, &der(0x30, &der(0x30, &alternative))),
    ]
    .concat();
    let signature = der(3, &[&[0], [b'z', b'q', b'x', b'!'].repeat(16).as_slice()].concat());
    der(0x30, &[der(0x30, &content), algorithm, signature].concat())
}

/// Values of every kind that redaction knows, by property; the nested ones are hashtables.
fn properties() -> Value {
    let blob = STANDARD.encode("....zqxblob....zqxblob....zqxblob....zqxblob....zqxblob....");
    let bytes: Vec<u8> = b"zqxbytes and zqxbytes and zqxbytes".to_vec();
    json!({
        "Name": "O365 to On-premises - 7d1c9e5a-3f42-4b8d-9a61-c0ffee5ca1e5",
        "Enabled": false,
        "DomainNames": ["zqxdomain.com", "sub.zqxdomain.com", "zqxtenant.mail.onmicrosoft.com", "zqxö.de"],
        "TargetAutodiscoverEpr": "https://autodiscover.zqxdomain.com/autodiscover/autodiscover.svc/WSSecurity",
        "TargetSharingEpr": "http://zqxuser:zqxpass@zqxserver.zqxlocal.local:8080/EWS/Exchange.asmx?zqxquery=1#zqxfragment",
        "TargetApplicationUri": "FYDIBOHF25SPDLT.zqxdomain.com",
        "FreeBusyAccessEnabled": true,
        "FreeBusyAccessLevel": "None",
        "FreeBusyAccessScope": "zqxforest.local/Users/Zqxgroup Sales",
        "DisplayName": "Zqxfirst Zqxlast",
        "Alias": "zqx.alias",
        "PrimarySmtpAddress": "Zqxfirst.Zqxlast@zqxdomain.com",
        "EmailAddresses": ["SMTP:zqxa@zqxdomain.com", "sip:zqxb@zqxdomain.com", "X500:/o=ZqxOrg/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=zqxcn"],
        "LegacyExchangeDN": "/o=ZqxOrg/ou=First Administrative Group/cn=Recipients/cn=zqxuser",
        "DistinguishedName": "CN=Zqxuser\\, Ann,OU=ZqxUnit,DC=zqxforest,DC=local",
        "ExternalDirectoryObjectId": "7D1C9E5A-3F42-4B8D-9A61-C0FFEE5CA1E5",
        "ImmutableId": "5ba91f3e77d04c2d8e1f60a2b3c4d5e6",
        "Server": "ZQXSERVER01",
        "PSComputerName": "zqxserver01.zqxforest.local",
        "OrganizationId": "EURZQX01.PROD.OUTLOOK.COM/Microsoft Exchange Hosted Organizations/zqxtenant.onmicrosoft.com",
        "RemoteIPRanges": ["172.29.113.47", "85.214.77.91-85.214.77.91", "fd7a:115c:a1e0::5151", "172.29.113.47/24"],
        "Thumbprint": "DEADBEEF0123456789ABCDEF0123456789ABCDEF",
        "SerialNumber": "6F1D0A2B3C4D5E6F70",
        "Subject": "CN=mail.zqxcert.com, OU=ZqxUnit, O=Zqx Ltd, C=ZQX",
        "TlsCertificateName": "<I>CN=Zqxissuer CA<S>CN=mail.zqxcert.com",
        "RawData": STANDARD.encode(certificate()),
        "SerializationData": blob,
        "PublicKey": { "EncodedKeyValue": bytes },
        "RawBytes": certificate(),
        "Phone": "+49 30 901820-77",
        "PhoneNumber": 4_930_901_820_u64,
        "Notes": "Call Zqxnotes about \\\\zqxfs1\\share, mail zqxn@zqxdomain.com;\r\nsee https://zqxintra/zqx?x=zqx or DOMAIN\\zqxu. SID S-1-5-21-zqx",
        "WhenChanged": "2026-11-23T10:00:00",
        "AdminDisplayVersion": "Version 15.2 (Build 1748.24)",
        "TargetUrl": "https://zqxtenant.sharepoint.com/sites/zqxsite",
        "zqxkey": { "zqxkey.zqxdomain.com": { "ZqxInner": "zqxvalue" }, "ZQXSERVER01": [["zqxlist"]] },
        "CutList": "zqxdomain.com sub.zqxdomain.com ...",
        "CutObject": "@{Domain=zqxdomain.com; Name=Zqx}",
        "TypeOnly": "Microsoft.Exchange.Data.Directory.SystemConfiguration.OrganizationRelationship",
        "Unicode": "Zqxé Zqxö 😀 ＺＱＸ",
    })
}

fn xml_text(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('\r', "_x000D_").replace('\n', "_x000A_").replace('😀', "_xD83D__xDE00_")
}

fn clixml_value(name: &str, value: &Value, out: &mut String) {
    let named = if name.is_empty() { String::new() } else { format!(" N=\"{}\"", xml_text(name)) };
    let _ = match value {
        Value::Bool(flag) => write!(out, "<B{named}>{flag}</B>"),
        Value::Number(number) => write!(out, "<I64{named}>{number}</I64>"),
        Value::String(text) if ["RawData", "SerializationData"].contains(&name) => {
            write!(out, "<BA{named}>{text}</BA>")
        }
        Value::String(text) if text.starts_with("http") => {
            write!(out, "<URI{named}>{}</URI>", xml_text(text))
        }
        Value::String(text) if name == "FreeBusyAccessScope" => {
            write!(
                out,
                "<Obj{named}><ToString>{}</ToString><Props><S N=\"Rdn\">Zqxrdn</S></Props></Obj>",
                xml_text(text)
            )
        }
        Value::String(text) => write!(out, "<S{named}>{}</S>", xml_text(text)),
        Value::Array(items) => {
            let _ = write!(out, "<Obj{named}><TN><T>System.Object[]</T></TN><LST>");
            items.iter().for_each(|item| clixml_value("", item, out));
            write!(out, "</LST></Obj>")
        }
        Value::Object(members) => {
            let _ = write!(out, "<Obj{named}><DCT>");
            for (key, value) in members {
                let _ = write!(out, "<En><S N=\"Key\">{}</S>", xml_text(key));
                clixml_value("Value", value, out);
                let _ = write!(out, "</En>");
            }
            write!(out, "</DCT></Obj>")
        }
        Value::Null => write!(out, "<Nil{named} />"),
    };
}

fn clixml(properties: &Value) -> String {
    let mut out = String::from(
        "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">\r\n<!-- zqxcomment --><?zqx zqx?>\r\n\
         <Obj RefId=\"0\"><TN RefId=\"0\"><T>Zqx.Types.Zqx</T><T>System.Object</T></TN><ToString>Zqx ToString</ToString><MS>",
    );
    for (name, value) in properties.as_object().unwrap() {
        clixml_value(name, value, &mut out);
    }
    out.push_str("<SS N=\"Password\">zqx</SS><SBK N=\"Script\">Get-Zqx</SBK><C N=\"Letter\">122</C></MS></Obj>\r\n</Objs>\r\n");
    out
}

fn convertto_xml(properties: &Value) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<Objects>\r\n<Object Type=\"Zqx.Type\">\r\n",
    );
    for (name, value) in properties.as_object().unwrap() {
        let _ = match value {
            Value::Array(items) => {
                let _ = write!(out, "<Property Name=\"{name}\" Type=\"System.Object[]\">");
                for item in items {
                    let text = item.as_str().map_or_else(|| item.to_string(), str::to_owned);
                    let kind = if item.is_number() { "System.Byte" } else { "System.String" };
                    let _ = write!(out, "<Property Type=\"{kind}\">{}</Property>", xml_text(&text));
                }
                writeln!(out, "</Property>")
            }
            Value::String(text) => {
                writeln!(
                    out,
                    "<Property Name=\"{name}\" Type=\"System.String\">{}</Property>",
                    xml_text(text)
                )
            }
            Value::Bool(flag) => writeln!(
                out,
                "<Property Name=\"{name}\" Type=\"System.Boolean\">{}</Property>",
                if *flag { "True" } else { "False" }
            ),
            other => writeln!(
                out,
                "<Property Name=\"{name}\" Type=\"System.String\">{}</Property>",
                xml_text(&other.to_string())
            ),
        };
    }
    out.push_str("</Object>\r\n</Objects>\r\n");
    out
}

/// What a transcript of `Format-List` holds, with what the session said besides.
fn format_list(properties: &Value) -> String {
    let text = |value: &Value| match value {
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::String(text) => text.replace("\r\n", " "),
        Value::Array(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
                .collect();
            format!("{{{}}}", items.join(", "))
        }
        other => other.to_string(),
    };
    let mut out = String::from(
        "\r\n[PS] C:\\zqxusers\\zqxadmin\\zqx>Get-OrganizationRelationship zqx | fl\r\n\r\n\r\n",
    );
    for (name, value) in properties.as_object().unwrap() {
        let _ = write!(out, "{name:<24} : {}\r\n", text(value));
    }
    out.push_str(
        "\r\n\r\n[PS] C:\\zqx>Get-Mailbox zqxuser\r\nThe operation couldn't be performed because object 'zqxuser' couldn't be \
         found on 'zqxdc.zqxforest.local' (172.29.113.47).\r\n    + CategoryInfo : NotSpecified: (:) [Get-Mailbox], ZqxException\r\n\
         + PSComputerName        : zqxserver01.zqxforest.local\r\n[zqxserver01]: PS C:\\zqx> exit zqx\r\n",
    );
    out
}

fn csv(properties: &Value, delimiter: &str) -> String {
    let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let flat = properties.as_object().unwrap().iter().map(|(name, value)| {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
            other => other.to_string(),
        };
        (cell(name), cell(&text))
    });
    let (names, values): (Vec<String>, Vec<String>) = flat.unzip();
    let (names, values) = (names.join(delimiter), values.join(delimiter));
    format!("#TYPE Zqx.Type\r\n{names}\r\n{values}\r\n{values}\r\n\"zqxcut\"{delimiter}\"zqx")
}

fn utf16(text: &str, encode: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(encode).collect()
}

/// The exports in all formats and encodings, below folders and with names that tell too.
fn marked() -> Folder {
    let folder = Folder::new();
    let properties = properties();
    let pretty = serde_json::to_string_pretty(&properties).unwrap().replace('\n', "\r\n");
    let escaped =
        pretty.replace("Zqxfirst", "\\u005Aqxfirst").replace("zqxdomain.com\"", "\\u007aqxdomain.com\"");
    let latin = "{\"Name\": \"Zqx Zo\u{EB}\", \"DomainNames\": [\"zqxlatin.com\"], \"Enabled\": false, \"FreeBusyAccessLevel\": \"None\"}";
    let latin = encoding_rs::WINDOWS_1252.encode(latin).0.into_owned();
    let xml = clixml(&properties).replace("Zqxfirst", "_x005A_qxfirst").replace("zqxuser@", "&#122;qxuser@");
    folder
        .write("zqxorg/cloud/Get-OrganizationRelationship.json", &pretty)
        .write(
            "zqxorg/onprem/Get-OrganizationRelationship-zqx.json",
            [b"\xEF\xBB\xBF", escaped.as_bytes()].concat(),
        )
        .write("zqxorg/onprem/Get-OrganizationRelationship.ndjson", format!("{properties}\n{properties}\n"))
        .write("zqxorg/cloud/zqx-OrganizationRelationship.json", latin)
        .write("zqxorg/onprem/zqxsub/Get-OrganizationRelationship.xml", utf16(&xml, u16::to_le_bytes))
        .write(
            "zqxorg/onprem/Get-OrganizationRelationship.clixml",
            utf16(&clixml(&properties), u16::to_be_bytes),
        )
        .write("zqxorg/cloud/Get-OrganizationRelationship.xml", convertto_xml(&properties))
        .write("zqxorg/cloud/Get-AcceptedDomain.json", format!("{pretty}\r\n{{\"Name\": \"zqxcut"))
        .write("zqxorg/onprem/Get-AcceptedDomain.xml", &xml.as_bytes()[..xml.len() / 2])
        .write(
            "zqxorg/onprem/zqx OrganizationRelationship.txt",
            utf16(&format_list(&properties), u16::to_le_bytes),
        )
        .write("zqxorg/cloud/OrganizationRelationship zqx.log", format_list(&properties))
        .write("zqxorg/cloud/Get-OrganizationRelationship.csv", csv(&properties, ","))
        .write(
            "zqxorg/onprem/Get-OrganizationRelationship.csv",
            utf16(&csv(&properties, ";"), u16::to_le_bytes),
        )
        .write("zqxorg/cloud/Get-Zqx.txt", "zqx is no export: zqx@zqxdomain.com");
    folder
}

/// The bytes of a file as every text they may hold: as they are, as UTF-16, and what is base64 or a list of numbers
/// in it.
fn readings(bytes: &[u8]) -> Vec<String> {
    let mut readings = vec![String::from_utf8_lossy(bytes).into_owned()];
    let narrow: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    readings.push(String::from_utf8_lossy(&narrow).into_owned());
    let text = readings[1].clone();
    for word in
        text.split(|c: char| !(c.is_ascii_alphanumeric() || "+/=".contains(c))).filter(|word| word.len() >= 4)
    {
        for start in 0..4.min(word.len()) {
            let whole = &word[start..];
            let whole = &whole[..whole.len() / 4 * 4];
            if let Ok(decoded) = STANDARD.decode(whole) {
                readings.push(String::from_utf8_lossy(&decoded).replace('\0', ""));
            }
        }
    }
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse::<u8>().ok());
    readings.push(String::from_utf8_lossy(&numbers.collect::<Vec<_>>()).into_owned());
    readings
}

/// Any of these words.
fn any_of(words: impl Iterator<Item = String>) -> Regex {
    Regex::new(&words.map(|word| regex::escape(&word)).collect::<Vec<_>>().join("|")).unwrap()
}

fn leaks(bytes: &[u8]) -> Vec<String> {
    static MARKS: LazyLock<Regex> = LazyLock::new(|| {
        let marks = NUMBERS.iter().copied().chain([MARK, "ｚｑｘ", "7a7178"]);
        any_of(marks.map(str::to_lowercase))
    });
    // Numbers may be written with other blanks and hyphens, or none.
    static NUMBERS_ONLY: LazyLock<Regex> =
        LazyLock::new(|| any_of(NUMBERS.iter().map(|number| number.to_lowercase().replace(['-', ' '], ""))));
    let mut found = Vec::new();
    for reading in readings(bytes) {
        let lower = reading.to_lowercase();
        let plain = lower.replace(['-', ' '], "");
        if let Some(mark) = MARKS.find(&lower) {
            let before = lower[..mark.start()].chars().count().saturating_sub(40);
            found.push(lower.chars().skip(before).take(120).collect());
        } else if let Some(number) = NUMBERS_ONLY.find(&plain) {
            found.push(number.as_str().to_owned());
        }
    }
    found
}

#[track_caller]
fn assert_clean(what: &str, bytes: &[u8]) {
    let found = leaks(bytes);
    assert!(found.is_empty(), "{what}: {found:#?}");
}

#[test]
fn nothing_leaks() {
    let folder = marked();
    for mark in NUMBERS.iter().chain([&MARK]) {
        let is_there = files(&folder.path("zqxorg")).iter().any(|file| {
            readings(&fs::read(file).unwrap())
                .iter()
                .any(|text| text.to_lowercase().contains(&mark.to_lowercase()))
        });
        assert!(is_there, "the search finds {mark} where it is");
    }
    let redacted = run(&folder, &["redact", "zqxorg", "--out", "out"]);
    assert_eq!(redacted.code, 3, "one file is no export: {redacted:?}");
    let copies = files(&folder.path("out"));
    assert_eq!(copies.len(), files(&folder.path("zqxorg")).len());
    for copy in &copies {
        assert_clean(&copy.display().to_string(), copy.to_str().unwrap().as_bytes());
        assert_clean(&copy.display().to_string(), &fs::read(copy).unwrap());
    }
    let (before, after) = (folder.check(&["zqxorg"]), folder.check(&["out"]));
    assert!(!before.findings("orgrel-disabled").is_empty());
    assert_same("copies", &before, &after);

    let bundled = run(&folder, &["bundle", "zqxorg", "--as-of", AS_OF, "--out", "ticket.zip"]);
    assert!(!bundled.stderr.contains(MARK) && !bundled.stdout.contains(MARK), "{bundled:?}");
    let mut archive = ZipArchive::new(fs::File::open(folder.path("ticket.zip")).unwrap()).unwrap();
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).unwrap();
        let name = member.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).unwrap();
        assert_clean(&name, name.as_bytes());
        assert_clean(&name, &bytes);
    }
    assert_same("bundle", &before, &folder.check(&["ticket.zip"]));

    reports_of_every_format_are_clean(&folder);
}

/// The value of `--output` for a report of each format.
fn outputs(folder: &Folder) -> Vec<String> {
    fs::create_dir_all(folder.path("reports")).unwrap();
    let names = ReportFormat::ALL.into_iter().map(ReportFormat::name);
    names.flat_map(|name| ["--output".to_owned(), format!("{name}=reports/{name}")]).collect()
}

fn reports_of_every_format_are_clean(folder: &Folder) {
    let outputs = outputs(folder);
    for command in ["check", "trace"] {
        let mut arguments =
            vec![command, "zqxorg", "zqxmissing", "zqx`zqx", "--select", "zqx`zqx,sharing", "--redact"];
        arguments.extend(["--as-of", AS_OF]);
        arguments.extend(outputs.iter().map(String::as_str));
        let ran = run(folder, &arguments);
        assert_clean(command, ran.stdout.as_bytes());
        assert_clean(command, ran.stderr.as_bytes());
        for report in files(&folder.path("reports")) {
            let bytes = fs::read(&report).unwrap();
            assert!(bytes.len() > 200, "{command} {}: {ran:?}", report.display());
            assert_clean(&format!("{command} {}", report.display()), &bytes);
            fs::remove_file(report).unwrap();
        }
    }
    let from = ["--from", "zqxa@zqxdomain.com", "--to", "zqxb@zqxtenant.mail.onmicrosoft.com"];
    let ran = run(folder, &[&["trace", "zqxorg", "--redact"], from.as_slice()].concat());
    assert_clean("trace --from", ran.stdout.as_bytes());
    assert!(ran.stdout.contains("@tenant1xx.mail.onmicrosoft.com"), "{ran:?}");
    for format in ReportFormat::ALL.into_iter().map(ReportFormat::name) {
        let ran = run(
            folder,
            &[
                "diff",
                "zqxorg/cloud/Get-OrganizationRelationship.json",
                "zqxorg/cloud/zqx-OrganizationRelationship.json",
                "--redact",
                "--format",
                format,
            ],
        );
        assert_clean(&format!("diff {format}"), ran.stdout.as_bytes());
        // Nothing is new, of which the formats of CI say little.
        assert!(!ran.stdout.is_empty(), "{format}: {ran:?}");
    }
    let error = "The remote server returned an error: (401) Unauthorized. https://zqxserver.zqxdomain.com/EWS \
                 zqxuser@zqxdomain.com LID: 43532";
    for format in ["human", "json"] {
        let ran = run(
            folder,
            &[
                "diagnose",
                error,
                "zqxorg/onprem/Get-OrganizationRelationship.ndjson",
                "--redact",
                "--format",
                format,
            ],
        );
        assert_clean(&format!("diagnose {format}"), ran.stdout.as_bytes());
        assert!(ran.stdout.len() > 200 && ran.stdout.contains("401"), "{format}: {ran:?}");
    }
}

#[test]
fn what_is_suppressed_or_known_is_so_redacted_too() {
    let folder = Folder::new();
    let object = |name: &str| {
        format!(
            r#"{{"Name": "O365 to On-premises - {name}", "DomainNames": ["{name}.com"], "Enabled": false, "FreeBusyAccessEnabled": true, "FreeBusyAccessLevel": "None"}}"#
        )
    };
    let config = "lints = [\"zqxlints\"]\n[severity]\nzqxown = \"info\"\n\
        [[suppress]]\nlint = \"orgrel-disabled\"\nobject = \"*zqxb*\"\nreason = \"zqxreason\"\n\
        [[suppress]]\nlint = \"orgrel-disabled\"\nobject = \"zqxnobody\"\nreason = \"zqxreason\"\n\
        [[suppress]]\nlint = \"orgrel-disabled\"\nobject = \"zqxnobody\"\nreason = \"zqxreason\"\nuntil = \"2026-01-01\"\n";
    let names = ["zqxc", "zqxb", "zqxa", "zqxbb"].map(object);
    folder
        .write("zqx.toml", config)
        .write("zqxfiles/onprem/Get-OrganizationRelationship.json", "[]")
        .write("zqxlints/zqxown.toml", "title = 1\n# zqx")
        .write("zqxfiles/cloud/Get-OrganizationRelationship.json", format!("[{}]", names.join(",\n")));
    let arguments = ["zqxfiles", "--config", "zqx.toml"];
    run(&folder, &["zqxfiles", "--as-of", AS_OF, "--write-baseline", "zqxknown.json"]);
    let known = fs::read_to_string(folder.path("zqxknown.json")).unwrap();
    let mut known: Value = serde_json::from_str(&known).unwrap();
    // One of them is no longer there, and one was not known.
    for entry in known["findings"].as_array_mut().unwrap() {
        if entry["lint"] == "orgrel-disabled" && entry["object"] == "O365 to On-premises - zqxa" {
            entry["fingerprint"] = json!("0000");
        }
    }
    folder.write("zqxknown.json", known.to_string());
    for more in [&[][..], &["--baseline", "zqxknown.json"]] {
        let arguments = [&arguments[..], more].concat();
        let before = folder.check(&arguments);
        let after = folder.check(&[&arguments[..], &["--redact"]].concat());
        assert_same("suppressed", &before, &after);
        let suppressed = |report: &Report| {
            let of = |finding: &Value| (finding["lint"].clone(), finding["suppressed"]["by"].clone());
            report.json["suppressed"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
        };
        assert!(suppressed(&before).len() >= 2);
        let sorted = |report: &Report| {
            let mut all: Vec<String> = suppressed(report).iter().map(|one| format!("{one:?}")).collect();
            all.sort();
            all
        };
        assert_eq!(sorted(&before), sorted(&after));
        let problems = after.problems();
        assert!(problems.contains(&"suppression of orgrel-disabled expired on 2026-01-01"), "{problems:?}");
        assert!(problems.contains(&"suppression of orgrel-disabled matches no finding"), "{problems:?}");
        let own =
            problems.iter().filter(|problem| **problem == "something is wrong with a lint file of your own");
        assert_eq!(own.count(), 1, "{problems:?}");
        let is_gone = problems.contains(&"1 finding of the baseline no longer occurs");
        assert_eq!(is_gone, !more.is_empty(), "{problems:?}");
    }
    let outputs = outputs(&folder);
    let outputs: Vec<&str> = outputs.iter().map(String::as_str).collect();
    let more = ["--baseline", "zqxknown.json", "--redact", "--as-of", AS_OF];
    let ran = run(&folder, &[&arguments[..], &more, &outputs].concat());
    assert_clean("human", ran.stdout.as_bytes());
    for report in files(&folder.path("reports")) {
        assert_clean(&report.display().to_string(), &fs::read(&report).unwrap());
    }
}

#[test]
fn what_cannot_be_redacted_is_refused() {
    let folder = Folder::new();
    let export = "cloud/Get-OrganizationRelationship.json";
    folder.write(export, DISABLED).write("own/x.toml", "");
    let refused: [(&[&str], &str); 5] = [
        (&["cloud", "--redact", "--write-baseline", "b.json"], "--write-baseline cannot be redacted"),
        (&["trace", "cloud", "--redact", "--lints", "own"], "custom lints cannot be redacted"),
        (&["bundle", "cloud", "--lints", "own", "--out", "t.zip"], "custom lints cannot be redacted"),
        (&["diagnose", "x", "--lints", "own", "--redact"], "custom lints cannot be redacted"),
        (
            &["cloud", "--redact", "--output", "json=cloud/Get-OrganizationRelationship.json"],
            "it is one of the exports",
        ),
    ];
    for (arguments, expected) in refused {
        let ran = run(&folder, arguments);
        assert!(ran.code == 2 && ran.stderr.contains(expected), "{ran:?}");
    }
    assert_eq!(fs::read_to_string(folder.path(export)).unwrap(), DISABLED);
    assert!(!folder.path("b.json").exists() && !folder.path("t.zip").exists());
    zip(&folder.path("x.zip"), &[(export, DISABLED.as_bytes())]);
    let before = fs::read(folder.path("x.zip")).unwrap();
    let ran = run(&folder, &["bundle", "x.zip", "--out", "x.zip"]);
    assert!(ran.code == 2 && ran.stderr.contains("one of the files that are read"), "{ran:?}");
    assert_eq!(fs::read(folder.path("x.zip")).unwrap(), before);
}

#[test]
fn archives_are_compared() {
    let folder = Folder::new();
    let path = "cloud/Get-OrganizationRelationship.json";
    let enabled = DISABLED.replace("false", "true");
    zip(&folder.path("before.zip"), &[(path, enabled.as_bytes())]);
    zip(&folder.path("after.zip"), &[(path, DISABLED.as_bytes())]);
    for more in [&[][..], &["--redact"]] {
        let ran = run(
            &folder,
            &[&["diff", "before.zip", "after.zip", "--as-of", AS_OF, "--format", "json"], more].concat(),
        );
        assert_eq!(ran.code, 1, "{ran:?}");
        let report: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert!(ran.stdout.contains("orgrel-disabled"), "{report:#}");
        assert_eq!(ran.stdout.contains("contoso"), more.is_empty(), "{report:#}");
    }
}

#[test]
fn bundles_are_the_same_each_time_and_say_what_is_in_them() {
    let folder = Folder::new();
    let sample = samples().join("broken/connector-domains");
    for name in ["a.zip", "b.zip"] {
        let ran = run(&folder, &["bundle", sample.to_str().unwrap(), "--as-of", AS_OF, "--out", name]);
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    assert_eq!(fs::read(folder.path("a.zip")).unwrap(), fs::read(folder.path("b.zip")).unwrap());
    let mut archive = ZipArchive::new(fs::File::open(folder.path("a.zip")).unwrap()).unwrap();
    let mut members = BTreeMap::new();
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).unwrap();
        members.insert(member.name().unwrap().into_owned(), bytes);
    }
    let manifest: Value = serde_json::from_slice(&members.remove("manifest.json").unwrap()).unwrap();
    assert_eq!(manifest["as_of"], AS_OF);
    assert_eq!(manifest["tool_version"], env!("CARGO_PKG_VERSION"));
    let listed = manifest["files"].as_array().unwrap();
    assert_eq!(listed.len(), members.len());
    for file in listed {
        let bytes = &members[file["path"].as_str().unwrap()];
        let hash: String = Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        assert_eq!(
            (file["sha256"].as_str().unwrap(), file["bytes"].as_u64().unwrap()),
            (hash.as_str(), bytes.len() as u64)
        );
    }
    let report: Value = serde_json::from_slice(&members["report.json"]).unwrap();
    assert_eq!(report["inputs"][0]["path"], "exports/cloud/Get-AcceptedDomain.json");
    assert!(
        members.contains_key("report.txt")
            && members.contains_key("report.html")
            && members.contains_key("report.md")
            && members.contains_key("exports/onprem/Get-AcceptedDomain.xml")
    );
    // It is an input like the exports it was made of.
    let (before, after) = (folder.check(&[sample.to_str().unwrap()]), folder.check(&["a.zip"]));
    assert_same("copies", &before, &after);
    assert_eq!(after.json["inputs"][0]["path"], "a.zip!/exports/cloud/Get-AcceptedDomain.json");
}

const DISABLED: &str = r#"{"Name": "O365 to On-premises - 1", "DomainNames": ["contoso.com"], "Enabled": false, "FreeBusyAccessLevel": "None"}"#;

/// A file in an archive: its name, and what is in it.
type Member<'a> = (&'a str, &'a [u8]);

/// An archive of files by name.
fn zip(path: &Path, members: &[Member<'_>]) {
    let mut zip = ZipWriter::new(fs::File::create(path).unwrap());
    for (name, bytes) in members {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

#[test]
fn archives_are_read_like_folders() {
    let folder = Folder::new();
    let member = ("cloud/Get-OrganizationRelationship.json", DISABLED.as_bytes());
    zip(&folder.path("x.zip"), &[member, ("readme.pdf", b"%PDF"), ("__MACOSX/._a.json", b"{")]);
    let report = folder.check(&["x.zip"]);
    assert_eq!(report.json["inputs"].as_array().unwrap().len(), 1);
    assert_eq!(report.findings("orgrel-disabled").len(), 1);
    let location = &report.json["inputs"][0]["path"];
    assert_eq!(location, "x.zip!/cloud/Get-OrganizationRelationship.json");
    // Whatever it is called; in a folder, where there is nothing else; and with redaction.
    fs::rename(folder.path("x.zip"), folder.path("x.bin")).unwrap();
    assert_eq!(folder.check(&["x.bin"]).findings("orgrel-disabled").len(), 1);
    fs::create_dir(folder.path("d")).unwrap();
    fs::rename(folder.path("x.bin"), folder.path("d/x.zip")).unwrap();
    assert_eq!(folder.check(&["d"]).findings("orgrel-disabled").len(), 1);
    assert_eq!(folder.check(&["d", "--redact"]).findings("orgrel-disabled").len(), 1);
    folder.write("d/cloud/Get-OrganizationRelationship.json", DISABLED.replace("false", "true"));
    assert_eq!(
        folder.check(&["d"]).findings("orgrel-disabled").len(),
        0,
        "archives beside exports are copies of them"
    );
    let redacted = run(&folder, &["redact", "d/x.zip", "--out", "out"]);
    assert_eq!(redacted.code, 0, "{redacted:?}");
    assert!(folder.path("out/cloud/Get-OrganizationRelationship.json").is_file());
}

#[test]
fn archives_that_are_no_collections_of_exports_are_refused() {
    let folder = Folder::new();
    let good = ("cloud/Get-OrganizationRelationship.json", DISABLED.as_bytes());
    let bomb = vec![b' '; 70 << 20];
    let cases: [(&str, &[Member<'_>], &str); 5] = [
        ("up.zip", &[good, ("../cloud/Get-AuthServer.json", b"[]")], "leads out of it"),
        ("root.zip", &[good, ("/etc/Get-AuthServer.json", b"[]")], "leads out of it"),
        ("nested.zip", &[good, ("inner.zip", b"PK\x05\x06")], "is an archive in an archive"),
        ("bomb.zip", &[("Get-AuthServer.json", &bomb)], "compressed more than"),
        ("empty.zip", &[("readme.md", b"")], "holds no exports"),
    ];
    for (name, members, expected) in cases {
        zip(&folder.path(name), members);
        let report = folder.check(&[name]);
        assert_eq!(report.code, if members.len() == 2 { 1 } else { 3 }, "{name}");
        let problems = report.problems();
        assert!(problems.iter().any(|problem| problem.contains(expected)), "{name}: {problems:?}");
        assert_eq!(report.findings("orgrel-disabled").len(), usize::from(members.len() == 2), "{name}");
    }
    let mut many = ZipWriter::new(fs::File::create(folder.path("many.zip")).unwrap());
    for number in 0..=10_000 {
        many.start_file(format!("{number}.json"), SimpleFileOptions::default()).unwrap();
    }
    many.finish().unwrap();
    let problems = folder.check(&["many.zip"]);
    assert!(problems.problems().iter().any(|problem| problem.contains("more than 10000 files")));
    // What the table of contents says of a member's size, made larger and smaller.
    let of_size = |name: &str, size: u32| {
        let members =
            ["a.json", "b.json", "Get-OrganizationRelationship.json"].map(|name| (name, DISABLED.as_bytes()));
        zip(&folder.path(name), &members);
        let mut bytes = fs::read(folder.path(name)).unwrap();
        let entries: Vec<usize> =
            (0..bytes.len() - 4).filter(|&at| bytes[at..at + 4] == *b"PK\x01\x02").collect();
        for at in entries {
            bytes[at + 24..at + 28].copy_from_slice(&size.to_le_bytes());
        }
        folder.write(name, &bytes);
        folder.check(&[name])
    };
    let large = of_size("large.zip", u32::MAX - 1);
    assert!(
        large.problems().iter().any(|problem| problem.contains("more than 8 GiB")),
        "{:?}",
        large.problems()
    );
    let small = of_size("small.zip", 20);
    let is_refused = |problem: &&str| problem.contains("larger than");
    assert!(small.problems().iter().any(is_refused), "{:?}", small.problems());
    assert!(small.findings("orgrel-disabled").is_empty());
    // The flag that says that a file is encrypted, in both of its headers.
    zip(&folder.path("locked.zip"), &[good]);
    let mut bytes = fs::read(folder.path("locked.zip")).unwrap();
    let central = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    bytes[6] |= 1;
    bytes[central + 8] |= 1;
    folder.write("locked.zip", &bytes).write("broken.zip", &bytes[..bytes.len() / 2]);
    assert!(folder.check(&["locked.zip"]).problems().iter().any(|problem| problem.contains("encrypted")));
    assert!(
        folder.check(&["broken.zip"]).problems().iter().any(|problem| problem.contains("cannot be read"))
    );
}

#[test]
fn copies_never_overwrite_and_standard_input_is_read() {
    let folder = Folder::new();
    folder.write("cloud/Get-OrganizationRelationship.json", DISABLED);
    assert_eq!(run(&folder, &["redact", "cloud", "--out", "."]).code, 3, "the copy would replace the export");
    assert_eq!(fs::read_to_string(folder.path("cloud/Get-OrganizationRelationship.json")).unwrap(), DISABLED);
    assert_eq!(run(&folder, &["redact", "--out", "x"]).code, 2);
    assert_eq!(run(&folder, &["redact", "missing", "--out", "x"]).code, 2);
    let mut command = Command::new(env!("CARGO_BIN_EXE_freebusy-lint"));
    let mut child = command
        .args(["redact", "-", "--out", "piped"])
        .current_dir(folder.path("."))
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(DISABLED.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    let [copy] = files(&folder.path("piped")).try_into().unwrap_or_else(|all| panic!("{all:?}"));
    assert!(fs::read_to_string(copy).unwrap().contains("do1.example"));
}

#[test]
fn a_bundle_is_written_only_where_there_is_something_to_pack() {
    let folder = Folder::new();
    folder.write("t.zip", "what was here before");
    let was = |name: &str| fs::read_to_string(folder.path(name)).ok();
    let ran = run(&folder, &["bundle", "e", "--out", "t.zip"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("`e`") && ran.stderr.contains("`t.zip` is not written"), "{ran:?}");
    folder.write("e/cloud/Get-OrganizationRelationship.json", DISABLED);
    assert_eq!(run(&folder, &["bundle", "e", "--out", "t.zip", "--as-of", "tomorrow"]).code, 2);
    assert_eq!(was("t.zip").as_deref(), Some("what was here before"));
    let ran = run(&folder, &["bundle", "e", "--out", "t.zip", "--as-of", AS_OF]);
    assert!(ran.stdout.starts_with("t.zip: 1 redacted export, "), "{ran:?}");
    folder.write("e/cloud/Get-AcceptedDomain.json", "[{");
    let ran = run(&folder, &["bundle", "e", "--out", "t.zip", "--as-of", AS_OF]);
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("1 export could not be read whole; report.txt says why"), "{ran:?}");
}

#[test]
fn copies_keep_the_sides_that_the_configuration_tells_and_overwrite_nothing() {
    let folder = Folder::new();
    folder
        .write("e/first/Get-OrganizationRelationship.json", DISABLED)
        .write("freebusy-lint.toml", "[sides]\ncloud = [\"e/first\"]\n");
    let redact = || run(&folder, &["redact", "e", "--out", "copies"]);
    assert_eq!(redact().code, 0);
    let copy = "copies/cloud/Get-OrganizationRelationship.json";
    let text = fs::read_to_string(folder.path(copy)).unwrap();
    let again = redact();
    assert_eq!(again.code, 3);
    assert!(again.stderr.contains(&format!("`{copy}`: it exists already")), "{again:?}");
    assert_eq!(fs::read_to_string(folder.path(copy)).unwrap(), text);
}

#[test]
fn a_broken_archive_is_an_input_that_cannot_be_read_and_its_name_is_redacted() {
    let folder = Folder::new();
    folder
        .write("zqxcustomer.zip", "PK\u{3}\u{4}")
        .write("e/cloud/Get-OrganizationRelationship.json", DISABLED);
    let arguments = ["e", "zqxcustomer.zip", "--fail-on", "never", "--as-of", AS_OF];
    assert_eq!(run(&folder, &arguments).code, 3);
    let ran = run(&folder, &[&arguments[..], &["--redact"]].concat());
    assert_eq!(ran.code, 3);
    assert_clean("report", ran.stdout.as_bytes());
    assert!(ran.stdout.contains("cannot be read"), "{ran:?}");
}
