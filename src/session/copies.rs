//! Copies of exports without names, addresses and ids.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;

use super::inputs::{Inputs, discover_all};
use super::redacted::{Material, Redaction, copy_names};
use super::{Error, Session};
use crate::atomic_file::{self, Existing};
use crate::diagnostic::Diagnostic;
use crate::redact::Redactor;

/// Where copies go.
pub trait Sink {
    /// Takes a copy whose relative path is `name`, with `/` between folders; it never leads upwards.
    ///
    /// # Errors
    ///
    /// When `content` cannot be read or kept. Then there is no such copy.
    fn put(&mut self, name: &str, content: &mut dyn Read) -> io::Result<()>;
}

/// Copies go into a folder, which is made where it is not there. A file that is there already is not touched: exports must
/// not be overwritten by their own copies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder(pub PathBuf);

impl Sink for Folder {
    fn put(&mut self, name: &str, content: &mut dyn Read) -> io::Result<()> {
        let path = self.0.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        atomic_file::write(&path, Existing::Keep, |file| io::copy(content, file)).map(drop)
    }
}

/// Copies stay in memory, by name.
impl Sink for BTreeMap<String, Vec<u8>> {
    fn put(&mut self, name: &str, content: &mut dyn Read) -> io::Result<()> {
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes)?;
        self.insert(name.to_owned(), bytes);
        Ok(())
    }
}

/// What became of all inputs.
#[derive(Debug)]
#[non_exhaustive]
pub struct Copies {
    /// One for each input, in the order of reading.
    pub copies: Vec<RedactedCopy>,
    /// What gave no input, with the names of the user's own files: not to be shared.
    pub problems: Vec<Diagnostic>,
}

/// What became of an input.
#[derive(Debug)]
#[non_exhaustive]
pub struct RedactedCopy {
    /// As the user would write it.
    pub input: String,
    /// The name of the copy.
    pub name: String,
    /// Whether it is an export, where it was copied. All text of anything else was struck out.
    pub is_export: io::Result<bool>,
}

pub(super) fn copy(session: &Session, inputs: &Inputs, sink: &mut dyn Sink) -> Result<Copies, Error> {
    if inputs.is_empty() {
        return Err(Error::NoInput);
    }
    if !session.configured.mistakes.diagnostics.is_empty() {
        return Err(Error::Configuration(session.configured.mistakes.clone()));
    }
    let mut redactor = Redactor::new(session.registry);
    let Redaction { materials, problems } =
        Redaction::new(&mut redactor, discover_all(inputs, session.config()));
    let names = copy_names(&mut redactor, &materials);
    let copies = materials.iter().zip(names).map(|(material, name)| {
        let is_export = copy_one(&mut redactor, material, &name, sink);
        RedactedCopy { input: material.input.display(), name, is_export }
    });
    Ok(Copies { copies: copies.collect(), problems })
}

/// Whether it was an export.
fn copy_one(
    redactor: &mut Redactor,
    material: &Material,
    name: &str,
    sink: &mut dyn Sink,
) -> io::Result<bool> {
    material.read_with(redactor, |reader| {
        sink.put(name, reader)?;
        Ok(reader.is_export())
    })?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atomic_file::testing::{names, with_space};
    use crate::session::Input;

    const EXPORT: &[u8] = br#"[{"Name":"contoso.com","DomainName":"contoso.com"}]"#;

    fn input() -> Input {
        Input::bytes("onprem/Get-AcceptedDomain.json", EXPORT)
    }

    #[test]
    fn a_copy_is_written_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let session = Session::builder().build().unwrap();
        let redact = || session.redact(input(), &mut Folder(folder.path().join("out"))).unwrap().copies;
        let mut whole = BTreeMap::new();
        session.redact(input(), &mut whole).unwrap();
        let size = whole["onprem/Get-AcceptedDomain.json"].len() as u64;
        for space in 0..size {
            let copies = with_space(space, redact);
            assert!(copies[0].is_export.is_err(), "{space}");
            assert!(names(&folder.path().join("out/onprem")).is_empty(), "{space}");
        }
        assert!(with_space(size, redact)[0].is_export.as_ref().is_ok_and(|is_export| *is_export));
        assert_eq!(names(&folder.path().join("out/onprem")), ["Get-AcceptedDomain.json"]);
        let kept = redact().remove(0).is_export.unwrap_err();
        assert_eq!(kept.kind(), io::ErrorKind::AlreadyExists);
    }

    #[test]
    fn copies_may_stay_in_memory() {
        let mut copies = BTreeMap::new();
        let session = Session::builder().build().unwrap();
        session.redact(input(), &mut copies).unwrap();
        let copy = String::from_utf8(copies.remove("onprem/Get-AcceptedDomain.json").unwrap()).unwrap();
        assert!(copy.contains("DomainName") && !copy.contains("contoso"), "{copy}");
    }
}
