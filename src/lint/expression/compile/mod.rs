//! From the parser's syntax tree to [`Expression`]: resolves names, checks types, and says where a mistake is.

mod operators;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::{SignedDuration, Timestamp};

use super::functions::{Function, Parameter, Returns, Signature};
use super::ir::{Constant, Expression, Quantified, Quantifier, Type};
use super::pattern::Patterns;
use super::syntax::{self, CompileError, Node, Syntax, Word};
use crate::diagnostic::{Platform, Scope, count};
use crate::schema::{NounId, Registry, closest};
use crate::topology;

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
    patterns: Patterns,
    /// Regular expressions need no check.
    is_trusted: bool,
}

type Result<T> = std::result::Result<T, Vec<CompileError>>;

fn error<T>(range: Range<usize>, message: impl Into<String>) -> Result<T> {
    Err(vec![CompileError::new(range, message)])
}

fn error_with_help<T>(range: Range<usize>, message: impl Into<String>, help: Option<String>) -> Result<T> {
    Err(vec![CompileError { message: message.into(), help, range }])
}

impl<'r> Compiler<'r> {
    /// Without bound names.
    #[must_use]
    pub fn new(registry: &'r Registry) -> Self {
        Self {
            registry,
            scope: Vec::new(),
            slots: 0,
            reads: Reads::default(),
            patterns: Patterns::default(),
            is_trusted: false,
        }
    }

    /// For lints whose tests have built all their regular expressions: these are shared with other lints, and not
    /// built before they are needed.
    #[must_use]
    pub fn trusting(registry: &'r Registry, patterns: Patterns) -> Self {
        Self { patterns, is_trusted: true, ..Self::new(registry) }
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
        let tree = syntax::parse(text).map_err(|mistake| vec![mistake])?;
        let (expression, kind) = self.expression(&tree)?;
        Ok((expression.with_closed_parts(self.scope.len()), kind))
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

    fn expression(&mut self, node: &Node<'_>) -> Result<(Expression, Type)> {
        match &node.syntax {
            Syntax::Constant(constant) => {
                Ok((Expression::Constant(constant.clone()), Type::of_constant(constant)))
            }
            Syntax::Name(name) => self.identifier(name, &node.at),
            Syntax::Select(operand, field) => self.select(operand, field),
            Syntax::List(elements) => self.list(elements),
            Syntax::Call { function, target, arguments } => self.call(function, target.as_deref(), arguments),
            Syntax::Not(operand) => self.not(operand),
            Syntax::Negate(operand) => self.negate(operand),
            Syntax::Binary(operator, a, b) => self.binary(*operator, a, b, &node.at),
            Syntax::Index(list, index) => self.index(list, index),
            Syntax::Conditional { test, yes, no } => self.conditional(test, yes, no),
        }
    }

    fn identifier(&mut self, name: &str, at: &Range<usize>) -> Result<(Expression, Type)> {
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
        error_with_help(at.clone(), format!("unknown name `{name}`"), help)
    }

    /// Every fact is made of the same exports.
    fn topology(&mut self) -> (Expression, Type) {
        let exports = topology::exports(self.registry).map(|(side, noun)| (Scope::One(side), noun));
        self.reads.collections.extend(exports);
        self.reads.uses += 1;
        (Expression::Topology, Type::Fact(&topology::TOPOLOGY))
    }

    fn select(&mut self, operand: &Node<'_>, field: &Word<'_>) -> Result<(Expression, Type)> {
        let (field, range) = (field.text, field.at.clone());
        if let Syntax::Name(name) = operand.syntax
            && !self.is_bound(name)
            && let Some(scope) = scope_word(name)
        {
            return self.collection(scope, field, range, operand.at.clone());
        }
        let (object, kind) = self.expression(operand)?;
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

    fn list(&mut self, elements: &[Node<'_>]) -> Result<(Expression, Type)> {
        let mut item = Type::Any;
        let mut items = Vec::with_capacity(elements.len());
        for element in elements {
            let (expression, kind) = self.expression(element)?;
            if !item.fits(&kind) {
                return error(element.at.clone(), "the items of a list must be of one type");
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
        function: &Word<'_>,
        target: Option<&Node<'_>>,
        arguments: &[Node<'_>],
    ) -> Result<(Expression, Type)> {
        if let (Some(target), Some(quantifier)) = (target, Quantifier::named(function.text)) {
            return self.quantified(quantifier, target, arguments, function);
        }
        let all: Vec<&Node<'_>> = target.into_iter().chain(arguments).collect();
        match (function.text, all.as_slice()) {
            ("has", [only]) => self.has(only),
            ("duration" | "timestamp", [only]) => literal_time(function.text, only),
            _ => self.function(function, &all),
        }
    }

    fn has(&mut self, field: &Node<'_>) -> Result<(Expression, Type)> {
        let (expression, _) = self.expression(field)?;
        match expression {
            Expression::Property(..) | Expression::NestedProperty(..) => {
                Ok((Expression::Has(Box::new(expression)), Type::Bool))
            }
            _ => error(field.at.clone(), "`has` asks for a property: `has(x.P)`"),
        }
    }

    fn function(&mut self, function: &Word<'_>, arguments: &[&Node<'_>]) -> Result<(Expression, Type)> {
        let (name, at) = (function.text, &function.at);
        let Some(signature) = Signature::named(name) else {
            let names = super::FUNCTIONS.iter().map(|signature| signature.name);
            let help = closest(name, names).map(|name| format!("did you mean `{name}`?"));
            return error_with_help(at.clone(), format!("unknown function `{name}`"), help);
        };
        if arguments.len() != signature.parameters.len() {
            let number = count(signature.parameters.len() as u64, "argument");
            let message = format!("`{name}` takes {number}");
            return error(at.clone(), message);
        }
        let mut compiled = Vec::with_capacity(arguments.len());
        let mut first = Type::Any;
        for (index, (argument, parameter)) in arguments.iter().zip(signature.parameters).enumerate() {
            let (expression, kind) = self.expression(argument)?;
            if !takes(*parameter, &kind) {
                let message = format!("`{name}` cannot take {}", kind.describe(self.registry));
                return error(argument.at.clone(), message);
            }
            if *parameter == Parameter::Literal {
                self.check_literal(signature.function, index, &expression, argument.at.clone())?;
            }
            if index == 0 {
                first = kind;
            }
            compiled.push(expression);
        }
        self.note_reads(signature.function, &first);
        if let (Function::Threshold, [name, default]) = (signature.function, compiled.as_slice()) {
            self.note_threshold(name, default, at.clone())?;
        }
        let returns = match signature.returns {
            Returns::Bool => Type::Bool,
            Returns::Int => Type::Int,
            Returns::Text => Type::Text,
            Returns::Texts => Type::List(Box::new(Type::Text)),
            Returns::SameList => first,
        };
        Ok((self.call_of(signature.function, compiled), returns))
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
            (Function::Matches | Function::Extract, _) if self.is_trusted => Ok(()),
            (Function::Matches | Function::Extract, _) => match self.patterns.get(text).regex() {
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
        target: &Node<'_>,
        arguments: &[Node<'_>],
        function: &Word<'_>,
    ) -> Result<(Expression, Type)> {
        let (list, kind) = self.expression(target)?;
        let item = match kind {
            Type::List(item) => item,
            Type::Any if is_excused(&list) => Box::new(Type::Any),
            kind => {
                let kind = kind.describe(self.registry);
                let message = format!("`{}` is asked of {kind}, which is no list", function.text);
                return error(function.at.clone(), message);
            }
        };
        let [variable, body] = arguments else {
            let name = function.text;
            let message = format!("`{name}` takes a name and an expression: `{name}(x, …)`");
            return error(function.at.clone(), message);
        };
        let Syntax::Name(variable) = variable.syntax else {
            return error(variable.at.clone(), "must be a name for the items");
        };
        let slot = self.bind(variable, (*item).clone());
        let result = self.expression(body);
        self.scope.truncate(slot);
        let (body_expression, body_kind) = result?;
        let wants_bool = !matches!(quantifier, Quantifier::Map | Quantifier::GroupBy);
        if wants_bool && !body_kind.fits(&Type::Bool) {
            return error(
                body.at.clone(),
                format!("must be a bool, is {}", body_kind.describe(self.registry)),
            );
        }
        let is_key = body_kind.fits(&Type::Text) || body_kind.fits(&Type::List(Box::new(Type::Text)));
        if quantifier == Quantifier::GroupBy && !is_key {
            return error(body.at.clone(), "the key must be a string or a list of strings");
        }
        let returns = match quantifier {
            Quantifier::All | Quantifier::Exists | Quantifier::ExistsOne => Type::Bool,
            Quantifier::Filter => Type::List(item),
            Quantifier::Map => Type::List(Box::new(body_kind)),
            Quantifier::GroupBy => Type::List(Box::new(Type::Group(item))),
        };
        let quantified = Quantified::new(quantifier, list, slot, body_expression);
        Ok((Expression::Quantified(Box::new(quantified)), returns))
    }

    /// A call, with its regular expression, or its texts put together, where it has them.
    fn call_of(&self, function: Function, mut arguments: Vec<Expression>) -> Expression {
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
        match arguments.as_slice() {
            [_, Expression::Constant(Constant::Text(text))] => {
                let pattern = self.patterns.get(text);
                make(Box::new(arguments.swap_remove(0)), pattern)
            }
            _ => Expression::Call(function, arguments),
        }
    }
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
        "onprem" => Some(Scope::One(Platform::OnPrem)),
        "cloud" => Some(Scope::One(Platform::Cloud)),
        "any" => Some(Scope::Both),
        _ => None,
    }
}

/// `duration("8h")` and `timestamp("2026-10-31T00:00:00Z")` are worked out when the lint is loaded.
fn literal_time(name: &str, argument: &Node<'_>) -> Result<(Expression, Type)> {
    let range = argument.at.clone();
    let Syntax::Constant(Constant::Text(text)) = &argument.syntax else {
        return error(range, format!("`{name}` takes a string that is written out"));
    };
    if name == "duration" {
        return match text.parse::<SignedDuration>() {
            Ok(duration) => Ok((Expression::Constant(Constant::Duration(duration)), Type::Duration)),
            Err(_) => error(range, "must be a time span such as \"8h30m\""),
        };
    }
    match text.parse::<Timestamp>() {
        Ok(timestamp) => Ok((Expression::Constant(Constant::Timestamp(timestamp)), Type::Timestamp)),
        Err(_) => error(range, "must be a timestamp such as \"2026-10-31T00:00:00Z\""),
    }
}
