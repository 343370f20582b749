//! Excerpts drawn by miette.
//!
//! miette prints whole lines, searches from the start of a source for every label, and panics on a label past column
//! 65,535. So it gets an excerpt for the source, and is told where in the file that stands.

use std::fmt;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};

use super::style::{Style, count};
use crate::diagnostic::{Diagnostic, Run};
use crate::report::excerpt::{Clip, Excerpt, Excerpts};

/// Columns that line numbers, borders and marks of clipping take beside a line.
const BESIDE: usize = 14;
/// Characters of a line on the widest terminal.
const MAX_COLUMNS: usize = 170;

/// Draws excerpts in one style.
pub(super) struct Artist {
    style: Style,
    clip: Clip,
    handler: GraphicalReportHandler,
}

impl Artist {
    pub(super) fn new(style: Style) -> Self {
        let theme = match (style.unicode, style.color) {
            (true, true) => GraphicalTheme::unicode(),
            (true, false) => GraphicalTheme::unicode_nocolor(),
            (false, true) => GraphicalTheme::ascii(),
            (false, false) => GraphicalTheme::none(),
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_links(false)
            .without_syntax_highlighting()
            .with_width(style.width)
            .with_context_lines(1);
        let columns = style.width.saturating_sub(BESIDE).min(MAX_COLUMNS);
        Self { style, clip: Clip { columns, unicode: style.unicode }, handler }
    }

    /// Writes the places of a diagnostic.
    pub(super) fn draw(&self, out: &mut String, run: &Run, diagnostic: &Diagnostic) {
        let Excerpts { shown, rest } = Excerpts::of(run, diagnostic, self.clip);
        for excerpt in shown {
            self.draw_view(out, &View(excerpt));
        }
        if rest > 0 {
            let rest = count(rest as u64, "more place");
            out.push_str(&format!("   {} and {rest}\n", self.style.ellipsis()));
        }
    }

    fn draw_view(&self, out: &mut String, view: &View) {
        let mut drawn = String::new();
        if self.handler.render_report(&mut drawn, view).is_err() {
            let Excerpt { path, at, .. } = &view.0;
            out.push_str(&format!("   [{path}:{}:{}]\n", at.line, at.column));
            return;
        }
        // miette always begins with a line for the message, which is empty here.
        let snippet = drawn.split_once('\n').map_or("", |(_, snippet)| snippet);
        for line in snippet.lines() {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
}

/// An excerpt as miette gets it.
#[derive(Debug)]
struct View(Excerpt);

impl SourceCode for View {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let excerpt = &self.0;
        let path = excerpt.path.clone();
        // Without context miette asks for the position to print above the snippet.
        let contents = if before == 0 && after == 0 {
            let (line, column) = (excerpt.at.line.saturating_sub(1), excerpt.at.column.saturating_sub(1));
            MietteSpanContents::new_named(path, &[], *span, line as usize, column as usize, 0)
        } else {
            let content = excerpt.content.as_bytes();
            let whole = SourceSpan::from(0..content.len());
            MietteSpanContents::new_named(path, content, whole, excerpt.first_line, 0, excerpt.lines)
        };
        Ok(Box::new(contents))
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("")
    }
}

impl std::error::Error for View {}

impl miette::Diagnostic for View {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.0.labels.iter().map(|label| {
            let message = (!label.message.is_empty()).then(|| label.message.clone());
            if label.primary {
                LabeledSpan::new_primary_with_span(message, label.range.clone())
            } else {
                LabeledSpan::new_with_span(message, label.range.clone())
            }
        })))
    }
}
