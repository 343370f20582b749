//! `redact`: copies of exports without names, addresses and ids. And what other commands need to redact what they read.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use super::args::{InputArgs, RedactArgs};
use super::{Exit, check, complain};
use crate::diagnostic::Side;
use crate::redact::{Redacted, Redactor};
use crate::schema::Registry;
use crate::snapshot::identify::side_of_path;
use crate::source::Input;

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
    let (inputs, problems) = check::inputs(&input);
    for problem in &problems {
        let help = problem.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        complain(&format!("{}{help}", problem.message));
    }
    let materials = materials(inputs);
    let mut redactor = Redactor::new(registry);
    learn(&mut redactor, &materials);
    let copies = copy_names(&mut redactor, &materials);
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

/// An input that can be read twice.
pub(super) struct Material {
    pub(super) input: Input,
    pub(super) side: Option<Side>,
    /// What standard input held.
    bytes: Option<io::Result<Vec<u8>>>,
}

impl Material {
    /// Reads it, redacted.
    pub(super) fn read_with<T>(
        &self,
        redactor: &mut Redactor,
        read: impl FnOnce(&mut Redacted<'_, &mut dyn Read>) -> T,
    ) -> io::Result<T> {
        let mut redacted =
            |reader: &mut dyn Read, read: Box<dyn FnOnce(&mut Redacted<'_, &mut dyn Read>) -> T + '_>| {
                redactor.redact(reader).map(|mut reader| read(&mut reader))
            };
        match &self.bytes {
            Some(Ok(bytes)) => redacted(&mut bytes.as_slice(), Box::new(read)),
            Some(Err(error)) => Err(io::Error::new(error.kind(), error.to_string())),
            None => self.input.read_with(|reader| redacted(reader, Box::new(read)))?,
        }
    }
}

pub(super) fn materials(inputs: Vec<(Input, Option<Side>)>) -> Vec<Material> {
    let material = |(input, side): (Input, Option<Side>)| {
        let bytes = (input == Input::Stdin).then(|| {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
        });
        Material { input, side, bytes }
    };
    inputs.into_iter().map(material).collect()
}

/// Reads everything once. What cannot be read is told of when it is read again.
pub(super) fn learn(redactor: &mut Redactor, materials: &[Material]) {
    for material in materials {
        let _ = material.read_with(redactor, |reader| io::copy(reader, &mut io::sink()));
    }
}

/// Where the copy of each input goes, relative to the folder of the copies: the folders that all share are left out,
/// but not the side that they tell.
pub(super) fn copy_names(redactor: &mut Redactor, materials: &[Material]) -> Vec<String> {
    let paths: Vec<Vec<String>> = materials.iter().map(|material| parts(&material.input)).collect();
    let shared = shared_folders(&paths);
    let mut taken = BTreeSet::new();
    let names = paths.iter().zip(materials).map(|(parts, material)| {
        let whole = parts.join("/");
        let mut relative = parts.get(shared..).unwrap_or_default().join("/");
        let side = material.side.or_else(|| side_of_path(&whole));
        if let Some(side) = side.filter(|side| side_of_path(&relative) != Some(*side)) {
            // A name that says the other side is not told by its folder.
            relative = format!("{}/{relative}", side.name());
        }
        unique(redactor.path(&relative), &mut taken)
    });
    names.collect()
}

/// The folders and the name of an input, without what leads up or to the root.
fn parts(input: &Input) -> Vec<String> {
    let path = match input {
        Input::Stdin => "stdin.txt".to_owned(),
        Input::File(_) | Input::Member(_) => input.display().replace(".zip!/", "/"),
    };
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    parts.map(|part| part.replace(['!', ':'], "")).collect()
}

fn shared_folders(paths: &[Vec<String>]) -> usize {
    let Some((first, rest)) = paths.split_first() else { return 0 };
    let folders = |path: &Vec<String>| path.len().saturating_sub(1);
    rest.iter().fold(folders(first), |shared, path| {
        let same = first.iter().zip(path).take(folders(path)).take_while(|(a, b)| a == b).count();
        shared.min(same)
    })
}

fn unique(path: String, taken: &mut BTreeSet<String>) -> String {
    let mut name = path.clone();
    let mut number = 2;
    while !taken.insert(name.to_lowercase()) {
        name = match path.rsplit_once('.') {
            Some((stem, ending)) => format!("{stem}-{number}.{ending}"),
            None => format!("{path}-{number}"),
        };
        number += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn copies_keep_the_side_and_never_lead_out() {
        let mut redactor = Redactor::new(Registry::embedded().unwrap());
        let input =
            |path: &str, side| Material { input: Input::File(PathBuf::from(path)), side, bytes: None };
        let names = copy_names(
            &mut redactor,
            &[
                input("../x/contoso/onprem/Get-AuthConfig.xml", None),
                input("../x/contoso/cloud/Get-AuthServer.json", None),
                input("../x/contoso/Get-AcceptedDomain.json", Some(Side::Cloud)),
            ],
        );
        assert_eq!(
            names,
            ["onprem/Get-AuthConfig.xml", "cloud/Get-AuthServer.json", "cloud/Get-AcceptedDomain.json"]
        );
        let names = copy_names(&mut redactor, &[input("/home/ann/onprem/Get-AuthConfig.xml", None)]);
        assert_eq!(names, ["onprem/Get-AuthConfig.xml"]);
        let twice = [input("a/b/Get-AuthConfig.xml", None), input("a/b/Get-authconfig.xml", None)];
        assert_eq!(copy_names(&mut redactor, &twice), ["Get-AuthConfig.xml", "Get-authconfig-2.xml"]);
    }
}
