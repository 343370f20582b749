//! Files that are whole or not there: reports, copies, archives and baselines are written beside their final name, and
//! take it when everything is on the disk.
//!
//! An export that is cut at the end is well-formed in most formats and says "there are none", so nothing half-written may
//! stay behind under a name that anybody reads.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// What happens to a file that has the name already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// The new one takes its place, with its permissions.
    Replace,
    /// It stays, and nothing is written.
    Keep,
}

/// A file that is being written. Buffered.
#[derive(Debug)]
pub struct Draft {
    file: BufWriter<Device>,
}

/// Where bytes go.
#[derive(Debug)]
struct Device {
    file: File,
    /// Bytes that fit yet, where a test says so.
    #[cfg(test)]
    space: Option<u64>,
}

/// Writes a file by `fill`, whose result is returned. On failure nothing is left of it, and what had the name before has
/// it still. What is no regular file, such as a pipe or `/dev/stdout`, is written to as it is.
///
/// # Errors
///
/// What `fill` or the file system says. [`ErrorKind::AlreadyExists`] where the file is there and is to be kept.
pub fn write<T>(
    path: &Path,
    existing: Existing,
    fill: impl FnOnce(&mut Draft) -> io::Result<T>,
) -> io::Result<T> {
    let before = match path.symlink_metadata() {
        Ok(_) if existing == Existing::Keep => return Err(ErrorKind::AlreadyExists.into()),
        // A link stays one: what it leads to is replaced.
        Ok(_) => fs::metadata(path).ok(),
        Err(_) => None,
    };
    if before.as_ref().is_some_and(|before| !before.is_file()) {
        return in_place(path, fill);
    }
    let target = if before.is_some() { fs::canonicalize(path)? } else { path.to_owned() };
    let (file, beside) = create_beside(&target)?;
    let written = complete(file, before.as_ref(), fill).and_then(|result| {
        if existing == Existing::Keep && target.symlink_metadata().is_ok() {
            return Err(ErrorKind::AlreadyExists.into());
        }
        fs::rename(&beside, &target)?;
        Ok(result)
    });
    if written.is_err() {
        // It cannot be helped where this fails, too; the name begins with a dot, so that no search finds it.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn in_place<T>(path: &Path, fill: impl FnOnce(&mut Draft) -> io::Result<T>) -> io::Result<T> {
    let mut draft = Draft::new(OpenOptions::new().write(true).open(path)?);
    let result = fill(&mut draft)?;
    draft.flush()?;
    Ok(result)
}

/// A new file in the folder of `target`, and its path. Its name does not depend on that of the target, which may be as
/// long as the file system allows.
fn create_beside(target: &Path) -> io::Result<(File, PathBuf)> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    if target.file_name().is_none() {
        return Err(ErrorKind::InvalidInput.into());
    }
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!(".{}-{}-{number}.partial", env!("CARGO_PKG_NAME"), process::id());
        let path = target.with_file_name(name);
        match File::create_new(&path) {
            // Somebody else's, of a process that had this number before.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            file => return file.map(|file| (file, path)),
        }
    }
}

/// Fills the file and brings it to the disk, so that its new name cannot get there before its content.
fn complete<T>(
    file: File,
    before: Option<&Metadata>,
    fill: impl FnOnce(&mut Draft) -> io::Result<T>,
) -> io::Result<T> {
    if let Some(before) = before {
        file.set_permissions(before.permissions())?;
    }
    let mut draft = Draft::new(file);
    let result = fill(&mut draft)?;
    draft.flush()?;
    draft.file.get_ref().file.sync_all()?;
    Ok(result)
}

impl Draft {
    fn new(file: File) -> Self {
        let device = Device {
            file,
            #[cfg(test)]
            space: testing::SPACE.get(),
        };
        Self { file: BufWriter::new(device) }
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Draft {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

#[cfg(not(test))]
impl Write for Device {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Device {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// A disk that is full after some bytes.
#[cfg(test)]
pub(crate) mod testing {
    use std::cell::Cell;
    use std::fs;
    use std::io::{self, ErrorKind, Write};
    use std::path::Path;

    use super::Device;

    thread_local! {
        /// What files of this thread hold at most.
        pub(super) static SPACE: Cell<Option<u64>> = const { Cell::new(None) };
    }

    impl Write for Device {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let Some(space) = &mut self.space else { return self.file.write(bytes) };
            let fits = bytes.len().min(usize::try_from(*space).unwrap_or(usize::MAX));
            if fits == 0 && !bytes.is_empty() {
                return Err(ErrorKind::StorageFull.into());
            }
            let written = self.file.write(&bytes[..fits])?;
            *space -= written as u64;
            Ok(written)
        }

        fn flush(&mut self) -> io::Result<()> {
            self.file.flush()
        }
    }

    /// Runs `work` with files that hold so many bytes at most.
    pub(crate) fn with_space<T>(bytes: u64, work: impl FnOnce() -> T) -> T {
        SPACE.set(Some(bytes));
        let result = work();
        SPACE.set(None);
        result
    }

    /// Names of all files of a folder, hidden ones as well.
    pub(crate) fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{names, with_space};
    use super::*;

    const TEXT: &[u8] = b"all or nothing\n";

    fn fill(draft: &mut Draft) -> io::Result<()> {
        draft.write_all(TEXT)
    }

    #[test]
    fn a_file_is_whole_or_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for space in 0..TEXT.len() as u64 {
            let error = with_space(space, || write(&path, Existing::Keep, fill)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::StorageFull, "{space}");
            assert!(names(folder.path()).is_empty(), "{space}");
        }
        with_space(TEXT.len() as u64, || write(&path, Existing::Keep, fill)).unwrap();
        assert_eq!(fs::read(&path).unwrap(), TEXT);
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[test]
    fn what_was_there_stays_until_it_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "before").unwrap();
        for space in 0..TEXT.len() as u64 {
            with_space(space, || write(&path, Existing::Replace, fill)).unwrap_err();
            assert_eq!(fs::read(&path).unwrap(), b"before", "{space}");
        }
        let error = write(&path, Existing::Keep, fill).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        write(&path, Existing::Replace, fill).unwrap();
        assert_eq!(fs::read(&path).unwrap(), TEXT);
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[test]
    fn an_error_of_whoever_fills_it_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let result: io::Result<()> = write(&folder.path().join("a"), Existing::Replace, |draft| {
            fill(draft)?;
            Err(io::Error::other("no more"))
        });
        assert_eq!(result.unwrap_err().to_string(), "no more");
        assert!(names(folder.path()).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay_and_devices_are_written_to() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&file, "before").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("a", &link).unwrap();
        write(&link, Existing::Replace, fill).unwrap();
        assert_eq!(fs::read(&file).unwrap(), TEXT);
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o640);
        write(Path::new("/dev/null"), Existing::Replace, fill).unwrap();
        assert_eq!(names(folder.path()), ["a", "b"]);
    }

    #[test]
    fn errors_are_those_of_the_final_name() {
        let folder = tempfile::tempdir().unwrap();
        let kind = |path: &Path| write(path, Existing::Replace, fill).unwrap_err().kind();
        assert_eq!(kind(&folder.path().join("missing/a")), ErrorKind::NotFound);
        assert_eq!(kind(folder.path()), ErrorKind::IsADirectory);
    }
}
