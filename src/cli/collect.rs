//! `collect`: the script that makes the exports.

use std::io::Write;

use super::args::CollectArgs;
use super::exit::Failure;
use super::options::builder;
use super::terminal::complain_of;
use crate::session::{ScriptRequest, Verdict};

pub(super) fn run(args: &CollectArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let session = builder(&args.config, &args.lints).build()?;
    let request = ScriptRequest {
        side: args.side.into(),
        only: args.only.clone(),
        recipients: args.recipients,
        tests: args.tests,
    };
    match session.script(&request) {
        Ok(script) => {
            out.write_all(script.as_bytes())?;
            Ok(Verdict::Clean)
        }
        Err(mistakes) => {
            complain_of(&mistakes);
            Ok(Verdict::Mistake)
        }
    }
}
