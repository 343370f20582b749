//! What a file proves besides what stands in it.
mod command;

pub use command::extent as extent_of_command;
