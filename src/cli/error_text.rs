//! The error text of `diagnose`: an argument, standard input, or a file.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::args::DiagnoseArgs;
use crate::source::Encoding;

const READ_TWICE: &str = "standard input is either the text or an export, not both";

/// More than any message; the rest of a file is not looked at.
const MAX_TEXT_BYTES: u64 = 4 << 20;

/// The first argument is the text, unless a file holds it.
pub(super) fn text_and_paths(args: &DiagnoseArgs) -> Result<(String, Vec<String>), String> {
    let mut paths: Vec<String> = args.text.iter().chain(&args.paths).cloned().collect();
    let text = match &args.text_file {
        Some(file) => {
            if file == "-" && paths.iter().chain(&args.on_prem).chain(&args.cloud).any(|path| path == "-") {
                return Err(READ_TWICE.into());
            }
            read_text(file)?
        }
        None if paths.is_empty() => {
            return Err("no error text given; try `freebusy-lint diagnose \"TEXT\" FOLDER`, or \
                        `--text-file FILE` with the text in a file"
                .into());
        }
        None => match paths.remove(0) {
            text if text == "-"
                && paths.iter().chain(&args.on_prem).chain(&args.cloud).any(|path| path == "-") =>
            {
                return Err(READ_TWICE.into());
            }
            text if text == "-" => read_text("-")?,
            text if Path::new(&text).exists() => {
                return Err(format!(
                    "`{text}` is a file or folder: the error text comes first, in quotes; a text in a file is \
                     given with `--text-file FILE`"
                ));
            }
            text => text,
        },
    };
    Ok((text, paths))
}

fn read_text(path: &str) -> Result<String, String> {
    let mut bytes = Vec::new();
    let result = if path == "-" {
        io::stdin().lock().take(MAX_TEXT_BYTES).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(MAX_TEXT_BYTES).read_to_end(&mut bytes))
    };
    match result {
        Ok(_) => Ok(Encoding::decode_all(&bytes)),
        Err(error) => Err(format!("--text-file: cannot read `{path}`: {error}")),
    }
}
