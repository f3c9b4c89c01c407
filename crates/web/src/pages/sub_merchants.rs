//! Partner Feature → Sub Merchant Accounts: a channel partner's sub-merchants (`spec/partner.md` §6.2).
//!
//! The form is data: which fields it shows, and which of them are asked for, follows from what is chosen in it, and that is
//! the domain's to say. A redraw (`step=redraw`) draws it again with nothing judged and nothing lost.

use askama::Template;

use super::OrderFacts;
use crate::view::{Choice, Chrome, Moment, Pager, Problem, StatusPill};

/// One sub-merchant in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubMerchantLine {
    /// Its page.
    pub href: String,
    /// Its name.
    pub name: String,
    /// Its public id.
    pub sub_merchant_id: String,
    /// `Sole proprietor, in a shop`; empty where neither is stated.
    pub kind: String,
    /// Its class of business with its digits.
    pub category: String,
    /// Whether orders may name it.
    pub status: StatusPill,
    /// When it was enrolled.
    pub created: Moment,
}

/// A partner's sub-merchants.
#[derive(Template)]
#[template(path = "pages/sub_merchant_list.html")]
pub struct SubMerchantListPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Newest first.
    pub lines: Vec<SubMerchantLine>,
    /// What is searched for; sent as `q` by GET.
    pub search: String,
    /// Filter by status; sent as `state` by GET.
    pub states: Vec<Choice>,
    /// Whether anything is searched for or filtered by.
    pub is_filtered: bool,
    /// Paging.
    pub pager: Pager,
}

/// One way to answer a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RadioChoice {
    /// What the form sends.
    pub value: String,
    /// What people read.
    pub label: String,
    /// What it means, in a sentence.
    pub hint: String,
    /// Whether it is chosen when the page opens.
    pub chosen: bool,
}

/// What kind of sub-merchant is to be enrolled; leads to its form by GET.
#[derive(Template)]
#[template(path = "pages/sub_merchant_kind.html")]
pub struct SubMerchantKindPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Kinds of business; sent as `business`.
    pub businesses: Vec<RadioChoice>,
    /// Ways to sell; sent as `store`.
    pub stores: Vec<RadioChoice>,
    /// For the summary, and beside its question.
    pub problems: Vec<Problem>,
}

impl SubMerchantKindPage {
    /// What is wrong with the question that has this id.
    pub(crate) fn error(&self, id: &str) -> Option<&str> {
        self.problems.iter().find(|problem| problem.field == id).map(|problem| problem.text.as_str())
    }
}

/// How a value is put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Control {
    /// As text.
    Text,
    /// As text, helped by the list with this id.
    Listed(&'static str),
    /// As a day.
    Day,
    /// By choosing.
    Select(Vec<Choice>),
    /// Country by country: those chosen can be unticked, the field adds one more.
    Countries {
        /// What the ticks are sent as.
        name: &'static str,
        /// Countries chosen, or always offered.
        ticks: Vec<Choice>,
    },
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormField {
    /// Its name and id.
    pub id: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// What helps to fill it in; empty for nothing.
    pub hint: &'static str,
    /// What it holds when the page opens.
    pub value: String,
    /// What is wrong with it, shown beside it and tied to it.
    pub error: Option<String>,
    /// Whether the rules ask for it.
    pub is_required: bool,
    /// Whether other fields depend on it.
    pub redraws: bool,
    /// Whether it takes a row of its own.
    pub is_wide: bool,
    /// How it is filled in.
    pub control: Control,
}

/// Fields that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldGroup {
    /// Its id.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What helps to fill it in; empty for nothing.
    pub hint: &'static str,
    /// Its fields.
    pub fields: Vec<FormField>,
}

/// The fields of the form, as its answers call for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubMerchantFields {
    /// On what the others depend.
    pub kind: FieldGroup,
    /// For whom the fields are: `Sole proprietor, in a shop`.
    pub whom: String,
    /// What is told of it.
    pub groups: Vec<FieldGroup>,
    /// What nobody has to tell.
    pub more: FieldGroup,
    /// Whether that is shown when the page opens.
    pub more_open: bool,
    /// What the list of classes offers.
    pub categories: Vec<String>,
    /// What the list of countries offers.
    pub countries: Vec<String>,
}

/// Enrolling or rewriting a sub-merchant.
#[derive(Template)]
#[template(path = "pages/sub_merchant_form.html")]
pub struct SubMerchantFormPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// The sub-merchant that is rewritten; `None` for a new one.
    pub existing: Option<ExistingSubMerchant>,
    /// The fields.
    pub fields: SubMerchantFields,
    /// For the summary.
    pub problems: Vec<Problem>,
}

impl SubMerchantFormPage {
    /// Where the form goes.
    pub(crate) fn action(&self) -> String {
        match &self.existing {
            Some(existing) => crate::paths::sub_merchant_edit(&existing.sub_merchant_id),
            None => crate::paths::SUB_MERCHANT_ADD.to_owned(),
        }
    }
}

/// Which sub-merchant a page is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExistingSubMerchant {
    /// Its public id.
    pub sub_merchant_id: String,
    /// Its name, as in force.
    pub name: String,
    /// How often it was written; comes back with the form, so that nobody overwrites what they did not see.
    pub revision: String,
}

/// Facts that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactGroup {
    /// Its heading.
    pub title: &'static str,
    /// Its facts; never empty.
    pub facts: Vec<OrderFacts>,
}

/// One sub-merchant.
#[derive(Template)]
#[template(path = "pages/sub_merchant_detail.html")]
pub struct SubMerchantDetailPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Its public id.
    pub sub_merchant_id: String,
    /// Its name.
    pub name: String,
    /// `Sole proprietor, in a shop`; empty where neither is stated.
    pub kind: String,
    /// Whether orders may name it.
    pub is_active: bool,
    /// The same as a word.
    pub status: StatusPill,
    /// What is told of it.
    pub groups: Vec<FactGroup>,
    /// When it was enrolled.
    pub created: Moment,
    /// When its details or its status last changed, where they did.
    pub changed: Option<Moment>,
}

/// Asks before a sub-merchant is suspended.
#[derive(Template)]
#[template(path = "pages/sub_merchant_suspend.html")]
pub struct SubMerchantSuspendPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Its public id.
    pub sub_merchant_id: String,
    /// Its name.
    pub name: String,
}
