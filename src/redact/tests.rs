use std::fmt::Write as _;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::format::{CliXml, Kind, Reader as _, Step, Tape};
use crate::source::Encoding;

/// Reading all lints takes longer than a test.
static KNOWN: LazyLock<Arc<Known>> = LazyLock::new(|| Arc::new(Known::new(Registry::embedded().unwrap())));

pub(super) fn redactor() -> Redactor {
    Redactor { registry: Registry::embedded().unwrap(), names: Names::new(KNOWN.clone()) }
}

fn bytes(redactor: &mut Redactor, input: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    redactor.redact(input).unwrap().read_to_end(&mut out).unwrap();
    out
}

fn text(input: &str) -> String {
    let mut redactor = redactor();
    redactor.learn(input.as_bytes()).unwrap();
    String::from_utf8(bytes(&mut redactor, input.as_bytes())).unwrap()
}

fn value(value: &str) -> String {
    text::value(&mut redactor().names, value, Hint::Any)
}

#[test]
fn values_keep_their_form() {
    for (given, expected) in [
        (
            "On-premises to O365 - 11111111-2222-3333-4444-555555555555",
            "On-premises to O365 - c0000000-0000-4000-8000-000000000001",
        ),
        ("O365 to On-premises - contoso.com", "O365 to On-premises - do1.example"),
        ("https://mail.contoso.com:444/EWS/Exchange.asmx", "https://mail.do1.example:444/EWS/Exchange.asmx"),
        (
            "https://autodiscover-s.outlook.com/autodiscover/autodiscover.svc/WSSecurity",
            "https://autodiscover-s.outlook.com/autodiscover/autodiscover.svc/WSSecurity",
        ),
        ("urn:federation:MicrosoftOnline", "urn:federation:MicrosoftOnline"),
        ("SMTP:Ann.Smith@Contoso.com", "SMTP:Name1xxxx@Do1.example"),
        ("EX01\\EWS (Default Web Site)", "NAM1\\EWS (Default Web Site)"),
        (
            "CN=EX01,CN=Servers,CN=Exchange Administrative Group (FYDIBOHF23SPDLT),DC=contoso,DC=local",
            "CN=NAM1,CN=Servers,CN=Exchange Administrative Group (FYDIBOHF23SPDLT),DC=domain1,DC=local",
        ),
        (
            "/o=Contoso/ou=First Administrative Group/cn=Recipients/cn=ann",
            "/o=Name1xx/ou=First Administrative Group/cn=Recipients/cn=na2",
        ),
        ("*.contoso.com", "*.do1.example"),
        (
            "contoso.com: CalendarSharingFreeBusySimple, ContactsSharing",
            "do1.example: CalendarSharingFreeBusySimple, ContactsSharing",
        ),
        ("Enabled=true", "Enabled=true"),
        ("<I>CN=Contoso CA<S>CN=mail.contoso.com", "<I>CN=Name 1xxxx<S>CN=mail.do1.example"),
        ("contoso.com fabrikam.com...", "do1.example dom2.example..."),
        ("@{Domain=contoso.com}", "@{}"),
        ("10.1.2.3", "10.0.0.1"),
        ("xabcd::7", "name1::7"),
        ("fe80::1 and 8.8.8.8", "fd00::1 na1 198.18.0.1"),
        (
            "key L:aaaaaaaa-2222-3333-4444-555555555555-AS:D:x",
            "na1 L:c0000000-0000-4000-8000-000000000001-AS:D:x",
        ),
        ("O365 to On-premises1", "O365 to On-premises1"),
        ("HybridIOC - Contoso - x", "HybridIOC - Name1xx - x"),
        ("On-premises to O365 (Contoso)", "On-premises to O365 (Name1xx)"),
        ("NT User:S-1-5-21-11-22-33-1104", "NT User:S-1-5-21-1-1-1-1001"),
        ("https://mail.contoso.com:4443/x", "https://mail.do1.example:4443/x"),
        ("L:aaaaaaaa-2222-3333-4444-555555555555-AS:", "L:c0000000-0000-4000-8000-000000000001-AS:"),
    ] {
        assert_eq!(value(given), expected, "{given}");
    }
    for harmless in [
        "",
        " ",
        "true",
        "2026-11-23T10:00:00.0000000Z",
        "PT8H",
        "1.00:00:00",
        "/Date(1574000000000)/",
        "W. Europe Standard Time",
        "System.Object[]",
        "AvailabilityOnly",
        "00000002-0000-0ff1-ce00-000000000000",
        "Federation, SMTP",
        "*",
        "36 MB (37,748,736 bytes)",
        "Microsoft.Exchange.Data.MultiValuedProperty`1[System.String]",
    ] {
        assert_eq!(value(harmless), harmless);
    }
}

#[test]
fn what_schemas_say_of_a_property_stays() {
    let kept = |hint, text: &str| text::value(&mut redactor().names, text, hint) == text;
    for (hint, text) in [
        (Hint::Version, "15.2.1544.99"),
        (Hint::Version, "Version 15.2 (Build 986.5)"),
        (Hint::Version, "0.20 (15.0.0.0)"),
        (Hint::Time, "12/31/2029 10:00:00 PM"),
        (Hint::Time, "2026-11-23"),
        (Hint::Time, "12345.10:11:12.1234567"),
        (Hint::Time, "28800000000"),
        (Hint::Count, "1440"),
        (Hint::Enum(16384), "16418"),
        (Hint::Enum(0), "ClientAccess"),
    ] {
        assert!(kept(hint, text), "{hint:?} {text}");
        assert!(!kept(Hint::Any, text), "{text}");
    }
    assert!(!kept(Hint::Enum(16384), "497654") && !kept(Hint::Count, "497654321099"));
}

#[test]
fn what_is_not_known_is_replaced() {
    for given in [
        "Zoë",
        "Contoso Ltd.",
        "a1b2c3d4e5f6",
        "+49 30 123456789",
        "Microsoft.Exchange.Zoë",
        "System.Zoë",
        "Ann",
        "Müller & Söhne",
        "\\\\fs1\\share",
        "Ann\nSmith",
        "2026-11-23 Ann",
        "123-45-6789",
        "0151/123456",
        "(089) 123 456",
        "089/123/456",
        "555.123.4567",
        "089.12345",
        "80331",
        "12.34.56789",
        "12.34.5678",
        "10.77.088.099",
        "123.456",
        "49301.10:11",
        "2026-13-23T10:00:00",
        "15.2.1544.99",
        "DE:AD:BE:EF:01:23:45:67:89:10",
        "00:15:5D:01:02:03",
        "555123@x.y",
        "team.group.de",
        "zz://x",
        "C=DE, O=Contoso",
    ] {
        let redacted = value(given);
        let words = given.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2);
        for word in words.filter(|word| !["Microsoft", "Exchange", "System", "2026"].contains(word)) {
            assert!(!redacted.contains(word), "{given}: {redacted}");
        }
    }
}

#[test]
fn long_runs_and_paths_of_urls_are_names() {
    let run = "contoso.com+".repeat(50);
    assert!(!value(&format!("https://x.contoso.com/{run}?{run} and {run}")).contains("contoso"));
    assert_eq!(value(&"-".repeat(1000)), "-".repeat(1000), "nothing is in it");
    let mut names = redactor().names;
    let nested = "https://x.contoso.com/EWS/Exchange.asmx?u=https://y.contoso.com/a.asmx#b, c.asmx";
    assert_eq!(
        text::value(&mut names, nested, Hint::Domain),
        "https://n1.do1.example/EWS/Exchange.asmx?u=https://n2.do1.example/name3x#b, d2.example",
        "only outside of paths a dot makes a domain"
    );
}

#[test]
fn numbers_without_a_schema_are_replaced_and_lists_of_them_are_bytes() {
    for (given, expected) in [
        (r#"{"PhoneNumber":897654,"n":12}"#, r#"{"PhoneNumber":900001,"n":12}"#),
        (r#"{"B":[122,111,114]}"#, r#"{"B":[0,0]}"#),
        (r#"{"B":[956,957]}"#, r#"{"B":[0,0]}"#),
        (r#"{"SharingPermissionFlags":[0,12]}"#, r#"{"SharingPermissionFlags":[0,12]}"#),
        (r#"{"Status":"497654321099"}"#, r#"{"Status":"900000000001"}"#),
        (r#"{"PhotoVersion":"203.0.113.77"}"#, r#"{"PhotoVersion":"198.18.0.1"}"#),
        (r#"{"Note":"10.77.088.099"}"#, r#"{"Note":"198.18.0.1"}"#),
        (
            r#"{"AdminDisplayVersion":{"Major":15,"Build":1748}}"#,
            r#"{"AdminDisplayVersion":{"Major":15,"Build":1748}}"#,
        ),
        (r#"{"Status":{"Phone":"8976"}}"#, r#"{"Status":{"Phone":"9001"}}"#),
        ("Name : x\nBytes : {122, 111, 114}\n", "Name : x\nBytes : {0, 0}\n"),
    ] {
        assert_eq!(text(given), expected, "{given}");
    }
    let list = "<Objs><Obj><LST><I32>122</I32><I32>111</I32></LST></Obj></Objs>";
    assert_eq!(text(list), "<Objs><Obj><LST><I32>0</I32><I32>0</I32></LST></Obj></Objs>");
}

#[test]
fn thumbprints_in_bytes_are_those_of_the_certificates() {
    let thumbprint = "9A5E60C1D43B7F20E8A1B2C3D4E5F60718293A4B";
    let of = |bytes: &[u8]| bytes.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let decoded = STANDARD.decode(thumbprint).unwrap();
    let key = format!(
        r#"{{"Thumbprint":"{thumbprint}","KeyCredentials":[{{"CustomKeyIdentifier":[{}]}}]}}"#,
        of(&decoded)
    );
    let redacted: Value = serde_json::from_str(&text(&key)).unwrap();
    let bytes: Vec<u8> =
        serde_json::from_value(redacted["KeyCredentials"][0]["CustomKeyIdentifier"].clone()).unwrap();
    assert_eq!(STANDARD.encode(bytes), redacted["Thumbprint"]);
    let plain = certificate::bytes(thumbprint);
    let key = format!(r#"{{"Thumbprint":"{thumbprint}","CustomKeyIdentifier":[{}]}}"#, of(&plain));
    let redacted: Value = serde_json::from_str(&text(&key)).unwrap();
    let bytes: Vec<u8> = serde_json::from_value(redacted["CustomKeyIdentifier"].clone()).unwrap();
    assert_eq!(certificate::hexadecimal(&bytes), redacted["Thumbprint"]);
}

#[test]
fn numbers_in_groups_are_numbers() {
    for (given, part) in
        [("00:15:5D:01:02:03", "00:15"), ("01 23 45 67 89", "01 23"), ("01/23/45/67/89", "01/23")]
    {
        assert!(!value(given).contains(part), "{given}: {}", value(given));
    }
    assert_eq!(value("12"), "12");
}

#[test]
fn layout_and_encoding_stay() {
    let json = "{\r\n  \"Name\" : \"Contoso\",\r\n  \"DomainNames\":[ \"contoso.cloud\" , \"x.contoso.cloud\" ],\r\n  \"Enabled\": true, \"n\": 1.50\r\n}\r\n";
    let expected = json
        .replace("\"Contoso\"", "\"Name1xx\"")
        .replace("x.contoso.cloud", "n2.doma1.example")
        .replace("contoso.cloud", "doma1.example");
    assert_eq!(text(json), expected);
    for (mark, encode) in
        [(&b"\xFF\xFE"[..], u16::to_le_bytes as fn(u16) -> [u8; 2]), (&b"\xFE\xFF"[..], u16::to_be_bytes)]
    {
        let wide = |text: &str| [mark, &text.encode_utf16().flat_map(encode).collect::<Vec<_>>()].concat();
        let narrow = String::from_utf8(bytes(&mut redactor(), json.as_bytes())).unwrap();
        assert_eq!(bytes(&mut redactor(), &wide(json)), wide(&narrow));
    }
    assert_eq!(Encoding::sniff(&bytes(&mut redactor(), b"\xEF\xBB\xBF{}")).1, 3);
}

#[test]
fn clixml_keeps_its_elements() {
    let xml = "#< CLIXML\r\n<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">\n  <!-- Contoso -->\n  \
        <Obj RefId=\"0\"><TN RefId=\"0\"><T>Microsoft.Exchange.Data.Directory.SystemConfiguration.AuthConfig</T></TN>\
        <Props><S N=\"Name\">Contoso_x0020_Ltd &amp; Co</S><BA N=\"SerializationData\">AAEAQ29udG9zbw==</BA><I32 N=\"Depth\">3</I32>\
        <Ref N=\"Id\" RefId=\"0\" /></Props><MS><S N=\"ContosoKey\">x_x000A_contoso.com</S></MS></Obj>\n</Objs>";
    let expected = "#< CLIXML\r\n<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">\n  <!--         -->\n  \
        <Obj RefId=\"0\"><TN RefId=\"0\"><T>Microsoft.Exchange.Data.Directory.SystemConfiguration.AuthConfig</T></TN>\
        <Props><S N=\"Name\">Name 1xxxxx &amp; N2</S><BA N=\"SerializationData\">AA==</BA><I32 N=\"Depth\">3</I32>\
        <Ref N=\"Id\" RefId=\"0\" /></Props><MS><S N=\"Name3xxxxx\">x_x000A_do1.example</S></MS></Obj>\n</Objs>";
    assert_eq!(text(xml), expected);
}

#[test]
fn damaged_files_leak_nothing() {
    for damaged in [
        "{\"Name\": \"Contoso",
        "{\"Name\": Contoso, 'Contoso'}",
        "[{\"a\":1}] Contoso {",
        "<Objs><Obj><S N=\"Contoso\">Contoso",
        "<Objs><Contoso Contoso=\"Contoso\" Contoso/>Contoso<",
        "<!DOCTYPE Contoso [<!ENTITY Contoso \"Contoso\">]><Objs>&Contoso;</Objs>",
        "<?Contoso Contoso?><![CDATA[Contoso]]><Objs></Contoso>",
        "Name : Contoso",
        "{\"Name\":\"Contoso\n{\"Name\":\"Contoso\"}\n",
        "{\"Name\":\"Contoso\\\n{\"Contoso\":\"Contoso\"}\n",
    ] {
        let redacted = text(damaged).to_lowercase();
        assert!(!redacted.contains("contoso"), "{redacted}");
    }
}

#[test]
fn a_certificate_keeps_its_dates_and_its_thumbprint_leads_to_it() {
    use sha1::{Digest as _, Sha1};
    use x509_parser::prelude::{FromDer as _, X509Certificate};

    let mut redactor = redactor();
    let sample = include_str!("../../samples/healthy/onprem/Get-ExchangeCertificate.xml");
    let raw = sample.split("N=\"RawData\">").nth(1).unwrap().split('<').next().unwrap();
    let der = STANDARD.decode(raw).unwrap();
    let original = X509Certificate::from_der(&der).unwrap().1;
    let replaced = certificate::replace(&mut redactor.names, &der).unwrap();
    let certificate = X509Certificate::from_der(&replaced).unwrap().1;
    assert_eq!(certificate.validity(), original.validity());
    assert_ne!(certificate.raw_serial(), original.raw_serial());
    let thumbprint = certificate::hexadecimal(&Sha1::digest(&der));
    let expected = certificate::hexadecimal(&Sha1::digest(&replaced));
    assert_eq!(text::value(&mut redactor.names, &thumbprint, Hint::Hexadecimal), expected);
    assert_eq!(certificate::replace(&mut redactor.names, &der).unwrap(), replaced, "the same each time");
    // As numbers, one a line.
    let list: Vec<String> = der.iter().map(ToString::to_string).collect();
    let json = format!("{{\"RawData\": [\n  {}\n]}}", list.join(",\n  "));
    let out: Value = serde_json::from_slice(&bytes(&mut redactor, json.as_bytes())).unwrap();
    let numbers: Vec<u8> = out["RawData"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| u8::try_from(n.as_u64().unwrap()).unwrap())
        .collect();
    assert_eq!(numbers, replaced);
}

/// Any JSON but for lists of bytes.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
        "[a-z]{1,8}[.](com|local)".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((".{0,12}", inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// What of a value must stay: its form.
fn shape(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push('0'),
        Value::Bool(_) => out.push('b'),
        Value::Number(_) => out.push('n'),
        Value::String(text) => out.push(if text.trim().is_empty() { ' ' } else { 's' }),
        Value::Array(items) => {
            out.push('[');
            items.iter().for_each(|item| shape(item, out));
            out.push(']');
        }
        Value::Object(members) => {
            let _ = write!(out, "{{{}", members.len());
            let mut shapes: Vec<String> = members
                .values()
                .map(|value| {
                    let mut text = String::new();
                    shape(value, &mut text);
                    text
                })
                .collect();
            // Keys are replaced, so their order in a map is.
            shapes.sort();
            out.push_str(&shapes.concat());
            out.push('}');
        }
    }
}

fn clixml(value: &Value, name: &str, out: &mut String) {
    let escaped = |text: &str| {
        let units: String = text.chars().map(|c| format!("_x{:04X}_", u32::from(c).min(0xD7FF))).collect();
        units
    };
    let name = if name.is_empty() { String::new() } else { format!(" N=\"{}\"", escaped(name)) };
    let _ = match value {
        Value::Null => write!(out, "<Nil{name} />"),
        Value::Bool(value) => write!(out, "<B{name}>{value}</B>"),
        Value::Number(value) => write!(out, "<Db{name}>{value}</Db>"),
        Value::String(value) => write!(out, "<S{name}>{}</S>", escaped(value)),
        Value::Array(items) => {
            let _ = write!(out, "<Obj{name}><LST>");
            items.iter().for_each(|item| clixml(item, "", out));
            write!(out, "</LST></Obj>")
        }
        Value::Object(members) => {
            let _ = write!(out, "<Obj{name}><MS>");
            members.iter().for_each(|(name, value)| clixml(value, name, out));
            write!(out, "</MS></Obj>")
        }
    };
}

/// Reads a few bytes at a time.
struct Steps<'a> {
    rest: &'a [u8],
    step: usize,
}

impl Read for Steps<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.step.min(buffer.len());
        self.rest.read(&mut buffer[..length])
    }
}

/// The kinds of all nodes of all records, and how many problems there are.
fn nodes(xml: &str) -> (Vec<(Kind, bool, u32)>, usize) {
    let (mut reader, mut tape, mut at) = (CliXml::new(), Tape::default(), 0);
    let (mut nodes, mut problems) = (Vec::new(), 0);
    loop {
        match reader.next(xml, &mut at, true, &mut tape) {
            Step::Record { .. } => {
                nodes.extend(tape.nodes().iter().map(|node| (node.kind, node.name.is_empty(), node.end)));
            }
            Step::Problem(_) => problems += 1,
            Step::Remark(_) => {}
            Step::NeedMore | Step::Done => return (nodes, problems),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_json_keeps_its_shape(value in json()) {
        let mut redactor = redactor();
        let out = bytes(&mut redactor, serde_json::to_string_pretty(&value).unwrap().as_bytes());
        if matches!(value, Value::Object(_) | Value::Array(_)) {
            let redacted: Value = serde_json::from_slice(&out).unwrap();
            let (mut before, mut after) = (String::new(), String::new());
            shape(&value, &mut before);
            shape(&redacted, &mut after);
            prop_assert_eq!(before, after, "{}", redacted);
        }
    }

    #[test]
    fn blocks_make_no_difference(value in json(), block_bytes in 64_usize..300) {
        let mut xml = String::from("<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">");
        clixml(&value, "", &mut xml);
        xml.push_str("</Objs>");
        let json = serde_json::to_string_pretty(&serde_json::json!({ "value": value })).unwrap();
        for text in [json, xml] {
            let whole = bytes(&mut redactor(), text.as_bytes());
            let mut blocks = Vec::new();
            Redacted::with_block_bytes(&mut redactor().names, text.as_bytes(), block_bytes)
                .unwrap()
                .read_to_end(&mut blocks)
                .unwrap();
            prop_assert_eq!(String::from_utf8(blocks).unwrap(), String::from_utf8(whole).unwrap());
        }
    }

    /// As `tests/fuzz/targets/redact.rs` does.
    #[test]
    fn steps_make_no_difference_and_json_stays_json(
        prefix in prop::sample::select(vec!["", "\u{FEFF}", "{\"a\":[", "[1,", "<Objs>", "<Objects><", "Name : ", "\"Name\",\"b\"\n"]),
        content in prop::collection::vec(any::<u8>(), 0..200),
        step in 1_usize..9,
    ) {
        let input = [prefix.as_bytes(), &content].concat();
        let whole = bytes(&mut redactor(), &input);
        let mut stepped: Vec<u8> = Vec::new();
        let mut redactor = redactor();
        let mut reader = redactor.redact(Steps { rest: &input, step }).unwrap();
        let mut buffer = vec![0; step];
        loop {
            match reader.read(&mut buffer).unwrap() {
                0 => break,
                count => stepped.extend(&buffer[..count]),
            }
        }
        prop_assert_eq!(&stepped, &whole);
        let is_json = |bytes: &[u8]| serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok();
        if input.trim_ascii_start().starts_with(b"{") || input.trim_ascii_start().starts_with(b"[") {
            prop_assert!(!is_json(&input) || is_json(&whole), "{}", String::from_utf8_lossy(&whole));
        }
    }

    #[test]
    fn any_clixml_keeps_its_shape(value in json()) {
        let mut xml = String::from("<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">");
        clixml(&value, "", &mut xml);
        xml.push_str("</Objs>");
        let redacted = String::from_utf8(bytes(&mut redactor(), xml.as_bytes())).unwrap();
        prop_assert_eq!(nodes(&xml), nodes(&redacted), "{}", redacted);
    }

    #[test]
    fn nothing_panics(text in ".*", prefix in prop::sample::select(vec!["", "{", "[", "<", "<Objs>", "<Objects><"])) {
        let _ = bytes(&mut redactor(), format!("{prefix}{text}").as_bytes());
    }
}
