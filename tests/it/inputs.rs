//! The same objects in every form that PowerShell writes them give the same findings; and files that mean harm, or
//! were broken on the way, are told about and never stop a run.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::fmt::Write as _;

use serde_json::{Value, json};

/// A value of an exported property.
enum Property {
    Null,
    Bool(bool),
    Text(&'static str),
    Url(&'static str),
    /// Texts, and the .NET type of each where the Exchange Management Shell has them.
    List(&'static str, &'static [&'static str]),
    /// Name and number.
    Enum(&'static str, i32),
    /// Hours.
    Span(i64),
    /// What a folder permission is for.
    User(&'static str),
}

use Property::{Bool, Enum, List, Null, Span, Text, Url, User};

use crate::support::{Folder, Report};

struct Object {
    side: &'static str,
    cmdlet: &'static str,
    type_name: &'static str,
    properties: Vec<(&'static str, Property)>,
}

const DOMAIN: &str = "Microsoft.Exchange.Data.SmtpDomain";

/// Six kinds of objects, each with faults.
fn objects() -> Vec<Object> {
    let relationship = |name, level| Object {
        side: "cloud",
        cmdlet: "Get-OrganizationRelationship",
        type_name: "Microsoft.Exchange.Data.Directory.SystemConfiguration.OrganizationRelationship",
        properties: vec![
            ("DomainNames", List(DOMAIN, &["contoso.com", "bücher.contoso.com"])),
            ("Enabled", Bool(true)),
            ("FreeBusyAccessEnabled", Bool(true)),
            ("FreeBusyAccessLevel", level),
            ("FreeBusyAccessScope", Null),
            ("TargetApplicationUri", Url("FYDIBOHF25SPDLT.contoso.com")),
            ("Name", Text(name)),
        ],
    };
    vec![
        relationship("O365 to On-premises - Müller & <Söhne> 🏢", Enum("None", 0)),
        relationship("O365 to On-premises - 2", Enum("LimitedDetails", 2)),
        Object {
            side: "onprem",
            cmdlet: "Get-IntraOrganizationConnector",
            type_name: "Microsoft.Exchange.Data.Directory.SystemConfiguration.IntraOrganizationConnector",
            properties: vec![
                ("TargetAddressDomains", List(DOMAIN, &["contoso.mail.onmicrosoft.com"])),
                (
                    "DiscoveryEndpoint",
                    Url("https://autodiscover-s.outlook.com/autodiscover/autodiscover.xml"),
                ),
                ("Enabled", Bool(true)),
                ("Name", Text("HybridIOC")),
            ],
        },
        Object {
            side: "onprem",
            cmdlet: "Get-AuthServer",
            type_name: "Microsoft.Exchange.Data.Directory.SystemConfiguration.AuthServer",
            properties: vec![
                ("IssuerIdentifier", Text("00000001-0000-0000-c000-000000000000")),
                ("TokenIssuingEndpoint", Url("https://accounts.accesscontrol.windows.net/tokens/OAuth/2")),
                ("AuthMetadataUrl", Url("https://accounts.accesscontrol.windows.net/metadata/json/1")),
                ("Type", Text("MicrosoftACS")),
                ("Enabled", Bool(false)),
                ("Name", Text("ACS - 1")),
            ],
        },
        Object {
            side: "onprem",
            cmdlet: "Get-WebServicesVirtualDirectory",
            type_name: "Microsoft.Exchange.Data.Directory.SystemConfiguration.ADWebServicesVirtualDirectory",
            properties: vec![
                ("MRSProxyEnabled", Bool(true)),
                ("WSSecurityAuthentication", Bool(true)),
                ("OAuthAuthentication", Bool(false)),
                ("ExternalUrl", Null),
                ("InternalUrl", Url("https://ex01.contoso.local/EWS/Exchange.asmx")),
                ("Server", Text("EX01")),
                ("Name", Text("EWS (Default Web Site)")),
                ("Identity", Text("EX01\\EWS (Default Web Site)")),
            ],
        },
        Object {
            side: "onprem",
            cmdlet: "Get-MailboxCalendarConfiguration",
            type_name: "Microsoft.Exchange.Data.Storage.Management.MailboxCalendarConfiguration",
            properties: vec![
                ("WorkDays", Text("None")),
                ("WorkingHoursStartTime", Span(22)),
                ("WorkingHoursEndTime", Span(6)),
                ("WorkingHoursTimeZone", Text("Europe/Berlin")),
                ("Identity", Text("contoso.com/Rooms/Raum 1")),
            ],
        },
        Object {
            side: "cloud",
            cmdlet: "Get-MailboxFolderPermission",
            type_name: "Microsoft.Exchange.Management.StoreTasks.MailboxFolderPermission",
            properties: vec![
                ("Mailbox", Text("room1@contoso.com")),
                ("FolderName", Text("Kalender")),
                ("User", User("Default")),
                (
                    "AccessRights",
                    List("Microsoft.Exchange.Management.StoreTasks.MailboxFolderAccessRight", &["None"]),
                ),
                ("Identity", Text("room1@contoso.com:\\Kalender")),
            ],
        },
    ]
}

/// What the objects deserve.
const EXPECTED: [(&str, &str); 8] = [
    ("authserver-disabled", "ACS - 1"),
    ("calendar-default-no-access", "room1@contoso.com Default"),
    ("ews-oauth-off", "EX01\\EWS (Default Web Site)"),
    ("ioc-discovery-endpoint-invalid", "HybridIOC"),
    ("orgrel-freebusy-level-none", "O365 to On-premises - Müller & <Söhne> 🏢"),
    ("workdays-none", "contoso.com/Rooms/Raum 1"),
    ("workhours-start-after-end", "contoso.com/Rooms/Raum 1"),
    ("workhours-timezone-unknown", "contoso.com/Rooms/Raum 1"),
];

// Writers

/// `ConvertTo-Json` of Windows PowerShell in the Exchange Management Shell: numbers for enums, objects for domains and
/// time spans, `/Date(…)/`, two blanks after a colon.
fn json_of_windows_powershell(objects: &[Object]) -> String {
    let value = |property: &Property| match property {
        Null => "null".to_owned(),
        Bool(value) => value.to_string(),
        Text(text) | Url(text) => windows_string(text),
        List(DOMAIN, items) => {
            let items: Vec<String> = items
                .iter()
                .map(|item| format!("{{\r\n  \"Domain\":  {}\r\n}}", windows_string(item)))
                .collect();
            format!("[\r\n{}\r\n]", items.join(",\r\n"))
        }
        List(_, items) => {
            let items: Vec<String> = items.iter().map(|item| windows_string(item)).collect();
            format!("{{\r\n  \"value\":  [{}],\r\n  \"Count\":  {}\r\n}}", items.join(","), items.len())
        }
        Enum(_, number) => number.to_string(),
        Span(hours) => {
            let ticks = hours * 36_000_000_000;
            format!(
                "{{\r\n  \"Ticks\":  {ticks},\r\n  \"Days\":  0,\r\n  \"Hours\":  {hours},\r\n  \"TotalHours\":  {hours}\r\n}}"
            )
        }
        User(name) => format!(
            "{{\r\n  \"UserType\":  {{\r\n    \"Value\":  \"{name}\"\r\n  }},\r\n  \"DisplayName\":  \"{name}\"\r\n}}"
        ),
    };
    list(objects.iter().map(|object| {
        let notes = [
            format!("    \"PSComputerName\":  \"{}\"", host(object)),
            "    \"RunspaceId\":  \"6f0d8f4e-0c1b-4f58-a2f1-0f6a3a5b7c9d\"".to_owned(),
            "    \"WhenChanged\":  \"\\/Date(1776320086000)\\/\"".to_owned(),
        ];
        let own =
            object.properties.iter().map(|(name, property)| format!("    \"{name}\":  {}", value(property)));
        format!("{{\r\n{}\r\n}}", notes.into_iter().chain(own).collect::<Vec<_>>().join(",\r\n"))
    }))
}

/// As JavaScriptSerializer escapes.
fn windows_string(text: &str) -> String {
    let escaped = json!(text).to_string();
    escaped.replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e").replace('\'', "\\u0027")
}

/// `ConvertTo-Json` of PowerShell 7 over what Exchange Online sends: names for enums, text for time spans.
fn json_of_powershell_7(objects: &[Object]) -> String {
    let value = |property: &Property| match property {
        Null => Value::Null,
        Bool(value) => json!(value),
        Text(text) | Url(text) | User(text) | Enum(text, _) => json!(text),
        List(_, items) => json!(items),
        Span(hours) => json!(format!("{hours:02}:00:00")),
    };
    list(objects.iter().map(|object| {
        let lines =
            object.properties.iter().map(|(name, property)| format!("  \"{name}\": {}", value(property)));
        format!("{{\n{}\n}}", lines.collect::<Vec<_>>().join(",\n"))
    }))
}

/// One object stands alone, several in a list.
fn list(objects: impl Iterator<Item = String>) -> String {
    let objects: Vec<String> = objects.collect();
    match objects.as_slice() {
        [only] => only.clone(),
        several => format!("[\r\n{}\r\n]\r\n", several.join(",\r\n")),
    }
}

fn host(object: &Object) -> &'static str {
    if object.side == "cloud" { "outlook.office365.com" } else { "ex01.contoso.com" }
}

/// Text as `Export-Clixml` writes it: `_xHHHH_` for what is outside the basic plane, then XML.
fn clixml_text(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c if c.len_utf16() == 2 => {
                c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| write!(out, "_x{unit:04X}_").unwrap());
            }
            c => out.push(c),
        }
    }
    out
}

/// How objects came to the shell that ran `Export-Clixml`.
#[derive(Clone, Copy, PartialEq)]
enum Capture {
    /// Exchange Management Shell: rebuilt objects.
    ManagementShell,
    /// Another shell and Import-PSSession: property bags.
    Remoting,
    /// Exchange Online's module: notes on an empty object.
    Rest,
}

struct CliXml {
    capture: Capture,
    out: String,
    objects: usize,
    /// Type names that were written, by number.
    types: Vec<String>,
}

impl CliXml {
    fn file(capture: Capture, objects: &[Object]) -> String {
        let mut file = Self { capture, out: String::new(), objects: 0, types: Vec::new() };
        file.out.push_str(
            "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">\r\n",
        );
        objects.iter().for_each(|object| file.object(object));
        file.out.push_str("</Objs>");
        file.out
    }

    /// Begins an object and says its types.
    fn begin(&mut self, name: Option<&str>, types: &[&str]) {
        let name = name.map(|name| format!(" N=\"{name}\"")).unwrap_or_default();
        write!(self.out, "<Obj{name} RefId=\"{}\">", self.objects).unwrap();
        self.objects += 1;
        let prefix = if self.capture == Capture::Remoting { "Deserialized." } else { "" };
        let first = format!("{prefix}{}", types[0]);
        if let Some(known) = self.types.iter().position(|known| *known == first) {
            write!(self.out, "<TNRef RefId=\"{known}\" />").unwrap();
            return;
        }
        write!(self.out, "<TN RefId=\"{}\">", self.types.len()).unwrap();
        types.iter().for_each(|name| write!(self.out, "<T>{prefix}{name}</T>").unwrap());
        self.out.push_str("</TN>");
        self.types.push(first);
    }

    fn object(&mut self, object: &Object) {
        if self.capture == Capture::Rest {
            self.begin(None, &["System.Management.Automation.PSCustomObject", "System.Object"]);
            self.out.push_str("<MS>");
        } else {
            self.begin(
                None,
                &[object.type_name, "Microsoft.Exchange.Data.ConfigurableObject", "System.Object"],
            );
            write!(self.out, "<ToString>{}</ToString>\r\n<Props>", clixml_text(object.type_name)).unwrap();
        }
        object.properties.iter().for_each(|(name, property)| self.property(name, property));
        if self.capture == Capture::Rest {
            self.out.push_str("</MS></Obj>\r\n");
            return;
        }
        self.out.push_str("</Props>\r\n<MS>");
        write!(self.out, "<S N=\"PSComputerName\">{}</S>", host(object)).unwrap();
        self.out.push_str("<G N=\"RunspaceId\">6f0d8f4e-0c1b-4f58-a2f1-0f6a3a5b7c9d</G><B N=\"PSShowComputerName\">false</B></MS></Obj>\r\n");
    }

    fn property(&mut self, name: &str, property: &Property) {
        let is_rich = self.capture == Capture::ManagementShell;
        match property {
            Null => write!(self.out, "<Nil N=\"{name}\" />").unwrap(),
            Bool(value) => write!(self.out, "<B N=\"{name}\">{value}</B>").unwrap(),
            Url(text) if is_rich => {
                write!(self.out, "<URI N=\"{name}\">{}</URI>", clixml_text(text)).unwrap()
            }
            Enum(text, number) if is_rich => {
                self.begin(Some(name), &["Microsoft.Exchange.Data.SomeEnum", "System.Enum", "System.Object"]);
                write!(self.out, "<ToString>{text}</ToString><I32>{number}</I32></Obj>").unwrap();
            }
            User(text) if is_rich => {
                self.begin(
                    Some(name),
                    &["Microsoft.Exchange.Management.StoreTasks.MailboxFolderUserId", "System.Object"],
                );
                write!(
                    self.out,
                    "<ToString>{text}</ToString><Props><S N=\"DisplayName\">{text}</S></Props></Obj>"
                )
                .unwrap();
            }
            Span(hours) if is_rich => write!(self.out, "<TS N=\"{name}\">PT{hours}H</TS>").unwrap(),
            Span(hours) => write!(self.out, "<S N=\"{name}\">{hours:02}:00:00</S>").unwrap(),
            Text(text) | Url(text) | Enum(text, _) | User(text) => {
                write!(self.out, "<S N=\"{name}\">{}</S>", clixml_text(text)).unwrap();
            }
            List(item_type, items) => self.list(name, item_type, items),
        }
    }

    fn list(&mut self, name: &str, item_type: &str, items: &[&str]) {
        let list_type = match self.capture {
            Capture::Rest => "System.Collections.ArrayList",
            Capture::ManagementShell | Capture::Remoting => {
                "Microsoft.Exchange.Data.MultiValuedProperty`1[[Item]]"
            }
        };
        self.begin(Some(name), &[list_type, "System.Object"]);
        self.out.push_str("<LST>");
        for item in items {
            if self.capture == Capture::ManagementShell {
                self.begin(None, &[item_type, "System.Object"]);
                write!(
                    self.out,
                    "<ToString>{0}</ToString><Props><S N=\"Domain\">{0}</S></Props></Obj>",
                    clixml_text(item)
                )
                .unwrap();
            } else {
                write!(self.out, "<S>{}</S>", clixml_text(item)).unwrap();
            }
        }
        self.out.push_str("</LST></Obj>");
    }
}

/// `ConvertTo-Xml -Depth 3`.
fn convert_to_xml(objects: &[Object]) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut out = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<Objects>\r\n".to_owned();
    for object in objects {
        writeln!(out, "  <Object Type=\"{}\">", object.type_name).unwrap();
        writeln!(
            out,
            "    <Property Name=\"PSComputerName\" Type=\"System.String\">{}</Property>",
            host(object)
        )
        .unwrap();
        for (name, property) in &object.properties {
            let (kind, text) = match property {
                Null => {
                    writeln!(out, "    <Property Name=\"{name}\" />").unwrap();
                    continue;
                }
                Bool(value) => ("System.Boolean", if *value { "True" } else { "False" }.to_owned()),
                Text(text) => ("System.String", escape(text)),
                Url(text) => ("System.Uri", escape(text)),
                Enum(text, _) => ("Microsoft.Exchange.Data.SomeEnum", (*text).to_owned()),
                User(text) => {
                    ("Microsoft.Exchange.Management.StoreTasks.MailboxFolderUserId", (*text).to_owned())
                }
                Span(hours) => ("System.TimeSpan", format!("{hours:02}:00:00")),
                List(item_type, items) => {
                    let items = items.iter().map(|item| {
                        format!("\n      <Property Type=\"{item_type}\">{}</Property>", escape(item))
                    });
                    (
                        "Microsoft.Exchange.Data.MultiValuedProperty`1[[Item]]",
                        items.collect::<String>() + "\n    ",
                    )
                }
            };
            writeln!(out, "    <Property Name=\"{name}\" Type=\"{kind}\">{text}</Property>").unwrap();
        }
        out.push_str("  </Object>\n");
    }
    out + "</Objects>\n"
}

/// A value as text; the items of a list between `start` and `end`, with `between` between them.
fn plain(property: &Property, [start, between, end]: [&str; 3]) -> String {
    match property {
        Null => String::new(),
        Bool(value) => if *value { "True" } else { "False" }.to_owned(),
        Text(text) | Url(text) | Enum(text, _) | User(text) => (*text).to_owned(),
        Span(hours) => format!("{hours:02}:00:00"),
        List(_, items) => format!("{start}{}{end}", items.join(between)),
    }
}

/// `Format-List`, broken at the end of words for a console of that many columns.
fn format_list(objects: &[Object], console: usize) -> String {
    let mut out = String::new();
    for object in objects {
        let longest = object.properties.iter().map(|(name, _)| name.len()).max().unwrap();
        let width = console.saturating_sub(longest + 3);
        out.push_str("\r\n");
        for (name, property) in &object.properties {
            let mut lines = vec![String::new()];
            for word in plain(property, ["{", ", ", "}"]).split_inclusive(' ') {
                let length = lines.last().unwrap().chars().count();
                let fits = |length: usize| word.chars().count() + length <= width;
                if !fits(length) && fits(0) {
                    lines.push(String::new());
                }
                for c in word.chars() {
                    if lines.last().unwrap().chars().count() == width {
                        lines.push(String::new());
                    }
                    lines.last_mut().unwrap().push(c);
                }
            }
            let blanks = " ".repeat(longest + 3);
            write!(out, "{name:longest$} : {}\r\n", lines.join(&format!("\r\n{blanks}"))).unwrap();
        }
    }
    out
}

/// A transcript of PowerShell 7, with colours.
fn transcript(objects: &[Object]) -> String {
    let Some(first) = objects.first() else { return String::new() };
    let stars = "*".repeat(22);
    let list = format_list(objects, usize::MAX).replace(" : ", " : \x1B[0m");
    let list: String = list.lines().map(|line| format!("{line}\n")).collect();
    let list = list.replace("\nName ", "\n\x1B[32;1mName ");
    format!(
        "{stars}\nPowerShell transcript start\nMachine: ADMIN01\n{stars}\nTranscript started\nPS C:\\> {} | fl\n{list}\nPS C:\\> \n",
        first.cmdlet
    )
}

/// `Export-Csv` of Windows PowerShell, where lists print their items.
fn csv(objects: &[Object]) -> String {
    let Some(first) = objects.first() else { return String::new() };
    let quoted = |fields: Vec<String>| {
        let fields: Vec<String> =
            fields.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect();
        fields.join(",") + "\r\n"
    };
    let names = first.properties.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut out = format!("#TYPE Deserialized.{}\r\n{}", first.type_name, quoted(names));
    for object in objects {
        let fields = object.properties.iter().map(|(_, property)| plain(property, ["", " ", ""]));
        out.push_str(&quoted(fields.collect()));
    }
    out
}

type Writer = fn(&[Object]) -> String;

const WRITERS: [(&str, &str, &str, Writer); 6] = [
    ("JSON of Windows PowerShell", "json", "JSON", json_of_windows_powershell),
    ("JSON of PowerShell 7", "json", "JSON", json_of_powershell_7),
    ("CLIXML of the Exchange Management Shell", "xml", "CLIXML", |all| {
        CliXml::file(Capture::ManagementShell, all)
    }),
    ("CLIXML over remoting", "xml", "CLIXML", |all| CliXml::file(Capture::Remoting, all)),
    ("CLIXML of Exchange Online's module", "xml", "CLIXML", |all| CliXml::file(Capture::Rest, all)),
    ("ConvertTo-Xml", "xml", "ConvertTo-Xml", convert_to_xml),
];

/// Forms in which nothing tells where a file was cut.
const TEXT_WRITERS: [(&str, &str, &str, Writer); 4] = [
    ("Format-List of Windows PowerShell", "txt", "Format-List", |all| format_list(all, 80)),
    ("Format-List of PowerShell 7", "txt", "Format-List", |all| format_list(all, usize::MAX)),
    ("Format-List in a transcript", "log", "Format-List", transcript),
    ("CSV", "csv", "CSV", csv),
];

fn all_writers() -> impl Iterator<Item = (&'static str, &'static str, &'static str, Writer)> {
    WRITERS.into_iter().chain(TEXT_WRITERS)
}

// Encodings

type Encoder = fn(&str) -> Vec<u8>;

const ENCODERS: [(&str, &str, Encoder); 5] = [
    ("UTF-8", "UTF-8", |text| text.into()),
    ("UTF-8 with byte order mark", "UTF-8", |text| format!("\u{FEFF}{text}").into_bytes()),
    ("UTF-16LE", "UTF-16LE", |text| {
        format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
    }),
    ("UTF-16BE", "UTF-16BE", |text| {
        format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect()
    }),
    ("UTF-16LE without byte order mark", "UTF-16LE", |text| {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }),
];

/// Writes each cmdlet's objects into a file of its own, and checks them all.
fn check(writer: Writer, ending: &str, encode: Encoder) -> Report<()> {
    let objects = objects();
    let files = objects.chunk_by(|a, b| a.cmdlet == b.cmdlet).map(|of_cmdlet| {
        let path = format!("{}/{}.{ending}", of_cmdlet[0].side, of_cmdlet[0].cmdlet);
        (path, encode(&writer(of_cmdlet)))
    });
    let files: Vec<(String, Vec<u8>)> = files.collect();
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    Report::on(&files)
}

/// What must not depend on the form of an export: all of a finding but its places.
fn findings(report: &Report<()>) -> Vec<Value> {
    let findings = report.json["findings"].as_array().unwrap().iter().cloned();
    let without_places = findings.map(|mut finding| {
        finding.as_object_mut().unwrap().remove("labels");
        finding
    });
    let mut all: Vec<Value> = without_places.collect();
    all.sort_by_key(|finding| (finding["lint"].to_string(), finding["message"].to_string()));
    all
}

#[test]
fn the_objects_deserve_their_findings() {
    let (_, ending, _, writer) = WRITERS[1];
    let report = check(writer, ending, ENCODERS[0].2);
    for (lint, object) in EXPECTED {
        let found: Vec<&Value> =
            report.findings(lint).into_iter().map(|finding| &finding["object"]).collect();
        assert_eq!(found, [object], "{lint}");
    }
    assert_eq!(report.problems(), Vec::<&str>::new());
}

#[test]
fn every_form_and_encoding_of_the_same_objects_gives_the_same_findings() {
    let expected = findings(&check(WRITERS[1].3, WRITERS[1].1, ENCODERS[0].2));
    for (form, ending, format, writer) in all_writers() {
        for (name, encoding, encode) in ENCODERS {
            let report = check(writer, ending, encode);
            assert_eq!(report.problems(), Vec::<&str>::new(), "{form} in {name}");
            for input in report.json["inputs"].as_array().unwrap() {
                assert_eq!(
                    (&input["format"], &input["encoding"]),
                    (&json!(format), &json!(encoding)),
                    "{form} in {name}"
                );
                assert_eq!(input["status"], "read", "{form} in {name}: {input}");
            }
            assert_eq!(findings(&report), expected, "{form} in {name}");
        }
    }
}

#[test]
fn every_label_stands_where_its_text_is() {
    for (form, ending, _, writer) in all_writers() {
        for (name, encoding, encode) in ENCODERS {
            let objects = objects();
            let bytes = encode(&writer(&objects[..2]));
            let report = Report::on(&[(&format!("cloud/orgrel.{ending}"), &bytes)]);
            let label = &report.findings("orgrel-freebusy-level-none")[0]["labels"][0];
            let start = usize::try_from(label["offset"].as_u64().unwrap()).unwrap();
            let length = usize::try_from(label["length"].as_u64().unwrap()).unwrap();
            let there = &bytes[start..start + length];
            let units = |combine: fn([u8; 2]) -> u16| {
                let units: Vec<u16> = there.chunks_exact(2).map(|pair| combine([pair[0], pair[1]])).collect();
                String::from_utf16(&units).unwrap()
            };
            let text = match encoding {
                "UTF-16LE" => units(u16::from_le_bytes),
                "UTF-16BE" => units(u16::from_be_bytes),
                _ => String::from_utf8(there.to_vec()).unwrap(),
            };
            assert_eq!(label["text"], text, "{form} in {name}");
            assert!(text.contains("None") || text == "0", "{form} in {name}: {text}");
        }
    }
}

#[test]
fn one_object_and_no_object_are_read_in_every_form() {
    for (form, ending, _, writer) in all_writers() {
        let objects = objects();
        let report = Report::on(&[
            (&format!("cloud/one.{ending}"), writer(&objects[..1]).as_bytes()),
            (&format!("onprem/Get-AuthServer.{ending}"), writer(&[]).as_bytes()),
        ]);
        assert_eq!(report.json["inputs"][0]["records"][0]["records"], 1, "{form}");
        assert_eq!(
            report.json["inputs"][1]["records"][0]["records"], 0,
            "{form}: {}",
            report.json["inputs"][1]
        );
        assert_eq!(report.json["inputs"][1]["status"], "empty", "{form}");
    }
}

/// A relationship whose DomainNames are written so, beside an accepted domain that is none of those shown.
fn check_domains(name: &str, relationship: &str) -> Report<()> {
    Report::on(&[
        (&format!("cloud/{name}"), relationship.as_bytes()),
        ("onprem/Get-OrganizationRelationship.json", b"[]"),
        (
            "onprem/Get-HybridConfiguration.json",
            br#"{"Domains": ["fabrikam.com"], "ServiceInstance": 0, "Name": "Hybrid Configuration"}"#,
        ),
        (
            "onprem/domains.json",
            br#"{"DomainName": "fabrikam.com", "DomainType": 0, "Name": "fabrikam.com"}"#,
        ),
    ])
}

#[track_caller]
fn outcome<'r>(report: &'r Report<()>, lint: &str) -> &'r str {
    let lints = report.json["lints"].as_array().unwrap();
    lints.iter().find(|summary| summary["id"] == lint).unwrap()["outcome"].as_str().unwrap()
}

#[test]
fn a_list_that_the_form_has_cut_is_unknown_and_not_wrong() {
    let list = |domains: &str| {
        format!(
            "\nName                  : To the servers\nDomainNames           : {domains}\nFreeBusyAccessEnabled : True\nFreeBusyAccessLevel   : None\n\n"
        )
    };
    let csv = |domains: &str| {
        format!(
            "\"Name\",\"DomainNames\",\"FreeBusyAccessEnabled\",\"FreeBusyAccessLevel\"\n\"To the servers\",\"{domains}\",\"True\",\"None\"\n"
        )
    };
    let whole = [
        check_domains("a.txt", &list("{contoso.com, tailspintoys.com}")),
        check_domains("a.csv", &csv("contoso.com tailspintoys.com")),
    ];
    for report in whole {
        assert_eq!(outcome(&report, "orgrel-freebusy-level-none"), "passed");
        assert!(report.findings("snapshot-list-truncated").is_empty());
    }
    for (name, text, value) in [
        ("a.txt", list("{contoso.com, tailspintoys.com...}"), "contoso.com, tailspintoys.com..."),
        ("a.txt", list("{contoso.com, tailspintoys.com…}"), "contoso.com, tailspintoys.com…"),
        ("a.txt", list("{contoso.com, tailspi"), "contoso.com, tailspi"),
        ("a.csv", csv("System.String[]"), "System.String[]"),
        (
            "a.csv",
            csv("Microsoft.Exchange.Data.MultiValuedProperty`1[Microsoft.Exchange.Data.SmtpDomain]"),
            "Microsoft.Exchange.Data.MultiValuedProperty`1[Microsoft.Exchange.Data.SmtpDomain]",
        ),
    ] {
        let report = check_domains(name, &text);
        assert_eq!(outcome(&report, "orgrel-freebusy-level-none"), "unknown", "{text}");
        let [finding] = report.findings("snapshot-list-truncated")[..] else { panic!("{}", report.json) };
        assert_eq!(finding["labels"][0]["text"], value, "{text}");
    }
    // What is known of a cut list counts.
    let report = check_domains("a.txt", &list("{contoso.com, fabrikam.com...}"));
    assert_eq!(outcome(&report, "orgrel-freebusy-level-none"), "failed");
}

#[test]
fn text_that_is_no_output_of_format_list_is_told_about() {
    let message = |text: &str| {
        let report = Report::on(&[("cloud/Get-OrganizationRelationship.txt", text.as_bytes())]);
        assert_eq!(report.json["inputs"][0]["status"], "failed");
        report.problems()[0].to_owned()
    };
    let table = "Name     DomainNames\r\n----     -----------\r\nO365 ... {contoso.com}\r\n";
    let report = Report::on(&[("cloud/Get-OrganizationRelationship.txt", table.as_bytes())]);
    assert_eq!(report.json["inputs"][0]["records"][0]["records"], 1, "its columns can be told apart");
    assert!(message("Dear colleague,\nit does not work.\n").contains("nor the output of Format-List"));
    let error = "PS C:\\> Get-OrganizationRelationship | fl\r\nThe term 'Get-OrganizationRelationship' is not recognized\r\n";
    let report = Report::on(&[("cloud/Get-OrganizationRelationship.txt", error.as_bytes())]);
    assert_eq!(report.problems().len(), 2, "{:?}", report.problems());
    assert_eq!(outcome(&report, "orgrel-disabled"), "unknown");
}

// Files that mean harm

const RELATIONSHIP: &str =
    r#"{"Name": "O365 to On-premises - 1", "DomainNames": ["contoso.com"], "Enabled": false}"#;

/// An object that no other file of a test shows.
fn another() -> String {
    RELATIONSHIP.replace("- 1", "- 9")
}

fn clixml_relationship() -> String {
    r#"<Obj RefId="0"><MS><S N="Name">O365 to On-premises - 1</S><Obj N="DomainNames" RefId="1"><LST><S>contoso.com</S></LST></Obj><B N="Enabled">false</B></MS></Obj>"#.to_owned()
}

fn clixml(content: &str) -> String {
    format!(
        "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">{content}</Objs>"
    )
}

/// Checks a file beside a good one, by the binary, which it might stop.
#[track_caller]
fn hostile(name: &str, bytes: impl AsRef<[u8]>) -> Report {
    let folder = Folder::new();
    folder.write(&format!("cloud/a-{name}"), bytes).write("cloud/z-good.json", another());
    let report = folder.check(&["cloud", "--select", "orgrel-disabled"]);
    assert_eq!(report.code, 1);
    assert_good_is_judged(&report);
    report
}

/// Judges a file that was broken on the way beside a good one.
#[track_caller]
fn broken(name: &str, text: &str) -> Report<()> {
    let report = Report::on(&[
        (&format!("cloud/a-{name}"), text.as_bytes()),
        ("cloud/z-good.json", another().as_bytes()),
    ]);
    assert_good_is_judged(&report);
    report
}

#[track_caller]
fn assert_good_is_judged<Code>(report: &Report<Code>) {
    let of_good = |finding: &&Value| finding["labels"][0]["path"] == "cloud/z-good.json";
    assert_eq!(report.findings("orgrel-disabled").into_iter().filter(of_good).count(), 1);
}

/// The first thing said of a hostile file: it has a place in that file.
#[track_caller]
fn located<Code>(report: &Report<Code>) -> (&str, u64, u64) {
    let problem = &report.json["diagnostics"][0];
    let label = &problem["labels"][0];
    assert!(label["path"].as_str().unwrap().starts_with("cloud/a-"), "{problem}");
    (problem["message"].as_str().unwrap(), label["line"].as_u64().unwrap(), label["column"].as_u64().unwrap())
}

#[test]
fn nesting_bombs() {
    let json = hostile("bomb.json", "[".repeat(1_000_000));
    assert_eq!(located(&json).1, 1);
    let objects = hostile("bomb.json", format!("{{\"Name\": {}", "{\"a\":".repeat(500_000)));
    assert_eq!(located(&objects), ("nested more than 128 levels deep", 1, 645));
    let closed = format!("[{{\"Name\": {}1{}}}, {RELATIONSHIP}]", "[".repeat(300), "]".repeat(300));
    let report = hostile("closed.json", closed);
    assert!(located(&report).0.starts_with("nested more than 128 levels"), "{:?}", report.problems());
    assert_eq!(report.findings("orgrel-disabled").len(), 2, "the record after it is judged");
    let deep = "<Obj RefId=\"0\"><LST>".repeat(200_000);
    let report = hostile("bomb.xml", clixml(&deep));
    assert_eq!(located(&report).1, 1);
    let report = hostile("bomb.xml", format!("<Objects>{}", "<Property>".repeat(200_000)));
    assert_eq!(located(&report).1, 1);
}

#[test]
fn entity_bombs() {
    let mut bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [\n<!ENTITY lol \"lol\">\n".to_owned();
    for level in 1..10 {
        let before = if level == 1 { String::new() } else { (level - 1).to_string() };
        writeln!(bomb, "<!ENTITY lol{level} \"{}\">", format!("&lol{before};").repeat(10)).unwrap();
    }
    let report = hostile("bomb.xml", format!("{bomb}]>\n{}", clixml("<S>&lol9;</S>")));
    let (message, line, _) = located(&report);
    assert_eq!(line, 2, "{message}");
    let outside =
        "<?xml version=\"1.0\"?><!DOCTYPE o SYSTEM \"file:///etc/passwd\"><Objs Version=\"1.1.0.1\"/>";
    assert_eq!(located(&hostile("outside.xml", outside)).1, 1);
    let unknown = clixml("<Obj RefId=\"0\"><MS><S N=\"Name\">&unknown;</S></MS></Obj>");
    located(&hostile("unknown.xml", unknown));
}

#[test]
fn files_that_are_no_text() {
    for bytes in [
        &b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0"[..],
        b"PK\x03\x04\x14\0\0\0",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    ] {
        let report = hostile("binary.xml", bytes);
        assert_eq!(report.json["inputs"][0]["status"], "unrecognized");
        assert_eq!(located(&report).1, 1);
    }
    let report = hostile("nul.json", b"{\"Name\": \0\0\0\0, \"Enabled\": true}");
    assert_eq!(located(&report).1, 1);
    hostile("zeros.json", vec![0; 100_000]);
    // Not a power of two: half a character is left over.
    hostile("odd.json", b"\xff\xfe{\0}\0[");
    hostile("lone-surrogate.json", b"\xff\xfe{\0\"\0N\0a\0m\0e\0\"\0:\0\"\0\x00\xd8\"\0}\0");
    hostile(
        "noise.json",
        (0..200_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect::<Vec<_>>(),
    );
}

#[test]
fn twenty_megabytes_on_one_line() {
    let mut text = "[".to_owned();
    let filler = format!(
        "{{\"Name\": \"Fabrikam\", \"DomainNames\": [\"{}.com\"], \"Enabled\": true}},",
        "f".repeat(1000)
    );
    while text.len() < 20_000_000 {
        text.push_str(&filler);
    }
    let offset = text.len() + RELATIONSHIP.find("false").unwrap();
    text.push_str(RELATIONSHIP);
    text.push(']');
    let report = hostile("long.json", &text);
    let label = &report.findings("orgrel-disabled")[0]["labels"][0];
    assert_eq!((&label["line"], &label["column"]), (&json!(1), &json!(offset + 1)));
    assert_eq!((&label["offset"], &label["text"]), (&json!(offset), &json!("false")));
    // And one value of that length.
    let value = format!("{{\"Name\": \"{}\", \"Enabled\": true}}", "x".repeat(20_000_000));
    hostile("value.json", value);
}

#[test]
fn repeated_names_and_numbers_beyond_measure() {
    let report = hostile(
        "twice.json",
        r#"{"Name": "O365 to On-premises - 2", "DomainNames": ["contoso.com"], "Enabled": true, "enabled": false}"#,
    );
    assert_eq!(located(&report), ("the object has `enabled` twice; the last one counts", 1, 87));
    assert_eq!(report.findings("orgrel-disabled").len(), 2);
    let number = "9".repeat(5000);
    let numbers = format!(
        r#"[{{"Name": {number}, "Enabled": -{number}e{number}, "DomainNames": {number}}}, {RELATIONSHIP}]"#
    );
    assert_eq!(hostile("numbers.json", numbers).findings("orgrel-disabled").len(), 2);
}

#[test]
fn one_bad_record_between_good_ones() {
    let good = |number: u32| RELATIONSHIP.replace("- 1", &format!("- {number}"));
    let bad = [
        r#"{"Name": "O365", "Enabled": tru}"#,
        r#"{"Name": "O365" "Enabled": true}"#,
        r#"{"Name": "O365", "Enabled": }"#,
        r#"{"Name": "O365 \q", "Enabled": true}"#,
        "5",
        "\"text\"",
    ];
    for bad in bad {
        let report = broken("mixed.json", &format!("[\n{},\n{bad},\n{}\n]\n", good(2), good(3)));
        let (_, line, _) = located(&report);
        assert_eq!(line, 3, "{bad}");
        assert_eq!(report.findings("orgrel-disabled").len(), 3, "{bad}");
        assert_eq!(report.json["inputs"][0]["status"], "partial", "{bad}");
    }
    let around = |bad: &str| {
        let after = clixml_relationship().replace("- 1", "- 3");
        clixml(&format!("\n{}\n{bad}\n{after}\n", clixml_relationship()))
    };
    let report = broken("mixed.xml", &around("<Obj RefId=\"7\"><MS><S N=\"Name\">x</B></MS></Obj>"));
    assert_eq!(located(&report), ("</B> stands where </S> belongs", 3, 33));
    assert_eq!(report.findings("orgrel-disabled").len(), 3);
    assert_eq!(report.json["inputs"][0]["status"], "partial");
    // A reference to nothing leaves its own property unknown.
    let report =
        broken("mixed.xml", &around("<Obj RefId=\"7\"><MS><Ref N=\"Name\" RefId=\"99\" /></MS></Obj>"));
    assert_eq!(report.findings("orgrel-disabled").len(), 3);
}

#[test]
fn references_in_circles() {
    let circle = clixml(
        "<Obj RefId=\"0\"><MS><S N=\"Name\">O365 to On-premises - 2</S><Ref N=\"DomainNames\" RefId=\"0\" /><B N=\"Enabled\">false</B></MS></Obj>",
    );
    hostile("circle.xml", circle);
    // Each object refers twice to the one before.
    let mut doubling = "<Obj RefId=\"0\"><LST><S>contoso.com</S></LST></Obj>".to_owned();
    for id in 1..40 {
        let before = id - 1;
        write!(
            doubling,
            "<Obj RefId=\"{id}\"><LST><Ref RefId=\"{before}\" /><Ref RefId=\"{before}\" /></LST></Obj>"
        )
        .unwrap();
    }
    let relationship = "<Obj RefId=\"50\"><MS><S N=\"Name\">O365 to On-premises - 2</S><Ref N=\"DomainNames\" RefId=\"39\" /><B N=\"Enabled\">false</B></MS></Obj>";
    hostile("doubling.xml", clixml(&(doubling + relationship)));
}

#[test]
fn files_cut_anywhere_are_told_about() {
    for (form, ending, _, writer) in WRITERS {
        let whole = writer(&objects()[..2]);
        let places =
            whole.char_indices().map(|(at, _)| at).filter(|at| *at > 0 && *at < whole.trim_end().len());
        for at in places.step_by(whole.len() / 12) {
            let report = broken(&format!("cut.{ending}"), &whole[..at]);
            let input = &report.json["inputs"][0];
            assert!(
                input["status"] == "failed" || input["status"] == "partial",
                "{form} cut at {at}: {input}"
            );
            located(&report);
        }
    }
}

/// A folder with an export and with what `sh` makes in it.
#[cfg(unix)]
fn beside_an_export(script: &str) -> Folder {
    let folder = Folder::new();
    folder.write("cloud/good.json", RELATIONSHIP);
    let made = std::process::Command::new("sh")
        .args(["-e", "-c", script])
        .current_dir(folder.path("cloud"))
        .status()
        .unwrap();
    assert!(made.success(), "{script}");
    folder
}

#[cfg(unix)]
fn paths_of(report: &Report) -> Vec<&str> {
    let inputs = report.json["inputs"].as_array().unwrap();
    inputs.iter().map(|input| input["path"].as_str().unwrap()).collect()
}

#[cfg(unix)]
#[test]
fn a_search_takes_regular_files_and_links_to_them() {
    let folder = beside_an_export(
        "mkfifo pipe.json; ln -s /dev/zero zero.json; ln -s pipe.json to-pipe.json; ln -s .. up.json; \
         cp good.json ../other.json; ln -s ../other.json linked.json; ln -s good.json again.json; ln -s gone gone",
    );
    for arguments in [&["cloud"][..], &["cloud/[!u]*.json"]] {
        let report = folder.check(&[arguments, &["--select", "orgrel-disabled"]].concat());
        assert_eq!(paths_of(&report), ["cloud/again.json", "cloud/linked.json"], "{arguments:?}");
        assert_eq!(report.problems(), Vec::<&str>::new());
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_that_is_named_is_read_and_a_device_is_refused() {
    let folder = beside_an_export("mkfifo pipe");
    let pipe = folder.path("cloud/pipe");
    let writer = std::thread::spawn(move || std::fs::write(pipe, RELATIONSHIP).unwrap());
    let report = folder.check(&["--cloud", "cloud/pipe", "--select", "orgrel-disabled"]);
    writer.join().unwrap();
    assert_eq!((report.code, paths_of(&report)), (1, vec!["cloud/pipe"]));
    for device in ["/dev/null", "/dev/zero"] {
        let report = folder.check(&[device]);
        assert_eq!(report.code, 3);
        assert_eq!(report.problems(), [format!("`{device}` is a device, not a file of exports")]);
    }
}

#[cfg(unix)]
#[test]
fn what_a_search_cannot_look_at_is_told_in_the_words_of_the_system() {
    // Paths longer than the system takes are made by moving a folder.
    let deep = vec!["a".repeat(250); 10].join("/");
    let folder = beside_an_export(&format!(
        "ln -s gone gone.json; mkdir -p {deep} ../other/{deep}; echo '[]' > ../other/{deep}/a.json; mv ../other/a* {deep}"
    ));
    let report = folder.check(&["cloud", "--select", "orgrel-disabled"]);
    assert_eq!(paths_of(&report), ["cloud/good.json"]);
    let [path, link] = report.problems()[..] else { panic!("{:?}", report.problems()) };
    assert!(path.ends_with("aaa`: File name too long (os error 36)"), "{path}");
    assert_eq!(link, "cannot read `cloud/gone.json`: No such file or directory (os error 2)");
}

#[test]
fn nothing_judged_is_never_a_success() {
    let folder = Folder::new();
    folder
        .write("wrong/photos.json", r#"[{"Album": "holidays", "Pictures": 12}]"#)
        .write("wrong/notes.txt", "")
        .write("cut/export.json", "")
        .write("none/cloud/Get-OrganizationRelationship.json", "[]");
    let unknown = "nothing to check: no object of a cmdlet that any lint reads";
    let empty = "nothing to check: the input is empty";
    for (input, message) in [("wrong", unknown), ("cut", empty), ("-", empty)] {
        for redact in [&[][..], &["--redact"]] {
            let report = folder.check(&[&[input], redact].concat());
            assert_eq!(report.code, 3, "{input}");
            let last = report.json["diagnostics"].as_array().unwrap().last().unwrap();
            assert_eq!((&last["message"], &last["severity"]), (&json!(message), &json!("error")));
        }
        for arguments in [
            &["trace", input][..],
            &["diff", input, "none"],
            &["diff", "none", input],
            &[
                "diagnose",
                "Proxy web request failed. , inner exception: The request failed with HTTP status 401: Unauthorized.",
                input,
            ],
        ] {
            let ran = folder.run(arguments);
            assert_eq!(ran.code, 3, "{arguments:?}: {ran:?}");
            assert!((ran.stdout + &ran.stderr).contains(message), "{arguments:?}");
        }
    }
    assert_eq!(folder.check(&["none"]).code, 0, "that there are none is a fact");
}
