//! Names that occur twice in one object.
//!
//! Records of one cmdlet have the same names in the same order, so the names are compared only for a shape (a hash
//! that the parser makes in passing) that was not seen before.

use super::super::{Kind, NodeRef, Tape};

/// How many bits of a shape say where it is remembered.
const SHAPE_BITS: u32 = 8;

/// Looks for names that occur twice.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Shapes without such names, each at the place that its highest bits say. Empty before the first.
    clean: Vec<u64>,
    /// Scratch: hashes of an object's names, with the nodes.
    hashes: Vec<(u64, u32)>,
}

impl Names {
    /// Calls `found` for each property on `tape` whose name its object already has, but for case.
    pub(super) fn repeated<'a>(
        &mut self,
        text: &'a str,
        tape: &'a Tape,
        shape: u64,
        mut found: impl FnMut(NodeRef<'a>),
    ) {
        if self.place(shape).is_some_and(|clean| *clean == shape) {
            return;
        }
        let mut is_clean = true;
        let nodes = (0..tape.next_index()).filter_map(|index| NodeRef::at(text, tape, index));
        for object in nodes.filter(|node| node.kind() == Kind::Object) {
            self.hashes.clear();
            self.hashes.extend(object.properties().map(|property| (hash(property), property.index())));
            self.hashes.sort_unstable();
            for pair in self.hashes.array_windows::<2>() {
                let [first, second] = pair.map(|(_, index)| NodeRef::at(text, tape, index));
                let (Some(first), Some(second)) = (first, second) else { continue };
                if pair[0].0 == pair[1].0 && first.name().eq_ignore_ascii_case(&second.name()) {
                    is_clean = false;
                    found(second);
                }
            }
        }
        if is_clean {
            self.clean.resize(1 << SHAPE_BITS, 0);
            if let Some(clean) = self.place(shape) {
                *clean = shape;
            }
        }
    }

    fn place(&mut self, shape: u64) -> Option<&mut u64> {
        // The highest bits are the best mixed.
        self.clean.get_mut((shape >> (u64::BITS - SHAPE_BITS)) as usize)
    }
}

/// A hash of a property's name, the same for names that differ in case only.
fn hash(property: NodeRef<'_>) -> u64 {
    property.name().bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01B3)
    })
}
