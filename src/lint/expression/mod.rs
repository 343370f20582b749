//! The expression language of lints: the part of CEL that they use, parsed, checked against the schemas, and
//! evaluated with three values: true, false, unknown.
//!
//! The interpreter of the `cel` crate cannot say *unknown* where it matters: equality of values gives a plain boolean,
//! and a list that was cut cannot tell so while it is iterated. That would make false alarms and false calm.

mod closed;
mod compile;
mod eval;
mod functions;
mod ir;
mod narrowing;
mod pattern;
mod syntax;

pub use compile::Compiler;
pub use eval::{Evaluator, Read, Unknown};
pub use functions::{FUNCTIONS, Function, Signature};
pub use ir::{Arithmetic, Comparison, Constant, Expression, Quantified, Quantifier, Type};
pub use pattern::{Pattern, Patterns};
pub use syntax::CompileError;
