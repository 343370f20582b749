//! Drives a reader over a text, whole and in blocks, and checks what every reader promises.

use freebusy_lint::format::{Escape, Format, Kind, NodeRef, Reader, Remark, Step, Tape};

/// What was read, without offsets: the same however the text is cut.
#[derive(Debug, Default, PartialEq)]
struct Outcome {
    records: Vec<String>,
    problems: Vec<String>,
}

/// The first byte of the input chooses the size of the blocks, the rest is the text.
pub fn check(format: Format, data: &[u8]) {
    let Some((&size, text)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let whole = read(format.reader().as_mut(), text, text.len().max(1));
    let blocks = read(format.reader().as_mut(), text, usize::from(size).max(1));
    // Where a broken record ends is a guess that may differ with what is at hand; that it is broken is none. And a
    // reference may lead to a record that is no longer at hand.
    if whole.problems.is_empty() && !text.contains("Ref ") {
        assert_eq!(whole, blocks, "blocks of {size} bytes");
    }
    assert!(
        whole.problems.is_empty() || !blocks.problems.is_empty(),
        "silent in blocks of {size} bytes: {whole:?}"
    );
}

fn read(reader: &mut dyn Reader, text: &str, block: usize) -> Outcome {
    let mut outcome = Outcome::default();
    let mut tape = Tape::default();
    let (mut buffer, mut at, mut rest) = (String::new(), 0, text);
    // Each step moves on or asks for more text.
    for _ in 0..text.len() * 4 + 1000 {
        let before = at;
        match reader.next(&buffer, &mut at, rest.is_empty(), &mut tape) {
            Step::Record { type_name } => {
                assert!(at >= before, "a reader goes forward");
                for (index, node) in tape.nodes().iter().enumerate() {
                    assert!(buffer.get(node.text.range()).is_some(), "{node:?} is no part of the text");
                    let names = match node.name_escape {
                        Escape::Header => tape.names().map_or("", |names| names),
                        _ => &buffer,
                    };
                    assert!(names.get(node.name.range()).is_some(), "{node:?} has no name");
                    assert!(
                        node.end as usize > index && node.end <= tape.next_index(),
                        "{node:?} ends nowhere"
                    );
                }
                let root = NodeRef::root(&buffer, &tape).expect("a record has a node");
                let mut shape = type_name.as_deref().unwrap_or_default().to_owned();
                describe(root, &mut shape, 0);
                outcome.records.push(shape);
            }
            Step::Problem(problem) => {
                assert!(buffer.get(problem.span.range()).is_some(), "{problem:?} is nowhere");
                outcome.problems.push(problem.message.into_owned());
            }
            Step::Remark(remark) => {
                let (Remark::Skipped(_, span) | Remark::Embedded(_, span) | Remark::Transcript(span)) =
                    remark
                else {
                    continue;
                };
                assert!(buffer.get(span.range()).is_some(), "{remark:?} is nowhere");
            }
            Step::NeedMore => {
                assert!(!rest.is_empty(), "asks for more than there is");
                reader.forget(at);
                buffer.drain(..at);
                at = 0;
                let wanted = block.max(buffer.len()).min(rest.len());
                let cut = (wanted..=rest.len()).find(|&cut| rest.is_char_boundary(cut)).unwrap_or(rest.len());
                let (more, left) = rest.split_at(cut);
                buffer.push_str(more);
                rest = left;
            }
            Step::Done => return outcome,
        }
    }
    panic!("does not come to an end");
}

/// A node as text; references are not followed, as what they lead to may enclose them.
fn describe(node: NodeRef<'_>, shape: &mut String, depth: usize) {
    assert!(depth < 1000, "nested without end");
    shape.push_str(&node.name());
    shape.push(':');
    match node.kind() {
        Kind::List | Kind::Object => {
            shape.push('[');
            for child in node.children() {
                describe(child, shape, depth + 1);
                shape.push(',');
            }
            shape.push(']');
        }
        Kind::Reference(_) => {
            let _ = node.resolve();
            shape.push('@');
        }
        Kind::Dangling => shape.push('?'),
        _ => shape.push_str(&node.value()),
    }
}
