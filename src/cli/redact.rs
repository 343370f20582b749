//! `redact`: copies of exports without names, addresses and ids.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::args::{InputArgs, RedactArgs};
use super::redaction::{Material, Redaction};
use super::{Exit, check, complain};
use crate::config::Config;
use crate::redact::Redactor;
use crate::schema::Registry;

pub(super) fn run(registry: &'static Registry, args: &RedactArgs, out: &mut dyn Write) -> io::Result<Exit> {
    let input = InputArgs {
        paths: args.paths.clone(),
        on_prem: args.on_prem.clone(),
        cloud: args.cloud.clone(),
        ..InputArgs::default()
    };
    if let Err(exit) = check::require_paths(&input) {
        return Ok(exit);
    }
    let mut redactor = Redactor::new(registry);
    // What is said on the terminal is not shared: it has the names of the user's own files.
    let Redaction { materials, problems } =
        Redaction::new(&mut redactor, check::inputs(&input, &Config::default()));
    for problem in &problems {
        let help = problem.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        complain(&format!("{}{help}", problem.message));
    }
    let copies = super::redaction::copy_names(&mut redactor, &materials);
    let mut exit = if problems.is_empty() { Exit::Clean } else { Exit::Usage };
    let mut written = 0;
    for (material, copy) in materials.iter().zip(&copies) {
        match copy_file(&mut redactor, material, &Path::new(&args.out).join(copy)) {
            Ok(true) => written += 1,
            Ok(false) => {
                complain(&format!(
                    "{} is no export: all of its text was struck out",
                    material.input.display()
                ));
                exit = worse(exit);
                written += 1;
            }
            Err(error) => {
                complain(&format!("{}: {error}", material.input.display()));
                exit = worse(exit);
            }
        }
    }
    writeln!(out, "{written} redacted {} in {}", if written == 1 { "file" } else { "files" }, args.out)?;
    Ok(if materials.is_empty() { worse(exit) } else { exit })
}

fn worse(exit: Exit) -> Exit {
    if exit == Exit::Clean { Exit::Input } else { exit }
}

/// Writes a redacted copy. Whether it was an export.
fn copy_file(redactor: &mut Redactor, material: &Material, path: &Path) -> io::Result<bool> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    // Exports must not be overwritten by their own copies.
    let mut file = BufWriter::new(File::create_new(path)?);
    let is_export = material.read_with(redactor, |reader| {
        io::copy(reader, &mut file)?;
        Ok::<bool, io::Error>(reader.is_export())
    })??;
    file.flush()?;
    Ok(is_export)
}
