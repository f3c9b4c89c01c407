//! Judged values and how they are read: by the field's wire name.

use std::borrow::Cow;

use crate::decimal::WireDecimal;
use crate::schema::Field;

/// The value of one field, already of the kind its schema names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Value<'a> {
    /// Missing, null or empty, where that is allowed.
    #[default]
    Absent,
    /// Text, an enum's spelling, an id or a URL.
    Text(Cow<'a, str>),
    /// An amount.
    Decimal(WireDecimal<'a>),
    /// An integer or a time in Unix milliseconds.
    Integer(i64),
    /// A truth value.
    Boolean(bool),
    /// A nested object.
    Object(Checked<'a>),
    /// A list.
    List(Vec<Value<'a>>),
}

/// The members of an object that passed its schema.
///
/// Getters answer `None` for an absent field, and also for a name or kind that the schema does not have, which the
/// requests' tests would show. `take_…` moves the value out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked<'a> {
    fields: &'static [Field],
    values: Vec<Value<'a>>,
    /// Where the next `take_…` looks first: requests are read in their schema's order, and so need no search.
    next: usize,
}

impl<'a> Checked<'a> {
    /// One value per field, in the fields' order.
    pub(super) const fn new(fields: &'static [Field], values: Vec<Value<'a>>) -> Self {
        Self { fields, values, next: 0 }
    }

    fn index(&self, name: &str) -> Option<usize> {
        let index = self.fields.iter().position(|field| field.name == name);
        debug_assert!(index.is_some(), "the schema has no field {name}");
        index
    }

    /// The value of a field, [`Value::Absent`] included.
    pub fn value(&self, name: &str) -> Option<&Value<'a>> {
        self.values.get(self.index(name)?)
    }

    fn take(&mut self, name: &str) -> Value<'a> {
        let expected = self.fields.get(self.next).is_some_and(|field| field.name == name);
        let index = if expected { Some(self.next) } else { self.index(name) };
        let Some(index) = index else { return Value::Absent };
        self.next = index + 1;
        std::mem::take(&mut self.values[index])
    }

    /// A text.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.value(name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text that the schema requires.
    ///
    /// Panics when the schema does not require it: a mistake of ours that every test of the request shows.
    pub fn required_text(&self, name: &str) -> &str {
        self.text(name).expect("the schema requires this text")
    }

    /// An amount.
    pub fn decimal(&self, name: &str) -> Option<&WireDecimal<'a>> {
        match self.value(name)? {
            Value::Decimal(decimal) => Some(decimal),
            _ => None,
        }
    }

    /// An integer or a time in Unix milliseconds.
    pub fn integer(&self, name: &str) -> Option<i64> {
        match self.value(name)? {
            Value::Integer(integer) => Some(*integer),
            _ => None,
        }
    }

    /// A truth value.
    pub fn boolean(&self, name: &str) -> Option<bool> {
        match self.value(name)? {
            Value::Boolean(boolean) => Some(*boolean),
            _ => None,
        }
    }

    /// A nested object.
    pub fn object(&self, name: &str) -> Option<&Checked<'a>> {
        match self.value(name)? {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// A list.
    pub fn list(&self, name: &str) -> Option<&[Value<'a>]> {
        match self.value(name)? {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// A text, moved out.
    pub fn take_text(&mut self, name: &str) -> Option<Cow<'a, str>> {
        match self.take(name) {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text that the schema requires, moved out; panics as [`Checked::required_text`] does.
    pub fn take_required_text(&mut self, name: &str) -> Cow<'a, str> {
        self.take_text(name).expect("the schema requires this text")
    }

    /// An amount, moved out.
    pub fn take_decimal(&mut self, name: &str) -> Option<WireDecimal<'a>> {
        match self.take(name) {
            Value::Decimal(decimal) => Some(decimal),
            _ => None,
        }
    }

    /// A nested object, moved out.
    pub fn take_object(&mut self, name: &str) -> Option<Checked<'a>> {
        match self.take(name) {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The objects of a list, moved out; empty when the field is absent.
    pub fn take_objects(&mut self, name: &str) -> Vec<Checked<'a>> {
        let Value::List(list) = self.take(name) else { return Vec::new() };
        let objects = list.into_iter().filter_map(|value| match value {
            Value::Object(object) => Some(object),
            _ => None,
        });
        objects.collect()
    }

    /// The texts of a list, moved out; empty when the field is absent.
    pub fn take_texts(&mut self, name: &str) -> Vec<Cow<'a, str>> {
        let Value::List(list) = self.take(name) else { return Vec::new() };
        let texts = list.into_iter().filter_map(|value| match value {
            Value::Text(text) => Some(text),
            _ => None,
        });
        texts.collect()
    }
}
