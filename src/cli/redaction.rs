//! Inputs that are read redacted, for every command that shares what it has read.

use std::collections::BTreeSet;
use std::io::{self, Read};

use super::bundle::{Archive, Tee};
use crate::diagnostic::{Diagnostic, Side};
use crate::redact::{Redacted, Redactor};
use crate::snapshot::identify::side_of_path;
use crate::snapshot::{Ingest, Record};
use crate::source::Input;

/// Inputs that lints see redacted, so that nothing else can get into a report.
pub(super) struct Redaction {
    pub(super) materials: Vec<Material>,
    /// Arguments that gave no input.
    pub(super) problems: Vec<Diagnostic>,
}

impl Redaction {
    /// Reads all inputs once, so that `redactor` knows them.
    pub(super) fn new(
        redactor: &mut Redactor,
        (inputs, problems): (Vec<(Input, Option<Side>)>, Vec<Diagnostic>),
    ) -> Self {
        let materials: Vec<Material> = inputs.into_iter().map(Material::new).collect();
        for material in &materials {
            // What cannot be read is told of when it is read again.
            let _ = material.read_with(redactor, |reader| io::copy(reader, &mut io::sink()));
        }
        Self { materials, problems }
    }

    /// The problems as a report may show them.
    pub(super) fn take_problems(&mut self, redactor: &mut Redactor) -> Vec<Diagnostic> {
        let mut problems = std::mem::take(&mut self.problems);
        for problem in &mut problems {
            problem.message = redacted_paths(redactor, &problem.message);
        }
        problems
    }

    pub(super) fn read<F: FnMut(&Record)>(
        self,
        redactor: &mut Redactor,
        ingest: &mut Ingest<'_, F>,
        mut archive: Option<&mut Archive>,
    ) {
        let paths: Vec<String> = match archive {
            Some(_) => {
                copy_names(redactor, &self.materials).iter().map(|name| format!("exports/{name}")).collect()
            }
            None => self.materials.iter().map(|material| redactor.path(&material.input.display())).collect(),
        };
        for (material, path) in self.materials.iter().zip(&paths) {
            let result = material.read_with(redactor, |reader| match &mut archive {
                Some(archive) => {
                    archive.begin(path);
                    let mut tee = Tee { reader, archive };
                    ingest.read(path, material.side, &mut tee);
                    // What lints do not read is copied all the same.
                    let _ = io::copy(&mut tee, &mut io::sink());
                }
                None => ingest.read(path, material.side, reader),
            });
            if let Err(error) = result {
                ingest.unopened(path, error);
            }
        }
    }
}

/// A message with the paths in it, which stand in backquotes, redacted.
fn redacted_paths(redactor: &mut Redactor, message: &str) -> String {
    let pieces = message.split('`').enumerate().map(|(index, piece)| match index % 2 {
        1 => redactor.path(&piece.replace('\\', "/")),
        _ => piece.to_owned(),
    });
    pieces.collect::<Vec<_>>().join("`")
}

/// An input that can be read twice.
pub(super) struct Material {
    pub(super) input: Input,
    pub(super) side: Option<Side>,
    /// What standard input held.
    bytes: Option<io::Result<Vec<u8>>>,
}

impl Material {
    fn new((input, side): (Input, Option<Side>)) -> Self {
        let bytes = (input == Input::Stdin).then(|| {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
        });
        Self { input, side, bytes }
    }

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
    use crate::schema::Registry;

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
