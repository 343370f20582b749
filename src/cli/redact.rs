//! `redact`: copies of exports without names, addresses and ids.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::args::RedactArgs;
use super::redaction::{Material, Redaction};
use super::settings::read_config;
use super::{Exit, check, complain, complain_of_mistakes};
use crate::redact::Redactor;
use crate::schema::Registry;
use crate::source::Sources;

pub(super) fn run(registry: &'static Registry, args: &RedactArgs, out: &mut dyn Write) -> io::Result<Exit> {
    if let Err(exit) = check::require_paths(&args.files) {
        return Ok(exit);
    }
    let mut sources = Sources::default();
    let (config, mistakes) = read_config(&args.config, &mut sources);
    complain_of_mistakes(&mistakes, &sources);
    if !mistakes.is_empty() {
        return Ok(Exit::Usage);
    }
    let mut redactor = Redactor::new(registry);
    // What is said on the terminal is not shared: it has the names of the user's own files.
    let Redaction { materials, problems } =
        Redaction::new(&mut redactor, check::inputs(&args.files, &config));
    for problem in &problems {
        let help = problem.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        complain(&format!("{}{help}", problem.message));
    }
    let copies = super::redaction::copy_names(&mut redactor, &materials);
    let mut exit = if problems.is_empty() { Exit::Clean } else { Exit::Usage };
    let mut written = 0;
    for (material, copy) in materials.iter().zip(&copies) {
        let path = Path::new(&args.out).join(copy);
        match copy_file(&mut redactor, material, &path) {
            Ok(true) => written += 1,
            Ok(false) => {
                complain(&format!(
                    "{} is no export: all of its text was struck out",
                    material.input.display()
                ));
                exit = worse(exit);
                written += 1;
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                complain(&format!(
                    "cannot write `{}`: it exists already; name an empty folder with --out",
                    path.display()
                ));
                exit = worse(exit);
            }
            Err(error) => {
                complain(&format!("cannot copy `{}`: {error}", material.input.display()));
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
