//! The expression language of lints: CEL, parsed by the `cel` crate, checked against the schemas, and evaluated
//! here with three values: true, false, unknown.
//!
//! The crate's own interpreter cannot say *unknown* where it matters: equality of values gives a plain boolean, and
//! a list that was cut cannot tell so while it is iterated. That would make false alarms and false calm, so only
//! the crate's parser and syntax tree are used.

mod compile;
mod eval;
mod functions;
mod ir;

pub use compile::{CompileError, Compiler};
pub use eval::{Evaluator, Read, Unknown};
pub use functions::{FUNCTIONS, Function, Signature};
pub use ir::{Arithmetic, Comparison, Constant, Expression, Quantifier, Type};
