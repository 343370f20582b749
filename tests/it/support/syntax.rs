//! The sources of the crate as syntax, without their tests.

#![expect(clippy::panic, reason = "a helper of tests fails by panicking, like the tests")]

use std::fs;
use std::path::{Path, PathBuf};

use syn::{Attribute, Item, Meta};

/// A file of the crate.
pub(crate) struct SourceFile {
    /// Below `src`, with `/`.
    pub(crate) path: String,
    /// The names from the root of the crate to the module that it has.
    pub(crate) module: Vec<String>,
    pub(crate) items: Vec<Item>,
}

/// Every file that the library is made of.
pub(crate) fn source_files() -> Vec<SourceFile> {
    let mut files = vec![SourceFile::read("lib.rs".to_owned(), Vec::new())];
    let mut next = 0;
    while let Some(file) = files.get(next) {
        let below: Vec<SourceFile> = file.items.iter().filter_map(|item| file.below(item)).collect();
        files.extend(below);
        next += 1;
    }
    files
}

impl SourceFile {
    fn read(path: String, module: Vec<String>) -> Self {
        let text = fs::read_to_string(source().join(&path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        Self { path, module, items: file.items }
    }

    /// The file of a module that is declared here.
    fn below(&self, item: &Item) -> Option<Self> {
        let Item::Mod(declared) = item else { return None };
        if declared.content.is_some() || is_for_tests(&declared.attrs) {
            return None;
        }
        let module = [self.module.as_slice(), &[declared.ident.to_string()]].concat();
        let alone = format!("{}.rs", module.join("/"));
        let path =
            if source().join(&alone).is_file() { alone } else { format!("{}/mod.rs", module.join("/")) };
        Some(Self::read(path, module))
    }
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Whether what has these attributes is compiled for tests only.
pub(crate) fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        Meta::Path(_) | Meta::NameValue(_) => false,
    })
}

/// The attributes of an item that may be for tests.
pub(crate) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
