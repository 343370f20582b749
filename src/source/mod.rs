//! Files as the user has them: which ones, their bytes as text, and where in them something stands.
//!
//! Knows nothing of JSON, XML or Exchange.

mod archive;
mod blocks;
mod discover;
mod encoding;
mod found;
mod input;
mod text;

pub use blocks::{BLOCK_BYTES, Blocks, MAX_RECORD_BYTES, ReadError};
pub use discover::discover;
pub use encoding::Encoding;
pub use found::{Discovery, DiscoveryProblem};
pub use input::{Input, Member};
pub use text::{Location, Piece, Position, Text};

/// Which of a run's sources something is in: an index into [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u32);

/// The paths of a run's sources, as the user wrote or would write them.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    paths: Vec<String>,
}

impl Sources {
    /// Adds a source under the path that reports show.
    #[expect(clippy::cast_possible_truncation, reason = "nobody passes four billion files")]
    pub fn add(&mut self, path: impl Into<String>) -> SourceId {
        self.paths.push(path.into());
        SourceId((self.paths.len() - 1) as u32)
    }

    /// The path that reports show.
    #[must_use]
    pub fn path(&self, id: SourceId) -> &str {
        self.paths.get(id.0 as usize).map_or("", String::as_str)
    }

    /// All sources in the order they were added.
    pub fn ids(&self) -> impl Iterator<Item = SourceId> {
        (0..self.paths.len()).map(|index| SourceId(u32::try_from(index).unwrap_or(u32::MAX)))
    }
}
