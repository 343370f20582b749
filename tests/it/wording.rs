//! No decision hangs on the words of a message: whoever says it better must not change what the program does.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, ExprBinary, ExprMatch, ExprMethodCall, ImplItem, Item, Lit, Macro, Pat};

use crate::support::syntax::{attributes, is_for_tests, source_files};

/// Fields and variables that hold what people read, and methods that put something into words.
const SENTENCES: [&str; 8] = ["caption", "help", "meaning", "message", "title", "to_string", "what", "why"];

/// Methods that ask what a text says.
const QUESTIONS: [&str; 14] = [
    "contains",
    "ends_with",
    "eq",
    "eq_ignore_ascii_case",
    "find",
    "rfind",
    "rsplit",
    "rsplit_once",
    "split",
    "split_once",
    "splitn",
    "starts_with",
    "strip_prefix",
    "strip_suffix",
];

/// Collects the decisions of a file that hang on a sentence.
#[derive(Default)]
struct Reader {
    found: BTreeSet<String>,
}

/// What an expression takes its value from: a field, a method or a variable.
fn origin(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => Some(name.to_string()),
            syn::Member::Unnamed(_) => origin(&field.base),
        },
        Expr::Index(index) => origin(&index.expr),
        Expr::MethodCall(call) if is_sentence(&call.method.to_string()) => Some(call.method.to_string()),
        Expr::MethodCall(call) => origin(&call.receiver),
        Expr::Paren(inner) => origin(&inner.expr),
        Expr::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        Expr::Reference(inner) => origin(&inner.expr),
        Expr::Try(inner) => origin(&inner.expr),
        Expr::Unary(inner) => origin(&inner.expr),
        _ => None,
    }
}

fn is_sentence(name: &str) -> bool {
    SENTENCES.contains(&name)
}

fn is_about_a_sentence(expression: &Expr) -> bool {
    origin(expression).is_some_and(|name| is_sentence(&name))
}

/// A text of several letters; a single character, such as the end of a line, is a matter of layout.
fn is_text(expression: &Expr) -> bool {
    matches!(expression, Expr::Lit(literal) if matches!(literal.lit, Lit::Str(_)))
}

fn matches_text(pattern: &Pat) -> bool {
    match pattern {
        Pat::Lit(literal) => matches!(literal.lit, Lit::Str(_)),
        Pat::Or(or) => or.cases.iter().any(matches_text),
        _ => false,
    }
}

impl Reader {
    fn note(&mut self, asked: &Expr, how: &str) {
        let name = origin(asked).unwrap_or_default();
        self.found.insert(format!("{name} {how}"));
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let is_left_out = matches!(item, ImplItem::Fn(function) if is_for_tests(&function.attrs));
        if !is_left_out {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let method = call.method.to_string();
        let is_layout =
            call.args.iter().all(|argument| matches!(argument, Expr::Lit(_)) && !is_text(argument));
        if QUESTIONS.contains(&method.as_str()) && is_about_a_sentence(&call.receiver) && !is_layout {
            self.note(&call.receiver, &method);
        }
        // Of a regular expression.
        if ["captures", "find", "is_match"].contains(&method.as_str()) {
            call.args
                .iter()
                .filter(|asked| is_about_a_sentence(asked))
                .for_each(|asked| self.note(asked, &method));
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_binary(&mut self, binary: &'ast ExprBinary) {
        let (left, right) = (&binary.left, &binary.right);
        if matches!(binary.op, BinOp::Eq(_) | BinOp::Ne(_)) {
            let sides = [(left, right), (right, left)].into_iter();
            let asked = sides.filter(|(asked, text)| is_about_a_sentence(asked) && is_text(text));
            asked.for_each(|(asked, _)| self.note(asked, "=="));
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_match(&mut self, item: &'ast ExprMatch) {
        // A new variant of an enum would pass by a `match` on the word of each.
        let is_word = matches!(&*item.expr, Expr::MethodCall(call) if call.method == "name");
        if (is_word || is_about_a_sentence(&item.expr)) && item.arms.iter().any(|arm| matches_text(&arm.pat))
        {
            self.note(&item.expr, "match");
        }
        visit::visit_expr_match(self, item);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        static QUESTION: LazyLock<Regex> = LazyLock::new(|| {
            let (names, methods) = (SENTENCES.join("|"), QUESTIONS.join("|"));
            Regex::new(&format!(r"\b({names})(?: ?\. ?\w+ ?\( ?\))* ?\. ?({methods})\b")).unwrap()
        });
        for found in QUESTION.captures_iter(&item.tokens.to_string()) {
            self.found.insert(format!("{} {}", &found[1], &found[2]));
        }
        visit::visit_macro(self, item);
    }
}

#[test]
fn no_decision_hangs_on_the_words_of_a_message() {
    let mut found = Vec::new();
    for file in source_files() {
        let mut reader = Reader::default();
        file.items.iter().for_each(|item| reader.visit_item(item));
        found.extend(reader.found.iter().map(|decision| format!("{}: {decision}", file.path)));
    }
    assert!(found.is_empty(), "read back from what people read:\n{found:#?}");
}

#[test]
fn a_question_about_a_message_is_found_in_every_form() {
    let text = r#"
        fn decide(problem: &Problem, title: &str) -> bool {
            let by_prefix = problem.message.trim().starts_with("no export");
            let by_part = matches!(problem.what.split_once(" of "), Some(_));
            let by_pattern = PATTERN.is_match(&problem.message[1..]);
            let by_whole = "gone" == problem.what.as_str();
            let by_word = match problem.severity.name() { "error" => true, _ => false };
            let by_display = problem.to_string().ends_with("unknown");
            match title { "x" | "y" => true, _ => by_prefix }
        }
        fn layout(problem: &Problem) -> bool {
            problem.message.contains('\n') || problem.name.starts_with("x") || problem.message.is_empty()
        }
        #[cfg(test)]
        mod tests {
            fn asserts(problem: &Problem) -> bool { problem.message.contains("x") }
        }
    "#;
    let mut reader = Reader::default();
    syn::parse_file(text).unwrap().items.iter().for_each(|item| reader.visit_item(item));
    let expected = [
        "message is_match",
        "message starts_with",
        "severity match",
        "title match",
        "to_string ends_with",
        "what ==",
        "what split_once",
    ];
    assert_eq!(reader.found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}
