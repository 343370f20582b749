//! `redact`: copies of exports without names, addresses and ids.

use std::io::{ErrorKind, Write};
use std::path::Path;

use super::args::RedactArgs;
use super::exit::Failure;
use super::options::builder;
use super::terminal::{complain, complain_of_all};
use crate::session::{Folder, RedactedCopy, Verdict};
use crate::source::Sources;

pub(super) fn run(args: &RedactArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let session = builder(&args.config, &[]).build()?;
    let copies = session.redact(args.files.inputs(), &mut Folder(args.out.as_str().into()))?;
    // What is said on the terminal is not shared: it has the names of the user's own files.
    complain_of_all(&copies.problems, &Sources::default());
    let wrong = copies.copies.iter().filter_map(|copy| complaint(copy, &args.out)).collect::<Vec<_>>();
    wrong.iter().for_each(|message| complain(message));
    let written = copies.copies.iter().filter(|copy| copy.is_export.is_ok()).count();
    writeln!(out, "{written} redacted {} in {}", if written == 1 { "file" } else { "files" }, args.out)?;
    Ok(if !copies.problems.is_empty() {
        Verdict::Mistake
    } else if copies.copies.is_empty() || !wrong.is_empty() {
        Verdict::Incomplete
    } else {
        Verdict::Clean
    })
}

/// What is wrong with a copy.
fn complaint(copy: &RedactedCopy, folder: &str) -> Option<String> {
    let RedactedCopy { input, name, is_export } = copy;
    Some(match is_export {
        Ok(true) => return None,
        Ok(false) => format!("{input} is no export: all of its text was struck out"),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let path = Path::new(folder).join(name);
            format!("cannot write `{}`: it exists already; name an empty folder with --out", path.display())
        }
        Err(error) => format!("cannot copy `{input}`: {error}"),
    })
}
