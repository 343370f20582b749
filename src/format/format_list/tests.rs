use proptest::prelude::*;

use super::super::xml::testing::{Outcome, read, read_all_ways};
use super::super::{Format, NodeRef, detect};
use super::*;
use crate::source::{Sources, Text};

fn list(text: &str) -> Outcome {
    read_all_ways(FormatList::new, text)
}

/// The objects in short, of a text about which nothing is to be said.
fn objects(text: &str) -> Vec<String> {
    let outcome = list(text);
    assert_eq!(outcome.messages(), [""; 0], "{text}");
    outcome.shapes().into_iter().map(str::to_owned).collect()
}

/// Each object with the command before it.
fn commands(text: &str) -> Vec<(String, Option<String>)> {
    let (mut reader, mut at, mut tape, mut all) = (FormatList::new(), 0, Tape::default(), Vec::new());
    loop {
        match reader.next(text, &mut at, true, &mut tape) {
            Step::Record { .. } => {
                let root = NodeRef::root(text, &tape).unwrap();
                let first = root.properties().next().unwrap().name().into_owned();
                let command = reader.command().map(|command| command.text.to_string());
                all.push((first, command.filter(|command| !command.is_empty())));
            }
            Step::Problem(_) | Step::Remark(_) => {}
            Step::NeedMore => panic!("the text is complete"),
            Step::Done => return all,
        }
    }
}

#[test]
fn objects_are_paragraphs() {
    let text = "\r\n\r\nName    : a\r\nEnabled : True\r\n\r\nName    : b : c\r\nEnabled : \r\n\r\n\r\n";
    assert_eq!(objects(text), [r#"{Name: "a", Enabled: "True"}"#, r#"{Name: "b : c", Enabled: null}"#]);
    assert_eq!(objects("Name : b\nUrl: c\nX :\n"), [r#"{Name: "b", X: null}"#]);
}

#[test]
fn where_nothing_stands_between_objects_their_names_begin_again() {
    assert_eq!(
        objects("User : Default\nAccessRights : {Author}\nuser : Anonymous\nAccessRights : {None}\n"),
        [r#"{User: "Default", AccessRights: ["Author"]}"#, r#"{user: "Anonymous", AccessRights: ["None"]}"#]
    );
}

#[test]
fn one_blank_line_after_each_line_separates_nothing() {
    assert_eq!(
        objects("Name    : a\n\nEnabled : True\n\nType    : x\n\n\n\nName    : b\n\nEnabled : False\n"),
        [r#"{Name: "a", Enabled: "True", Type: "x"}"#, r#"{Name: "b", Enabled: "False"}"#]
    );
    assert_eq!(objects("Name : a\n\nName : b\n\n\nType : c\n").len(), 3);
}

#[test]
fn lists_with_items_nothing_and_more() {
    let of = |value: &str| objects(&format!("Name : {value}\n")).remove(0);
    for (value, expected) in [
        ("{a, b}", r#"["a", "b"]"#),
        ("{}", "[]"),
        ("{ a.com , b.com }", r#"["a.com", "b.com"]"#),
        ("{a, b...}", r#"["a", "b", …]"#),
        ("{a, b…}", r#"["a", "b", …]"#),
        ("{a, bâ€¦}", r#"["a", "b", …]"#),
        ("{a, b, c, d?}", r#"["a", "b", "c", "d", …]"#),
        ("{a, b, c.}", r#"["a", "b", "c."]"#),
        ("{...}", "[…]"),
        ("{a, b, ...}", r#"["a", "b", …]"#),
        ("{a, b, ccc", r#"["a", "b", …]"#),
        // Cut within the item, as in a narrow column.
        ("{a, b...", r#"["a", …]"#),
        ("{a, bΓÇª}", r#"["a", "b", …]"#),
        ("{a, bÔÇª}", r#"["a", "b", …]"#),
        ("{a, b\u{FFFD}}", r#"["a", "b", …]"#),
        ("{a, b. . .}", r#"["a", "b", …]"#),
        ("{*:Simple, a.com:Detail, Contacts}", r#"["*:Simple", "a.com:Detail, Contacts"]"#),
        ("{", "[…]"),
        ("{[a, b], [c, d]}", r#"["[a, b]", "[c, d]"]"#),
        ("{{a, b}, c}", r#"["{a, b}", "c"]"#),
        ("{a [x, b}", r#"["a [x", "b"]"#),
        ("{a} and {b}", r#""{a} and {b}""#),
        (
            "{Maintenance:Functional; State:Active; 1/2/2026, x:y}",
            r#"["Maintenance:Functional; State:Active; 1/2/2026", "x:y"]"#,
        ),
        ("{Anonymous:CalendarSharingFreeBusySimple}", r#"["Anonymous:CalendarSharingFreeBusySimple"]"#),
        ("IMAP, POP", r#""IMAP, POP""#),
        ("{a,b}", r#"["a,b"]"#),
    ] {
        assert_eq!(of(value), format!("{{Name: {expected}}}"), "{value}");
    }
}

/// Breaks as `Format-List` does: whole words where `by_words`, else wherever the console ends.
fn wrapped(properties: &[(&str, &str)], console: usize, by_words: bool) -> String {
    let column = properties.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let width = console - column - 3;
    let mut text = String::new();
    for (name, value) in properties {
        let mut lines = vec![String::new()];
        let words = value.split_inclusive(' ');
        for word in words {
            let line = lines.last().unwrap();
            if by_words && word.len() <= width && line.len() + word.len() > width {
                lines.push(word.to_owned());
                continue;
            }
            for c in word.chars() {
                if lines.last().unwrap().chars().count() == width {
                    lines.push(String::new());
                }
                lines.last_mut().unwrap().push(c);
            }
        }
        text.push_str(&format!("{name:column$} : {}\r\n", lines[0]));
        lines[1..].iter().for_each(|line| text.push_str(&format!("{:column$}   {line}\r\n", "")));
    }
    text + "\r\n"
}

fn stripped(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

const URL: &str =
    "https://autodiscover-s.outlook.com/autodiscover/autodiscover.svc/WSSecurity/and/more/of/it";
const DOMAINS: &str =
    "{contoso.mail.onmicrosoft.com, a.contoso.com, subsidiary.contoso.com, contoso.com, x.contoso.com}";
const NAME: &str =
    "On-premises to O365 - 0fbd5031-2c5d-4f2e-9a51-3a1f0b0f2f2c of the organization relationship";

#[test]
fn values_are_read_as_they_were_before_a_console_broke_them() {
    let properties =
        [("TargetAutodiscoverEpr", URL), ("DomainNames", DOMAINS), ("Name", NAME), ("Scope", "")];
    let items = DOMAINS.trim_matches(['{', '}']).replace(", ", "\", \"");
    let expected = format!(
        "{{TargetAutodiscoverEpr: \"{URL}\", DomainNames: [\"{items}\"], Name: \"{NAME}\", Scope: null}}"
    );
    for console in [50, 79, 80, 100, 119, 120, 200, 10_000] {
        for by_words in [true, false] {
            let text = wrapped(&properties, console, by_words);
            assert_eq!(objects(&text), [expected.as_str()], "{console} {by_words}\n{text}");
            if by_words || matches!(console, 80 | 120 | 10_000) {
                let text = stripped(&text);
                assert_eq!(objects(&text), [expected.as_str()], "{console} {by_words}\n{text}");
            }
        }
    }
}

#[test]
fn lines_that_begin_at_the_margin_belong_to_the_value_before() {
    let text = "TargetApplicationUri : outlook.com\nTargetAutodiscoverEpr : https://pod51008.outlook.com/autodiscover/autodiscover.\nsvc/WSSecurity\nIsValid : True\n";
    assert_eq!(
        objects(text),
        [
            r#"{TargetApplicationUri: "outlook.com", TargetAutodiscoverEpr: "https://pod51008.outlook.com/autodiscover/autodiscover.svc/WSSecurity", IsValid: "True"}"#
        ]
    );
    // But not a whole page of text.
    let page = format!("Name : a\n{}", "text of a page\n".repeat(1000));
    assert_eq!(list(&page).shapes().len(), 1);
    assert!(list(&page).shapes()[0].len() < 400);
}

#[test]
fn values_of_several_lines() {
    let text = "Task       : Checking EWS API Call Under Oauth\nDetail     : The configuration was last successfully loaded.\n             Exchange Response Details:\n             HTTP response message : \n             Exception:\n             System.Net.WebException : x\n\n             at System.Net\nResultType : Error\n";
    assert_eq!(
        objects(text),
        [
            r#"{Task: "Checking EWS API Call Under Oauth", Detail: "The configuration was last successfully loaded. Exchange Response Details: HTTP response message : Exception: System.Net.WebException : x at System.Net", ResultType: "Error"}"#
        ]
    );
}

#[test]
fn spans_are_exact() {
    let text = "\u{FEFF}DomainNames : {contoso.com, fabri\r\n              kam.com...}\r\nScope       : \r\nNäme        : é\r\n";
    let (mut at, mut tape) = (0, Tape::default());
    assert!(matches!(FormatList::new().next(text, &mut at, true, &mut tape), Step::Record { .. }));
    let found: Vec<_> = tape
        .nodes()
        .iter()
        .map(|node| (node.kind, &text[node.name.range()], &text[node.text.range()], node.end))
        .collect();
    let list = "{contoso.com, fabri\r\n              kam.com...}";
    assert_eq!(
        found[1..],
        [
            (Kind::List, "DomainNames", list, 5),
            (Kind::String, "", "contoso.com", 3),
            (Kind::String, "", "fabri\r\n              kam.com", 4),
            (Kind::Cut, "", "...", 5),
            (Kind::Null, "Scope", "Scope       :", 6),
            (Kind::String, "Näme", "é", 7),
        ]
    );
    assert_eq!((found[0].0, found[0].2, found[0].3), (Kind::Object, text[3..].trim_end(), 7));
    assert_eq!(NodeRef::at(text, &tape, 3).unwrap().value(), "fabrikam.com");
}

const TRANSCRIPT: &str = "**********************
Windows PowerShell transcript start
Start time: 20261120101500
Username: CONTOSO\\admin
Machine : EX01 (Microsoft Windows NT 10.0.17763.0)
Host Application: C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe -noexit -command . 'x'
**********************
Transcript started, output file is C:\\temp\\out.txt
[PS] C:\\Windows\\system32>Get-AuthServer | fl Name,Enabled


Name    : ACS - 1
Enabled : True

Name    : EvoSts - 1
Enabled : True



[PS] C:\\Windows\\system32>Get-IntraOrganizationConnector | fl
[PS] C:\\Windows\\system32>Get-AuthConfig | fl
>> Realm


Realm : 



[ex01.contoso.com]: PS C:\\> Stop-Transcript
**********************
Windows PowerShell transcript end
End time: 20261120101500
**********************
";

#[test]
fn transcripts_say_what_their_objects_are_of() {
    assert_eq!(
        objects(TRANSCRIPT),
        [
            r#"{Name: "ACS - 1", Enabled: "True"}"#,
            r#"{Name: "EvoSts - 1", Enabled: "True"}"#,
            "{Realm: null}"
        ]
    );
    let of_servers = Some("Get-AuthServer | fl Name,Enabled".to_owned());
    let expected =
        [("Name", of_servers.clone()), ("Name", of_servers), ("Realm", Some("Get-AuthConfig | fl".into()))];
    assert_eq!(commands(TRANSCRIPT), expected.map(|(name, command)| (name.to_owned(), command)));
}

#[test]
fn prompts_of_all_shells() {
    for prompt in [
        "[PS] C:\\Windows\\system32>",
        "[PS] C:\\>",
        "PS C:\\> ",
        "PS>",
        "PS /srv/exports> ",
        "[ex01.contoso.com]: PS C:\\Exports\\ann\\Documents> ",
        "  PS C:\\>",
    ] {
        let text = format!("{prompt}Get-AuthServer | fl\nName : a\nPS : b > c\n{prompt}\nName : b\n");
        let expected =
            [("Name".to_owned(), Some("Get-AuthServer | fl".to_owned())), ("Name".to_owned(), None)];
        assert_eq!(commands(&text), expected, "{prompt}");
        assert_eq!(detect(&text), Ok(Some(Format::FormatList)), "{prompt}");
    }
    assert_eq!(detect("[{\"Name\":\"x]: PS C:\\\\> \"}]"), Ok(Some(Format::Json)));
}

#[test]
fn what_stands_between_is_told() {
    let text =
        "VERBOSE: begins : x\nWARNING: only the first 1000 : items\nName : a\n\nOn-premises:\nName : b\n";
    let outcome = list(text);
    assert_eq!(outcome.shapes(), [r#"{Name: "a"}"#, r#"{Name: "b"}"#]);
    assert_eq!(
        outcome.told(),
        ["warning: only the first 1000 : items", "skipped: Prose", "caption: On-premises:", "skipped: Prose"]
    );
    let error = "Get-Thing : The operation couldn't be performed.\n    + CategoryInfo          : NotSpecified: (:) [Get-Thing], X\n    + FullyQualifiedErrorId : x\n";
    let outcome = list(&format!("Name : a\n\n{error}"));
    assert_eq!(outcome.shapes(), [r#"{Name: "a"}"#]);
    assert_eq!(outcome.told()[0], "failed: Get-Thing : The operation couldn't be performed.");
    // An error of the cmdlet does not say that there are no objects.
    let outcome = list(&format!("PS C:\\> Get-X | fl\n{error}"));
    assert_eq!(outcome.messages(), ["there is no object of Format-List in this text"]);
    assert_eq!(outcome.told()[0], "PowerShell: Get-X | fl");
}

#[test]
fn commands_are_told_whole() {
    let at_the_edge = "[PS] C:\\Temp\\adm-kim\\Desktop\\ticket 4711>Get-ExchangeCertificate -Server EX01\n | where {$_.Services -match \"IIS\"} | fl Thumbprint,Services\n\nThumbprint : A\n\n[PS] C:\\>\n";
    assert_eq!(
        list(at_the_edge).told(),
        [
            "ManagementShell: Get-ExchangeCertificate -Server EX01 | where {$_.Services -match \"IIS\"} | fl Thumbprint,Services",
            "ManagementShell: "
        ]
    );
    assert_eq!(
        list("Get-Thing | fl Name,Dom\nainNames\n\nName : a\n").told(),
        ["None: Get-Thing | fl Name,DomainNames"]
    );
    assert_eq!(list("PS C:\\> CommandInvocation(Get-X): \"Get-X\"\nName : a\n").told(), [""; 0]);
}

#[test]
fn tables_are_read_by_their_dashes() {
    let table = "Name         DomainNames          Size\n----         -----------          ----\nOn-premises  {a.com, b.com}          5\nTwo words    {a.com, bb\u{2026}          12\n\nPS C:\\>\n";
    let outcome = list(table);
    assert_eq!(
        outcome.shapes(),
        [
            r#"{Name: "On-premises", DomainNames: ["a.com", "b.com"], Size: "5"}"#,
            r#"{Name: "Two words", DomainNames: ["a.com", …], Size: "12"}"#
        ]
    );
    let unclear = list("Name : a\n\nSome heading of a page\n----------------------\nx\n");
    assert_eq!(unclear.told(), ["skipped: Table"]);
}

#[test]
fn documents_of_other_formats_are_read_where_they_stand() {
    let text = "PS C:\\> Get-X | ConvertTo-Json\n{\n  \"Name\": \"a }\"\n}\nPS C:\\> Get-Y | ConvertTo-Csv\n\"Name\",\"Enabled\"\n\"b\",\"True\"\nPS C:\\> Get-Z | fl\n\nName : c\n";
    assert_eq!(
        list(text).shapes(),
        [r#"{Name: "a }"}"#, r#"{Name: "b", Enabled: "True"}"#, r#"{Name: "c"}"#]
    );
}

#[test]
fn values_end_where_the_column_says() {
    // A value of several lines that ends in a line break, with and without the blanks of its last line.
    for blanks in ["              ", ""] {
        let text = format!(
            "Task        : EWS\nDetail      : one two\n              three\n{blanks}\nResultType  : Error\n\nTask        : AD\nDetail      : x y\nResultType  : Success\n"
        );
        assert_eq!(
            objects(&text),
            [
                r#"{Task: "EWS", Detail: "one two three", ResultType: "Error"}"#,
                r#"{Task: "AD", Detail: "x y", ResultType: "Success"}"#
            ]
        );
    }
    for after in ["```", "{code}", "[/CODE]", "</pre>", "Thanks in advance", "Kim Example, 10:15 AM"] {
        let text = format!("ServicesNotRunning : {{}}\nUrl                :\n{after}\n");
        assert_eq!(list(&text).shapes(), ["{ServicesNotRunning: [], Url: null}"], "{after}");
    }
    assert_eq!(
        list("Name    : a\n-- More  --\nEnabled : True   <-- is this right?\n").shapes(),
        [r#"{Name: "a", Enabled: "True"}"#]
    );
}

#[test]
fn a_property_that_two_patterns_name_is_one() {
    let twice = "Name                  : a\nFreeBusyAccessEnabled : True\nEnabled               : True\nFreeBusyAccessEnabled : True\nFreeBusyAccessLevel   : None\n";
    assert_eq!(
        objects(twice),
        [
            r#"{Name: "a", FreeBusyAccessEnabled: "True", Enabled: "True", FreeBusyAccessEnabled: "True", FreeBusyAccessLevel: "None"}"#
        ]
    );
    assert_eq!(objects("Id   : a\nName : x\nId   : a\nName : y\n").len(), 2);
}

#[test]
fn a_text_that_ends_within_a_value_may_be_cut_there() {
    assert_eq!(objects("Name  : a\nLevel : Limited"), [r#"{Name: "a", Level: …}"#]);
    for whole in ["Enabled : True", "Domains : {a.com}"] {
        assert!(!objects(&format!("Name    : a\n{whole}"))[0].contains('…'), "{whole}");
    }
    let several = "Name  : a\nLevel : x\n\nName  : b\nLevel : y";
    assert_eq!(objects(several)[1], r#"{Name: "b", Level: "y"}"#);
}

#[test]
fn lines_that_a_mail_program_broke() {
    let text = "Name                  : On-premises to O365 -\n0fbd5031-2c5d-4f2e-9a51-3a1f0b0f2f2c\nEnabled               : True\nThanks\n";
    assert_eq!(
        list(text).shapes(),
        [r#"{Name: "On-premises to O365 - 0fbd5031-2c5d-4f2e-9a51-3a1f0b0f2f2c", Enabled: "True"}"#]
    );
}

#[test]
fn wide_characters_take_two_columns() {
    let wide = "Id   : x\nName : 会議室予約メールボックスの名前はとても長いので、幅八十のコンソールで\n       は折り返される\n";
    assert_eq!(
        objects(wide),
        [
            r#"{Id: "x", Name: "会議室予約メールボックスの名前はとても長いので、幅八十のコンソールでは折り返される"}"#
        ]
    );
}

#[test]
fn colours_are_no_part_of_names_and_values() {
    let text = "\x1B[32;1mName    : \x1B[0ma\n\x1B[32;1mEnabled : \x1B[0mTrue\n";
    assert_eq!(objects(text), [r#"{Name: "a", Enabled: "True"}"#]);
}

#[test]
fn indented_objects_and_names_with_blanks() {
    assert_eq!(
        objects("Name         : a\n    Enabled      : True\n    Mailbox Name : x\n"),
        [r#"{Name: "a", Enabled: "True", Mailbox Name: "x"}"#]
    );
    assert_eq!(objects("  Name    : a\n  Enabled : True\n"), [r#"{Name: "a", Enabled: "True"}"#]);
}

#[test]
fn what_is_detected() {
    let message = |text: &str| detect(text).unwrap_err().into_problem().message.into_owned();
    assert_eq!(detect("Domains : {Anonymous:0}"), Ok(Some(Format::FormatList)));
    assert_eq!(detect(TRANSCRIPT), Ok(Some(Format::FormatList)));
    assert_eq!(detect("Name Type\n---- ----\na    b\n"), Ok(Some(Format::FormatList)));
    assert!(
        message("Microsoft.PowerShell.Commands.Internal.Format.FormatStartData\n")
            .starts_with("only the names")
    );
    assert!(message("@{Name=a; Enabled=True}\n").starts_with("these are objects as text"));
    assert!(
        message("class AuthConfig\n{\n  Realm = \n}\n").starts_with("this is the output of Format-Custom")
    );
    for marked in [
        "[code]\nName : a\n[/code]\n",
        "{noformat}\nName : a\n",
        "<pre>\nName : a\n</pre>\n",
        "[10:11] kim: see\n\nName : a\n",
    ] {
        assert_eq!(detect(marked), Ok(Some(Format::FormatList)), "{marked}");
    }
    assert!(message("Dear colleague,\nplease see: it fails.\n").starts_with("this is neither JSON,"));
    assert!(message("Heading\n=======\n").starts_with("this is neither JSON,"));
    assert!(message("MZ\u{1}Name : x").starts_with("this is a binary file"));
    // Nothing but a head.
    assert!(
        message(&TRANSCRIPT[..TRANSCRIPT.find("Transcript started").unwrap()]).starts_with("this is neither")
    );
}

#[test]
fn hostile_text_is_read_in_bounded_steps() {
    for text in [
        "a : b\n".repeat(20_000),
        "a : {\n".repeat(20_000),
        format!("a : {{{}", "[".repeat(100_000)),
        format!("a : {{{}}}", "x, ".repeat(50_000)),
        "*".repeat(100_000),
        "**********\n".repeat(20_000),
        "\n".repeat(100_000),
        " : \n".repeat(20_000),
        "-- --\n".repeat(20_000),
        (0..20_000).map(|n| format!("a{n} : b\n")).collect(),
        format!("a : b\n{}", "    c\n".repeat(20_000)),
        "\x1B[".repeat(50_000),
        "[PS] >".repeat(20_000),
    ] {
        let whole = read(FormatList::new(), &text, text.len());
        assert_eq!(read(FormatList::new(), &text, 4096), whole, "{:.20}", text);
    }
}

/// A text as it comes back from mails, tickets and chats.
fn dressed(text: &str, clothes: usize) -> String {
    let each = |prefix: &str| {
        text.lines().map(|line| format!("{prefix}{line}").trim_end().to_owned() + "\n").collect()
    };
    match clothes {
        1 => each("> "),
        2 => each(">> "),
        3 => each("[10:11:12] "),
        4 => format!("Hi,\n\n```\n{text}```\nThanks\n"),
        5 => text.replace("  ", " \u{A0}"),
        6 => format!("{{code}}\n{}{{code}}\n", text.replace('{', "\\{").replace('}', "\\}")),
        _ => text.to_owned(),
    }
}

proptest! {
    // Where a line breaks at a width that few consoles have, a text does not always tell a blank from none.
    #![proptest_config(ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(20_261_201), ..ProptestConfig::default() })]

    #[test]
    fn blocks_of_any_size_give_the_same(
        text in "(Name|Enabled| |  | : |:|\\{|\\}|, |\\.\\.\\.|…|a|é|\n|\n\n|\r\n|[*]{10}\n|-- --\n|PS C:\\\\>|VERBOSE: |\u{FEFF}|\x1B\\[0m){0,40}",
        block in 1_usize..30,
    ) {
        prop_assert_eq!(read(FormatList::new(), &text, block), read(FormatList::new(), &text, text.len()));
    }

    #[test]
    fn what_was_copied_and_quoted_is_read(
        values in prop::collection::vec("[a-z]{1,12}( [a-z]{1,20}){0,8}", 2..6),
        console in 60_usize..130,
        clothes in 0_usize..7,
    ) {
        let names = ["Name", "DomainNames", "TargetSharingEpr", "Enabled", "Type", "Id"];
        let properties: Vec<(&str, &str)> = names.into_iter().zip(values.iter().map(String::as_str)).collect();
        let text = stripped(&wrapped(&properties, console, true));
        let longest = text.lines().map(str::len).max().unwrap_or(0);
        // Lines of one length that is a usual one may have been cut wherever they were full.
        prop_assume!(!matches!(longest, 79 | 80 | 99 | 100 | 119 | 120));
        prop_assume!(text.lines().filter(|line| line.len() == longest).count() < 3);
        let expected: Vec<String> = properties.iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
        let dressed = dressed(&text, clothes);
        let source = Sources::default().add("ticket.txt");
        let whole = Arc::new(Text::whole(source, dressed.clone()));
        let plain = super::super::markup::strip(&whole, None);
        let content = plain.as_ref().map_or(whole.content(), |plain| plain.content());
        let outcome = read(FormatList::new(), content, content.len());
        prop_assert_eq!(outcome.shapes(), [format!("{{{}}}", expected.join(", "))], "{}", dressed);
    }

    #[test]
    fn what_was_printed_is_read(
        values in prop::collection::vec("[a-z]{1,12}( [a-z]{1,30}){0,8}", 1..6),
        console in 60_usize..130,
        by_words in any::<bool>(),
    ) {
        // Where lines are cut within words, one at a width that few consoles have says too little.
        let console = if by_words { console } else { [80, 100, 120][console % 3] };
        let names = ["Name", "DomainNames", "TargetSharingEpr", "Enabled", "Type", "Id"];
        let properties: Vec<(&str, &str)> = names.into_iter().zip(values.iter().map(String::as_str)).collect();
        // A blank value shows that blanks at line ends are kept.
        let properties: Vec<(&str, &str)> = properties.into_iter().chain([("Scope", "")]).collect();
        let text = wrapped(&properties, console, by_words);
        let expected: Vec<String> = properties
            .iter()
            .map(|(name, value)| if value.is_empty() { format!("{name}: null") } else { format!("{name}: {value:?}") })
            .collect();
        let outcome = read(FormatList::new(), &text, text.len());
        prop_assert_eq!(outcome.shapes(), [format!("{{{}}}", expected.join(", "))], "{}", text);
    }
}
