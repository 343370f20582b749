//! The names of properties, as readers of text ask for them.

use super::{NounId, Registry};
use crate::format::Vocabulary;

impl Vocabulary for Registry {
    fn knows(&self, name: &str) -> bool {
        self.iter().any(|(_, cmdlet)| cmdlet.object.find(name).is_some())
    }

    fn belongs(&self, names: &[&str], name: &str) -> Option<bool> {
        let with = |name: &str| -> Vec<NounId> {
            self.iter()
                .filter(|(_, cmdlet)| cmdlet.object.find(name).is_some())
                .map(|(noun, _)| noun)
                .collect()
        };
        let wanted = Some(with(name)).filter(|nouns| !nouns.is_empty())?;
        let mut common: Option<Vec<NounId>> = None;
        for nouns in names.iter().map(|name| with(name)).filter(|nouns| !nouns.is_empty()) {
            common = Some(match common {
                Some(common) => common.into_iter().filter(|noun| nouns.contains(noun)).collect(),
                None => nouns,
            });
        }
        let common = common.filter(|nouns| !nouns.is_empty())?;
        Some(common.iter().any(|noun| wanted.contains(noun)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_belong_to_the_object_of_one_cmdlet() {
        let registry = Registry::embedded().unwrap();
        assert!(registry.knows("domainnames") && !registry.knows("Thanks"));
        let relationship = ["Name", "DomainNames", "FreeBusyAccessLevel", "Label of mine"];
        assert_eq!(registry.belongs(&relationship, "TargetSharingEpr"), Some(true));
        assert_eq!(registry.belongs(&relationship, "AccountNamespace"), Some(false));
        assert_eq!(registry.belongs(&relationship, "Thanks"), None);
        assert_eq!(registry.belongs(&["Label of mine"], "TargetSharingEpr"), None);
    }
}
