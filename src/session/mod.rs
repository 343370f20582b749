//! A run from end to end: options and inputs in, a [`Run`](crate::diagnostic::Run), a
//! [`Comparison`](crate::diagnostic::Comparison) or a [`Diagnosis`](crate::diagnosis::Diagnosis) out.
//!
//! A session is built once, from options, and judges as often as it is asked to. Whatever a run consists of is one of its
//! steps, in this order:
//!
//! 1. The *configuration* is read when the session is built: it says which files are of which side.
//! 2. The *lints* load on a thread of their own meanwhile, the built-in ones and those of one's own, with the severities of
//!    the configuration. They are shared by all runs of the session.
//! 3. *Inputs* become files: a folder is searched, a pattern expanded, an archive listed. Each counts once.
//! 4. For a *redacted* run all of it is read once beforehand, so that a name has one pseudonym wherever it stands.
//! 5. Lints are *selected*, and say what is to be kept of the exports.
//! 6. Exports are *read* in the order they were given. Lints that look at one record judge it now, all others when
//!    everything is read.
//! 7. What is lacking is named, with the line of the *script* that exports it.
//! 8. Findings are *suppressed* that the configuration or the baseline knows. A redacted run learns from a plain one over the
//!    same inputs which these are.
//! 9. A redacted run *hides* what the user wrote in arguments and in the configuration.
//!
//! What is wrong with inputs, lints or the configuration never ends a run: it is among its problems, and its
//! [`Verdict`] says so. An [`Error`] is what leaves nothing to judge, such as no input at all.
//!
//! Nothing here writes to standard output or error, nor knows of arguments and exit codes: the command line is one caller
//! of several. Results are plain data for `report`.
