//! Parts of an expression that would be evaluated again and again with one result: those that depend on nothing that
//! is bound around them, and those that depend on one name of several.

use std::mem;
use std::sync::Arc;

use super::ir::{Constant, Expression};

/// What a part of an expression is made of.
#[derive(Clone, Copy)]
struct Part {
    names: Names,
    /// It reads exports.
    has_exports: bool,
    /// It goes through a list.
    has_loop: bool,
}

/// Slots, as bits.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Names(u128);

impl Names {
    const NONE: Self = Self(0);

    /// A slot beyond all bits stands for all of them.
    fn one(slot: usize) -> Self {
        let bit = u32::try_from(slot).ok().and_then(|slot| 1_u128.checked_shl(slot));
        Self(bit.unwrap_or(u128::MAX))
    }

    /// Those of the first `bound` slots.
    fn free(self, bound: usize) -> Self {
        let all = u32::try_from(bound).ok().and_then(|bound| 1_u128.checked_shl(bound));
        Self(self.0 & all.map_or(u128::MAX, |bit| bit - 1))
    }

    /// The slot, if it is one.
    fn only(self) -> Option<usize> {
        self.0.is_power_of_two().then_some(self.0.trailing_zeros() as usize)
    }
}

impl Expression {
    /// Marks the largest parts of that kind, in an expression with `bound` names around it. The parts of a conjunction
    /// stay parts.
    #[must_use]
    pub(super) fn with_closed_parts(mut self, bound: usize) -> Self {
        let part = self.mark(bound);
        // Without names around it, it is evaluated once as it is.
        if bound > 0 {
            self.close_conjuncts(part, bound);
        }
        self
    }

    fn close_conjuncts(&mut self, part: Part, bound: usize) {
        match self {
            Self::And(a, b) if part.names.free(bound) == Names::NONE => {
                for operand in [a, b] {
                    let part = operand.mark(bound);
                    operand.close_conjuncts(part, bound);
                }
            }
            other => other.close(part, bound, Names::NONE),
        }
    }

    /// `around` are the names that the whole depends on.
    fn close(&mut self, part: Part, bound: usize, around: Names) {
        let names = part.names.free(bound);
        if !part.has_exports || !part.has_loop {
            return;
        }
        let slot = names.only().filter(|_| around != Names::NONE && names != around);
        if names == Names::NONE || slot.is_some() {
            let inner = Arc::new(mem::replace(self, Self::Constant(Constant::Null)));
            *self = match slot {
                Some(slot) => Self::OfItem(slot, inner),
                None => Self::Closed(inner),
            };
        }
    }

    /// Marks parts of it.
    fn mark(&mut self, bound: usize) -> Part {
        let mut all = Part {
            names: if let Self::Variable(slot) = self { Names::one(*slot) } else { Names::NONE },
            has_exports: matches!(self, Self::Collection(..) | Self::Topology),
            has_loop: matches!(self, Self::Quantified(_) | Self::Arithmetic(..)),
        };
        let mut parts = Vec::new();
        self.for_each_child_mut(bound, &mut |child, bound| {
            let part = child.mark(bound);
            all.names.0 |= part.names.0;
            all.has_exports |= part.has_exports;
            all.has_loop |= part.has_loop;
            parts.push(part);
        });
        let names = all.names.free(bound);
        if names != Names::NONE {
            let mut parts = parts.into_iter();
            self.for_each_child_mut(bound, &mut |child, bound| {
                if let Some(part) = parts.next() {
                    child.close(part, bound, names);
                }
            });
        }
        all
    }
}
