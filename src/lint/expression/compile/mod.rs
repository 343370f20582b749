//! From the parser's syntax tree to [`Expression`]: resolves names, checks types, and says where a mistake is.

mod operators;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use cel::common::ast::{Expr, IdedExpr, LiteralValue, SourceInfo};
use jiff::{SignedDuration, Timestamp};

use super::functions::{Function, Parameter, Returns, Signature};
use super::ir::{Constant, Expression, Quantifier, Type};
use crate::diagnostic::{Scope, Side};
use crate::schema::{NounId, Registry, closest};
use crate::topology;

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

/// What an expression reads: for deciding what is kept of the exports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Collections.
    pub collections: BTreeSet<(Scope, NounId)>,
    /// Properties of nouns, by index.
    pub properties: BTreeSet<(NounId, usize)>,
    /// How often the exports as a whole are asked for: a collection, or whether there is one.
    pub uses: usize,
    /// Thresholds by name, each with what it is where the configuration says nothing.
    pub thresholds: BTreeMap<String, i64>,
}

/// Compiles expressions that share bound names.
pub struct Compiler<'r> {
    registry: &'r Registry,
    /// Names in scope with their types; the place is the slot.
    scope: Vec<(String, Type)>,
    /// The most slots in use at once.
    slots: usize,
    /// What all expressions so far read.
    pub reads: Reads,
}

/// The parser and everything after it go down a level of the stack for each bracket and for each operator.
const MAX_BRACKETS: usize = 32;
/// Longest expression, in bytes.
const MAX_BYTES: usize = 8 << 10;

/// Regular expressions of lints are small.
const MAX_REGEX_BYTES: usize = 1 << 20;

type Result<T> = std::result::Result<T, Vec<CompileError>>;

/// The source of the expression that is being compiled.
struct Source<'s> {
    text: &'s str,
    info: SourceInfo,
}

impl Source<'_> {
    /// Where a node is: a property with what it is asked of, anything else by its token.
    fn range(&self, node: &IdedExpr) -> Range<usize> {
        match &node.expr {
            Expr::Select(select) => {
                self.range(&select.operand).start..self.name_range(node, &select.field).end
            }
            _ => self.token(node),
        }
    }

    /// Where a node's token is: a name, a number, a string, an operator, or the parenthesis of a call.
    fn token(&self, node: &IdedExpr) -> Range<usize> {
        let Some((start, stop)) = self.info.offset_for(node.id) else { return 0..self.text.len() };
        self.byte(start as usize)..self.byte(stop as usize + 1)
    }

    /// Where the name of a field or function stands, at or after a node's token.
    fn name_range(&self, node: &IdedExpr, name: &str) -> Range<usize> {
        let range = self.token(node);
        let found = self.text.get(range.start..).and_then(|rest| rest.find(name));
        found.map_or(range.clone(), |at| range.start + at..range.start + at + name.len())
    }

    /// Where the name of a called function stands: before a call's token, which is its parenthesis.
    fn function_range(&self, node: &IdedExpr, name: &str) -> Range<usize> {
        let open = self.token(node).start;
        let before = self.text.get(..open).map(str::trim_end).filter(|before| before.ends_with(name));
        before.map_or_else(|| self.name_range(node, name), |before| before.len() - name.len()..before.len())
    }

    /// The parser counts characters.
    fn byte(&self, character: usize) -> usize {
        if self.text.is_ascii() {
            return character.min(self.text.len());
        }
        self.text.char_indices().nth(character).map_or(self.text.len(), |(at, _)| at)
    }
}

fn error<T>(range: Range<usize>, message: impl Into<String>) -> Result<T> {
    Err(vec![CompileError { message: message.into(), help: None, range }])
}

fn error_with_help<T>(range: Range<usize>, message: impl Into<String>, help: Option<String>) -> Result<T> {
    Err(vec![CompileError { message: message.into(), help, range }])
}

impl<'r> Compiler<'r> {
    /// Without bound names.
    #[must_use]
    pub fn new(registry: &'r Registry) -> Self {
        Self { registry, scope: Vec::new(), slots: 0, reads: Reads::default() }
    }

    /// Binds a name for all later expressions; gives its slot.
    pub fn bind(&mut self, name: &str, kind: Type) -> usize {
        self.scope.push((name.to_owned(), kind));
        self.slots = self.slots.max(self.scope.len());
        self.scope.len() - 1
    }

    /// How many slots an evaluation needs.
    #[must_use]
    pub const fn slots(&self) -> usize {
        self.slots
    }

    /// Whether a name is bound.
    #[must_use]
    pub fn is_bound(&self, name: &str) -> bool {
        self.scope.iter().any(|(bound, _)| bound == name)
    }

    /// Parses and checks an expression.
    ///
    /// # Errors
    ///
    /// All mistakes in it.
    pub fn compile(&mut self, text: &str) -> Result<(Expression, Type)> {
        check_size(text)?;
        // No macros: `all`, `exists`, … stay calls, which is what a three-valued evaluation needs.
        let parsed = cel::Env::default().parser().parse_with_source_info(text);
        let (tree, info) = parsed.map_err(|errors| syntax_errors(text, &errors))?;
        self.expression(&tree, &Source { text, info })
    }

    /// Like [`Compiler::compile`] for an expression that must be a bool.
    ///
    /// # Errors
    ///
    /// All mistakes in it.
    pub fn condition(&mut self, text: &str) -> Result<Expression> {
        let (expression, kind) = self.compile(text)?;
        if !kind.fits(&Type::Bool) {
            return error(0..text.len(), format!("must be a bool, is {}", kind.describe(self.registry)));
        }
        Ok(expression)
    }

    fn expression(&mut self, node: &IdedExpr, source: &Source<'_>) -> Result<(Expression, Type)> {
        match &node.expr {
            Expr::Literal(literal) => constant(literal, source.range(node)),
            Expr::Ident(name) => self.identifier(name, node, source),
            Expr::Select(select) => self.select(&select.operand, &select.field, node, source),
            Expr::List(list) => self.list(&list.elements, source),
            Expr::Call(call) => self.call(&call.func_name, call.target.as_deref(), &call.args, node, source),
            Expr::Comprehension(_) | Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => {
                error(source.range(node), "maps and messages are not part of this language")
            }
        }
    }

    fn identifier(&mut self, name: &str, node: &IdedExpr, source: &Source<'_>) -> Result<(Expression, Type)> {
        if let Some(slot) = self.scope.iter().rposition(|(bound, _)| bound == name) {
            return Ok((Expression::Variable(slot), self.scope[slot].1.clone()));
        }
        if name == "as_of" {
            return Ok((Expression::AsOf, Type::Timestamp));
        }
        if name == topology::TOPOLOGY.name {
            return Ok(self.topology());
        }
        let names = self
            .scope
            .iter()
            .map(|(bound, _)| bound.as_str())
            .chain(["onprem", "cloud", "any", "as_of", "topology"]);
        let help = closest(name, names).map(|name| format!("did you mean `{name}`?"));
        let help = help.or_else(|| {
            let names: Vec<&str> = self.scope.iter().map(|(bound, _)| bound.as_str()).collect();
            let bound = if names.is_empty() {
                String::new()
            } else {
                format!("bound here: `{}`; ", names.join("`, `"))
            };
            Some(format!("{bound}collections are `onprem.<Noun>`, `cloud.<Noun>`, `any.<Noun>`"))
        });
        error_with_help(source.name_range(node, name), format!("unknown name `{name}`"), help)
    }

    /// Every fact is made of the same exports.
    fn topology(&mut self) -> (Expression, Type) {
        let exports = topology::exports(self.registry).map(|(side, noun)| (Scope::One(side), noun));
        self.reads.collections.extend(exports);
        self.reads.uses += 1;
        (Expression::Topology, Type::Fact(&topology::TOPOLOGY))
    }

    fn select(
        &mut self,
        operand: &IdedExpr,
        field: &str,
        node: &IdedExpr,
        source: &Source<'_>,
    ) -> Result<(Expression, Type)> {
        if let Expr::Ident(name) = &operand.expr
            && !self.is_bound(name)
            && let Some(scope) = scope_word(name)
        {
            return self.collection(scope, field, source.name_range(node, field), source.range(operand));
        }
        let (object, kind) = self.expression(operand, source)?;
        let range = source.name_range(node, field);
        match kind {
            Type::Record(nouns) => self.property(object, &nouns, field, range),
            Type::Nested(nested) => match nested.find_exact(field) {
                Some(index) => {
                    let kind =
                        nested.properties().get(index).map_or(Type::Any, |p| Type::of_property(&p.kind));
                    Ok((Expression::NestedProperty(Box::new(object), index), kind))
                }
                None => error_with_help(
                    range,
                    format!("`{}` has no property `{field}`", nested.name),
                    nested.suggest(field).map(|name| format!("did you mean `{name}`?")),
                ),
            },
            Type::Group(item) => match field {
                "key" => Ok((Expression::GroupKey(Box::new(object)), Type::Text)),
                "items" => Ok((Expression::GroupItems(Box::new(object)), Type::List(item))),
                _ => error_with_help(
                    range,
                    format!("a group has no `{field}`"),
                    Some("it has `key` and `items`".into()),
                ),
            },
            Type::Fact(fact) => match fact.find(field) {
                Some(index) => {
                    let kind = Type::of_fact(fact.fields[index].1, self.registry);
                    Ok((Expression::FactField(Box::new(object), index), kind))
                }
                None => {
                    let names = fact.fields.iter().map(|(name, _)| *name);
                    let help = closest(field, names).map(|name| format!("did you mean `{name}`?"));
                    error_with_help(range, format!("`{}` has no `{field}`", fact.name), help)
                }
            },
            Type::Any if is_excused(&object) => Ok((object, Type::Any)),
            other => error(
                range,
                format!("`{field}` is asked of {}, which has no properties", other.describe(self.registry)),
            ),
        }
    }

    fn collection(
        &mut self,
        scope: Scope,
        noun: &str,
        range: Range<usize>,
        side_range: Range<usize>,
    ) -> Result<(Expression, Type)> {
        let found = self.registry.find(noun).filter(|&id| self.registry.cmdlet(id).noun() == noun);
        let Some(id) = found else {
            let help = self.registry.suggest(noun).map(|name| format!("did you mean `{name}`?"));
            return error_with_help(range, format!("no cmdlet has the noun `{noun}`"), help);
        };
        let cmdlet = self.registry.cmdlet(id);
        if let Scope::One(side) = scope
            && !cmdlet.sides.contains(&side)
        {
            return error(side_range.start..range.end, format!("{} does not exist in {side}", cmdlet.name));
        }
        self.reads.collections.insert((scope, id));
        self.reads.uses += 1;
        Ok((Expression::Collection(scope, id), Type::List(Box::new(Type::Record(vec![id])))))
    }

    fn property(
        &mut self,
        object: Expression,
        nouns: &[NounId],
        field: &str,
        range: Range<usize>,
    ) -> Result<(Expression, Type)> {
        let mut kind: Option<Type> = None;
        let mut indexes = Vec::with_capacity(nouns.len());
        for &noun in nouns {
            let declared = &self.registry.cmdlet(noun).object;
            // One of several nouns may lack it: it is unknown there.
            let Some(index) = declared.find_exact(field) else { continue };
            self.reads.properties.insert((noun, index));
            indexes.push((noun, index));
            let this = declared.properties().get(index).map_or(Type::Any, |p| Type::of_property(&p.kind));
            if kind.as_ref().is_some_and(|kind| !kind.fits(&this)) {
                return error(range, format!("`{field}` is not of the same type in all of these nouns"));
            }
            kind = Some(this);
        }
        let Some(kind) = kind else {
            let declared = nouns.iter().map(|&noun| &self.registry.cmdlet(noun).object);
            let names: Vec<&str> = declared.clone().map(|object| object.name.as_str()).collect();
            let help = declared.filter_map(|object| object.suggest(field)).next();
            return error_with_help(
                range,
                format!("{} has no property `{field}`", names.join(" or ")),
                help.map(|name| format!("did you mean `{name}`?")),
            );
        };
        Ok((Expression::Property(Box::new(object), indexes), kind))
    }

    fn list(&mut self, elements: &[IdedExpr], source: &Source<'_>) -> Result<(Expression, Type)> {
        let mut item = Type::Any;
        let mut items = Vec::with_capacity(elements.len());
        for element in elements {
            let (expression, kind) = self.expression(element, source)?;
            if !item.fits(&kind) {
                return error(source.range(element), "the items of a list must be of one type");
            }
            if matches!(item, Type::Any | Type::Null) {
                item = kind;
            }
            items.push(expression);
        }
        Ok((Expression::List(items), Type::List(Box::new(item))))
    }

    fn call(
        &mut self,
        name: &str,
        target: Option<&IdedExpr>,
        arguments: &[IdedExpr],
        node: &IdedExpr,
        source: &Source<'_>,
    ) -> Result<(Expression, Type)> {
        if target.is_none()
            && let Some(result) = self.operator(name, arguments, node, source)
        {
            return result;
        }
        if let (Some(target), Some(quantifier)) = (target, Quantifier::named(name)) {
            return self.quantified(quantifier, target, arguments, node, source, name);
        }
        let all: Vec<&IdedExpr> = target.into_iter().chain(arguments).collect();
        match (name, all.as_slice()) {
            ("has", [only]) => self.has(only, source),
            ("duration" | "timestamp", [only]) => literal_time(name, only, source),
            _ => self.function(name, &all, node, source),
        }
    }

    fn has(&mut self, field: &IdedExpr, source: &Source<'_>) -> Result<(Expression, Type)> {
        let (expression, _) = self.expression(field, source)?;
        match expression {
            Expression::Property(..) | Expression::NestedProperty(..) => {
                Ok((Expression::Has(Box::new(expression)), Type::Bool))
            }
            _ => error(source.range(field), "`has` asks for a property: `has(x.P)`"),
        }
    }

    fn function(
        &mut self,
        name: &str,
        arguments: &[&IdedExpr],
        node: &IdedExpr,
        source: &Source<'_>,
    ) -> Result<(Expression, Type)> {
        let Some(signature) = Signature::named(name) else {
            let names = super::FUNCTIONS.iter().map(|signature| signature.name);
            let help = closest(name, names).map(|name| format!("did you mean `{name}`?"));
            return error_with_help(
                source.function_range(node, name),
                format!("unknown function `{name}`"),
                help,
            );
        };
        if arguments.len() != signature.parameters.len() {
            let count = signature.parameters.len();
            let message = format!("`{name}` takes {count} argument{}", if count == 1 { "" } else { "s" });
            return error(source.function_range(node, name), message);
        }
        let mut compiled = Vec::with_capacity(arguments.len());
        let mut first = Type::Any;
        for (index, (argument, parameter)) in arguments.iter().zip(signature.parameters).enumerate() {
            let (expression, kind) = self.expression(argument, source)?;
            if !takes(*parameter, &kind) {
                let message = format!("`{name}` cannot take {}", kind.describe(self.registry));
                return error(source.range(argument), message);
            }
            if *parameter == Parameter::Literal {
                self.check_literal(signature.function, index, &expression, source.range(argument))?;
            }
            if index == 0 {
                first = kind;
            }
            compiled.push(expression);
        }
        self.note_reads(signature.function, &first);
        if let (Function::Threshold, [name, default]) = (signature.function, compiled.as_slice()) {
            self.note_threshold(name, default, source.function_range(node, "threshold"))?;
        }
        let returns = match signature.returns {
            Returns::Bool => Type::Bool,
            Returns::Int => Type::Int,
            Returns::Text => Type::Text,
            Returns::Texts => Type::List(Box::new(Type::Text)),
            Returns::SameList => first,
        };
        Ok((call_of(signature.function, compiled), returns))
    }

    /// `cuts` looks at every property, `exported` at the exports as a whole.
    fn note_reads(&mut self, function: Function, argument: &Type) {
        self.reads.uses += usize::from(function == Function::Exported);
        let (Function::Cuts, Type::Record(nouns)) = (function, argument) else { return };
        for &noun in nouns {
            let count = self.registry.cmdlet(noun).object.properties().len();
            self.reads.properties.extend((0..count).map(|property| (noun, property)));
        }
    }

    /// One name has one default within a lint.
    fn note_threshold(&mut self, name: &Expression, default: &Expression, range: Range<usize>) -> Result<()> {
        let (Expression::Constant(Constant::Text(name)), Expression::Constant(Constant::Int(default))) =
            (name, default)
        else {
            return error(range, "takes a name and a whole number, both written out");
        };
        match self.reads.thresholds.insert(name.to_string(), *default) {
            Some(other) if other != *default => {
                error(range, format!("the threshold `{name}` is {other} elsewhere in this lint"))
            }
            _ => Ok(()),
        }
    }

    fn check_literal(
        &self,
        function: Function,
        index: usize,
        argument: &Expression,
        range: Range<usize>,
    ) -> Result<()> {
        let Expression::Constant(Constant::Text(text)) = argument else {
            return error(range, "must be written out as a string");
        };
        match (function, index) {
            (Function::Matches | Function::Extract, _) => match regex(text) {
                Ok(_) => Ok(()),
                Err(reason) => error(range, reason),
            },
            (Function::Threshold, 0) if !is_kebab(text) => {
                error(range, "must be lower case words with hyphens, such as \"certificate-days\"")
            }
            (Function::Exported, 0) if !matches!(scope_word(text), Some(Scope::One(_))) => {
                error(range, "must be \"onprem\" or \"cloud\"")
            }
            (Function::Exported, 1) if self.registry.find(text).is_none() => {
                let help = self.registry.suggest(text).map(|name| format!("did you mean `{name}`?"));
                error_with_help(range, format!("no cmdlet has the noun `{text}`"), help)
            }
            _ => Ok(()),
        }
    }

    fn quantified(
        &mut self,
        quantifier: Quantifier,
        target: &IdedExpr,
        arguments: &[IdedExpr],
        node: &IdedExpr,
        source: &Source<'_>,
        name: &str,
    ) -> Result<(Expression, Type)> {
        let (list, kind) = self.expression(target, source)?;
        let item = match kind {
            Type::List(item) => item,
            Type::Any if is_excused(&list) => Box::new(Type::Any),
            kind => {
                let message =
                    format!("`{name}` is asked of {}, which is no list", kind.describe(self.registry));
                return error(source.function_range(node, name), message);
            }
        };
        let [variable, body] = arguments else {
            return error(
                source.function_range(node, name),
                format!("`{name}` takes a name and an expression: `{name}(x, …)`"),
            );
        };
        let Expr::Ident(variable) = &variable.expr else {
            return error(source.range(variable), "must be a name for the items");
        };
        let slot = self.bind(variable, (*item).clone());
        let result = self.expression(body, source);
        self.scope.truncate(slot);
        let (body_expression, body_kind) = result?;
        let wants_bool = !matches!(quantifier, Quantifier::Map | Quantifier::GroupBy);
        if wants_bool && !body_kind.fits(&Type::Bool) {
            return error(
                source.range(body),
                format!("must be a bool, is {}", body_kind.describe(self.registry)),
            );
        }
        let is_key = body_kind.fits(&Type::Text) || body_kind.fits(&Type::List(Box::new(Type::Text)));
        if quantifier == Quantifier::GroupBy && !is_key {
            return error(source.range(body), "the key must be a string or a list of strings");
        }
        let returns = match quantifier {
            Quantifier::All | Quantifier::Exists | Quantifier::ExistsOne => Type::Bool,
            Quantifier::Filter => Type::List(item),
            Quantifier::Map => Type::List(Box::new(body_kind)),
            Quantifier::GroupBy => Type::List(Box::new(Type::Group(item))),
        };
        Ok((Expression::Quantified(quantifier, Box::new(list), slot, Box::new(body_expression)), returns))
    }
}

/// A call, with its regular expression built, or its texts put together, where it has them.
fn call_of(function: Function, mut arguments: Vec<Expression>) -> Expression {
    if function == Function::OneOf
        && let [_, Expression::List(items)] = arguments.as_slice()
        && let Some(texts) = items.iter().map(literal_text).collect()
    {
        return Expression::OneOf(Box::new(arguments.swap_remove(0)), texts);
    }
    let make = match function {
        Function::Matches => Expression::Matches,
        Function::Extract => Expression::Extract,
        _ => return Expression::Call(function, arguments),
    };
    let pattern = match arguments.last() {
        Some(Expression::Constant(Constant::Text(pattern))) => regex(pattern).ok(),
        _ => None,
    };
    match (pattern, arguments.len()) {
        (Some(pattern), 2) => make(Box::new(arguments.swap_remove(0)), pattern),
        _ => Expression::Call(function, arguments),
    }
}

/// Refuses what could exhaust the stack. Brackets within strings count: lints have few.
fn check_size(text: &str) -> Result<()> {
    if text.len() > MAX_BYTES {
        return error(0..0, format!("is longer than {MAX_BYTES} bytes"));
    }
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_BRACKETS {
            return error(at..at + 1, format!("has more than {MAX_BRACKETS} brackets within each other"));
        }
    }
    Ok(())
}

/// Whether an expression of no known type is a name whose list is wrong: that is said already, once is enough.
const fn is_excused(expression: &Expression) -> bool {
    matches!(expression, Expression::Variable(_))
}

fn takes(parameter: Parameter, kind: &Type) -> bool {
    match parameter {
        Parameter::Text | Parameter::Literal => kind.fits(&Type::Text),
        Parameter::Number => kind.fits(&Type::Int),
        Parameter::Timestamp => kind.fits(&Type::Timestamp),
        Parameter::List => matches!(kind, Type::List(_) | Type::Any),
        Parameter::Texts => kind.fits(&Type::List(Box::new(Type::Text))),
        Parameter::Object => matches!(kind, Type::Record(_)),
        Parameter::Any => true,
    }
}

/// `Some(None)` for both sides.
fn literal_text(expression: &Expression) -> Option<Box<str>> {
    match expression {
        Expression::Constant(Constant::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

fn is_kebab(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.split('-').all(is_word)
}

fn scope_word(word: &str) -> Option<Scope> {
    match word {
        "onprem" => Some(Scope::One(Side::OnPrem)),
        "cloud" => Some(Scope::One(Side::Cloud)),
        "any" => Some(Scope::Both),
        _ => None,
    }
}

fn constant(literal: &LiteralValue, range: Range<usize>) -> Result<(Expression, Type)> {
    let (constant, kind) = match literal {
        LiteralValue::Null => (Constant::Null, Type::Null),
        LiteralValue::Boolean(value) => (Constant::Bool(*value.inner()), Type::Bool),
        LiteralValue::Int(value) => (Constant::Int(*value.inner()), Type::Int),
        LiteralValue::Double(value) => (Constant::Double(*value.inner()), Type::Double),
        LiteralValue::String(value) => (Constant::Text(value.inner().into()), Type::Text),
        LiteralValue::Bytes(_) | LiteralValue::UInt(_) => {
            return error(range, "bytes and unsigned numbers are not part of this language");
        }
    };
    Ok((Expression::Constant(constant), kind))
}

/// `duration("8h")` and `timestamp("2026-10-31T00:00:00Z")` are worked out when the lint is loaded.
fn literal_time(name: &str, argument: &IdedExpr, source: &Source<'_>) -> Result<(Expression, Type)> {
    let range = source.range(argument);
    let Expr::Literal(LiteralValue::String(text)) = &argument.expr else {
        return error(range, format!("`{name}` takes a string that is written out"));
    };
    if name == "duration" {
        return match text.inner().parse::<SignedDuration>() {
            Ok(duration) => Ok((Expression::Constant(Constant::Duration(duration)), Type::Duration)),
            Err(_) => error(range, "must be a time span such as \"8h30m\""),
        };
    }
    match text.inner().parse::<Timestamp>() {
        Ok(timestamp) => Ok((Expression::Constant(Constant::Timestamp(timestamp)), Type::Timestamp)),
        Err(_) => error(range, "must be a timestamp such as \"2026-10-31T00:00:00Z\""),
    }
}

/// A regular expression of a lint.
pub(super) fn regex(text: &str) -> std::result::Result<regex::Regex, String> {
    let built = regex::RegexBuilder::new(text).size_limit(MAX_REGEX_BYTES).build();
    built.map_err(|error| {
        let reason = error.to_string();
        let last = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        format!("is no regular expression: {last}")
    })
}

fn syntax_errors(text: &str, errors: &cel::ParseErrors) -> Vec<CompileError> {
    let all = errors.errors.iter().map(|error| {
        let line = usize::try_from(error.pos.0).unwrap_or(1).max(1);
        let column = usize::try_from(error.pos.1).unwrap_or(1).max(1);
        let line_start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let rest = text.get(line_start..).unwrap_or_default();
        let start = line_start + rest.char_indices().nth(column - 1).map_or(rest.len(), |(at, _)| at);
        let end =
            text.get(start..).and_then(|rest| rest.chars().next()).map_or(start, |c| start + c.len_utf8());
        CompileError { message: syntax_message(&error.msg), help: None, range: start..end }
    });
    all.collect()
}

/// The parser generator's wording, shortened to what helps an author.
fn syntax_message(message: &str) -> String {
    let message = message.strip_prefix("Syntax error: ").unwrap_or(message);
    let message = message.split(" expecting {").next().unwrap_or(message);
    format!("syntax error: {}", message.replace("'<EOF>'", "the end").replace('\'', "`"))
}
