//! The rules of the repository itself: what imports what, what every lint and schema must have, what is documented.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail like tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use freebusy_lint::cli::Cli;
use freebusy_lint::diagnostic::Outcome;
use freebusy_lint::engine::{gate_titles, run_case};
use freebusy_lint::lint::expression::FUNCTIONS;
use freebusy_lint::lint::{Lint, load_text};
use freebusy_lint::schema::Registry;
use freebusy_lint::source::{Sources, Text};
use freebusy_lint::symptom::Catalogue;
use regex::Regex;
use serde_json::Value;

use crate::support::run::{EMBEDDED, LINTS};

/// Lints that judge what is lacking have no case that is unknown.
const NEVER_UNKNOWN: [&str; 1] = ["snapshot-missing-input"];

/// Lines of code that a file of `src` may have, tests not counted.
const MAX_LINES: usize = 700;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files below a folder, sorted, with `/` on every system and relative to the repository.
fn files(folder: &str) -> Vec<String> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    if root().join(folder).is_dir() {
        walk(&root().join(folder), &mut found);
    }
    let relative = |path: PathBuf| path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
    let mut names: Vec<String> = found.into_iter().map(relative).collect();
    names.sort();
    names
}

/// The lint files, as the loader knows them and as TOML.
fn lints() -> Vec<(&'static Lint, toml::Table)> {
    assert!(EMBEDDED.0.mistakes.is_empty());
    let with_table = LINTS.iter().map(|lint| {
        let table = lint.text.content().parse().unwrap();
        (lint, table)
    });
    with_table.collect()
}

fn schema(path: &str) -> Value {
    serde_json::from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[track_caller]
fn assert_none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

// Source

/// The table in `src/lib.rs`: for each module those that it may import.
fn may_import() -> BTreeMap<String, BTreeSet<String>> {
    let row = Regex::new(r"^//! \| \[`(?:mod@)?(\w+)`\] \|.*\| ([^|]*) \|$").unwrap();
    let name = Regex::new(r"`(\w+)`").unwrap();
    let text = read("src/lib.rs");
    let rows: Vec<(String, String)> = text
        .lines()
        .filter_map(|line| row.captures(line))
        .map(|row| (row[1].into(), row[2].into()))
        .collect();
    let all: BTreeSet<String> = rows.iter().map(|(module, _)| module.clone()).collect();
    let allowed = |cell: &str| match cell {
        "all" => all.clone(),
        _ => name.captures_iter(cell).map(|name| name[1].to_owned()).collect(),
    };
    rows.iter().map(|(module, cell)| (module.clone(), allowed(cell))).collect()
}

#[test]
fn modules_import_what_the_table_allows() {
    let table = may_import();
    let declared = Regex::new(r"(?m)^pub mod (\w+);").unwrap();
    let text = read("src/lib.rs");
    let modules: BTreeSet<String> =
        declared.captures_iter(&text).map(|module| module[1].to_owned()).collect();
    assert_eq!(table.keys().cloned().collect::<BTreeSet<_>>(), modules, "the table lists every module");
    // `crate::a`, `crate::{a, b::c}`
    let import = Regex::new(r"\bcrate::(?:(\w+)|\{([^}]*)\})").unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in files("src").iter().filter(|file| file.ends_with(".rs")) {
        let module = file.trim_start_matches("src/").split(['/', '.']).next().unwrap();
        let Some(allowed) = table.get(module) else { continue };
        let text = read(file);
        let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for found in import.captures_iter(&code.join("\n")) {
            let names = found.get(1).or_else(|| found.get(2)).unwrap().as_str();
            let names = names.split(',').filter_map(|name| name.trim().split("::").next());
            for name in names.filter(|name| modules.contains(*name) && *name != module) {
                count += 1;
                if !allowed.contains(name) {
                    wrong.push(format!("{file}: `{}`", &found[0]));
                }
            }
        }
    }
    assert!(count > 50, "only {count} imports were found");
    assert_none("imports against the direction", &wrong);
}

#[test]
fn no_module_of_the_core_prints_or_exits() {
    let prints = Regex::new(r"\b(e?println|e?print|dbg)!|process::exit|io::std(out|err)\(").unwrap();
    let found = files("src")
        .into_iter()
        .filter(|file| !file.starts_with("src/cli/") && file != "src/build.rs" && !is_test(file));
    let found: Vec<String> = found.filter(|file| prints.is_match(code(&read(file)))).collect();
    assert_none("only src/cli writes", &found);
}

#[test]
fn no_decision_hangs_on_the_wording_of_a_sentence() {
    // What users are told may be reworded at any time: codes, kinds and names say what it is. Words that are read
    // back, and `match` on the word of an enum, which a new variant would slip through.
    let reads = Regex::new(
        r"(?x)\b(message|what|title|help|why|caption|to_string\(\)|meaning)
        (\.(as_str|as_deref|as_ref|unwrap_or_default|trim|to_string)\(\))*
        \.(starts_with|ends_with|contains|find|rfind|split|split_once|rsplit_once|strip_prefix|strip_suffix)\(
        |\bmatch\s+[\w.]+\.name\(\)\s*\{",
    )
    .unwrap();
    let found = files("src").into_iter().filter(|file| file.ends_with(".rs") && !is_test(file));
    let found = found.flat_map(|file| {
        let text = code(&read(&file)).split_whitespace().collect::<Vec<_>>().join(" ");
        let text = text.replace(" .", ".");
        let places: Vec<String> =
            reads.find_iter(&text).map(|found| format!("{file}: `{}`", found.as_str())).collect();
        places
    });
    assert_none("read back", &found.collect::<Vec<_>>());
}

/// Whether a file is compiled for tests only.
fn is_test(file: &str) -> bool {
    ["/tests.rs", "/testing.rs", "/fixture.rs"].iter().any(|name| file.ends_with(name))
}

/// A file without its tests, which stand at its end.
fn code(text: &str) -> &str {
    text.split("\n#[cfg(test)]").next().unwrap()
}

#[test]
fn files_are_not_long() {
    let long =
        files("src").into_iter().filter(|file| file.ends_with(".rs") && !is_test(file)).filter_map(|file| {
            let lines = code(&read(&file)).lines().count();
            (lines > MAX_LINES).then(|| format!("{file}: {lines} lines"))
        });
    assert_none("files over 700 lines", &long.collect::<Vec<_>>());
}

#[test]
fn nothing_names_a_machine() {
    let paths =
        Regex::new(&["/ho", "me/|/ro", "ot/|/wo", "rk/|/tm", "p/|[A-Z]:\\\\{1,2}Users"].concat()).unwrap();
    let mut all: Vec<String> = ["src", "lints", "schemas", "samples", "tests", ".ci", ".github"]
        .into_iter()
        .flat_map(files)
        .collect();
    all.extend(
        ["README.md", "Cargo.toml", ".gitignore", ".gitattributes", ".pre-commit-hooks.yaml", "clippy.toml"]
            .map(str::to_owned),
    );
    // What fuzzing leaves behind is not part of the repository.
    let is_kept = |file: &String| {
        !["target", "corpus", "artifacts"].iter().any(|name| file.contains(&format!("/fuzz/{name}/")))
    };
    let named = all.into_iter().filter(is_kept).filter_map(|file| {
        let bytes = fs::read(root().join(&file)).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        paths.find(&text).map(|found| format!("{file}: {}", found.as_str()))
    });
    assert_none("paths of a machine", &named.collect::<Vec<_>>());
}

// Lints

#[test]
fn every_lint_file_keeps_to_the_schema() {
    let schema = schema("schemas/lint.schema.json");
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let mut wrong = Vec::new();
    for (lint, table) in lints() {
        let instance = serde_json::to_value(&table).unwrap();
        for error in validator.iter_errors(&instance) {
            let place = error.instance_path().to_string();
            // The schema asks for a case of each outcome.
            let is_excused = place == "/case" && NEVER_UNKNOWN.contains(&lint.id.as_str());
            if !is_excused {
                wrong.push(format!("{} {place}: {error}", lint.id));
            }
        }
    }
    assert_none("lint files against their schema", &wrong);
}

#[test]
fn ids_are_file_names_and_areas_folders() {
    let kebab = Regex::new("^[a-z0-9]+(-[a-z0-9]+)*$").unwrap();
    let mut names = BTreeSet::new();
    let embedded: BTreeMap<String, String> =
        LINTS.iter().map(|lint| (lint.id.clone(), lint.area.clone())).collect();
    let found = files("lints").into_iter().filter(|file| file.ends_with(".toml") && !is_of_symptoms(file));
    for file in found {
        let parts: Vec<&str> = file.split('/').collect();
        let [_, area, name] = parts[..] else { panic!("{file} is not lints/<area>/<id>.toml") };
        let id = name.trim_end_matches(".toml");
        assert!(kebab.is_match(id) && kebab.is_match(area), "{file}");
        assert!(names.insert(id.to_owned()), "{id} twice");
        assert_eq!(embedded.get(id).map(String::as_str), Some(area), "{file}");
    }
    assert_eq!(names.len(), embedded.len());
}

/// Whether a file below `lints` is a symptom or a manual check.
fn is_of_symptoms(file: &str) -> bool {
    file.starts_with("lints/symptoms/") || file.starts_with("lints/manual-checks/")
}

#[test]
fn titles_and_messages_are_no_sentences() {
    let registry = Registry::embedded().unwrap();
    let names = |noun| registry.cmdlet(noun).object.properties().iter().map(|property| property.name.clone());
    let properties: BTreeSet<String> = registry.iter().flat_map(|(noun, _)| names(noun)).collect();
    let is_fine = |text: &str| {
        let first = text.split([' ', ':', ',']).next().unwrap_or_default();
        let is_acronym = first.len() > 1 && first.chars().all(char::is_uppercase);
        let begins = !text.starts_with(char::is_uppercase)
            || properties.contains(first)
            || is_acronym
            || registry.iter().any(|(_, cmdlet)| cmdlet.name == first)
            || first == "Exchange";
        begins && !text.ends_with('.') && !text.trim().is_empty() && text.trim() == text
    };
    let mut wrong = Vec::new();
    for (lint, table) in lints() {
        let messages =
            table["expect"].as_array().unwrap().iter().map(|expect| expect["message"].as_str().unwrap());
        for text in messages.chain([lint.title.as_str()]).filter(|text| !is_fine(text)) {
            wrong.push(format!("{}: {text}", lint.id));
        }
    }
    assert_none("lower case, no full stop", &wrong);
}

#[test]
fn every_lint_is_tested_and_documented() {
    let registry = Registry::embedded().unwrap();
    let mut wrong = Vec::new();
    for lint in LINTS.iter() {
        let cases = lint.cases(registry);
        let has = |outcome| cases.iter().any(|case| case.expected.outcome == outcome);
        let is_excused = NEVER_UNKNOWN.contains(&lint.id.as_str());
        if !has(Outcome::Failed) || !has(Outcome::Passed) || !(has(Outcome::Unknown) || is_excused) {
            wrong.push(format!("{}: lacks a failing, passing or unknown case", lint.id));
        }
        if has(Outcome::Unknown) && is_excused {
            wrong.push(format!("{}: needs no excuse", lint.id));
        }
        let documented = lint.references.iter().all(|reference| reference.starts_with("https://"));
        if lint.references.is_empty() || !documented {
            wrong.push(format!("{}: references {:?}", lint.id, lint.references));
        }
        if lint.fix.is_none() {
            wrong.push(format!("{}: does not say what to do", lint.id));
        }
        let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
        if names.len() != cases.len() {
            wrong.push(format!("{}: two cases of one name", lint.id));
        }
    }
    assert_none("lints", &wrong);
}

#[test]
fn commands_use_no_retired_module() {
    let retired = Regex::new(
        r"(?i)\bmsonline\b|-msol\w+|\b\w+-azuread\w*|\bazuread(preview)?\b[^.]*module|RemotePowerShell",
    )
    .unwrap();
    let mut commands = Vec::new();
    for (lint, table) in lints() {
        let fix = table["fix"].as_table().unwrap();
        commands.extend(
            ["text", "command"]
                .iter()
                .filter_map(|field| Some((lint.id.clone(), fix.get(*field)?.as_str()?.to_owned()))),
        );
    }
    let registry = Registry::embedded().unwrap();
    for (_, cmdlet) in registry.iter() {
        let exports = schema(&format!("schemas/cmdlets/{}.schema.json", cmdlet.name))["x-export"].clone();
        let texts = exports.as_object().unwrap().values().map(|text| text.as_str().unwrap().to_owned());
        commands.extend(texts.map(|text| (cmdlet.name.clone(), text)));
    }
    let catalogue = Catalogue::embedded(&mut Sources::default());
    for check in &catalogue.checks {
        commands.push((check.id.clone(), check.text.clone()));
        commands.extend(check.commands.iter().map(|command| (check.id.clone(), command.run.clone())));
    }
    assert!(commands.len() > 150, "only {}", commands.len());
    let wrong: Vec<String> = commands
        .into_iter()
        .filter(|(_, text)| retired.is_match(text))
        .map(|(name, text)| format!("{name}: {text}"))
        .collect();
    assert_none("retired modules", &wrong);
}

/// How many faults the project set out to find.
const FAULTS: u16 = 195;

#[test]
fn every_fault_of_the_list_has_its_lint_or_a_reason() {
    let ids: BTreeSet<String> = LINTS.iter().map(|lint| lint.id.clone()).collect();
    let table = read("tests/coverage.tsv");
    let mut numbers = Vec::new();
    let mut wrong = Vec::new();
    for row in table.lines().filter(|row| !row.starts_with('#')) {
        let mut cells = row.split('\t');
        let number: u16 = cells.next().unwrap().parse().unwrap();
        let (lint, reason) = (cells.next().unwrap(), cells.next().unwrap_or_default());
        numbers.push(number);
        let is_right = match lint {
            "-" => reason.len() > 40,
            id => reason.is_empty() && ids.contains(id),
        };
        if !is_right {
            wrong.push(row.to_owned());
        }
    }
    assert_eq!(numbers, (1..=FAULTS).collect::<Vec<_>>());
    assert_none("faults without a lint", &wrong);
}

#[test]
fn every_gate_has_a_lint_that_decides_it() {
    let decided: BTreeSet<&str> =
        LINTS.iter().flat_map(|lint| lint.gates.keys().map(String::as_str)).collect();
    assert_eq!(decided, gate_titles().map(|(id, _)| id).collect());
}

#[test]
fn the_manual_of_lints_lists_the_functions_and_no_others() {
    /// What is no function of its own: macros and literals.
    const SYNTAX: [&str; 9] =
        ["all", "exists", "exists_one", "filter", "map", "groupBy", "has", "duration", "timestamp"];
    let manual = read("lints/README.md");
    let expressions = manual.split("## Expressions").nth(1).unwrap().split("## Style").next().unwrap();
    // The rows of the table of functions, and the list of what is CEL's own.
    let row = Regex::new(r"(?m)^\| (`.*`) \|").unwrap();
    let call = Regex::new(r"(\w+)\(").unwrap();
    let mut documented = BTreeSet::new();
    for cell in row.captures_iter(expressions) {
        documented.extend(call.captures_iter(&cell[1]).map(|name| name[1].to_owned()));
    }
    let own = expressions
        .split("\n- ")
        .find(|item| item.starts_with("`== "))
        .expect("CEL's own operators and functions");
    let code = Regex::new(r"`([^`]*)`").unwrap();
    let word = Regex::new(r#"^[a-zA-Z_]{2,}"#).unwrap();
    for span in code.captures_iter(own) {
        let words = span[1]
            .split_whitespace()
            .filter_map(|part| word.find(part))
            .map(|word| word.as_str().to_owned());
        documented.extend(words.filter(|word| word != "in"));
    }
    let known: BTreeSet<String> =
        FUNCTIONS.iter().map(|signature| signature.name).chain(SYNTAX).map(str::to_owned).collect();
    assert_eq!(documented, known);
}

/// Gates are called the same in the program, in the schema of lint files and in the manual.
#[test]
fn the_schema_and_the_manual_of_lints_list_the_gates_and_no_others() {
    let gates: Vec<(String, String)> =
        gate_titles().map(|(id, title)| (id.to_owned(), title.to_owned())).collect();
    let schema = schema("schemas/lint.schema.json");
    let described = schema["properties"]["gates"]["properties"].as_object().unwrap().iter();
    let described: BTreeSet<(String, String)> =
        described.map(|(id, gate)| (id.clone(), gate["description"].as_str().unwrap().to_owned())).collect();
    assert_eq!(described, gates.iter().cloned().collect());
    let manual = read("lints/README.md");
    let section = manual.split("## Gates").nth(1).unwrap().split("\n## ").next().unwrap();
    let row = Regex::new(r"(?m)^\| `([^`]+)` \| (.*) \|$").unwrap();
    let rows: Vec<(String, String)> =
        row.captures_iter(section).map(|row| (row[1].to_owned(), row[2].to_owned())).collect();
    assert_eq!(rows, gates);
}

#[test]
fn the_engine_names_no_lint() {
    let ids: BTreeSet<String> = lints().into_iter().map(|(lint, _)| lint.id.clone()).collect();
    let word = Regex::new(r#""([a-z0-9-]+)""#).unwrap();
    let named = files("src/engine").into_iter().flat_map(|file| {
        let text = read(&file);
        let found = word.captures_iter(code(&text)).map(|word| word[1].to_owned());
        let found: Vec<String> = found.filter(|id| ids.contains(id)).collect();
        found.into_iter().map(move |id| format!("{file}: {id}"))
    });
    assert_none("lints say themselves which gates they decide", &named.collect::<Vec<_>>());
}

// Symptoms

#[test]
fn symptom_files_and_manual_checks_keep_to_their_schemas() {
    let catalogue = Catalogue::embedded(&mut Sources::default());
    let symptoms: BTreeSet<String> = catalogue.symptoms.iter().map(|symptom| symptom.id.clone()).collect();
    let checks: BTreeSet<String> = catalogue.checks.iter().map(|check| check.id.clone()).collect();
    let kinds = [("symptoms", "symptom", symptoms), ("manual-checks", "manual-check", checks)];
    let mut wrong = Vec::new();
    for (folder, name, ids) in kinds {
        let schema = schema(&format!("schemas/{name}.schema.json"));
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let mut found = BTreeSet::new();
        for file in files(&format!("lints/{folder}")) {
            let table: toml::Table = read(&file).parse().unwrap();
            let instance = serde_json::to_value(&table).unwrap();
            let errors = validator.iter_errors(&instance);
            wrong.extend(errors.map(|error| format!("{file} {}: {error}", error.instance_path())));
            let first = table["title"].as_str().unwrap().split(' ').next().unwrap();
            let is_name = first.chars().skip(1).any(char::is_uppercase);
            let names = [
                "Autodiscover",
                "Default",
                "Entra",
                "Exchange",
                "Hybrid",
                "Application",
                "Microsoft",
                "Remote",
                "Outlook",
            ];
            if first.starts_with(char::is_uppercase) && !is_name && !names.contains(&first) {
                wrong.push(format!("{file}: the title begins in upper case"));
            }
            found.insert(file.rsplit('/').next().unwrap().trim_end_matches(".toml").to_owned());
        }
        assert_eq!(found, ids, "{folder}");
    }
    assert_none("files against their schemas", &wrong);
}

// Schemas

#[test]
fn every_schema_is_a_schema() {
    let mut count = 0;
    for path in files("schemas").iter().filter(|path| path.ends_with(".json")) {
        let schema = schema(path);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{path}");
        if let Err(error) = jsonschema::draft202012::meta::validate(&schema) {
            panic!("{path}: {} {error}", error.instance_path());
        }
        count += 1;
    }
    assert!(count >= 50, "only {count}");
}

#[test]
fn the_registry_knows_every_schema_of_a_cmdlet() {
    let registry = Registry::embedded().unwrap();
    let names: BTreeSet<String> =
        registry.iter().map(|(_, cmdlet)| format!("schemas/cmdlets/{}.schema.json", cmdlet.name)).collect();
    assert_eq!(names, files("schemas/cmdlets").into_iter().collect());
    assert_eq!(registry.len(), names.len());
}

/// The cmdlets whose largest matching set of distinctive properties is the largest of all.
fn recognized(registry: &Registry, names: &BTreeSet<String>) -> Vec<String> {
    let score = |sets: &[Vec<String>]| {
        let matching =
            sets.iter().filter(|set| set.iter().all(|name| names.contains(&name.to_ascii_lowercase())));
        matching.map(Vec::len).max().unwrap_or(0)
    };
    let scores: Vec<(usize, &str)> =
        registry.iter().map(|(_, cmdlet)| (score(&cmdlet.distinctive), cmdlet.name.as_str())).collect();
    let best = scores.iter().map(|(score, _)| *score).max().unwrap_or(0);
    scores
        .iter()
        .filter(|(score, _)| *score == best && best > 0)
        .map(|(_, name)| (*name).to_owned())
        .collect()
}

#[test]
fn a_record_with_all_properties_of_a_cmdlet_is_taken_for_no_other() {
    let registry = Registry::embedded().unwrap();
    for (_, cmdlet) in registry.iter() {
        let properties = cmdlet.object.properties();
        let all: BTreeSet<String> =
            properties.iter().map(|property| property.name.to_ascii_lowercase()).collect();
        assert_eq!(recognized(registry, &all), [cmdlet.name.as_str()]);
        for set in &cmdlet.distinctive {
            let unknown: Vec<&String> =
                set.iter().filter(|name| !all.contains(&name.to_ascii_lowercase())).collect();
            assert!(unknown.is_empty(), "{}: distinctive, but no property: {unknown:?}", cmdlet.name);
        }
    }
}

// Documentation

#[test]
fn the_manual_names_every_exit_code() {
    let manual = read("README.md");
    let row = Regex::new(r"(?m)^\| (\d) \| \S").unwrap();
    let codes: Vec<String> = row.captures_iter(&manual).map(|row| row[1].to_owned()).collect();
    assert_eq!(codes, ["0", "1", "2", "3"]);
    let lines = manual.lines().count();
    assert!(lines <= 200, "{lines} lines");
}

#[test]
fn the_manual_names_every_option_and_command() {
    let manual = read("README.md");
    let source = read("src/cli/args.rs");
    let check = source.split("pub struct LintChoice").nth(1).unwrap();
    let option = Regex::new(r"#\[arg\(long(?: = .([a-z-]+).)?[^\]]*\]\n\s*pub (\w+):").unwrap();
    let mut count = 0;
    for found in option.captures_iter(check) {
        let name = found.get(1).map_or_else(|| found[2].replace('_', "-"), |name| name.as_str().to_owned());
        count += 1;
        assert!(manual.contains(&format!("`--{name}")), "--{name} is not in README.md");
    }
    assert!(count >= 11, "only {count} options were found");
    let commands = Cli::command();
    // Checking is what happens without a command.
    for command in commands.get_subcommands().filter(|command| command.get_name() != "check") {
        let name = format!("`freebusy-lint {}", command.get_name());
        assert!(manual.contains(&name), "{name}` is not in README.md");
    }
}

#[test]
fn the_example_of_the_manual_is_a_lint() {
    let manual = read("README.md");
    let example = manual.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let registry = Registry::embedded().unwrap();
    let source = Sources::default().add("example");
    let text = Text::whole(source, example.to_owned());
    let lint = load_text(registry, "mine/orgrel-photos-off.toml", text.into(), true);
    let lint = lint.unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    for case in &lint.cases(registry) {
        assert_eq!(run_case(registry, &lint, case).difference(case), None, "{}", case.name);
    }
}

#[test]
fn the_pipeline_runs_the_test_command_of_the_manual() {
    let manual = read("README.md");
    let script = read(".ci/run");
    assert!(
        manual.lines().any(|line| line.split('#').next().unwrap().trim() == "cargo test"),
        "README.md has it"
    );
    assert!(script.ends_with("\ncargo test\n"), "it is the last thing that .ci/run does");
    assert!(read(".github/workflows/ci.yml").contains(".ci/run"));
}
