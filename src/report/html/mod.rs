//! The report as one HTML file, for a person who decides: verdicts first, then what is wrong, then what is not known.
//! The page of a difference has the same frame, [`Page`].
//!
//! The file loads nothing and works without its script, which only filters, folds, copies and switches colours. All
//! text goes through the escaping of maud and through [`clean`], because exports hold what others wrote.

mod findings;
mod inventory;
pub(super) mod parts;
mod paths;

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::text::{clean, count};
use super::{Totals, problems};
use crate::diagnostic::Run;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

pub(super) fn write(run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
    page(run).write(out)
}

/// A page: its head, the counts that a person looks for first, and its sections.
pub(super) struct Page {
    pub(super) title: &'static str,
    pub(super) as_of: String,
    pub(super) lead: Markup,
    /// Class, number and name.
    pub(super) tally: Vec<(&'static str, u64, &'static str)>,
    pub(super) sections: Vec<Section>,
}

impl Page {
    pub(super) fn write(self, out: &mut dyn io::Write) -> io::Result<()> {
        out.write_all(document(self).into_string().as_bytes())?;
        out.write_all(b"\n")
    }
}

fn page(run: &Run) -> Page {
    let totals = Totals::of(run);
    let lead = html! {
        "Exchange servers and Exchange Online, judged as of " (clean(&run.as_of)) " from "
        (count(run.inputs.len() as u64, "exported file")) "."
    };
    Page {
        title: "Free/busy report",
        as_of: run.as_of.clone(),
        lead,
        tally: vec![
            ("error", totals.errors, "errors"),
            ("warning", totals.warnings, "warnings"),
            ("info", totals.infos, "infos"),
            ("unknown", totals.unknown, "lints unknown"),
            ("passed", totals.passed, "lints passed"),
        ],
        sections: sections(run),
    }
}

fn document(page: Page) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                title { (page.title) ", " (clean(&page.as_of)) }
                style { (PreEscaped(STYLE)) }
            }
            (body(page))
        }
    }
}

/// Nothing may be loaded, and nothing run but the script of the page itself.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

fn body(page: Page) -> Markup {
    let Page { title, as_of: _, lead, tally, sections } = page;
    html! {
        body {
            a.skip href="#main" { "Skip to the report" }
            header {
                h1 { (title) }
                p.lead { (lead) }
                dl.tally {
                    @for (class, number, name) in tally {
                        div class=(class) { dt { (name) } dd { (number) } }
                    }
                }
                button #theme type="button" hidden data-control aria-pressed="false" { "Dark colours" }
            }
            nav aria-label="Sections" {
                ul {
                    @for section in &sections {
                        li { a href={ "#" (section.id) } { (section.title) @if let Some(number) = section.number { " (" (number) ")" } } }
                    }
                }
            }
            main #main {
                @for section in sections {
                    section id=(section.id) aria-labelledby={ (section.id) "-title" } {
                        h2 id={ (section.id) "-title" } { (section.title) }
                        (section.content)
                    }
                }
            }
            footer {
                p { "Written by " (env!("CARGO_PKG_NAME")) " " (env!("CARGO_PKG_VERSION")) ". This file loads nothing from elsewhere." }
            }
            p #said .unseen role="status" {}
            script { (PreEscaped(SCRIPT)) }
        }
    }
}

/// A part of the page.
pub(super) struct Section {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    /// How many entries it has, where that says something.
    pub(super) number: Option<usize>,
    pub(super) content: Markup,
}

/// All parts that have something to say, in the order of reading.
fn sections(run: &Run) -> Vec<Section> {
    let section = |id, title, number, content| Section { id, title, number, content };
    let mut sections = vec![section("directions", "Does free/busy work?", None, paths::directions(run))];
    let problems = problems(run).count();
    if problems > 0 {
        let content = findings::problems(run);
        sections.push(section("problems", "Problems with the input", Some(problems), content));
    }
    let found = super::findings(run).count();
    sections.push(section("findings", "Findings", Some(found), findings::findings(run)));
    let (lacking, content) = inventory::unknown(run);
    if lacking > 0 {
        sections.push(section("unknown", "Could not be judged", Some(lacking), content));
    }
    if !run.suppressed.is_empty() {
        let content = inventory::suppressed(run);
        sections.push(section("suppressed", "Suppressed findings", Some(run.suppressed.len()), content));
    }
    sections.push(section("inputs", "What was read", Some(run.inputs.len()), inventory::inputs(run)));
    sections.push(section("checked", "What was checked", Some(run.lints.len()), inventory::checked(run)));
    sections
}

#[cfg(test)]
mod tests;
