//! JSON written in another style: what a second serialisation does to a body.

use super::draft::{Change, Slip};
use super::json::{Document, Markup, Numbers, Order, Spacing, Style, Unicode};
use super::mistake::Mistake;

/// How many combinations of changed traits are tried.
const COMBINATIONS_MAX: usize = 256;

/// How many traits are changed together.
const TOGETHER_MAX: usize = 4;

/// One trait of a style, changed.
struct Touch {
    /// Touches of one trait exclude each other.
    of: u8,
    mistake: Mistake,
    apply: fn(&mut Style),
}

macro_rules! touches {
    ($($of:literal $mistake:ident: $field:ident = $value:expr;)+) => {
        &[$(Touch { of: $of, mistake: Mistake::$mistake, apply: |style| style.$field = $value },)+]
    };
}

const fn indented(indent: &'static str, colon: &'static str) -> Spacing {
    Spacing { comma: ",", colon, indent: Some(indent) }
}

const TOUCHES: &[Touch] = touches! {
    0 BodyCompact: spacing = Some(Spacing { comma: ",", colon: ":", indent: None });
    0 BodySpaced: spacing = Some(Spacing { comma: ", ", colon: ": ", indent: None });
    0 BodyIndented: spacing = Some(indented("  ", ": "));
    0 BodyIndented: spacing = Some(indented("    ", ": "));
    1 BodyKeysSorted: order = Some(Order::Sorted);
    1 BodyKeysSorted: order = Some(Order::TopSorted);
    2 BodySlashesEscaped: slashes = Some(true);
    2 BodySlashesPlain: slashes = Some(false);
    3 BodyUnicodeEscaped: unicode = Some(Unicode::LowerEscapes);
    3 BodyUnicodeRaw: unicode = Some(Unicode::Raw);
    3 BodyUnicodeEscaped: unicode = Some(Unicode::UpperEscapes);
    4 BodyNumbersRewritten: numbers = Some(Numbers::WithoutFraction);
    4 BodyNumbersRewritten: numbers = Some(Numbers::OneZero);
    5 BodyMarkupEscaped: markup = Some(Markup::Go);
    5 BodyMarkupPlain: markup = Some(Markup::Plain);
    5 BodyMarkupEscaped: markup = Some(Markup::Gson);
    5 BodyMarkupEscaped: markup = Some(Markup::DotNet);
    6 BodyNullsLeftOut: without_nulls = true;
    0 BodyIndented: spacing = Some(indented("\t", ": "));
    0 BodyIndented: spacing = Some(indented("  ", " : "));
    0 BodySpaced: spacing = Some(Spacing { comma: ",", colon: ": ", indent: None });
    0 BodySpaced: spacing = Some(Spacing { comma: ", ", colon: ":", indent: None });
};

/// Every style that makes a difference to this body, those with the fewest changed traits first; the first list has one
/// changed trait each, the second more.
pub(super) fn slips<'d>(document: &Document<'_>, body: &[u8]) -> (Vec<Slip<'d>>, Vec<Slip<'d>>) {
    let touches = telling(document, body);
    let mut layer: Vec<Vec<usize>> = (0..touches.len()).map(|place| vec![place]).collect();
    let singles = layer.iter().map(|chosen| slip(&touches, chosen)).collect();
    let mut combined = Vec::new();
    for _ in 1..TOGETHER_MAX {
        layer = layer.iter().flat_map(|chosen| grown(&touches, chosen)).take(COMBINATIONS_MAX).collect();
        combined.extend(layer.iter().map(|chosen| slip(&touches, chosen)));
    }
    combined.truncate(COMBINATIONS_MAX);
    (singles, combined)
}

/// The touches that change this body, and each differently.
fn telling(document: &Document<'_>, body: &[u8]) -> Vec<&'static Touch> {
    let mut seen = vec![body.to_vec()];
    let mut touches = Vec::new();
    for touch in TOUCHES {
        let mut style = Style::default();
        (touch.apply)(&mut style);
        if let Some(written) = document.written(&style).filter(|written| !seen.contains(written)) {
            seen.push(written);
            touches.push(touch);
        }
    }
    touches
}

/// `chosen` with one more touch behind its last, of a trait that is still free.
fn grown(touches: &[&Touch], chosen: &[usize]) -> Vec<Vec<usize>> {
    let last = chosen.last().map_or(0, |last| last + 1);
    let free = |place: &usize| chosen.iter().all(|other| touches[*other].of != touches[*place].of);
    (last..touches.len()).filter(free).map(|place| [chosen, &[place]].concat()).collect()
}

fn slip<'d>(touches: &[&Touch], chosen: &[usize]) -> Slip<'d> {
    let mut style = Style::default();
    let mut mistakes = Vec::with_capacity(chosen.len());
    for place in chosen {
        (touches[*place].apply)(&mut style);
        mistakes.push(touches[*place].mistake);
    }
    Slip { mistakes, change: Change::Restyled(style) }
}
