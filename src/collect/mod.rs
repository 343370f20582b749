//! The PowerShell script that exports what lints read, made from the schemas.
//!
//! Knows the cmdlets and their commands, not the lints: whoever asks says which nouns. Runs in Windows PowerShell 5.1 (the
//! Exchange Management Shell) and in PowerShell 7 (Exchange Online), so it uses nothing that only one of them has.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::diagnostic::{Platform, ScriptLine};
use crate::schema::{Cardinality, Cmdlet, NounId, Registry};

/// What the script leaves out unless it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    /// Settings of the organization and of servers.
    Settings,
    /// One object or more for each mailbox: maybe millions.
    Recipients,
    /// Tests that ask for a mailbox and send requests.
    Tests,
}

/// What goes into a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The cmdlets, of whichever side.
    pub nouns: BTreeSet<NounId>,
    /// With exports of recipients.
    pub recipients: bool,
    /// With tests that ask for a mailbox.
    pub tests: bool,
}

/// A script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// All of it.
    pub text: String,
    /// The line of each export, from 1.
    pub lines: BTreeMap<NounId, usize>,
}

/// The line that exports each cmdlet of a side, in a script of all `nouns` with no more than it needs.
#[must_use]
pub fn lines(registry: &Registry, side: Platform, nouns: &BTreeSet<NounId>) -> BTreeMap<NounId, ScriptLine> {
    let mut lines = BTreeMap::new();
    for group in [Group::Settings, Group::Recipients, Group::Tests] {
        let selection = Selection {
            nouns: nouns.clone(),
            recipients: group == Group::Recipients,
            tests: group == Group::Tests,
        };
        let flag = match group {
            Group::Settings => "",
            Group::Recipients => " --recipients",
            Group::Tests => " --tests",
        };
        let of_group = script(registry, side, &selection).lines.into_iter();
        for (noun, line) in of_group.filter(|(noun, _)| group_of(registry.cmdlet(*noun), side) == Some(group))
        {
            lines.insert(noun, ScriptLine { arguments: format!("collect {}{flag}", side.name()), line });
        }
    }
    lines
}

/// `None` where the side does not have the cmdlet.
fn group_of(cmdlet: &Cmdlet, side: Platform) -> Option<Group> {
    let command = cmdlet.export_source(side)?;
    Some(match cmdlet.cardinality {
        _ if command.contains(ASKS) => Group::Tests,
        Cardinality::Recipient => Group::Recipients,
        Cardinality::Organization | Cardinality::Server => Group::Settings,
    })
}

/// What the commands of schemas ask the administrator with.
const ASKS: &str = "Read-Host ";

/// The script of a side.
#[must_use]
pub fn script(registry: &Registry, side: Platform, selection: &Selection) -> Script {
    let cmdlets = selection.nouns.iter().filter_map(|&noun| {
        let cmdlet = registry.cmdlet(noun);
        Some((group_of(cmdlet, side)?, cmdlet.name.as_str(), noun, cmdlet.export_source(side)?))
    });
    let (mut chosen, mut left_out): (Vec<_>, Vec<_>) = cmdlets.partition(|(group, ..)| match group {
        Group::Settings => true,
        Group::Recipients => selection.recipients,
        Group::Tests => selection.tests,
    });
    chosen.sort_unstable();
    left_out.sort_unstable();
    let names = |group| {
        let names: Vec<&str> =
            left_out.iter().filter(|(of, ..)| *of == group).map(|(_, name, ..)| *name).collect();
        if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
    };
    let uses_graph = chosen.iter().any(|(_, name, ..)| name.starts_with("Get-Mg"));
    let mut text = head(side, &names(Group::Recipients), &names(Group::Tests), uses_graph);
    let mut lines = BTreeMap::new();
    for (_, name, noun, command) in chosen {
        lines.insert(noun, text.lines().count() + 1);
        // An answer is asked for once, whatever needs it.
        let command = command.replace(ASKS, "Request-Answer ");
        let _ = writeln!(text, "Save-Export '{name}' {{ {command} }}");
    }
    text.push_str(TAIL);
    Script { text, lines }
}

fn head(side: Platform, recipients: &str, tests: &str, uses_graph: bool) -> String {
    let (shell, role) = match side {
        Platform::OnPrem => {
            ("the Exchange Management Shell of a server", "View-Only Organization Management")
        }
        Platform::Cloud => ("PowerShell after Connect-ExchangeOnline", "View-Only Organization Management"),
    };
    let graph = if uses_graph {
        "Before that, run Connect-MgGraph -Scopes Application.Read.All"
    } else {
        "Microsoft Graph is not needed"
    };
    let name = side.name();
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "# Exports what freebusy-lint {version} reads of {side}. It reads, and changes nothing.
#
# Save it as collect-{name}.ps1 and run .\\collect-{name}.ps1 in {shell},
# as a member of {role}. {graph}.
# Each cmdlet writes a file of its own into the folder {name}; one that fails leaves no file, and the others go on.
# The files hold names, addresses and public certificates, no passwords and no private keys.
# Left out of recipients, which may be many (--recipients): {recipients}.
# Left out of tests, which ask for a mailbox (--tests): {tests}.

$Folder = Join-Path (Get-Location).ProviderPath '{name}'
$null = New-Item -ItemType Directory -Path $Folder -Force
$Failed = New-Object System.Collections.ArrayList
$Answers = @{{}}

function Request-Answer([string] $Question) {{
    if (-not $Answers.ContainsKey($Question)) {{ $Answers[$Question] = Read-Host $Question }}
    $Answers[$Question]
}}

function Save-Export([string] $Name, [scriptblock] $Command) {{
    $PSDefaultParameterValues = @{{ '*:ErrorAction' = 'Stop' }}
    $File = Join-Path $Folder ($Name + '.xml')
    Write-Host $Name
    try {{
        & $Command | Export-Clixml -Path $File -Depth 6 -Encoding UTF8
    }} catch {{
        Remove-Item -Path $File -Force -ErrorAction SilentlyContinue
        $null = $Failed.Add($Name)
        Write-Warning ($Name + ': ' + $_.Exception.Message)
    }}
}}

"
    )
}

const TAIL: &str = "
if ($Failed.Count -gt 0) { Write-Warning ('not exported: ' + ($Failed -join ', ')) }
Write-Host ('exports are in ' + $Folder)
";

#[cfg(test)]
mod tests {
    use super::*;

    fn all(registry: &Registry) -> BTreeSet<NounId> {
        registry.iter().map(|(noun, _)| noun).collect()
    }

    fn whole(side: Platform) -> Script {
        let registry = Registry::embedded().unwrap();
        script(registry, side, &Selection { nouns: all(registry), recipients: true, tests: true })
    }

    #[test]
    fn every_cmdlet_of_a_side_has_its_line() {
        let registry = Registry::embedded().unwrap();
        for side in Platform::ALL {
            let script = whole(side);
            let of_side = registry.iter().filter(|(_, cmdlet)| cmdlet.sides.contains(&side));
            for (noun, cmdlet) in of_side {
                let line = script.text.lines().nth(script.lines[&noun] - 1).unwrap();
                assert!(line.starts_with(&format!("Save-Export '{}' {{ ", cmdlet.name)), "{line}");
            }
            assert_eq!(script.text.matches("\nSave-Export '").count(), script.lines.len());
        }
    }

    #[test]
    fn recipients_and_tests_come_only_when_asked_for() {
        let registry = Registry::embedded().unwrap();
        let selection = Selection { nouns: all(registry), ..Selection::default() };
        let script = script(registry, Platform::OnPrem, &selection);
        assert!(!script.text.contains("Save-Export 'Get-Mailbox'"));
        assert!(!script.text.contains("Save-Export 'Test-OAuthConnectivity'"));
        assert!(script.text.contains("Save-Export 'Test-ServiceHealth'"));
        assert!(script.text.contains("(--recipients): Get-CASMailbox, "));
        let lines = lines(registry, Platform::OnPrem, &selection.nouns);
        let line = |noun: &str| lines[&registry.find(noun).unwrap()].clone();
        assert_eq!(line("Mailbox").arguments, "collect onprem --recipients");
        assert_eq!(line("OAuthConnectivity").arguments, "collect onprem --tests");
        let auth_server = line("AuthServer");
        assert_eq!(auth_server.arguments, "collect onprem");
        let text = script.text.lines().nth(auth_server.line - 1).unwrap();
        assert_eq!(text, "Save-Export 'Get-AuthServer' { Get-AuthServer }");
    }

    /// Brackets and quotes of the whole script balance, which a line of one schema could spoil for all.
    #[test]
    fn brackets_and_quotes_balance() {
        for side in Platform::ALL {
            let script = whole(side);
            for (number, line) in script.text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
                assert!(line.is_ascii(), "line {}: {line}", number + 1);
            }
            for line in script.text.lines().filter(|line| line.starts_with("Save-Export")) {
                let mut open = Vec::new();
                let mut quote = None;
                for c in line.chars() {
                    match (quote, c) {
                        (Some(mark), c) if c == mark => quote = None,
                        (Some(_), _) => {}
                        (None, '\'' | '"') => quote = Some(c),
                        (None, '(' | '{' | '[') => open.push(c),
                        (None, ')') => assert_eq!(open.pop(), Some('('), "{line}"),
                        (None, '}') => assert_eq!(open.pop(), Some('{'), "{line}"),
                        (None, ']') => assert_eq!(open.pop(), Some('['), "{line}"),
                        (None, _) => {}
                    }
                }
                assert!(open.is_empty() && quote.is_none(), "{line}");
            }
        }
    }

    #[test]
    fn nothing_changes_a_setting() {
        // Where a command can stand: at the start of a line, in brackets, behind a bar, a semicolon or an ampersand.
        let called = regex::Regex::new(r"(?m)(?:^\s*|[{(|;&=]\s*)([A-Z][A-Za-z]*)-[A-Z]").unwrap();
        for side in Platform::ALL {
            let text = whole(side).text;
            let code: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
            let code = code.join("\n");
            let verbs: BTreeSet<&str> =
                called.captures_iter(&code).map(|call| call.get(1).unwrap().as_str()).collect();
            let known = [
                "Export", "ForEach", "Get", "Invoke", "Join", "New", "Read", "Remove", "Request", "Save",
                "Select", "Test", "Where", "Write",
            ];
            for verb in verbs {
                assert!(known.contains(&verb), "{verb} in the script of {side}");
            }
            assert_eq!(text.matches("Remove-").count(), 1, "its own unfinished file only");
            assert_eq!(text.matches("New-").count(), 2, "its folder and a list");
        }
    }
}
