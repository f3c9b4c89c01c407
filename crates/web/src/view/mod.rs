//! The small words pages are made of: banner, navigation, pills, moments, amounts, fields, scopes in plain language.

mod chrome;
mod field;
mod icon;
mod moment;
mod money;
mod pill;
mod scope;

pub use chrome::{Chrome, Flash, Nav, NavItem, NavSection, Place, SandboxBanner, UserBadge, Visitor};
pub use field::{Choice, Pager, Problem, TextField, Tick, TimelineEntry};
pub use icon::icon_path;
pub use moment::{Moment, span};
pub use money::Money;
pub use pill::{StatusPill, Tone};
pub use scope::{SCOPES, ScopeText, Weight, scope_text};
