//! What the file names must exist: lints, areas, thresholds, properties.

use std::collections::BTreeSet;

use super::suppress::Suppress;
use super::{Config, Named};
use crate::diagnostic::{Diagnostic, Problem};
use crate::lint::Lint;
use crate::schema::{Registry, closest};

impl Config {
    /// Mistakes in names, once all lints are known.
    #[must_use]
    pub fn check(&self, registry: &Registry, lints: &[Lint]) -> Vec<Diagnostic> {
        let ids: BTreeSet<&str> = lints.iter().map(|lint| lint.id.as_str()).collect();
        let areas: BTreeSet<&str> = lints.iter().map(|lint| lint.area.as_str()).collect();
        let thresholds: BTreeSet<&str> =
            lints.iter().flat_map(|lint| lint.thresholds.keys().map(String::as_str)).collect();
        let all: BTreeSet<&str> = ids.union(&areas).copied().collect();
        let severities = self.severity.iter().map(|(named, _)| named);
        let mut mistakes = Vec::new();
        for named in self.select.iter().chain(&self.ignore).chain(severities) {
            let other = "`freebusy-lint lints` lists the lints and their areas";
            mistakes.extend(self.unknown(named, "lint or area", &all, other));
        }
        for (named, _) in &self.thresholds {
            let known: Vec<&str> = thresholds.iter().copied().collect();
            let other = format!("thresholds are: `{}`", known.join("`, `"));
            mistakes.extend(self.unknown(named, "threshold", &thresholds, &other));
        }
        for suppress in &self.suppress {
            let name = suppress.lint.name.as_str();
            let other = "`freebusy-lint lints` lists the lints";
            mistakes.extend(if areas.contains(name) {
                let what = format!("`{name}` is an area, and a suppression is of one lint").into();
                Some(self.problem(&suppress.lint.range, Problem::UnknownName { what }).with_help(other))
            } else {
                self.unknown(&suppress.lint, "lint", &ids, other)
            });
            mistakes.extend(self.unknown_property(suppress, registry, lints));
        }
        mistakes.sort_by_key(|mistake| mistake.labels.first().map(|label| label.range.start));
        mistakes
    }

    fn unknown(&self, named: &Named, what: &str, known: &BTreeSet<&str>, other: &str) -> Option<Diagnostic> {
        if known.contains(named.name.as_str()) {
            return None;
        }
        let help = closest(&named.name, known.iter().copied());
        let help = help.map_or_else(|| other.to_owned(), |name| format!("did you mean `{name}`?"));
        let what = format!("there is no {what} `{}`", named.name).into();
        Some(self.problem(&named.range, Problem::UnknownName { what }).with_help(help))
    }

    fn unknown_property(
        &self,
        suppress: &Suppress,
        registry: &Registry,
        lints: &[Lint],
    ) -> Option<Diagnostic> {
        let property = suppress.property.as_ref()?;
        let lint = lints.iter().find(|lint| lint.id == suppress.lint.name)?;
        let read = lint.properties.iter().filter_map(|&(noun, index)| {
            registry.cmdlet(noun).object.properties().get(index).map(|property| property.name.as_str())
        });
        let read: BTreeSet<&str> = read.collect();
        if read.iter().any(|name| name.eq_ignore_ascii_case(&property.name)) {
            return None;
        }
        let help = closest(&property.name, read.iter().copied());
        let help = help.map_or_else(
            || format!("it reads: `{}`", read.into_iter().collect::<Vec<_>>().join("`, `")),
            |name| format!("did you mean `{name}`?"),
        );
        let what = format!("{} reads no property `{}`", lint.id, property.name).into();
        Some(self.problem(&property.range, Problem::UnknownName { what }).with_help(help))
    }
}
