//! Runs over what was given, redacted where the options say so.

use super::inputs::{Inputs, discover_all};
use super::run::{Judged, Plan};
use super::{Error, Session};
use crate::redact::Redactor;

impl Session {
    /// Reads and judges.
    pub(super) fn judge(&self, inputs: &Inputs, plan: &Plan<'_>) -> Result<Judged, Error> {
        if self.options.is_redacted {
            let mut redactor = Redactor::new(self.registry);
            let redaction = self.learn(&mut redactor, inputs)?;
            return Ok(self.judge_redacted(&redaction, &mut redactor, None, plan));
        }
        if inputs.is_empty() {
            return Err(Error::NoInput);
        }
        self.settings.start();
        let (inputs, problems) = discover_all(inputs, self.config());
        let mut judged = self.read(inputs, problems, plan);
        self.leave_out(&mut judged.run, plan);
        Ok(judged)
    }

    /// Two runs that are compared, with the same pseudonyms in both.
    pub(super) fn judge_both(&self, inputs: &[Inputs; 2], plan: &Plan<'_>) -> Result<[Judged; 2], Error> {
        let [before, after] = inputs;
        if !self.options.is_redacted {
            return Ok([self.judge(before, plan)?, self.judge(after, plan)?]);
        }
        let mut redactor = Redactor::new(self.registry);
        let earlier = self.learn(&mut redactor, before)?;
        let later = self.learn(&mut redactor, after)?;
        Ok([&earlier, &later].map(|redaction| self.judge_redacted(redaction, &mut redactor, None, plan)))
    }
}
