//! Lint files, checked and compiled. The format is described in `lints/README.md`.
//!
//! Every mistake in a file is reported where it stands, and all of them at once. Knows schemas and values, not
//! files of exports nor output.

mod case;
pub mod expression;
mod gate;
mod load;
mod template;

pub use case::{Case, CaseExport, Expected};
pub use load::{
    Collection, Downgrade, Expect, FixTemplate, ForBinding, Lint, Lints, load, load_embedded, load_text,
};
pub use template::Template;
