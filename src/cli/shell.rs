//! `completions` and `man`: both made from the command line as it is.

use std::io::{self, Write};

use clap::{Command, CommandFactory as _};
use clap_complete::{Shell, generate};
use clap_mangen::Man;

use super::args::{Cli, CompletionsArgs};
use super::exit::Failure;
use crate::session::Verdict;

const NAME: &str = env!("CARGO_PKG_NAME");

pub(super) fn completions(args: &CompletionsArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let mut script = Vec::new();
    generate::<Shell, _>(args.shell, &mut Cli::command(), NAME, &mut script);
    out.write_all(&script)?;
    Ok(Verdict::Clean)
}

/// One page with all commands, so that one file is all there is to install.
pub(super) fn man(out: &mut dyn Write) -> Result<Verdict, Failure> {
    let mut command = Cli::command();
    command.build();
    let page = Man::new(command.clone());
    page.render_title(out)?;
    page.render_name_section(out)?;
    page.render_synopsis_section(out)?;
    page.render_description_section(out)?;
    page.render_options_section(out)?;
    writeln!(out, ".SH COMMANDS")?;
    for subcommand in command.get_subcommands() {
        out.write_all(&subsection(subcommand)?)?;
    }
    page.render_extra_section(out)?;
    page.render_version_section(out)?;
    Ok(Verdict::Clean)
}

/// A command with its options, one level below the sections of the page.
fn subsection(command: &Command) -> io::Result<Vec<u8>> {
    let page = Man::new(command.clone().disable_help_flag(true));
    let mut text = Vec::new();
    page.render_description_section(&mut text)?;
    page.render_synopsis_section(&mut text)?;
    if command.get_arguments().any(|argument| !argument.is_hide_set()) {
        page.render_options_section(&mut text)?;
    }
    let text = String::from_utf8_lossy(&text).into_owned();
    let mut section = format!(".SS {NAME} {}\n", command.get_name());
    for line in text.lines() {
        let is_heading = line.starts_with(".SH");
        section.push_str(if is_heading { ".PP" } else { line });
        section.push('\n');
    }
    Ok(section.into_bytes())
}
