//! Findings: which values are underlined, what is said, and what stays the same after a new export.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use sha1::{Digest as _, Sha1};

use crate::diagnostic::{Diagnostic, Finding, Fix, Label, Platform, Severity, Subject};
use crate::format::{Kind, NodeRef};
use crate::lint::expression::{Evaluator, Expression};
use crate::lint::{ForBinding, Lint};
use crate::snapshot::{Place, Record, Value, coerce};
use crate::source::{Sources, Text};

/// A finding underlines at most so many values.
const MAX_LABELS: usize = 12;

/// Text of a large file is not held for a finding: this much is kept around each label.
const EXCERPT_MARGIN: usize = 720;

/// A label shows at most so much of a value.
const MAX_LABEL_BYTES: usize = 4096;

/// Texts up to this size are held whole.
const SHARED_TEXT_BYTES: usize = 256 << 10;

/// A place to underline, and what is there.
struct Spot<'s> {
    record: &'s Record,
    range: Range<usize>,
    property: Option<&'static str>,
    /// The object, where it is not the one that the finding is about.
    object: String,
    is_subject: bool,
}

/// The finding that the expectation at `index` does not hold for what is bound, because `failed` parts are false.
pub(super) fn make<'s>(
    lint: &'s Lint,
    index: usize,
    failed: &[&'s Expression],
    evaluator: &mut Evaluator<'s>,
) -> Diagnostic {
    let expect = &lint.expects[index];
    let reads: Vec<Place<'s>> = if expect.at.is_empty() {
        failed.iter().flat_map(|part| evaluator.reads_of(part)).collect()
    } else {
        expect.at.iter().flat_map(|field| evaluator.reads_of(field)).collect()
    };
    let bound = Bound::new(lint, evaluator);
    let subject = bound.subject();
    let spots = spots(&reads, subject, &bound);
    let severity = severity(lint, expect.severity, evaluator);
    let message = expect.message.render(evaluator);
    let about = about(subject, &reads);
    let side = about.as_ref().and_then(|about| about.side);
    let fix = lint.fix.as_ref().map(|fix| Fix {
        text: fix.text.render(evaluator),
        command: fix.command.as_ref().and_then(|command| command.render_command(evaluator)),
        side: fix.side.or(side),
    });
    let fingerprint = fingerprint(lint, index, failed, &bound);
    let finding = Finding { lint: lint.id.clone(), subject: about, why: lint.why.clone(), fix, fingerprint };
    Diagnostic { labels: labels(spots), ..Diagnostic::found(finding, severity, message) }
}

/// What the names of a lint are bound to.
#[derive(Default)]
struct Bound<'s> {
    /// The first object that a name is bound to.
    object: Option<&'s Record>,
    /// The object of the name that the lint says it is about.
    about: Option<&'s Record>,
    /// The object that holds the first value that a name is bound to.
    holder: Option<&'s Record>,
    /// An object of the first group that a name is bound to: the first by its name, whatever the order of the export.
    member: Option<&'s Record>,
    /// The object that holds the key of that group. Which one that is depends on the order of the export.
    key_holder: Option<&'s Record>,
    /// Places of bound values that are no objects.
    places: Vec<Place<'s>>,
    /// Their texts, and the names of further objects.
    texts: Vec<String>,
}

impl<'s> Bound<'s> {
    fn new(lint: &Lint, evaluator: &Evaluator<'s>) -> Self {
        let about = lint.about.and_then(|index| lint.bindings.get(index));
        let about = about.and_then(|binding| Self::of(std::slice::from_ref(binding), evaluator).subject());
        Self { about, ..Self::of(&lint.bindings, evaluator) }
    }

    fn of(bindings: &[ForBinding], evaluator: &Evaluator<'s>) -> Self {
        let mut bound = Self::default();
        for binding in bindings {
            let Some(item) = evaluator.bound(binding.slot) else { continue };
            match &item.value {
                Ok(Value::Record(record)) => bound.add_record(record),
                Ok(Value::Group(group)) => {
                    bound.texts.push(group.key.to_string());
                    bound.places.extend(group.place);
                    bound.key_holder = bound.key_holder.or(group.place.map(|place| place.record));
                    let records = group.items.items.iter().filter_map(|item| match &item.value {
                        Ok(Value::Record(record)) => Some(*record),
                        _ => None,
                    });
                    let first = || records.min_by_key(|record| (record.side(), record.stable_identity()));
                    bound.member = bound.member.or_else(first);
                }
                Ok(value) => {
                    bound.texts.push(value.to_string());
                    bound.add_place(item.place);
                }
                Err(_) => {}
            }
        }
        bound
    }

    fn add_record(&mut self, record: &'s Record) {
        if self.object.is_some() {
            self.texts.push(record.stable_identity());
        }
        self.object = self.object.or(Some(record));
    }

    fn add_place(&mut self, place: Option<Place<'s>>) {
        self.places.extend(place);
        self.holder = self.holder.or(place.map(|place| place.record));
    }

    /// The object that the finding is about. `None` where it is about something that is not there.
    fn subject(&self) -> Option<&'s Record> {
        self.about.or(self.single()).or(self.member).or(self.key_holder)
    }

    /// The object that tells this finding of the lint from others; a group is told by its key.
    fn single(&self) -> Option<&'s Record> {
        self.object.or(self.holder)
    }
}

fn severity<'s>(lint: &'s Lint, of_expect: Option<Severity>, evaluator: &mut Evaluator<'s>) -> Severity {
    let highest = of_expect.unwrap_or(lint.severity);
    let lowered = lint.downgrade.iter().find(|downgrade| evaluator.condition(&downgrade.when) == Ok(true));
    evaluator.clear_lacks();
    lowered.map_or(highest, |downgrade| downgrade.to.min(highest))
}

/// What the finding is about: an object, or, where none is bound, the cmdlet whose objects were looked through.
fn about(subject: Option<&Record>, reads: &[Place<'_>]) -> Option<Subject> {
    let named = |record: &Record, object: Option<String>| Subject {
        side: record.side(),
        cmdlet: record.cmdlet().name.clone(),
        object,
    };
    if let Some(record) = subject {
        // A cmdlet that returns one object may give it no name.
        return Some(named(record, Some(record.identity()).filter(|name| !name.is_empty())));
    }
    let first = reads.first()?.record;
    let is_like_first =
        |place: &Place<'_>| place.record.noun() == first.noun() && place.record.side() == first.side();
    reads.iter().all(is_like_first).then(|| named(first, None))
}

/// What to underline: the values that were read, those of the subject first; without any, the bound values, or the
/// subject's name.
fn spots<'s>(reads: &[Place<'s>], subject: Option<&'s Record>, bound: &Bound<'s>) -> Vec<Spot<'s>> {
    let places = if reads.is_empty() { &bound.places } else { reads };
    let mut spots: Vec<Spot<'s>> = Vec::new();
    for place in places {
        let Some(node) = place.node_ref() else { continue };
        let range = underlined(node);
        let is_covered = |spot: &Spot<'_>| {
            std::ptr::eq(spot.record, place.record)
                && spot.range.start <= range.start
                && range.end <= spot.range.end
        };
        if spots.len() >= MAX_LABELS || spots.iter().any(is_covered) {
            continue;
        }
        let is_subject = subject.is_some_and(|subject| std::ptr::eq(subject, place.record));
        let property = Some(place.property_name());
        let object = if is_subject { String::new() } else { describe(place.record) };
        spots.push(Spot { record: place.record, range, property, object, is_subject });
    }
    if spots.is_empty()
        && let Some(record) = subject
    {
        let (range, object) = (record.anchor(), String::new());
        spots.push(Spot { record, range, property: None, object, is_subject: true });
    }
    spots.sort_by_key(|spot| !spot.is_subject);
    spots
}

/// The bytes of a value that matter: the text of an object, the items of a list.
fn underlined(node: NodeRef<'_>) -> Range<usize> {
    let node = coerce::text_node(node);
    let mut items = node.items().map(|item| coerce::text_node(item).span().range());
    match (node.kind(), items.next()) {
        (Kind::List, Some(first)) => {
            let mut end = first.end;
            for item in items {
                end = end.max(item.end);
                // No more is shown.
                if end - first.start >= MAX_LABEL_BYTES {
                    break;
                }
            }
            first.start..end
        }
        _ => node.span().range(),
    }
}

/// Values that an expectation that holds was judged by, with the side of each.
pub(super) fn evidence<'s>(
    parts: &'s [Expression],
    evaluator: &mut Evaluator<'s>,
) -> Vec<(Option<Platform>, Label)> {
    let reads: Vec<Place<'s>> = parts.iter().flat_map(|part| evaluator.reads_of(part)).collect();
    let labels = reads.into_iter().filter_map(|place| Some((place.record.side(), place_label(place)?)));
    labels.collect()
}

/// A label on a value.
pub(crate) fn place_label(place: Place<'_>) -> Option<Label> {
    let range = underlined(place.node_ref()?);
    let (property, object) = (Some(place.property_name()), describe(place.record));
    let spot = Spot { record: place.record, range, property, object, is_subject: false };
    labels(vec![spot]).into_iter().next()
}

/// A label on the name of an object.
pub(crate) fn anchor_label(record: &Record) -> Label {
    Label::new(record.text().clone(), clip(record.text(), &record.anchor()), describe(record), true)
}

fn describe(record: &Record) -> String {
    let side = record.side().map_or_else(String::new, |side| format!(" ({side})"));
    format!("{} {}{side}", record.cmdlet().noun(), record.identity()).trim().to_owned()
}

/// Labels on small texts share them; those on large ones share one excerpt for each text.
fn labels(spots: Vec<Spot<'_>>) -> Vec<Label> {
    let mut excerpts: HashMap<*const Text, (Arc<Text>, Vec<Range<usize>>)> = HashMap::new();
    for spot in &spots {
        let text = spot.record.text();
        if text.content().len() > SHARED_TEXT_BYTES && !excerpts.contains_key(&Arc::as_ptr(text)) {
            let of_text = spots.iter().filter(|other| Arc::ptr_eq(other.record.text(), text));
            let ranges: Vec<Range<usize>> = of_text.map(|other| clip(text, &other.range)).collect();
            let (excerpt, moved) = text.excerpt(&ranges, EXCERPT_MARGIN, MAX_LABEL_BYTES);
            // Taken from the end, one for each spot of this text.
            excerpts.insert(Arc::as_ptr(text), (Arc::new(excerpt), moved.into_iter().rev().collect()));
        }
    }
    let has_primary = spots.iter().any(|spot| spot.is_subject);
    let labels = spots.into_iter().enumerate().map(|(index, spot)| {
        let text = spot.record.text();
        let excerpt = excerpts.get_mut(&Arc::as_ptr(text));
        let (text, range) = match excerpt.and_then(|(excerpt, moved)| Some((excerpt.clone(), moved.pop()?))) {
            Some(found) => found,
            None => (text.clone(), clip(text, &spot.range)),
        };
        let is_primary = if has_primary { spot.is_subject } else { index == 0 };
        let label = Label::new(text, range, spot.object, is_primary);
        match spot.property {
            Some(property) => label.with_property(property),
            None => label,
        }
    });
    labels.collect()
}

/// The beginning of a range, up to the end of a character.
fn clip(text: &Text, range: &Range<usize>) -> Range<usize> {
    let mut end = range.end.min(range.start.saturating_add(MAX_LABEL_BYTES));
    while end < range.end && !text.content().is_char_boundary(end) {
        end += 1;
    }
    range.start..end
}

/// Made of what does not change from export to export: never of lines, nor of the file.
fn fingerprint(lint: &Lint, index: usize, failed: &[&Expression], bound: &Bound<'_>) -> String {
    // Which parts are false, rather than which values were read: a further property in the export may spare the
    // evaluation a look at another.
    let parts = lint.expects[index].conjuncts.iter().enumerate();
    let parts = parts.filter(|(_, part)| failed.iter().any(|failed| std::ptr::eq(*failed, *part)));
    let parts: Vec<String> = parts.map(|(part, _)| part.to_string()).collect();
    let mut key = format!("{}\n{index}\n{}\n", lint.id, parts.join(","));
    if let Some(record) = bound.single() {
        let side = record.side().map_or("", Platform::name);
        let _ = write!(key, "{side}\n{}\n{}\n", record.cmdlet().noun(), record.stable_identity());
    }
    key.push_str(&bound.texts.join("\n").to_lowercase());
    Sha1::digest(key).iter().take(8).fold(String::with_capacity(16), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// By path and place, then by message, whatever the order of evaluation.
pub(super) fn sort(findings: &mut [Diagnostic], sources: &Sources) {
    findings.sort_by_cached_key(|finding| {
        let location = finding.labels.first().map(|label| label.location);
        let place = location.map(|location| (sources.path(location.source).to_owned(), location.offset));
        (place, finding.message.clone())
    });
}
