//! The run that all renderers are tested on. It has what is known to break them: both sides and several files, UTF-16,
//! names beyond ASCII, a one-line file with labels far out, a finding without a place, escape sequences, a lint that
//! fails a hundred times, a file that could not be read, and lints that could not judge.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{
    Diagnostic, Direction, Extent, Finding, Fix, GateState, GateSummary, Hop, InputStatus, InputSummary,
    Label, LintSummary, Need, NeedKind, Noun, NounId, Outcome, PathSummary, Platform, Problem, RecordCount,
    RejectedObject, Run, ScriptLine, Severity, Subject, Suppressed, Suppression, Target, Used,
};
use crate::report::{HumanOptions, ReportFormat, write};
use crate::source::{Encoding, Position, SourceId, Sources, Text};

const ONPREM_RELATIONSHIP: &str = r#"[
  {
    "Name": "Zoë's relationship",
    "DomainNames": ["contoso.com", "contoso.mail.onmicrosoft.com"],
    "Enabled": true,
    "FreeBusyAccessEnabled": false,
    "FreeBusyAccessLevel": "None"
  }
]
"#;

const CLOUD_RELATIONSHIP: &str = "<Objs Version=\"1.1.0.1\">\r\n  <Obj RefId=\"0\">\r\n    <Props>\r\n      \
    <S N=\"Name\">O365 to 本社 ☎</S>\r\n      <S N=\"DomainNames\">fabrikam.com</S>\r\n    </Props>\r\n  </Obj>\r\n</Objs>\r\n";

/// `text` is where `needle` stands for the `nth` time.
pub(super) fn nth(text: &Text, needle: &str, nth: usize) -> Range<usize> {
    let start = text.content().match_indices(needle).nth(nth).unwrap().0;
    start..start + needle.len()
}

fn label(text: &Arc<Text>, needle: &str, message: &str, primary: bool) -> Label {
    Label::new(Arc::clone(text), nth(text, needle, 0), message, primary)
}

/// A label on a small text of its own, as the engine makes them.
fn excerpt(text: &Text, needle: &str, message: &str, primary: bool) -> Label {
    let (excerpt, ranges) = text.excerpt(&[nth(text, needle, 0)], 720, 4096);
    Label::new(Arc::new(excerpt), ranges[0].clone(), message, primary)
}

/// A finding of `lint` about an object of `cmdlet`.
pub(super) fn finding(
    severity: Severity,
    lint: &str,
    subject: Option<(Platform, &str, &str)>,
    message: &str,
    labels: Vec<Label>,
) -> Diagnostic {
    let subject = subject.map(|(side, cmdlet, object)| Subject {
        side: Some(side),
        cmdlet: cmdlet.into(),
        object: Some(object.into()),
    });
    let object = subject.as_ref().and_then(|subject| subject.object.as_deref()).unwrap_or_default();
    let fix = fix(lint, object);
    let fingerprint = format!("{lint}/{}", object.escape_default());
    let finding = Finding { lint: lint.into(), subject, why: why(lint).into(), fix, fingerprint };
    Diagnostic { labels, ..Diagnostic::found(finding, severity, message) }
}

/// What is wrong with an input.
pub(super) fn problem(severity: Severity, message: &str) -> Diagnostic {
    let what = message.to_owned().into();
    Diagnostic { severity, ..Diagnostic::problem(Problem::Malformed { what }) }
}

fn why(lint: &str) -> &'static str {
    match lint {
        "orgrel-domains-differ" => {
            "Each side looks the other's relationship up by the domain of the user.\nA domain that only one side lists \
             is answered with \"not found\", and the calendar shows hatched lines."
        }
        "orgrel-freebusy-disabled" => "Nobody on the other side sees free/busy while this is off.",
        "vdir-ews-wssecurity-off" => {
            "Requests from Exchange Online come with WS-Security; a server without it answers 401."
        }
        "mailbox-timezone-missing" => "Working hours without a time zone are shown in UTC.",
        _ => "Without the connector, Exchange Online cannot ask for free/busy with OAuth.",
    }
}

fn fix(lint: &str, object: &str) -> Option<Fix> {
    let quoted = format!("'{}'", object.replace('\'', "''"));
    let (text, command, side) = match lint {
        "orgrel-domains-differ" => (
            "List the same domains on both sides.",
            format!(
                "$domains = (Get-AcceptedDomain).DomainName\nSet-OrganizationRelationship {quoted} -DomainNames $domains"
            ),
            Platform::Cloud,
        ),
        "orgrel-freebusy-disabled" => (
            "Turn it on.",
            format!(
                "Set-OrganizationRelationship {quoted} -FreeBusyAccessEnabled $true -FreeBusyAccessLevel LimitedDetails"
            ),
            Platform::OnPrem,
        ),
        "vdir-ews-wssecurity-off" => (
            "Turn it on, then restart IIS on that server.",
            format!("Set-WebServicesVirtualDirectory {quoted} -WSSecurityAuthentication $true"),
            Platform::OnPrem,
        ),
        "connector-missing" => {
            let text = "Run the Hybrid Configuration Wizard again.";
            return Some(Fix { text: text.into(), command: None, side: None });
        }
        _ => return None,
    };
    Some(Fix { text: text.into(), command: Some(command), side: Some(side) })
}

fn lint(
    id: &str,
    title: &str,
    severity: Severity,
    outcome: Outcome,
    counts: (u64, u64),
    needs: Vec<Need>,
) -> LintSummary {
    let (checked, findings) = counts;
    LintSummary {
        id: id.into(),
        title: title.into(),
        area: id.split('-').next().unwrap().into(),
        severity,
        outcome,
        checked,
        findings,
        needs,
        why: why(id).into(),
        remedy: "Set the value of {rel.Name} back.".into(),
        references: vec![format!("https://learn.microsoft.com/exchange/{id}")],
    }
}

fn lacking_auth_server() -> Need {
    Need {
        kind: NeedKind::NoExport,
        noun: Some(Noun { id: NounId::at(2), name: "AuthServer".into(), cmdlet: "Get-AuthServer".into() }),
        property: None,
        script: Some(ScriptLine { arguments: "collect onprem".into(), line: 31 }),
        command: Some("Get-AuthServer | Export-Clixml onprem-AuthServer.xml".into()),
        side: Some(Platform::OnPrem),
        objects: 0,
    }
}

fn cut_domains(objects: u64) -> Need {
    let cmdlet = "Get-OrganizationRelationship".into();
    Need {
        kind: NeedKind::Cut,
        noun: Some(Noun { id: NounId::at(30), name: "OrganizationRelationship".into(), cmdlet }),
        property: Some("DomainNames".into()),
        command: None,
        side: None,
        script: None,
        objects,
    }
}

fn lints() -> Vec<LintSummary> {
    use Outcome::{Failed, NotApplicable, Passed, Unknown};
    use Severity::{Error, Info, Warning};
    vec![
        lint(
            "auth-server-disabled",
            "authorization server is disabled",
            Error,
            Unknown,
            (0, 0),
            vec![lacking_auth_server()],
        ),
        lint(
            "auth-server-realm",
            "authorization server has no realm",
            Error,
            Unknown,
            (3, 0),
            vec![lacking_auth_server(), cut_domains(3)],
        ),
        lint("connector-missing", "there is no intra-organization connector", Error, Failed, (1, 1), vec![]),
        lint("domain-shared", "domain is not shared", Info, NotApplicable, (0, 0), vec![]),
        lint(
            "mailbox-timezone-missing",
            "mailbox has no time zone",
            Warning,
            Failed,
            (1000, 1),
            vec![cut_domains(12)],
        ),
        lint("orgrel-domains-differ", "the two sides list different domains", Error, Failed, (2, 1), vec![]),
        lint(
            "orgrel-freebusy-disabled",
            "organization relationship does not share free/busy",
            Error,
            Failed,
            (2, 1),
            vec![],
        ),
        lint("orgrel-name", "organization relationship has no name", Info, Passed, (2, 0), vec![]),
        lint(
            "vdir-ews-wssecurity-off",
            "EWS virtual directory does not accept WS-Security",
            Warning,
            Failed,
            (100, 100),
            vec![],
        ),
    ]
}

fn input(
    path: &str,
    format: &'static str,
    encoding: Encoding,
    records: &[(Option<Platform>, &str, u64)],
) -> InputSummary {
    let records = records.iter().map(|&(side, cmdlet, records)| RecordCount {
        side,
        cmdlet: cmdlet.into(),
        records,
        extent: Extent::Complete,
    });
    InputSummary {
        path: path.into(),
        format: Some(format),
        encoding: Some(encoding.name()),
        records: records.collect(),
        unrecognized: 0,
        status: InputStatus::Read,
    }
}

fn inputs() -> Vec<InputSummary> {
    let relationship = "Get-OrganizationRelationship";
    let onprem = Some(Platform::OnPrem);
    let unknown = InputSummary {
        unrecognized: 4,
        status: InputStatus::Unrecognized,
        ..input("exports/notes.json", "json", Encoding::Utf8, &[])
    };
    let empty = InputSummary {
        status: InputStatus::Empty,
        ..input(
            "exports/onprem/Get-IntraOrganizationConnector.json",
            "json",
            Encoding::Utf8,
            &[(onprem, "Get-IntraOrganizationConnector", 0)],
        )
    };
    let failed = InputSummary {
        format: None,
        encoding: None,
        status: InputStatus::Failed,
        ..input("exports/onprem/locked.xml", "clixml", Encoding::Utf8, &[])
    };
    let partial = InputSummary {
        status: InputStatus::Partial,
        ..input("exports/onprem/broken.json", "json", Encoding::Utf8, &[(None, relationship, 1)])
    };
    vec![
        input("exports/onprem/orgrel.json", "json", Encoding::Utf8, &[(onprem, relationship, 1)]),
        input(
            "exports/cloud/orgrel.xml",
            "clixml",
            Encoding::Utf16Le,
            &[(Some(Platform::Cloud), relationship, 1)],
        ),
        input(
            "exports/onprem/all.json",
            "json",
            Encoding::Utf8,
            &[(onprem, "Get-Mailbox", 1000), (onprem, "Get-WebServicesVirtualDirectory", 100)],
        ),
        partial,
        unknown,
        empty,
        failed,
    ]
}

/// One line of a thousand mailboxes, about 200 KB, the last of which has no time zone.
fn mailboxes() -> String {
    let mailbox = |number: usize| {
        let zone = if number == 999 { "null" } else { "\"W. Europe Standard Time\"" };
        let filler = "x".repeat(100);
        format!(
            r#"{{"Identity":"fabrikam.com/Users/user{number:03}","Notes":"{filler}","WorkingHoursTimeZone":{zone}}}"#
        )
    };
    format!("[{}]", (0..1000).map(mailbox).collect::<Vec<_>>().join(","))
}

fn directories(source: SourceId) -> Vec<Diagnostic> {
    let row = |number: usize| {
        format!("  {{ \"Identity\": \"EX{number:02}\\EWS\x1b[31m\", \"WSSecurityAuthentication\": false }}")
    };
    let content = format!("[\n{}\n]\n", (0..100).map(row).collect::<Vec<_>>().join(",\n"));
    let text = Text::whole(source, content);
    let finding = |number: usize| {
        let range = nth(&text, "false", number);
        let (excerpt, ranges) = text.excerpt(&[range], 720, 4096);
        let label = Label::new(Arc::new(excerpt), ranges[0].clone(), "expected true", true);
        let name = format!("EX{number:02}\\EWS\x1b[31m");
        let message = format!("{name} has WSSecurityAuthentication false");
        let subject = Some((Platform::OnPrem, "Get-WebServicesVirtualDirectory", name.as_str()));
        finding(Severity::Warning, "vdir-ews-wssecurity-off", subject, &message, vec![label])
    };
    (0..100).map(finding).collect()
}

fn problems(sources: &mut Sources) -> Vec<Diagnostic> {
    let broken = sources.add("exports/onprem/broken.json");
    let broken = Arc::new(Text::whole(broken, "[\n  { \"Name\": \"a\" },\n  { \"Name\": \"b\"\n".into()));
    let lint_file = sources.add("custom/orgrel/orgrel-own.toml");
    let lint_file =
        Arc::new(Text::whole(lint_file, "id = \"orgrel-own\"\n\n[[expect]]\nthat = 'rel.Enabledd'\n".into()));
    let misspelt =
        Problem::InvalidLintFile { what: "Get-OrganizationRelationship has no property Enabledd".into() };
    vec![
        problem(Severity::Error, "the file ends inside a record: the export was cut off")
            .with_label(label(&broken, "{ \"Name\": \"b\"", "begins here", true))
            .with_help("export again, and wait until the prompt is back"),
        Diagnostic::problem(Problem::Unreadable { reason: "cannot read: permission denied".into() })
            .with_path("exports/onprem/locked.xml")
            .with_help("check the permissions of the file or folder"),
        Diagnostic { severity: Severity::Warning, ..Diagnostic::problem(misspelt) }
            .with_label(label(&lint_file, "Enabledd", "", true))
            .with_help("did you mean Enabled?"),
    ]
}

/// See the module.
/// A finding that the configuration names, and one that the baseline has.
fn suppressed(onprem: &Arc<Text>) -> Vec<Suppressed> {
    let finding = |lint: &str, message: &str| {
        let subject = Some((Platform::OnPrem, "Get-OrganizationRelationship", "Zoë's relationship"));
        finding(
            Severity::Warning,
            lint,
            subject,
            message,
            vec![label(onprem, "true", "", true).with_property("Enabled")],
        )
    };
    let reason = "the relationship is kept for the archive until the move is done";
    vec![
        Suppressed {
            finding: finding("orgrel-freebusy-scope-set", "Zoë's relationship answers one group only"),
            by: Suppression::Configuration { reason: reason.into(), until: Some("2026-12-31".into()) },
        },
        Suppressed {
            finding: finding("orgrel-disabled", "Zoë's relationship is disabled"),
            by: Suppression::Baseline,
        },
    ]
}

/// A path with a gate of each state, one that cannot be known, and one that ends nowhere.
fn paths(onprem: &Arc<Text>, cloud: &Arc<Text>) -> Vec<PathSummary> {
    let hop = |side, object: &str, label| Hop {
        subject: Subject {
            side: Some(side),
            cmdlet: "Get-OrganizationRelationship".into(),
            object: Some(object.into()),
        },
        label,
    };
    let need = lacking_auth_server();
    let gate = |id, title, state, lint: &str, evidence, needs| GateSummary {
        id,
        title,
        state,
        lints: vec![lint.into()],
        evidence,
        needs,
    };
    let domains = label(cloud, "fabrikam.com", "O365 to 本社 ☎", false).with_property("DomainNames");
    let level = label(onprem, "\"None\"", "", true).with_property("FreeBusyAccessLevel");
    let gates = vec![
        gate(
            "gate-passed",
            "a gate that is passed",
            GateState::Passed,
            "orgrel-domains-differ",
            vec![domains.clone()],
            vec![],
        ),
        gate(
            "gate-warned",
            "a gate that is nearly shut",
            GateState::Warned,
            "mailbox-timezone-missing",
            vec![],
            vec![],
        ),
        gate(
            "gate-failed",
            "a gate that is shut",
            GateState::Failed,
            "orgrel-freebusy-disabled",
            vec![level],
            vec![],
        ),
        gate(
            "gate-unknown",
            "a gate that nobody can judge",
            GateState::Unknown,
            "authserver-none",
            vec![],
            vec![need.clone()],
        ),
        gate(
            "gate-empty",
            "a gate with nothing to look at",
            GateState::NotApplicable,
            "tls12-off",
            vec![],
            vec![],
        ),
    ];
    let path = |direction, domain: &str| PathSummary {
        direction,
        from: None,
        to: None,
        tried: vec![domain.into()],
        domain: domain.into(),
        assumptions: vec![],
        used: None,
        needs: vec![],
        rejected: vec![],
        gates: vec![],
    };
    let relationship = hop(Platform::Cloud, "O365 to 本社 ☎", Some(domains.clone()));
    let target = Target {
        url: "https://mail.fabrikam.com/EWS/Exchange.asmx".into(),
        is_direct: true,
        label: Some(domains),
    };
    vec![
        PathSummary {
            from: Some("zoë@contoso.com".into()),
            to: Some("b@fabrikam.com".into()),
            assumptions: vec!["its target address is taken to be b@fabrikam.com".into()],
            used: Some(Used {
                auth: "DAuth",
                object: Some(relationship),
                target: Some(target),
                failure: None,
            }),
            rejected: vec![RejectedObject {
                hop: hop(Platform::Cloud, "Old relationship", None),
                reason: "it is disabled",
            }],
            gates,
            ..path(Direction::CloudToOnPrem, "fabrikam.com")
        },
        PathSummary { needs: vec![need], ..path(Direction::OnPremToCloud, "contoso.mail.onmicrosoft.com") },
        PathSummary {
            used: Some(Used {
                auth: "none",
                object: None,
                target: None,
                failure: Some(("no-path", "nothing lists the domain")),
            }),
            ..path(Direction::CloudToOnPrem, "contoso.com")
        },
    ]
}

/// What a format makes of a run.
pub(super) fn rendered(run: &Run, format: ReportFormat) -> String {
    let mut out = Vec::new();
    write(run, format, &HumanOptions::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

pub(super) fn sample_run() -> Run {
    let mut sources = Sources::default();
    let onprem = Arc::new(Text::whole(sources.add("exports/onprem/orgrel.json"), ONPREM_RELATIONSHIP.into()));
    let start = Position { line: 1, column: 1 };
    let cloud = sources.add("exports/cloud/orgrel.xml");
    let cloud = Arc::new(Text::block(cloud, Encoding::Utf16Le, CLOUD_RELATIONSHIP.into(), 2, start));
    let mailboxes = Text::whole(sources.add("exports/onprem/all.json"), mailboxes());
    let directories_source = sources.add("exports/onprem/vdir.json");

    let relationship = "Get-OrganizationRelationship";
    let zoe = "Zoë's relationship";
    let mut findings = vec![
        finding(
            Severity::Error,
            "connector-missing",
            Some((Platform::OnPrem, "Get-IntraOrganizationConnector", "fabrikam.com")),
            "there is no connector whose TargetAddressDomains has fabrikam.com",
            vec![],
        ),
        finding(
            Severity::Warning,
            "mailbox-timezone-missing",
            Some((Platform::OnPrem, "Get-Mailbox", "fabrikam.com/Users/user999")),
            "fabrikam.com/Users/user999 has no WorkingHoursTimeZone",
            vec![excerpt(&mailboxes, "null", "expected a time zone", true)],
        ),
        finding(
            Severity::Error,
            "orgrel-domains-differ",
            Some((Platform::Cloud, relationship, "O365 to 本社 ☎")),
            "O365 to 本社 ☎ lists fabrikam.com, Zoë's relationship contoso.com and contoso.mail.onmicrosoft.com",
            vec![
                label(&cloud, "fabrikam.com", "only Exchange Online has this", true),
                label(
                    &onprem,
                    "\"contoso.com\", \"contoso.mail.onmicrosoft.com\"",
                    "compared with this",
                    false,
                ),
            ],
        ),
        finding(
            Severity::Error,
            "orgrel-freebusy-disabled",
            Some((Platform::OnPrem, relationship, zoe)),
            "Zoë's relationship has FreeBusyAccessEnabled false and FreeBusyAccessLevel None",
            vec![
                label(&onprem, "false", "expected true", true),
                label(&onprem, "\"None\"", "expected AvailabilityOnly or LimitedDetails", true),
            ],
        ),
    ];
    let paths = paths(&onprem, &cloud);
    let suppressed = suppressed(&onprem);
    findings.extend(directories(directories_source));
    let problems = problems(&mut sources);
    Run {
        as_of: "2026-10-31".into(),
        sources,
        inputs: inputs(),
        lints: lints(),
        findings,
        suppressed,
        problems,
        paths,
    }
}

/// A part of a report in JSON as it is printed, by the names and numbers that lead to it: `findings/2`.
pub(super) fn part(report: &str, path: &str) -> String {
    let mut lines: Vec<&str> = report.lines().collect();
    for step in path.split('/') {
        // Within the brackets of what was found, one level to the left.
        lines =
            lines[1..lines.len() - 1].iter().map(|line| line.strip_prefix("  ").unwrap_or(line)).collect();
        let begins = |line: &str| !line.starts_with([' ', '}', ']']);
        let mut starts = (0..lines.len()).filter(|at| begins(lines[*at]));
        let start = match step.parse() {
            Ok(index) => starts.nth(index).unwrap(),
            Err(_) => starts.find(|at| lines[*at].starts_with(&format!("\"{step}\":"))).unwrap(),
        };
        let end = starts.next().unwrap_or(lines.len());
        lines = lines[start..end].to_vec();
    }
    lines.join("\n")
}

/// A report in JSON without what stands deeper than `depth` levels.
pub(super) fn outline(report: &str, depth: usize) -> String {
    let indent = "  ".repeat(depth + 1);
    let lines = report.lines().filter(|line| !line.starts_with(&indent));
    lines.collect::<Vec<_>>().join("\n")
}
