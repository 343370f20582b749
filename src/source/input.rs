//! One thing to read: a file, a file in an archive, bytes, standard input.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zip::ZipArchive;

/// One thing to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// A file in an archive.
    Member(Member),
    /// Bytes that lie in no file.
    Bytes {
        /// As reports show it, with `/` between folders.
        name: String,
        /// All of it.
        bytes: Arc<[u8]>,
    },
    /// Standard input, written `-`.
    Stdin,
}

impl Input {
    /// The path as reports show it: with `/` on every system, so that reports are the same everywhere.
    #[must_use]
    pub fn display(&self) -> String {
        match self {
            Self::File(path) => path.to_string_lossy().replace('\\', "/"),
            Self::Member(member) => member.display(),
            Self::Bytes { name, .. } => name.clone(),
            Self::Stdin => "<stdin>".to_owned(),
        }
    }

    /// The file on disk that holds it.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Member(member) => Some(&member.archive),
            Self::Bytes { .. } | Self::Stdin => None,
        }
    }

    /// Opens it for `read`.
    ///
    /// # Errors
    ///
    /// When it cannot be opened.
    pub fn read_with<T>(&self, read: impl FnOnce(&mut dyn Read) -> T) -> io::Result<T> {
        match self {
            Self::File(path) => File::open(path).map(|mut file| read(&mut file)),
            Self::Member(member) => member.read_with(read),
            Self::Bytes { bytes, .. } => Ok(read(&mut &**bytes)),
            Self::Stdin => Ok(read(&mut io::stdin().lock())),
        }
    }
}

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub(super) archive: PathBuf,
    pub(super) index: usize,
    /// With `/` between folders, none of which leads upwards.
    pub(super) name: String,
    pub(super) size: u64,
}

impl Member {
    /// The path as reports show it: `ticket.zip!/onprem/Get-AuthConfig.xml`.
    fn display(&self) -> String {
        format!("{}!/{}", self.archive.to_string_lossy().replace('\\', "/"), self.name)
    }

    /// Reads it.
    fn read_with<T>(&self, read: impl FnOnce(&mut dyn Read) -> T) -> io::Result<T> {
        let mut archive = open(&self.archive).map_err(io::Error::other)?;
        let member = archive.by_index(self.index).map_err(io::Error::other)?;
        Ok(read(&mut Bounded { reader: member, left: self.size }))
    }
}

/// A member that turns out larger than it says is refused.
struct Bounded<R> {
    reader: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        match self.left.checked_sub(count as u64) {
            Some(left) => self.left = left,
            None => return Err(io::Error::other("it is larger than the archive says")),
        }
        Ok(count)
    }
}

/// Opens an archive.
pub(super) fn open(path: &Path) -> zip::result::ZipResult<ZipArchive<BufReader<File>>> {
    ZipArchive::new(BufReader::new(File::open(path)?))
}
