//! What imports what, by the syntax of the sources: rooms only what the table in `src/lib.rs` allows, and no files in a
//! circle.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;
use syn::visit::{self, Visit};
use syn::{ImplItem, Item, ItemUse, Macro, UseTree};

use crate::support::syntax::{attributes, is_for_tests, source_files};

/// Circles that the data has too.
const HONEST: [&[&str]; 3] = [
    // An expression narrows the lists that it goes through by expressions.
    &["lint/expression/ir.rs", "lint/expression/narrowing.rs"],
    // A value may be a record, whose values are coerced when they are asked for; a record may be shown by others, and
    // says whose it is.
    &[
        "snapshot/certificate.rs",
        "snapshot/coerce.rs",
        "snapshot/local_date.rs",
        "snapshot/party.rs",
        "snapshot/record.rs",
        "snapshot/sighting.rs",
        "snapshot/value.rs",
    ],
    // A value may be a certificate, whose names are values.
    &["redact/certificate.rs", "redact/text.rs"],
];

/// The names from the root of the crate to a module or an item in it.
type Names = Vec<String>;

/// A module of the crate, tests left out.
#[derive(Default)]
struct Module {
    /// Relative to `src`, with `/`.
    file: String,
    children: BTreeSet<String>,
    /// Names of what is defined here.
    items: BTreeSet<String>,
    /// What `use` names here, by the name it has here.
    imports: BTreeMap<String, Names>,
    /// Modules all of whose names are imported.
    globs: Vec<Names>,
    /// Every path that the code has, as written.
    paths: Vec<Names>,
}

/// The crate's modules by their names; the root has none.
struct Crate(BTreeMap<Names, Module>);

static CRATE: LazyLock<Crate> = LazyLock::new(Crate::read);

/// Collects what one module says.
struct Reader<'m, 'ast> {
    module: &'m mut Module,
    /// Modules within this one whose items stand in the same file.
    inner: Vec<(String, &'ast [Item])>,
}

fn name(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

impl Reader<'_, '_> {
    fn import(&mut self, tree: &UseTree, before: &mut Names) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.import(&path.tree, before);
                before.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, before)),
            UseTree::Glob(_) => self.module.globs.push(before.clone()),
            UseTree::Name(name) => self.bind(name.ident.to_string(), name.ident.to_string(), before),
            UseTree::Rename(rename) => self.bind(rename.ident.to_string(), rename.rename.to_string(), before),
        }
    }

    /// `use before::name as here`, where `name` may be `self`.
    fn bind(&mut self, name: String, here: String, before: &[String]) {
        let mut path = before.to_vec();
        if name != "self" {
            path.push(name);
        }
        let here = if here == "self" { path.last().unwrap().clone() } else { here };
        self.module.imports.insert(here, path);
    }
}

impl<'ast> Visit<'ast> for Reader<'_, 'ast> {
    fn visit_item(&mut self, item: &'ast Item) {
        if is_for_tests(attributes(item)) {
            return;
        }
        if let Item::Mod(module) = item {
            let items = module.content.as_ref().map(|(_, items)| items.as_slice());
            self.module.children.insert(module.ident.to_string());
            self.inner.extend(items.map(|items| (module.ident.to_string(), items)));
            return;
        }
        self.module.items.extend(name(item));
        visit::visit_item(self, item);
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let is_left_out = matches!(item, ImplItem::Fn(function) if is_for_tests(&function.attrs));
        if !is_left_out {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.import(&item.tree, &mut Vec::new());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.module.paths.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    /// What a macro is given may be anything; a path in it is names with `::` between them.
    fn visit_macro(&mut self, item: &'ast Macro) {
        static PATHS: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"[A-Za-z_]\w*(?: ?:: ?[A-Za-z_]\w*)+").unwrap());
        for path in PATHS.find_iter(&item.tokens.to_string()) {
            self.module.paths.push(path.as_str().split("::").map(|name| name.trim().to_owned()).collect());
        }
        visit::visit_macro(self, item);
    }
}

impl Crate {
    fn read() -> Self {
        let mut read = Self(BTreeMap::new());
        for file in source_files() {
            read.add(&file.path, file.module, &file.items);
        }
        read
    }

    /// Adds a module, and those within it that stand in the same file.
    fn add(&mut self, file: &str, names: Names, items: &[Item]) {
        let mut module = Module { file: file.to_owned(), ..Module::default() };
        let mut reader = Reader { module: &mut module, inner: Vec::new() };
        items.iter().for_each(|item| reader.visit_item(item));
        for (name, items) in reader.inner {
            self.add(file, [names.as_slice(), &[name]].concat(), items);
        }
        self.0.insert(names, module);
    }

    /// The module that a path begins in, and what is left of the path; nothing where it leads out of the crate.
    fn begin<'p>(&self, from: &[String], path: &'p [String]) -> Option<(Names, &'p [String])> {
        let (first, mut rest) = path.split_first()?;
        let mut start = match first.as_str() {
            "crate" => Vec::new(),
            "self" => from.to_vec(),
            "super" => from[..from.len().checked_sub(1)?].to_vec(),
            name if self.0[from].children.contains(name) => from.to_vec(),
            name => {
                // What is imported is paths of its own; an import may have the name that it begins with.
                let import = self.0[from].imports.get(name).filter(|import| import[0] != *name)?;
                let (module, item) = self.resolve(from, import)?;
                return item.is_none().then_some((module, rest));
            }
        };
        if self.0[from].children.contains(first) {
            rest = path;
        }
        while rest.first().is_some_and(|name| name == "super") {
            start.pop()?;
            rest = &rest[1..];
        }
        Some((start, rest))
    }

    /// The module that has what a path names, however often it is exported again; and its name, unless it is a module.
    fn resolve(&self, from: &[String], path: &[String]) -> Option<(Names, Option<String>)> {
        let (mut module, mut rest) = self.begin(from, path)?;
        while let Some((name, after)) = rest.split_first() {
            let here = &self.0[&module];
            if here.children.contains(name) {
                module.push(name.clone());
                rest = after;
            } else if !here.items.contains(name) {
                return Some(self.exported(&module, name, after).unwrap_or((module, Some(name.clone()))));
            } else {
                return Some((module, Some(name.clone())));
            }
        }
        Some((module, None))
    }

    /// What a module has by its own imports.
    fn exported(&self, module: &[String], name: &str, rest: &[String]) -> Option<(Names, Option<String>)> {
        let here = &self.0[module];
        if let Some(import) = here.imports.get(name) {
            return self.resolve(module, &[import.as_slice(), rest].concat());
        }
        let in_glob = |glob: &Names| {
            let path = [glob.as_slice(), &[name.to_owned()]].concat();
            self.resolve(module, &path).filter(|(module, item)| {
                item.as_ref().is_some_and(|item| self.0[module].items.contains(item))
            })
        };
        here.globs.iter().find_map(in_glob)
    }

    /// Every path of a module: those of the code, and those it imports.
    fn paths<'m>(&self, module: &'m Module) -> impl Iterator<Item = &'m Names> {
        module.paths.iter().chain(module.imports.values()).chain(&module.globs)
    }

    /// For each file those that it needs. What the file of a module has is there for the files below it, which are its
    /// parts: it calls them, and they use what it defines.
    fn files(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut needed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (names, module) in &self.0 {
            // A module that is named is not yet used.
            let items = self
                .paths(module)
                .filter_map(|path| self.resolve(names, path))
                .filter(|(_, item)| item.is_some());
            let others = items.filter(|(other, _)| !names.starts_with(other));
            let files =
                others.map(|(module, _)| self.0[&module].file.as_str()).filter(|file| *file != module.file);
            needed.entry(&module.file).or_default().extend(files);
        }
        needed
    }
}

/// The table in `src/lib.rs`, row by row: a module, and those that it may import.
fn table() -> Vec<(String, BTreeSet<String>)> {
    let row = Regex::new(r"^//! \| \[`(?:mod@)?(\w+)`\] \|.*\| ([^|]*) \|$").unwrap();
    let name = Regex::new(r"`(\w+)`").unwrap();
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let mut rows: Vec<(String, BTreeSet<String>)> = Vec::new();
    for [module, cell] in text.lines().filter_map(|line| Some(row.captures(line)?.extract().1)) {
        let allowed = match cell {
            "all" => rows.iter().map(|(above, _)| above.clone()).collect(),
            _ => name.captures_iter(cell).map(|name| name[1].to_owned()).collect(),
        };
        rows.push((module.to_owned(), allowed));
    }
    rows
}

/// The files that need each other, each by way of the others.
fn circles<'f>(needed: &BTreeMap<&'f str, BTreeSet<&'f str>>) -> BTreeSet<Vec<&'f str>> {
    let reached = |from: &'f str| {
        let mut found = BTreeSet::new();
        let mut open = vec![from];
        while let Some(file) = open.pop() {
            open.extend(needed[file].iter().filter(|file| found.insert(**file)));
        }
        found
    };
    let reached: BTreeMap<&str, BTreeSet<&str>> = needed.keys().map(|file| (*file, reached(file))).collect();
    let circle = |file: &&'f str| {
        reached[file].iter().copied().filter(|other| reached[other].contains(file)).collect::<Vec<_>>()
    };
    needed.keys().map(circle).filter(|circle| !circle.is_empty()).collect()
}

#[test]
fn the_table_lists_every_module_below_those_it_may_import() {
    let table = table();
    let listed: BTreeSet<String> = table.iter().map(|(module, _)| module.clone()).collect();
    assert_eq!(listed, CRATE.0[&Vec::new()].children);
    let mut above = BTreeSet::new();
    for (module, allowed) in table {
        let later: Vec<&String> = allowed.difference(&above).collect();
        assert!(later.is_empty(), "`{module}` may import {later:?}, which stand below it");
        above.insert(module);
    }
}

#[test]
fn modules_import_what_the_table_allows() {
    let table: BTreeMap<String, BTreeSet<String>> = table().into_iter().collect();
    let read = &*CRATE;
    let (mut count, mut wrong) = (0, BTreeSet::new());
    for (names, module) in read.0.iter().filter(|(names, _)| !names.is_empty()) {
        let room = &names[0];
        for path in read.paths(module) {
            let Some((start, rest)) = read.begin(names, path) else { continue };
            let Some(imported) = start.first().or(rest.first()) else { continue };
            if imported == room || !table.contains_key(imported) {
                continue;
            }
            count += 1;
            if !table[room].contains(imported) {
                wrong.insert(format!("{}: `{}`", module.file, path.join("::")));
            }
        }
    }
    assert!(count > 300, "only {count} paths lead from one module to another");
    assert!(wrong.is_empty(), "imports against the direction:\n{wrong:#?}");
}

#[test]
fn no_files_need_each_other() {
    let read = &*CRATE;
    let needed = read.files();
    let found = circles(&needed);
    let known: BTreeSet<Vec<&str>> = HONEST.iter().map(|circle| circle.to_vec()).collect();
    let mut wrong = Vec::new();
    for circle in found.difference(&known) {
        for file in circle {
            let within: Vec<&&str> = needed[file].iter().filter(|other| circle.contains(other)).collect();
            wrong.push(format!("{file} needs {within:?}"));
        }
    }
    assert!(wrong.is_empty(), "files in circles:\n{}", wrong.join("\n"));
    assert_eq!(found, known, "circles that are no more");
}
