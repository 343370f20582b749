//! The text of an expression to its syntax tree: the part of CEL that lints use, each node with its place.
//!
//! A parser of our own, because every run parses all lints: the one of the `cel` crate takes ten times as long, and
//! the crate's faster one expands `all`, `exists`, … to loops, which an evaluation with three values cannot use. A
//! test compares the trees with those of the crate.

mod lexer;

use std::ops::Range;

use super::ir::{Arithmetic, Comparison, Constant};
use lexer::{Lexer, Token, TokenKind};

/// A mistake in an expression: its author's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// Where, in bytes of the expression.
    pub range: Range<usize>,
}

impl CompileError {
    pub(super) fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, range }
    }
}

/// Longest expression, in bytes.
const MAX_BYTES: usize = 8 << 10;
/// The parser and everything after it go down the stack for each level.
const MAX_DEPTH: usize = 64;

/// A name in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word<'t> {
    pub(super) text: &'t str,
    pub(super) at: Range<usize>,
}

/// A node of the tree.
#[derive(Clone, Debug)]
pub(super) struct Node<'t> {
    pub(super) syntax: Syntax<'t>,
    /// What a mistake in it underlines: of an operation the operator, else all of it.
    pub(super) at: Range<usize>,
}

/// What a node is.
#[derive(Clone, Debug)]
pub(super) enum Syntax<'t> {
    /// A literal.
    Constant(Constant),
    /// `x`
    Name(&'t str),
    /// `x.P`
    Select(Box<Node<'t>>, Word<'t>),
    /// `[a, b]`
    List(Vec<Node<'t>>),
    /// `f(a)` and `x.f(a)`
    Call { function: Word<'t>, target: Option<Box<Node<'t>>>, arguments: Vec<Node<'t>> },
    /// `!x`
    Not(Box<Node<'t>>),
    /// `-x`
    Negate(Box<Node<'t>>),
    /// `a && b` and the like.
    Binary(Operator, Box<Node<'t>>, Box<Node<'t>>),
    /// `list[i]`
    Index(Box<Node<'t>>, Box<Node<'t>>),
    /// `test ? yes : no`
    Conditional { test: Box<Node<'t>>, yes: Box<Node<'t>>, no: Box<Node<'t>> },
}

/// Operators between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `in`
    In,
    /// `==` and the like.
    Compare(Comparison),
    /// `+` and `-`
    Arithmetic(Arithmetic),
}

impl Operator {
    fn of(kind: &TokenKind<'_>) -> Option<Self> {
        Some(match kind {
            TokenKind::Symbol("||") => Self::Or,
            TokenKind::Symbol("&&") => Self::And,
            TokenKind::Word("in") => Self::In,
            TokenKind::Symbol("==") => Self::Compare(Comparison::Equal),
            TokenKind::Symbol("!=") => Self::Compare(Comparison::NotEqual),
            TokenKind::Symbol("<") => Self::Compare(Comparison::Less),
            TokenKind::Symbol("<=") => Self::Compare(Comparison::LessOrEqual),
            TokenKind::Symbol(">") => Self::Compare(Comparison::Greater),
            TokenKind::Symbol(">=") => Self::Compare(Comparison::GreaterOrEqual),
            TokenKind::Symbol("+") => Self::Arithmetic(Arithmetic::Add),
            TokenKind::Symbol("-") => Self::Arithmetic(Arithmetic::Subtract),
            _ => return None,
        })
    }

    /// The higher, the tighter it binds.
    const fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::In | Self::Compare(_) => 3,
            Self::Arithmetic(_) => 4,
        }
    }
}

type Result<T> = std::result::Result<T, CompileError>;

/// Parses an expression.
///
/// # Errors
///
/// The first mistake.
pub(super) fn parse(text: &str) -> Result<Node<'_>> {
    if text.len() > MAX_BYTES {
        return Err(CompileError::new(0..0, format!("is longer than {MAX_BYTES} bytes")));
    }
    let mut lexer = Lexer::new(text);
    let next = lexer.next()?;
    let mut parser = Parser { lexer, next, depth: 0 };
    let tree = parser.expression()?;
    match parser.next.kind {
        TokenKind::End => Ok(tree),
        _ => Err(parser.unexpected("an operator or the end")),
    }
}

struct Parser<'t> {
    lexer: Lexer<'t>,
    /// The token that is not yet consumed.
    next: Token<'t>,
    /// How many levels the tree has above what is parsed: brackets, and links of chains such as `a.b.c`.
    depth: usize,
}

impl<'t> Parser<'t> {
    fn expression(&mut self) -> Result<Node<'t>> {
        let test = self.operation(1)?;
        if !self.is_next("?") {
            return Ok(test);
        }
        let at = self.advance()?.at;
        let yes = self.within(&at, |parser| parser.operation(1))?;
        self.expect(":")?;
        let no = self.within(&at, Self::expression)?;
        let syntax = Syntax::Conditional { test: Box::new(test), yes: Box::new(yes), no: Box::new(no) };
        Ok(Node { syntax, at })
    }

    /// Operands with operators that bind at least as tight as `least`.
    fn operation(&mut self, least: u8) -> Result<Node<'t>> {
        let outer = self.depth;
        let mut left = self.unary()?;
        while let Some(operator) = Operator::of(&self.next.kind)
            && operator.precedence() >= least
        {
            left = if matches!(operator, Operator::And | Operator::Or) {
                self.logical(operator, left)?
            } else {
                let at = self.advance()?.at;
                self.deepen(&at)?;
                let right = self.operation(operator.precedence() + 1)?;
                Node { syntax: Syntax::Binary(operator, Box::new(left), Box::new(right)), at }
            };
        }
        self.depth = outer;
        Ok(left)
    }

    /// `a && b && c`, as a tree that is no deeper than it must be.
    fn logical(&mut self, operator: Operator, first: Node<'t>) -> Result<Node<'t>> {
        let mut rest = Vec::new();
        while Operator::of(&self.next.kind) == Some(operator) {
            let at = self.advance()?.at;
            let operand = self.within(&at, |parser| parser.operation(operator.precedence() + 1))?;
            rest.push((at, operand));
        }
        Ok(balanced(operator, first, rest))
    }

    fn unary(&mut self) -> Result<Node<'t>> {
        if !self.is_next("!") && !self.is_next("-") {
            let first = self.primary()?;
            return self.chain(first);
        }
        let sign = self.advance()?;
        if sign.kind == TokenKind::Symbol("-")
            && let TokenKind::Number(digits) = self.next.kind
        {
            let at = sign.at.start..self.advance()?.at.end;
            let literal = Node { syntax: Syntax::Constant(lexer::number(digits, true, &at)?), at };
            return self.chain(literal);
        }
        let operand = Box::new(self.within(&sign.at, Self::unary)?);
        let is_not = sign.kind == TokenKind::Symbol("!");
        let syntax = if is_not { Syntax::Not(operand) } else { Syntax::Negate(operand) };
        Ok(Node { syntax, at: sign.at })
    }

    /// What follows an operand: `.P`, `.f(…)`, `[i]`.
    fn chain(&mut self, first: Node<'t>) -> Result<Node<'t>> {
        let outer = self.depth;
        let mut left = first;
        loop {
            let start = left.at.start;
            if self.is_next(".") {
                let dot = self.advance()?.at;
                self.deepen(&dot)?;
                let name = self.word()?;
                left = if self.is_next("(") {
                    self.call(name, Some(left))?
                } else {
                    let at = start..name.at.end;
                    Node { syntax: Syntax::Select(Box::new(left), name), at }
                };
            } else if self.is_next("[") {
                let open = self.advance()?.at;
                self.deepen(&open)?;
                let index = self.within(&open, Self::expression)?;
                let end = self.expect("]")?.end;
                left = Node { syntax: Syntax::Index(Box::new(left), Box::new(index)), at: start..end };
            } else {
                self.depth = outer;
                return Ok(left);
            }
        }
    }

    fn call(&mut self, function: Word<'t>, target: Option<Node<'t>>) -> Result<Node<'t>> {
        let open = self.advance()?.at;
        let (arguments, end) = self.items(&open, ")")?;
        let start = target.as_ref().map_or(function.at.start, |target| target.at.start);
        let syntax = Syntax::Call { function, target: target.map(Box::new), arguments };
        Ok(Node { syntax, at: start..end })
    }

    /// Expressions up to a bracket, and where it ends.
    fn items(&mut self, open: &Range<usize>, close: &'static str) -> Result<(Vec<Node<'t>>, usize)> {
        let mut items = Vec::new();
        while !self.is_next(close) {
            items.push(self.within(open, Self::expression)?);
            if !self.is_next(",") {
                break;
            }
            self.advance()?;
        }
        Ok((items, self.expect(close)?.end))
    }

    fn primary(&mut self) -> Result<Node<'t>> {
        let syntax = match self.next.kind {
            TokenKind::Symbol("(") => {
                let open = self.advance()?.at;
                let inner = self.within(&open, Self::expression)?;
                self.expect(")")?;
                return Ok(inner);
            }
            TokenKind::Symbol("[") => {
                let open = self.advance()?.at;
                let (items, end) = self.items(&open, "]")?;
                return Ok(Node { syntax: Syntax::List(items), at: open.start..end });
            }
            TokenKind::Number(digits) => Syntax::Constant(lexer::number(digits, false, &self.next.at)?),
            TokenKind::Text(literal) => Syntax::Constant(lexer::text(literal, &self.next.at)?),
            TokenKind::Word("null") => Syntax::Constant(Constant::Null),
            TokenKind::Word("true") => Syntax::Constant(Constant::Bool(true)),
            TokenKind::Word("false") => Syntax::Constant(Constant::Bool(false)),
            TokenKind::Word(name) if !lexer::is_reserved(name) => {
                let token = self.advance()?;
                if self.is_next("(") {
                    return self.call(Word { text: name, at: token.at }, None);
                }
                return Ok(Node { syntax: Syntax::Name(name), at: token.at });
            }
            _ => return Err(self.unexpected("a value")),
        };
        Ok(Node { syntax, at: self.advance()?.at })
    }

    /// The name of a property or function.
    fn word(&mut self) -> Result<Word<'t>> {
        match self.next.kind {
            TokenKind::Word(text) if !matches!(text, "in" | "null" | "true" | "false") => {
                Ok(Word { text, at: self.advance()?.at })
            }
            _ => Err(self.unexpected("a name")),
        }
    }

    /// Parses what lies one level deeper than what begins at `at`.
    fn within<T>(&mut self, at: &Range<usize>, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let outer = self.depth;
        self.deepen(at)?;
        let parsed = parse(self)?;
        self.depth = outer;
        Ok(parsed)
    }

    fn deepen(&mut self, at: &Range<usize>) -> Result<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("is nested more than {MAX_DEPTH} levels deep");
            return Err(CompileError::new(at.clone(), message));
        }
        Ok(())
    }

    fn is_next(&self, symbol: &str) -> bool {
        matches!(self.next.kind, TokenKind::Symbol(next) if next == symbol)
    }

    /// Consumes the next token.
    fn advance(&mut self) -> Result<Token<'t>> {
        let after = self.lexer.next()?;
        Ok(std::mem::replace(&mut self.next, after))
    }

    fn expect(&mut self, symbol: &'static str) -> Result<Range<usize>> {
        if self.is_next(symbol) {
            return Ok(self.advance()?.at);
        }
        if self.next.kind == TokenKind::End {
            let message = format!("syntax error: missing `{symbol}` at the end");
            return Err(CompileError::new(self.next.at.clone(), message));
        }
        Err(self.unexpected(&format!("`{symbol}`")))
    }

    fn unexpected(&self, expected: &str) -> CompileError {
        let found = match self.lexer.text(&self.next.at) {
            "" => "the end".to_owned(),
            text => format!("`{text}`"),
        };
        let message = format!("syntax error: expected {expected}, found {found}");
        CompileError::new(self.next.at.clone(), message)
    }
}

/// A tree with the operator in the middle at its root; of an even number of operators the second of the two in the
/// middle, as CEL's own parsers have it.
fn balanced<'t>(operator: Operator, first: Node<'t>, mut rest: Vec<(Range<usize>, Node<'t>)>) -> Node<'t> {
    let mut right = rest.split_off(rest.len() / 2).into_iter();
    let Some((at, middle)) = right.next() else { return first };
    let left = balanced(operator, first, rest);
    let right = balanced(operator, middle, right.collect());
    Node { syntax: Syntax::Binary(operator, Box::new(left), Box::new(right)), at }
}

#[cfg(test)]
mod tests;
