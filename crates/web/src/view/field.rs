//! What a person typed, what was wrong with it, and the other parts that many pages share.

use super::{Moment, StatusPill};

/// A text field: what it holds and what is wrong with it. Its label belongs to the template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextField {
    /// What the field holds when the page opens; never a password.
    pub value: String,
    /// What is wrong with it, shown beside the field and tied to it.
    pub error: Option<String>,
}

impl TextField {
    /// A field that holds `value`.
    pub fn holding(value: impl Into<String>) -> Self {
        Self { value: value.into(), error: None }
    }

    /// The same field with what is wrong about it.
    #[must_use]
    pub fn wrong(mut self, error: impl Into<String>) -> Self {
        self.error = Some(error.into());
        self
    }
}

/// One entry of a drop-down list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What people read.
    pub label: String,
    /// Whether it is chosen when the page opens.
    pub selected: bool,
}

/// A check box with an explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// What the form sends.
    pub value: String,
    /// What people read.
    pub label: String,
    /// One sentence of what it means.
    pub hint: String,
    /// Whether it is ticked when the page opens.
    pub ticked: bool,
}

/// One line of the error summary on top of a form; it leads to its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The id of the field in the page, without `#`; empty when the whole form is meant.
    pub field: String,
    /// What to do about it.
    pub text: String,
}

impl Problem {
    /// A problem of one field.
    pub fn of(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self { field: field.into(), text: text.into() }
    }

    /// A problem of the whole form.
    pub fn form(text: impl Into<String>) -> Self {
        Self { field: String::new(), text: text.into() }
    }
}

/// Keyset paging: links to the pages before and after, where there are any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pager {
    /// Address of the newer page.
    pub newer: Option<String>,
    /// Address of the older page.
    pub older: Option<String>,
}

/// One thing that happened, newest first in a list of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineEntry {
    /// When.
    pub at: Moment,
    /// What happened, as a sentence without a full stop.
    pub text: String,
    /// Who did it, where that is known to the reader.
    pub actor: Option<String>,
    /// The state it led to.
    pub pill: Option<StatusPill>,
}
