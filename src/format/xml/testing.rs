//! Drives a reader as the program does, for the tests of the formats.

use crate::format::{Escape, Kind, Node, NodeRef, Reader, Remark, Step, Tape};

/// Type name, shape and all spans of a record.
pub(in crate::format) type Seen = (Option<String>, String, Vec<(u64, u64)>);

/// What a reader made of a text. Offsets are those of the whole text, however it was cut.
#[derive(Debug, Default, PartialEq)]
pub(in crate::format) struct Outcome {
    /// Each record.
    pub(in crate::format) records: Vec<Seen>,
    pub(in crate::format) problems: Vec<(String, u64, u64)>,
    /// What the text says around the records, with its span.
    pub(in crate::format) remarks: Vec<(String, u64, u64)>,
}

impl Outcome {
    pub(in crate::format) fn shapes(&self) -> Vec<&str> {
        self.records.iter().map(|(_, shape, _)| shape.as_str()).collect()
    }

    pub(in crate::format) fn told(&self) -> Vec<&str> {
        self.remarks.iter().map(|(said, ..)| said.as_str()).collect()
    }

    pub(in crate::format) fn messages(&self) -> Vec<&str> {
        self.problems.iter().map(|(message, ..)| message.as_str()).collect()
    }
}

/// Reads `text` in blocks of `block` bytes; dropped is what the reader no longer needs.
pub(in crate::format) fn read(mut reader: impl Reader, text: &str, block: usize) -> Outcome {
    let mut outcome = Outcome::default();
    let mut tape = Tape::default();
    let (mut buffer, mut at, mut base, mut rest) = (String::new(), 0usize, 0u64, text);
    // Each step but the last moves on, or asks for a byte.
    for _ in 0..text.len() * 4 + 1000 {
        let step = reader.next(&buffer, &mut at, rest.is_empty(), &mut tape);
        assert!(buffer.is_char_boundary(at), "{at} is no offset of a character");
        let place = |span: super::Bytes| {
            assert!(buffer.get(span.range()).is_some(), "{span:?} is no part of the text");
            (base + u64::from(span.start), base + u64::from(span.end))
        };
        match step {
            Step::Record { type_name } => {
                let name = |node: &Node| match node.name_escape {
                    Escape::Header => (0, 0),
                    _ if node.name.is_empty() => (0, 0),
                    _ => place(node.name),
                };
                let spans = tape.nodes().iter().flat_map(|node| [name(node), place(node.text)]).collect();
                let root = NodeRef::root(&buffer, &tape).unwrap();
                assert_eq!(root.node().end, tape.next_index());
                outcome.records.push((type_name.as_deref().map(str::to_owned), shape(root), spans));
            }
            Step::Problem(problem) => {
                let (start, end) = place(problem.span);
                outcome.problems.push((problem.message.into_owned(), start, end));
            }
            Step::Remark(remark) => {
                let (said, span) = told(&remark);
                let (start, end) = place(span);
                outcome.remarks.push((said, start, end));
            }
            Step::NeedMore => {
                assert!(!rest.is_empty(), "asks for more than there is");
                reader.forget(at);
                buffer.drain(..at);
                base += at as u64;
                at = 0;
                let length = (block.min(rest.len())..=rest.len()).find(|&at| rest.is_char_boundary(at));
                let (more, left) = rest.split_at(length.unwrap_or(rest.len()));
                buffer.push_str(more);
                rest = left;
            }
            Step::Done => return outcome,
        }
    }
    panic!("does not come to an end");
}

/// A remark in words.
fn told(remark: &Remark) -> (String, super::Bytes) {
    match remark {
        Remark::Command(command) => (format!("{:?}: {}", command.prompt, command.text), command.span),
        Remark::Transcript(span) => ("transcript".to_owned(), *span),
        Remark::Failed(said) => (format!("failed: {}", said.text), said.span),
        Remark::Warning(said) => (format!("warning: {}", said.text), said.span),
        Remark::Caption(said) => (format!("caption: {}", said.text), said.span),
        Remark::Skipped(kind, span) => (format!("skipped: {kind:?}"), *span),
        Remark::Embedded(format, span) => (format!("embedded: {}", format.name()), *span),
    }
}

/// A node as text: `{Name: "a", [1, 2], ~"what it prints"}`.
pub(in crate::format) fn shape(node: NodeRef<'_>) -> String {
    let value = match node.kind() {
        Kind::Null => "null".to_owned(),
        Kind::False => "false".to_owned(),
        Kind::True => "true".to_owned(),
        Kind::Number => node.raw().to_owned(),
        Kind::String => format!("{:?}", node.value()),
        Kind::Char => format!("#{}", node.raw()),
        Kind::Display => format!("~{:?}", node.value()),
        Kind::Reference(target) => format!("@{target}"),
        Kind::Dangling => "?".to_owned(),
        Kind::Cut => "…".to_owned(),
        Kind::List | Kind::Object => {
            let children: Vec<_> = node.children().map(shape).collect();
            let children = children.join(", ");
            if node.kind() == Kind::List { format!("[{children}]") } else { format!("{{{children}}}") }
        }
    };
    if node.is_named() { format!("{}: {value}", node.name()) } else { value }
}

/// The outcome, which must not depend on how the text is cut.
pub(in crate::format) fn read_all_ways<R: Reader>(new: fn() -> R, text: &str) -> Outcome {
    let whole = read(new(), text, text.len());
    let blocks: Vec<usize> =
        if text.len() < 2000 { (1..40).chain([64, 100, 333]).collect() } else { vec![7, 1000] };
    for block in blocks {
        assert_eq!(read(new(), text, block), whole, "in blocks of {block} bytes:\n{text}");
    }
    whole
}

/// The files below the corpus of real exports whose name ends in one of `extensions`; none where it is absent.
pub(in crate::format) fn corpus(extensions: &[&str]) -> Vec<(std::path::PathBuf, String)> {
    let root = corpus_root();
    let mut folders = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = path.to_string_lossy().into_owned();
            if path.is_dir() {
                // What PowerShell writes of odd objects is compared with the truth by a tool.
                if !path.ends_with("powershell-7.6") {
                    folders.push(path);
                }
            } else if extensions.iter().any(|extension| name.ends_with(extension)) {
                files.push((path.strip_prefix(&root).unwrap().to_owned(), decoded(&path)));
            }
        }
    }
    if files.is_empty() {
        println!("skipped: there is no corpus at {}", root.display());
    }
    files.sort();
    files
}

fn corpus_root() -> std::path::PathBuf {
    std::env::var_os("FREEBUSY_LINT_CORPUS").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"),
        std::path::PathBuf::from,
    )
}

fn decoded(path: &std::path::Path) -> String {
    let bytes = std::fs::read(path).unwrap();
    let source = crate::source::Sources::default().add("corpus");
    let mut blocks =
        crate::source::Blocks::with_block_bytes(source, bytes.as_slice(), bytes.len() * 2 + 1).unwrap();
    blocks.next(None, 0).unwrap().map_or_else(String::new, |(text, _)| text.content().to_owned())
}
