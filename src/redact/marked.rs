//! Marks of every form in every kind of property, in every place of every format: none comes out.

use std::collections::BTreeMap;

use super::known::Hint;
use super::*;
use crate::schema::{ObjectType, PropertyType};

/// What tells of somebody, and what of it must not come out once signs between digits and letters are left out.
const MARKS: [(&str, &str); 32] = [
    ("Zqxmark", "zqxmark"),
    ("zqx mark", "zqx"),
    ("zqxmark.com", "zqxmark"),
    ("zqxmark.group", "zqxmark"),
    ("zqx@zqxmark.de", "zqx"),
    ("https://zqxmark.cloud:8443/zqx?zqx#zqx", "zqx"),
    ("\\\\zqxfs1\\zqx$", "zqx"),
    ("CN=Zqxmark,OU=Zqx,DC=zqxmark,DC=com", "zqx"),
    ("ZQXMARK\\zqx", "zqx"),
    ("enF4bWFyaw==", "enf4bwfyaw"),
    ("+49 30 901820-77", "90182077"),
    ("(089) 8976 5432", "89765432"),
    ("089/8976/5432", "89765432"),
    ("0151-89765432", "89765432"),
    ("12.34.56789", "123456789"),
    ("12.34.5678", "12345678"),
    ("89.76.54.32.10", "8976543210"),
    ("897.654", "897654"),
    ("897654", "897654"),
    ("4930901820", "4930901820"),
    ("497654321099", "497654321099"),
    ("89765432.10:11", "89765432"),
    ("203.0.113.77", "203011377"),
    ("10.77.088.099", "1077088099"),
    ("010.077.088.099", "01077088099"),
    ("Version 203.0 (Build 113.77)", "113.77"),
    ("fd7a:115c:a1e0::5151", "a1e05151"),
    ("00:15:5D:A1:B2:C3", "00155da1b2c3"),
    ("7d1c9e5a-3f42-4b8d-9a61-c0ffee5ca1e5", "7d1c9e5a"),
    ("DEADBEEF0123456789ABCDEF0123456789ABCDEF", "deadbeef01"),
    ("S-1-5-21-897654-321099-897654-1104", "897654"),
    ("122 113 120", "122113120"),
];

/// Whether the schema says of a property that it holds what a mark looks like.
fn may_stay(hint: Hint, mark: &str) -> bool {
    let is_made_of = |signs: &str| mark.chars().all(|c| c.is_ascii_digit() || signs.contains(c));
    match hint {
        Hint::Count => is_made_of(".") && mark.len() <= 10 && mark.matches('.').count() <= 1,
        Hint::Time => is_made_of(".:") && mark.matches('.').count() <= 2,
        Hint::Version => (is_made_of(".") && mark.split('.').count() <= 4) || mark.starts_with("Version"),
        Hint::Enum(greatest) => mark.parse::<u64>().is_ok_and(|number| number <= greatest * 2),
        Hint::Any | Hint::Domain | Hint::Hexadecimal => false,
    }
}

/// One property of each kind that schemas know, and some that none knows.
fn properties(known: &Known) -> Vec<(String, Hint)> {
    fn all<'a>(object: &'a ObjectType, found: &mut Vec<&'a str>) {
        for property in object.properties() {
            found.push(&property.name);
            let mut kind = &property.kind;
            while let PropertyType::List(item) = kind {
                kind = item;
            }
            if let PropertyType::Object(inner) = kind {
                all(inner, found);
            }
        }
    }
    let mut names = Vec::new();
    let registry = Registry::embedded().unwrap();
    registry.iter().for_each(|(_, cmdlet)| all(&cmdlet.object, &mut names));
    let kinds: BTreeMap<String, &str> =
        names.iter().map(|&name| (format!("{:?}", known.hint(name)), name)).collect();
    assert!(kinds.len() > 6, "{kinds:?}");
    let unknown = ["Phone", "FooVersion", "Ticks", "Value", "Note", "Zqxkey"];
    kinds.into_values().chain(unknown).map(|name| (name.to_owned(), known.hint(name))).collect()
}

/// Each place for a value in each format.
fn places(name: &str, mark: &str) -> Vec<String> {
    let json = serde_json::to_string(mark).unwrap();
    let xml = mark.replace('&', "&amp;");
    let clixml = "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\"><Obj RefId=\"0\">";
    let codes = |open: &str, between: &str, close: &str| {
        let codes: Vec<String> = mark.chars().map(|c| u32::from(c).to_string()).collect();
        format!("{open}{}{close}", codes.join(between))
    };
    let mut places = vec![
        format!("{{\"{name}\":{json}}}"),
        format!("{{\"{name}\":[{json},{json}]}}"),
        format!("{{\"{name}\":{{\"Value\":{json},\"Foo\":{json}}}}}"),
        format!("{{\"Foo\":{{{json}:1}},\"{name}\":\"see {} now\"}}", mark.replace('\\', "\\\\")),
        format!("{{\"{name}\":{json}"),
        codes(&format!("{{\"{name}Bytes\":["), ",", "]}"),
        format!(
            "{clixml}<TN RefId=\"0\"><T>{xml}</T></TN><ToString>{xml}</ToString><MS><S N=\"{name}\">{xml}</S></MS></Obj></Objs>"
        ),
        format!(
            "{clixml}<MS><Obj N=\"{name}\"><LST><S>{xml}</S><S>{xml}</S></LST></Obj><S N=\"{xml}\">x</S></MS></Obj></Objs>"
        ),
        format!(
            "{clixml}<MS><Obj N=\"{name}\"><DCT><En><S N=\"Key\">{xml}</S><S N=\"Value\">{xml}</S></En></DCT></Obj></MS></Obj></Objs>"
        ),
        codes(
            &format!("{clixml}<MS><Obj N=\"{name}Bytes\"><LST><By>"),
            "</By><By>",
            "</By></LST></Obj></MS></Obj></Objs>",
        ),
        codes(
            &format!("{clixml}<MS><Obj N=\"{name}Codes\"><LST><I32>"),
            "</I32><I32>",
            "</I32></LST></Obj></MS></Obj></Objs>",
        ),
        format!(
            "<?xml version=\"1.0\"?><Objects><Object Type=\"{xml}\"><Property Name=\"{name}\" Type=\"System.String\">{xml}</Property></Object></Objects>"
        ),
        format!("\"Name\",\"{name}\"\r\n\"x\",\"{mark}\"\r\n\"x\",\"see {mark} now\"\r\n"),
        format!("#TYPE {mark}\r\nName;{name}\r\nx;{mark}\r\n"),
        format!("Name : x\r\n{name} : {mark}\r\n\r\nName : x\r\n{name} : {{{mark}, {mark}}}\r\n"),
        format!("[PS] C:\\{mark}>Get-Mailbox {mark} | fl\r\nName : x\r\n{name} : see {mark}\r\n"),
        codes(&format!("Name : x\r\n{name}Bytes : {{"), ", ", "}\r\n"),
    ];
    if mark.bytes().all(|c| c.is_ascii_digit()) {
        places.push(format!("{{\"{name}\":{mark}}}"));
        places.push(format!("{clixml}<MS><I64 N=\"{name}\">{mark}</I64></MS></Obj></Objs>"));
    }
    places
}

/// Without what may stand between the digits of a number.
fn plain(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| !" -./():".contains(*c)).collect()
}

#[test]
fn no_mark_of_any_form_comes_out_of_any_place() {
    let mut redactor = tests::redactor();
    let properties = properties(&redactor.names.known);
    let mut found = Vec::new();
    for (name, hint) in &properties {
        for (mark, needle) in MARKS.into_iter().filter(|(mark, _)| !may_stay(*hint, mark)) {
            for input in places(name, mark) {
                let mut out = String::new();
                redactor.redact(input.as_bytes()).unwrap().read_to_string(&mut out).unwrap();
                let codes = mark.chars().map(|c| u32::from(c).to_string());
                let spelt = [",", "</By><By>", "</I32><I32>", ", "]
                    .map(|between| codes.clone().collect::<Vec<_>>().join(between));
                if plain(&out).contains(&plain(needle)) || spelt.iter().any(|spelt| out.contains(spelt)) {
                    found.push(format!("{name} ({hint:?}) {mark}: {input} gives {out}"));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}: {:#?}", found.len(), &found[..found.len().min(40)]);
}
