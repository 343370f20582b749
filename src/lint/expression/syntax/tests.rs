//! The trees are those of CEL, save for what lints have no use for.

use cel::common::ast::{Expr, IdedExpr, LiteralValue, operators};
use proptest::prelude::{Strategy, prop, prop_oneof, proptest};
use toml::{Table, Value};

use super::{MAX_DEPTH, Node, Operator, Syntax, parse};
use crate::lint::expression::{Arithmetic, Comparison, Constant};
use crate::schema::embedded_lints;

/// A tree in one line, whichever parser made it.
fn ours(node: &Node<'_>) -> String {
    let call =
        |name: &str, arguments: &[&Node<'_>]| called(name, None, arguments.iter().map(|node| ours(node)));
    match &node.syntax {
        Syntax::Constant(constant) => match constant {
            Constant::Null => "null".to_owned(),
            Constant::Bool(value) => value.to_string(),
            Constant::Int(number) => number.to_string(),
            Constant::Double(number) => format!("{number:?}"),
            Constant::Text(text) => format!("{text:?}"),
            Constant::Duration(_) | Constant::Timestamp(_) => panic!("no literal"),
        },
        Syntax::Name(name) => (*name).to_owned(),
        Syntax::Select(operand, field) => format!("({}).{}", ours(operand), field.text),
        Syntax::List(items) => called("list", None, items.iter().map(ours)),
        Syntax::Call { function, target, arguments } => {
            called(function.text, target.as_deref().map(ours), arguments.iter().map(ours))
        }
        Syntax::Not(operand) => call(operators::LOGICAL_NOT, &[operand]),
        Syntax::Negate(operand) => call(operators::NEGATE, &[operand]),
        Syntax::Binary(operator, a, b) => call(operator_name(*operator), &[a, b]),
        Syntax::Index(list, index) => call(operators::INDEX, &[list, index]),
        Syntax::Conditional { test, yes, no } => call(operators::CONDITIONAL, &[test, yes, no]),
    }
}

fn operator_name(operator: Operator) -> &'static str {
    match operator {
        Operator::Or => operators::LOGICAL_OR,
        Operator::And => operators::LOGICAL_AND,
        Operator::In => operators::IN,
        Operator::Compare(Comparison::Equal) => operators::EQUALS,
        Operator::Compare(Comparison::NotEqual) => operators::NOT_EQUALS,
        Operator::Compare(Comparison::Less) => operators::LESS,
        Operator::Compare(Comparison::LessOrEqual) => operators::LESS_EQUALS,
        Operator::Compare(Comparison::Greater) => operators::GREATER,
        Operator::Compare(Comparison::GreaterOrEqual) => operators::GREATER_EQUALS,
        Operator::Arithmetic(Arithmetic::Add) => operators::ADD,
        Operator::Arithmetic(Arithmetic::Subtract) => operators::SUBSTRACT,
    }
}

fn theirs(node: &IdedExpr) -> String {
    match &node.expr {
        Expr::Literal(literal) => match literal {
            LiteralValue::Null => "null".to_owned(),
            LiteralValue::Boolean(value) => value.inner().to_string(),
            LiteralValue::Int(number) => number.inner().to_string(),
            LiteralValue::Double(number) => format!("{:?}", number.inner()),
            LiteralValue::String(text) => format!("{:?}", text.inner()),
            other => format!("{other:?}"),
        },
        Expr::Ident(name) => name.clone(),
        Expr::Select(select) => format!("({}).{}", theirs(&select.operand), select.field),
        Expr::List(list) => called("list", None, list.elements.iter().map(theirs)),
        Expr::Call(call) => {
            called(&call.func_name, call.target.as_deref().map(theirs), call.args.iter().map(theirs))
        }
        other => format!("{other:?}"),
    }
}

fn called(name: &str, target: Option<String>, arguments: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = target.map(|target| format!("on {target}")).into_iter().chain(arguments).collect();
    format!("{name}<{}>", all.join("; "))
}

#[track_caller]
fn is_alike(text: &str) {
    let our = parse(text).unwrap_or_else(|mistake| panic!("{text}\n{mistake:?}"));
    let their = cel::Env::default().parser().parse(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
    assert_eq!(ours(&our), theirs(&their), "{text}");
}

/// All expressions of a lint: those of its conditions and lists, and the placeholders of its texts.
fn expressions(value: &Value, key: &str, found: &mut Vec<String>) {
    match value {
        Value::String(text) if matches!(key, "when" | "that" | "at" | "for") => found.push(text.clone()),
        Value::String(text) if matches!(key, "message" | "text" | "command") => {
            // Braces of PowerShell are followed by a blank or stand behind `@`.
            let pieces = text.split('{').skip(1).filter_map(|piece| piece.split_once('}'));
            let placeholders =
                pieces.map(|(inner, _)| inner).filter(|inner| !inner.contains(['\'', '"', '=', ' ']));
            found.extend(placeholders.filter(|inner| !inner.is_empty()).map(str::to_owned));
        }
        Value::Array(items) => items.iter().for_each(|item| expressions(item, key, found)),
        Value::Table(table) if key == "for" => {
            table.values().for_each(|value| expressions(value, "for", found));
        }
        Value::Table(table) => of_table(table, found),
        _ => {}
    }
}

fn of_table(table: &Table, found: &mut Vec<String>) {
    for (key, value) in table.iter().filter(|(key, _)| *key != "case") {
        expressions(value, key, found);
    }
}

#[test]
fn lints_are_read_as_cel_reads_them() {
    let mut found = Vec::new();
    for (_, text) in embedded_lints() {
        of_table(&text.parse::<Table>().unwrap(), &mut found);
    }
    found.sort();
    found.dedup();
    assert!(found.len() > 1000, "{}", found.len());
    for text in found {
        is_alike(&text);
    }
}

#[test]
fn literals_are_those_of_cel() {
    for text in [
        "0x1F",
        "-0x1F",
        "007",
        "-9223372036854775808",
        "9223372036854775807",
        "1.5",
        "-1.5e-3",
        ".5",
        "1e9",
        r#""a\n\t\"\\ \x41 \u00e9 \U0001F600 \101 ä""#,
        r"r'\d+\'",
        r#"R"\.""#,
        "'''a\n'b' \\n'''",
        "\"\"\"a \"b\" c\"\"\"",
        "''",
        "true",
        "null",
        "[]",
        "[[1], [2, 3]]",
    ] {
        is_alike(text);
    }
}

/// Texts of expressions.
fn generated() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[a-z]{1,3}_",
        "[0-9]{1,3}",
        "-[1-9]",
        "[0-9]\\.[0-9]",
        "'[a-z .]{0,5}'",
        prop::sample::select(vec!["true", "false", "null", "x.P.Q", "list[0]", "f()"])
            .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let operator =
            prop::sample::select(vec!["&&", "||", "==", "!=", "<", "<=", ">", ">=", "in", "+", "-"]);
        prop_oneof![
            (inner.clone(), operator, inner.clone()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("{a} ? ({b}) : {c}")),
            inner.clone().prop_map(|a| format!("({a})")),
            inner.clone().prop_map(|a| format!("!({a})")),
            inner.clone().prop_map(|a| format!("-({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}).all(x, {b}).P[{a}]")),
            prop::collection::vec(inner, 0..4).prop_map(|all| format!("f([{}], y)", all.join(", "))),
        ]
    })
}

proptest! {
    #[test]
    fn any_expression_is_read_as_cel_reads_it(text in generated()) {
        is_alike(&text);
    }

    #[test]
    fn any_text_is_read_or_refused_with_a_place(text in "[a-z0-9'\"(\\[)\\].,?:!&|=<> \\\\-]{0,40}|\\PC{0,20}") {
        if let Err(mistake) = parse(&text) {
            assert!(text.get(mistake.range.clone()).is_some(), "{text:?} {mistake:?}");
        }
    }
}

#[track_caller]
fn refused(text: &str) -> (String, &str) {
    let mistake = parse(text).err().unwrap_or_else(|| panic!("{text}"));
    (mistake.message, &text[mistake.range])
}

#[test]
fn mistakes_have_a_place() {
    for (text, message, place) in [
        ("", "syntax error: expected a value, found the end", ""),
        ("a b", "syntax error: expected an operator or the end, found `b`", "b"),
        ("a ==", "syntax error: expected a value, found the end", ""),
        ("f(a", "syntax error: missing `)` at the end", ""),
        ("[a)", "syntax error: expected `]`, found `)`", ")"),
        ("a.1", "syntax error: expected an operator or the end, found `.1`", ".1"),
        ("a = b", "syntax error: write `==` to compare", "="),
        ("a * b", "syntax error: `*` is not part of this language", "*"),
        ("{'a': 1}", "maps and messages are not part of this language", "{"),
        ("b'a'", "bytes are not part of this language", "b"),
        ("1u", "unsigned numbers are not part of this language", "1u"),
        ("1ab", "syntax error: is no number", "1ab"),
        ("99999999999999999999", "syntax error: is no number", "99999999999999999999"),
        ("'a", "syntax error: a string that is not closed", "'"),
        (r"'\q'", "syntax error: has an escape that is unknown", r"'\q'"),
        ("let", "syntax error: expected a value, found `let`", "let"),
        ("ä", "syntax error: `ä` is not part of this language", "ä"),
    ] {
        assert_eq!(refused(text), (message.to_owned(), place), "{text}");
    }
}

#[test]
fn depth_has_a_limit() {
    let deep = format!("is nested more than {MAX_DEPTH} levels deep");
    for (open, close) in
        [("(", ")"), ("[", "]"), ("f(", ")"), ("x.all(y, ", ")"), ("!", ""), ("x ? x : ", "")]
    {
        let nested = |levels: usize| format!("{}x{}", open.repeat(levels), close.repeat(levels));
        assert!(parse(&nested(MAX_DEPTH / 2)).is_ok(), "{open}");
        assert_eq!(refused(&nested(MAX_DEPTH + 1)).0, deep, "{open}");
        assert_eq!(refused(&nested(500)).0, deep, "{open}");
    }
    for link in [".P", "[0]", " + x", " < x"] {
        assert!(parse(&format!("x{}", link.repeat(MAX_DEPTH - 1))).is_ok(), "{link}");
        assert_eq!(refused(&format!("x{}", link.repeat(MAX_DEPTH + 1))).0, deep, "{link}");
    }
    // These make a tree that is no deeper than it must be.
    assert!(parse(&vec!["x"; 1000].join(" && ")).is_ok());
    assert_eq!(refused(&"x".repeat(9000)).0, "is longer than 8192 bytes");
}
