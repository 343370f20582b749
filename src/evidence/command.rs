//! What a visible command asks for: everything its cmdlet lists, or a selection.
//!
//! A command that is not understood selects: what it printed exists, and what it did not print is unknown.

use crate::diagnostic::{Extent, Limit, Selection};
use crate::format::command::{Argument, Stage, pipelines};

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

/// What commands of a pipeline begin with that leave nothing to be seen.
const KEEPING_STAGES: [&str; 8] =
    ["export-", "epcsv", "out-file", "out-null", "out-printer", "set-", "add-content", "clip"];

/// Parameters of `Select-Object` that drop objects.
const SELECT_PARAMETERS: [&str; 8] =
    ["first", "last", "skip", "skiplast", "skipindex", "index", "unique", "wait"];

/// What a command line asks for of `cmdlet`. `export` is the command by which the product itself exports all of the
/// cmdlet's objects: what it does selects nothing. `None` where the line does not run the cmdlet.
///
/// Cmdlets of the verb `Test` measure what they are told to: no argument makes their result a part of a list.
pub fn extent(line: &str, cmdlet: &str, export: Option<&str>) -> Option<Extent> {
    let pipelines = pipelines(line);
    let found = pipelines.iter().rev().find_map(|stages| in_pipeline(stages, cmdlet, export))?;
    let is_test = cmdlet.get(..5).is_some_and(|verb| verb.eq_ignore_ascii_case("Test-"));
    Some(if is_test { Extent::Complete } else { found })
}

/// Whether a command line shows the objects that it gets: it neither keeps them in a variable nor in a file, and it is
/// the only one of its line.
#[must_use]
pub fn prints(line: &str) -> bool {
    let pipelines = pipelines(line);
    let [stages] = pipelines.as_slice() else { return false };
    let is_kept = |stage: &Stage<'_>| {
        let name = stage.name.to_ascii_lowercase();
        let is_sink = KEEPING_STAGES.iter().any(|verb| name.starts_with(verb));
        is_sink || stage.arguments.iter().filter_map(|argument| argument.value).any(is_redirection)
    };
    let is_assigned =
        stages.first().is_some_and(|stage| without_assignment(stage.text).len() < stage.text.len());
    !is_assigned && !stages.iter().any(is_kept)
}

fn in_pipeline(stages: &[Stage<'_>], cmdlet: &str, export: Option<&str>) -> Option<Extent> {
    let at = stages.iter().position(|stage| names(stage.text, cmdlet))?;
    let own = export.map(pipelines).and_then(|export| export.into_iter().next()).unwrap_or_default();
    let is_own = |stage: &&Stage<'_>| own.iter().any(|own| plain(own.text) == plain(stage.text));
    let (before, rest) = stages.split_at(at);
    let (here, after) = rest.split_first()?;
    let source = before.first().filter(|stage| !is_own(stage)).and_then(|stage| source(stage, own.first()));
    let listed = || Some(here).filter(|stage| !is_own(stage)).and_then(|stage| listing(stage, cmdlet));
    let between = || before.iter().skip(1).chain(after).filter(|stage| !is_own(stage)).find_map(later);
    Some(source.or_else(listed).or_else(between).unwrap_or_default())
}

/// Whether a stage of a pipeline runs the cmdlet, by itself or within a block or brackets.
fn names(stage: &str, cmdlet: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    stage.split(|c: char| !is_part(c)).any(|word| word.eq_ignore_ascii_case(cmdlet))
}

/// What the first command of a pipeline leaves out where another cmdlet gets its objects: the product's own export may
/// begin with the same list.
fn source(stage: &Stage<'_>, own: Option<&Stage<'_>>) -> Option<Extent> {
    if stage.name.starts_with('$') {
        return Some(Extent::Selected(Selection::Variable(stage.name.into())));
    }
    if own.is_some_and(|own| own.name.eq_ignore_ascii_case(stage.name)) {
        return arguments(stage);
    }
    Some(Extent::Selected(Selection::Source(stage.name.into())))
}

/// What the stage that runs the cmdlet leaves out.
fn listing(stage: &Stage<'_>, cmdlet: &str) -> Option<Extent> {
    let text = without_assignment(stage.text);
    let within = |text: &str| {
        let extent = pipelines(text).iter().find_map(|stages| in_pipeline(stages, cmdlet, None));
        extent.filter(|extent| *extent != Extent::Complete)
    };
    if let Some((inner, after)) = bracketed(text) {
        let is_whole = after.trim().is_empty();
        return within(inner).or_else(|| (!is_whole).then_some(Extent::Selected(Selection::Member)));
    }
    if is_loop(stage.name) {
        let block = text.find('{').zip(text.rfind('}')).filter(|(start, end)| start < end);
        return block.and_then(|(start, end)| within(&text[start + 1..end]));
    }
    if text.len() < stage.text.len() {
        return within(text);
    }
    arguments(stage)
}

/// What the arguments of a command leave out.
fn arguments(stage: &Stage<'_>) -> Option<Extent> {
    let mut arguments = stage.arguments.iter();
    while let Some(Argument { parameter, value }) = arguments.next() {
        let Some(name) = parameter else {
            let word = value.unwrap_or_default();
            if is_redirection(word) {
                // Where it leads to may stand behind a blank.
                if word.ends_with('>') {
                    arguments.next();
                }
                continue;
            }
            if is_current(word) {
                continue;
            }
            return Some(Extent::Selected(Selection::Identity(unquoted(word).into())));
        };
        let lower = name.to_ascii_lowercase();
        if NEUTRAL_SWITCHES.contains(&lower.as_str()) {
            // What follows a switch is no value of it.
            if let Some(word) = value.filter(|word| !is_redirection(word) && !is_switch_value(word)) {
                return Some(Extent::Selected(Selection::Identity(unquoted(word).into())));
            }
            continue;
        }
        if lower == "resultsize" {
            match value.map(unquoted).map(str::parse) {
                Some(Ok(count)) => return Some(Extent::Limited(Limit::ResultSize(count))),
                _ => continue,
            }
        }
        if !NEUTRAL_PARAMETERS.contains(&lower.as_str()) && !value.is_some_and(is_current) {
            return Some(Extent::Selected(Selection::Parameter((*name).into())));
        }
    }
    None
}

/// What a command further on in the pipeline leaves out.
fn later(stage: &Stage<'_>) -> Option<Extent> {
    let command = stage.name.to_ascii_lowercase();
    let is_select = command == "select" || command == "select-object";
    let drops = || stage.arguments.iter().filter_map(|argument| argument.parameter).any(is_select_parameter);
    let is_neutral = NEUTRAL_STAGES.contains(&command.as_str()) && !(is_select && drops());
    (!is_neutral).then(|| Extent::Selected(Selection::Stage(stage.name.into())))
}

/// A parameter may be cut short as long as it is clear.
fn is_select_parameter(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SELECT_PARAMETERS.iter().any(|parameter| parameter.starts_with(&name))
}

fn is_loop(name: &str) -> bool {
    let name = name.split('{').next().unwrap_or_default();
    ["%", "foreach", "foreach-object"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Whether an argument is the object at hand of a loop, or a property of it.
fn is_current(word: &str) -> bool {
    let word = unquoted(word);
    word.starts_with("$_") || word.starts_with("$($_") || word.starts_with("$PSItem")
}

fn is_redirection(word: &str) -> bool {
    word.trim_start_matches(['*', '1', '2', '3', '4', '5', '6']).starts_with('>')
}

fn is_switch_value(word: &str) -> bool {
    word.eq_ignore_ascii_case("$true") || word.eq_ignore_ascii_case("$false")
}

fn unquoted(word: &str) -> &str {
    let inner = |quote: char| word.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(word)
}

/// Without `$name =` in front.
fn without_assignment(stage: &str) -> &str {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.');
    let assigned = stage.strip_prefix('$').and_then(|rest| {
        let (_, value) = rest.split_at(rest.find(|c: char| !is_name(c))?);
        value.trim_start().strip_prefix('=')
    });
    assigned.map_or(stage, str::trim)
}

/// The inside of brackets that a command begins with, and what follows them.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix("@(").or_else(|| text.strip_prefix('('))?;
    let mut depth = 1_usize;
    let end = inner.char_indices().find_map(|(at, c)| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at)
    })?;
    Some((&inner[..end], &inner[end + 1..]))
}

/// A stage as it compares: blanks and case do not matter.
fn plain(stage: &str) -> String {
    stage.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
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
    fn only_commands_that_show_their_objects_prove_by_showing_none() {
        for line in ["Get-AuthServer", "Get-AuthServer | fl Name, Enabled", "(Get-AuthServer) | ft"] {
            assert!(prints(line), "{line}");
        }
        for line in [
            "$x = Get-AuthServer",
            "Get-AuthServer | Export-Clixml a.xml",
            "Get-AuthServer > a.txt",
            "Get-AuthServer | fl 2>$null > a.txt",
            "Get-AuthServer | Out-Null",
            "Get-AuthServer; Get-AuthConfig",
            "",
        ] {
            assert!(!prints(line), "{line}");
        }
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
