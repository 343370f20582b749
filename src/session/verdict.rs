//! How a run ends, in one word.

use super::Session;
use crate::diagnosis::Diagnosis;
use crate::diagnostic::{Comparison, Diagnostic, InputStatus, Origin, Run, Severity, Verdict as PathVerdict};

/// How a run ended, from the best to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Nothing at or above the threshold was found.
    Clean,
    /// There was no input, or not every input could be read whole, or a result could not be written.
    Incomplete,
    /// Something at or above the threshold was found.
    Findings,
    /// The user's mistake: an option, the configuration, the baseline or a lint file is wrong. Or an error text is not
    /// known.
    Mistake,
}

impl Run {
    /// How it ended, where findings of this severity and above count. Of findings that are suppressed none counts.
    #[must_use]
    pub fn verdict(&self, threshold: Option<Severity>) -> Verdict {
        self.verdict_by(threshold, |_| true)
    }

    fn verdict_by(&self, threshold: Option<Severity>, counts: impl Fn(&Diagnostic) -> bool) -> Verdict {
        let is_found = threshold.is_some_and(|threshold| {
            self.findings.iter().any(|finding| finding.severity >= threshold && counts(finding))
        });
        worse(self.trouble(), is_found)
    }

    /// How a trace ended: a path that is broken is a finding.
    #[must_use]
    pub fn trace_verdict(&self) -> Verdict {
        worse(self.trouble(), self.paths.iter().any(|path| path.verdict() == PathVerdict::Broken))
    }

    /// How it ended if it could not do its work: by the user's mistake, or for want of input.
    #[must_use]
    pub fn trouble(&self) -> Option<Verdict> {
        let is_wrong = |problem: &Diagnostic| {
            problem.severity == Severity::Error
                && matches!(problem.origin(), Some(Origin::Usage | Origin::Configuration | Origin::LintFile))
        };
        // Of what is no input at all, such as a broken archive, there is only the problem.
        let is_unread = |problem: &Diagnostic| {
            problem.severity == Severity::Error && problem.origin() == Some(Origin::Input)
        };
        if self.problems.iter().any(is_wrong) {
            Some(Verdict::Mistake)
        } else if self.inputs.is_empty()
            || self.inputs.iter().any(|input| !input.status.is_readable())
            || self.problems.iter().any(is_unread)
        {
            Some(Verdict::Incomplete)
        } else {
            None
        }
    }
}

impl InputStatus {
    /// Whether all of it could be read.
    #[must_use]
    pub const fn is_readable(self) -> bool {
        match self {
            Self::Read | Self::Empty | Self::Unrecognized => true,
            Self::Partial | Self::Failed => false,
        }
    }
}

impl Comparison {
    /// How it ended. What was there before is no news: only new findings count.
    #[must_use]
    pub fn verdict(&self, threshold: Option<Severity>) -> Verdict {
        let is_found =
            threshold.is_some_and(|threshold| self.new_severities().any(|severity| severity >= threshold));
        let trouble = [&self.before, &self.after].into_iter().filter_map(Run::trouble).max();
        worse(trouble, is_found)
    }
}

impl Diagnosis {
    /// How it ended: where there are exports, findings count that are causes; an unknown text is a mistake elsewhere.
    #[must_use]
    pub fn verdict(&self, threshold: Option<Severity>) -> Verdict {
        let is_cause =
            |finding: &Diagnostic| finding.finding().is_some_and(|found| self.has_cause(&found.lint));
        match &self.run {
            Some(run) => run.verdict_by(threshold, is_cause),
            None if self.candidates.is_empty() => Verdict::Mistake,
            None => Verdict::Clean,
        }
    }
}

impl Session {
    /// How the session itself is: a diagnosis without exports says nothing of mistakes in lints and symptoms.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let is_error = |problem: &Diagnostic| problem.severity == Severity::Error;
        let is_wrong = !self.symptoms().catalogue.mistakes.is_empty()
            || self.problems(self.options.is_redacted).iter().any(is_error);
        if is_wrong { Verdict::Mistake } else { Verdict::Clean }
    }
}

fn worse(trouble: Option<Verdict>, is_found: bool) -> Verdict {
    let found = if is_found { Verdict::Findings } else { Verdict::Clean };
    trouble.map_or(found, |trouble| trouble.max(found))
}
