//! Embeds every file under `schemas/cmdlets`, `schemas/types` and `lints`: the folders are the registry. Error texts and
//! manual checks lie beside the lints and have tables of their own.
//!
//! Writes `assets.rs` with sorted tables of (path, text). Cargo is told of each folder and file, so that an added or
//! removed file is noticed.
//!
//! Tells tests which material of others they may read, that they be seen as ignored where it is not there.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// What lies beside the checkout, or where a variable points: the `cfg` that says that it is there, the variable, and
/// the place.
const BESIDE: [(&str, &str, &str); 2] = [
    ("corpus", "FREEBUSY_LINT_CORPUS", "../shared/corpus"),
    ("article", "FREEBUSY_LINT_ARTICLE", "../shared/reference/resolve-free-busy-errors.md"),
];

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    println!("cargo::rerun-if-changed=src/build.rs");
    look_beside(&root);
    let mut text = String::new();
    for (name, doc, folder, ending) in [
        ("SCHEMAS", "Schemas of cmdlets and shared types", "schemas", ".schema.json"),
        ("LINTS", "Lint files", "lints", ".toml"),
        ("SYMPTOMS", "Symptom files", "lints/symptoms", ".toml"),
        ("MANUAL_CHECKS", "Files of manual checks", "lints/manual-checks", ".toml"),
    ] {
        let mut files = Vec::new();
        walk(&root.join(folder), ending, &mut files)?;
        if name == "LINTS" {
            let others = ["symptoms", "manual-checks"].map(|other| root.join(folder).join(other));
            files.retain(|file| !others.iter().any(|other| file.starts_with(other)));
        }
        files.sort();
        let _ = writeln!(text, "/// {doc}: path below `{folder}/` with `/`, and text; sorted by path.");
        let _ = writeln!(text, "pub(crate) static {name}: &[(&str, &str)] = &[");
        for file in &files {
            let relative = file.strip_prefix(root.join(folder)).unwrap_or(file);
            let path = relative.to_string_lossy().replace('\\', "/");
            let _ = writeln!(text, "    ({path:?}, include_str!({:?})),", file.display().to_string());
        }
        text.push_str("];\n");
    }
    fs::write(out.join("assets.rs"), text)
}

fn look_beside(root: &Path) {
    for (cfg, variable, place) in BESIDE {
        println!("cargo::rustc-check-cfg=cfg({cfg})");
        println!("cargo::rerun-if-env-changed={variable}");
        let place = env::var_os(variable).map_or_else(|| root.join(place), PathBuf::from);
        // Cargo builds anew each time where it is told of a place that is not there.
        if place.exists() {
            println!("cargo::rustc-cfg={cfg}");
            println!("cargo::rerun-if-changed={}", place.display());
        }
    }
}

fn walk(folder: &Path, ending: &str, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, ending, files)?;
        } else if path.to_string_lossy().ends_with(ending) {
            println!("cargo::rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    Ok(())
}
