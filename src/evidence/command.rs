//! What a visible command asks for: everything its cmdlet lists, or a selection.
//!
//! A command that is not understood selects: what it printed exists, and what it did not print is unknown.

use crate::diagnostic::{Extent, Limit, Selection};

/// Parameters that take a value and change nothing about which objects are listed (cmdlet reference; the common
/// parameters of PowerShell).
const NEUTRAL_PARAMETERS: [&str; 16] = [
    "domaincontroller",
    "credential",
    "encoding",
    "erroraction",
    "errorvariable",
    "informationaction",
    "outbuffer",
    "outvariable",
    "pipelinevariable",
    "progressaction",
    "properties",
    "property",
    "propertysets",
    "sortby",
    "warningaction",
    "warningvariable",
];

/// Switches that change nothing about which objects are listed, or list more of them.
const NEUTRAL_SWITCHES: [&str; 15] = [
    "adpropertiesonly",
    "all",
    "bypassadditionaldomainvalidation",
    "bypassownercheck",
    "debug",
    "ignoredefaultscope",
    "includereservedmailboxes",
    "includesoftdeletedrecipients",
    "includeunfilteredmailboxes",
    "readfromdomaincontroller",
    "retrieveewsoperationaccesspolicy",
    "showmailboxvirtualdirectories",
    "status",
    "usecustomrouting",
    "verbose",
];

/// Commands of a pipeline that print, sort or store what they get, all of it.
const NEUTRAL_STAGES: [&str; 35] = [
    "add-content",
    "clip",
    "convertto-csv",
    "convertto-html",
    "convertto-json",
    "convertto-xml",
    "epcsv",
    "export-clixml",
    "export-csv",
    "fl",
    "format-custom",
    "format-list",
    "format-table",
    "format-wide",
    "ft",
    "fw",
    "more",
    "oh",
    "out-clipboard",
    "out-default",
    "out-file",
    "out-gridview",
    "out-host",
    "out-printer",
    "out-string",
    "out-null",
    "select",
    "select-object",
    "set-clipboard",
    "set-content",
    "sort",
    "sort-object",
    "tee",
    "tee-object",
    "write-output",
];

/// Parameters of `Select-Object` that drop objects.
const SELECT_PARAMETERS: [&str; 8] =
    ["first", "last", "skip", "skiplast", "skipindex", "index", "unique", "wait"];

/// What a command line asks for of `cmdlet`. `export` is the command by which the product itself exports all of the
/// cmdlet's objects: what it does selects nothing. `None` where the line does not run the cmdlet.
///
/// Cmdlets of the verb `Test` measure what they are told to: no argument makes their result a part of a list.
pub fn extent(line: &str, cmdlet: &str, export: Option<&str>) -> Option<Extent> {
    let found =
        statements(line).into_iter().rev().find_map(|statement| in_statement(&statement, cmdlet, export))?;
    let is_test = cmdlet.get(..5).is_some_and(|verb| verb.eq_ignore_ascii_case("Test-"));
    Some(if is_test { Extent::Complete } else { found })
}

fn in_statement(statement: &str, cmdlet: &str, export: Option<&str>) -> Option<Extent> {
    let stages = split(without_assignment(statement), '|');
    let at = stages.iter().position(|stage| names(stage, cmdlet))?;
    let own = export.map(|export| split(export, '|')).unwrap_or_default();
    let is_own = |stage: &str| own.iter().any(|own| plain(own) == plain(stage));
    let before = stages[..at].iter().enumerate().find_map(|(index, stage)| match index {
        _ if is_own(stage) => None,
        0 => source(stage, own.first().map(String::as_str)),
        _ => later(stage),
    });
    let rest = || stages[at + 1..].iter().filter(|stage| !is_own(stage)).find_map(|stage| later(stage));
    let stage = &stages[at];
    let here = || if is_own(stage) { None } else { listing(stage, cmdlet) };
    Some(before.or_else(here).or_else(rest).unwrap_or_default())
}

/// Whether a stage of a pipeline runs the cmdlet, by itself or within a block or brackets.
fn names(stage: &str, cmdlet: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    stage.split(|c: char| !is_part(c)).any(|word| word.eq_ignore_ascii_case(cmdlet))
}

/// What the first command of a pipeline leaves out where another cmdlet gets its objects: the product's own export may
/// begin with the same list.
fn source(stage: &str, own: Option<&str>) -> Option<Extent> {
    let command = words(stage).into_iter().next().unwrap_or_default();
    if command.starts_with('$') {
        return Some(Extent::Selected(Selection::Variable(command.into())));
    }
    let is_own = own
        .and_then(|own| words(own).into_iter().next())
        .is_some_and(|own| own.eq_ignore_ascii_case(&command));
    if is_own { arguments(stage) } else { Some(Extent::Selected(Selection::Source(command.into()))) }
}

/// What the stage that runs the cmdlet leaves out.
fn listing(stage: &str, cmdlet: &str) -> Option<Extent> {
    let stage = stage.trim();
    if let Some((inner, after)) = bracketed(stage) {
        let is_whole = after.trim().is_empty();
        let inner = in_statement(inner, cmdlet, None).filter(|extent| *extent != Extent::Complete);
        return inner.or_else(|| (!is_whole).then_some(Extent::Selected(Selection::Member)));
    }
    if let Some(block) = for_each_block(stage) {
        let inner = statements(block).into_iter().find(|statement| names(statement, cmdlet))?;
        return in_statement(&inner, cmdlet, None).filter(|extent| *extent != Extent::Complete);
    }
    arguments(stage)
}

/// What the arguments of a command leave out.
fn arguments(stage: &str) -> Option<Extent> {
    let mut words = words(stage).into_iter().skip(1).peekable();
    while let Some(word) = words.next() {
        let Some((name, given)) = parameter(&word) else {
            if is_redirection(&word) {
                words.next_if(|_| word.ends_with('>'));
                continue;
            }
            return (!is_current(&word))
                .then(|| Extent::Selected(Selection::Identity(unquoted(&word).into())));
        };
        let lower = name.to_ascii_lowercase();
        if NEUTRAL_SWITCHES.contains(&lower.as_str()) {
            continue;
        }
        let value = given.map(str::to_owned).or_else(|| words.next_if(|next| parameter(next).is_none()));
        if lower == "resultsize" {
            match value.as_deref().map(unquoted).map(|value| value.parse()) {
                Some(Ok(count)) => return Some(Extent::Limited(Limit::ResultSize(count))),
                _ => continue,
            }
        }
        let is_neutral =
            NEUTRAL_PARAMETERS.contains(&lower.as_str()) || value.as_deref().is_some_and(is_current);
        if !is_neutral {
            return Some(Extent::Selected(Selection::Parameter(name.into())));
        }
    }
    None
}

/// What a command further on in the pipeline leaves out.
fn later(stage: &str) -> Option<Extent> {
    let words = words(stage);
    let command = words.first()?.to_ascii_lowercase();
    let drops = |word: &String| parameter(word).is_some_and(|(name, _)| is_select_parameter(name));
    let is_select = command == "select" || command == "select-object";
    let is_neutral = NEUTRAL_STAGES.contains(&command.as_str()) && !(is_select && words.iter().any(drops));
    (!is_neutral).then(|| Extent::Selected(Selection::Stage(words[0].as_str().into())))
}

/// A parameter may be cut short as long as it is clear.
fn is_select_parameter(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SELECT_PARAMETERS.iter().any(|parameter| parameter.starts_with(&name))
}

/// The name of a parameter, and the value behind its colon.
fn parameter(word: &str) -> Option<(&str, Option<&str>)> {
    let name = word.strip_prefix(['-', '\u{2013}', '\u{2014}'])?;
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        .then(|| name.split_once(':').map_or((name, None), |(name, value)| (name, Some(value))))
}

/// Whether an argument is the object at hand of a loop, or a property of it, or a variable of the loop.
fn is_current(word: &str) -> bool {
    let word = unquoted(word);
    word.starts_with("$_") || word.starts_with("$($_") || word.starts_with("$PSItem")
}

fn is_redirection(word: &str) -> bool {
    word.trim_start_matches(['*', '1', '2', '3', '4', '5', '6']).starts_with('>')
}

fn unquoted(word: &str) -> &str {
    let inner = |quote: char| word.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(word)
}

/// Without `$name =` in front.
fn without_assignment(statement: &str) -> &str {
    let statement = statement.trim();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.');
    let assigned = statement.strip_prefix('$').and_then(|rest| {
        let (_, value) = rest.split_at(rest.find(|c: char| !is_name(c))?);
        value.trim_start().strip_prefix('=')
    });
    assigned.map_or(statement, str::trim)
}

/// The inside of brackets that a command begins with, and what follows them.
fn bracketed(stage: &str) -> Option<(&str, &str)> {
    let start = if stage.starts_with('(') { 1 } else { stage.strip_prefix("@(").map(|_| 2)? };
    let end = closing(&stage[start..])? + start;
    Some((&stage[start..end], &stage[end + 1..]))
}

/// The block of a `ForEach-Object`.
fn for_each_block(stage: &str) -> Option<&str> {
    let command = stage.split(|c: char| c.is_whitespace() || c == '{').next()?;
    let is_loop = ["%", "foreach", "foreach-object"].iter().any(|name| command.eq_ignore_ascii_case(name));
    let start = stage.find('{').filter(|_| is_loop)? + 1;
    let end = closing(&stage[start..])? + start;
    Some(&stage[start..end])
}

/// Where the bracket that is open at the start is closed.
fn closing(text: &str) -> Option<usize> {
    Scanner::default().depths(text).find_map(|(at, _, depth)| (depth < 0).then_some(at))
}

/// The statements of a line, in order.
fn statements(line: &str) -> Vec<String> {
    split(line, ';')
}

/// Parts of a text between separators that stand outside of quotes and brackets.
fn split(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    for (_, c, depth) in Scanner::default().depths(text) {
        if c == separator && depth == 0 {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// The words of a command: what blanks divide outside of quotes and brackets.
fn words(stage: &str) -> Vec<String> {
    split_blank(stage.trim().trim_start_matches(['&', '.']))
}

fn split_blank(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_comma = false;
    for (_, c, depth) in Scanner::default().depths(text) {
        let Some(word) = words.last_mut() else { break };
        if c.is_whitespace() && depth == 0 {
            // A list goes on behind its comma.
            if !word.is_empty() && !was_comma {
                words.push(String::new());
            }
            continue;
        }
        // A comma belongs to the word before it.
        if c == ',' && depth == 0 && word.is_empty() && words.len() > 1 {
            words.pop();
        }
        if let Some(word) = words.last_mut() {
            word.push(c);
        }
        was_comma = c == ',' && depth == 0;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A stage as it compares: blanks and case do not matter.
fn plain(stage: &str) -> String {
    stage.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Tells what of a text stands within quotes or brackets.
#[derive(Default)]
struct Scanner {
    quote: Option<char>,
    depth: i32,
    escaped: bool,
}

impl Scanner {
    /// Each character with its place and how deep it stands; what is quoted stands deeper than anything.
    fn depths(mut self, text: &str) -> impl Iterator<Item = (usize, char, i32)> {
        text.char_indices().map(move |(at, c)| (at, c, self.step(c)))
    }

    fn step(&mut self, c: char) -> i32 {
        if std::mem::take(&mut self.escaped) {
            return i32::MAX;
        }
        match (self.quote, c) {
            (Some('\''), '`') => i32::MAX,
            (_, '`') => {
                self.escaped = true;
                i32::MAX
            }
            (Some(quote), c) => {
                if c == quote {
                    self.quote = None;
                }
                i32::MAX
            }
            (None, '\'' | '"') => {
                self.quote = Some(c);
                i32::MAX
            }
            (None, '(' | '{' | '[') => {
                self.depth += 1;
                self.depth
            }
            (None, ')' | '}' | ']') => {
                self.depth -= 1;
                // The bracket itself belongs to what it closes.
                if self.depth < 0 { self.depth } else { self.depth + 1 }
            }
            (None, _) => self.depth,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::ExportState;

    fn of(line: &str, cmdlet: &str) -> Option<Extent> {
        extent(line, cmdlet, None)
    }

    #[test]
    fn plain_commands_list_everything() {
        for line in [
            "Get-AuthServer",
            "get-authserver | fl",
            "Get-AuthServer | fl Name, Enabled, *Uri*",
            "Get-AuthServer | Select-Object Name,Enabled | ConvertTo-Json -Depth 3 > a.json",
            "Get-AuthServer -DomainController dc01.contoso.com | Format-List *",
            "(Get-AuthServer) | fl > C:\\temp\\a.txt",
            "$x = Get-AuthServer; $x | fl",
            "Get-AuthServer -ErrorAction:SilentlyContinue | Export-Clixml 'a b.xml'",
            "Get-AuthServer -Verbose 2>&1 | Out-File a.txt",
            "Get-AuthServer > a.txt",
        ] {
            assert_eq!(of(line, "Get-AuthServer"), Some(Extent::Complete), "{line}");
        }
        assert_eq!(of("Get-Mailbox -ResultSize Unlimited | fl", "Get-Mailbox"), Some(Extent::Complete));
        assert_eq!(
            of("Get-WebServicesVirtualDirectory -ADPropertiesOnly", "Get-WebServicesVirtualDirectory"),
            Some(Extent::Complete)
        );
    }

    #[test]
    fn what_selects_is_named() {
        let selected = |selection| Some(Extent::Selected(selection));
        for (line, expected) in [
            ("Get-AuthServer ACS", selected(Selection::Identity("ACS".into()))),
            ("Get-AuthServer 'My ACS' | fl", selected(Selection::Identity("My ACS".into()))),
            ("Get-AuthServer -Identity ACS", selected(Selection::Parameter("Identity".into()))),
            ("Get-AuthServer | ? { $_.Name -like 'EvoSts*' } | fl", selected(Selection::Stage("?".into()))),
            ("Get-AuthServer | where Name -eq x", selected(Selection::Stage("where".into()))),
            ("Get-AuthServer | select -First 1 | fl", selected(Selection::Stage("select".into()))),
            (
                "Get-AuthServer | Select-Object Name -Unique",
                selected(Selection::Stage("Select-Object".into())),
            ),
            ("Get-AuthServer | fl | findstr Enabled", selected(Selection::Stage("findstr".into()))),
            ("(Get-AuthServer)[0] | fl", selected(Selection::Member)),
            ("(Get-AuthServer -Identity x) | fl", selected(Selection::Parameter("Identity".into()))),
            (
                "Get-PartnerApplication | Get-AuthServer",
                selected(Selection::Source("Get-PartnerApplication".into())),
            ),
            ("$names | Get-AuthServer | fl", selected(Selection::Variable("$names".into()))),
            ("Get-AuthServer -Filter \"Name -like 'E|*'\"", selected(Selection::Parameter("Filter".into()))),
        ] {
            assert_eq!(of(line, "Get-AuthServer"), expected, "{line}");
        }
        assert_eq!(
            of("Get-Mailbox -ResultSize 50 | fl", "Get-Mailbox"),
            Some(Extent::Limited(Limit::ResultSize(50)))
        );
    }

    #[test]
    fn the_command_of_the_product_itself_selects_nothing() {
        let export = "Get-ExchangeServer | Where-Object { -not $_.IsEdgeServer } | ForEach-Object { $server = $_.Fqdn; Get-ExchangeCertificate -Server $server | Select-Object Thumbprint }";
        let state =
            |line: &str| extent(line, "Get-ExchangeCertificate", Some(export)).map(|extent| extent.state());
        for line in [
            export,
            "Get-ExchangeServer | Get-ExchangeCertificate | fl",
            "Get-ExchangeServer | % { Get-ExchangeCertificate -Server $_.Name } | fl",
            "Get-ExchangeServer|where-object {-not $_.IsEdgeServer}|ForEach-Object { Get-ExchangeCertificate -Server $_ }",
        ] {
            assert_eq!(state(line), Some(ExportState::Complete), "{line}");
        }
        for line in [
            "Get-ExchangeServer EX01 | Get-ExchangeCertificate",
            "Get-ExchangeServer | ? Name -like EX0* | Get-ExchangeCertificate",
            "Get-ExchangeCertificate -Server EX01 | fl",
            "Get-ExchangeServer | % { Get-ExchangeCertificate -Server $_.Name | ? Services -match IIS }",
        ] {
            assert_eq!(state(line), Some(ExportState::Selected), "{line}");
        }
    }

    #[test]
    fn the_last_run_of_a_cmdlet_counts_and_others_do_not() {
        assert_eq!(of("Get-AuthConfig | fl", "Get-AuthServer"), None);
        assert_eq!(of("Get-AuthServer x; Get-AuthServer", "Get-AuthServer"), Some(Extent::Complete));
        assert_eq!(
            of("Get-AuthConfig | fl; Get-AuthServer ACS", "Get-AuthServer").map(|extent| extent.state()),
            Some(ExportState::Selected)
        );
    }

    #[test]
    fn tests_measure_what_they_are_told_to() {
        let line = "Test-OAuthConnectivity -Service EWS -TargetUri https://x -Mailbox a | fl";
        assert_eq!(of(line, "Test-OAuthConnectivity"), Some(Extent::Complete));
    }

    #[test]
    fn damaged_commands_are_read_all_the_same() {
        for line in [
            "(Get-AuthServer",
            "Get-AuthServer | ",
            "Get-AuthServer 'x",
            "Get-AuthServer `",
            "| Get-AuthServer }",
        ] {
            let _ = of(line, "Get-AuthServer");
        }
    }
}
