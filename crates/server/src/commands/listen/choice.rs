//! Which deliveries somebody wants.

use countersign_jobs::Sample;

use crate::failure::Failure;

/// A choice of types and statuses; nothing chosen means everything.
pub(super) struct Choice(Vec<(&'static str, Option<&'static str>)>);

impl Choice {
    /// Reads types such as `PAY` and statuses such as `TECH_PROVIDER.AGREE`.
    pub(super) fn read(texts: &[String]) -> Result<Self, Failure> {
        texts.iter().map(|text| entry(text.trim())).collect::<Result<_, _>>().map(Self)
    }

    /// The types of which something is wanted, each once; none where everything is.
    pub(super) fn biz_types(&self) -> Vec<&'static str> {
        let mut types: Vec<_> = self.0.iter().map(|(kind, _)| *kind).collect();
        types.sort_unstable();
        types.dedup();
        types
    }

    /// Whether it is wanted.
    pub(super) fn holds(&self, biz_type: &str, biz_status: &str) -> bool {
        let is_it = |(kind, status): &(&str, Option<&str>)| {
            *kind == biz_type && status.is_none_or(|status| status == biz_status)
        };
        self.0.is_empty() || self.0.iter().any(is_it)
    }
}

fn entry(text: &str) -> Result<(&'static str, Option<&'static str>), Failure> {
    let upper = text.to_ascii_uppercase();
    let types = || Sample::ALL.iter().map(|sample| sample.labels().0);
    if let Some(kind) = types().find(|kind| *kind == upper) {
        // A sample may have the name of its type; the whole type is meant all the same.
        return Ok((kind, None));
    }
    if let Some(sample) = Sample::meant_by(text) {
        let (kind, status) = sample.labels();
        return Ok((kind, Some(status)));
    }
    let mut known: Vec<_> = types().collect();
    known.dedup();
    let statuses = Sample::ALL.iter().map(|sample| sample.name);
    let known = known.into_iter().chain(statuses).collect::<Vec<_>>().join(", ");
    Err(Failure::usage(format!("--events: '{}' is no webhook; there are {known}", text.escape_debug())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(texts: &[&str]) -> Choice {
        let texts: Vec<_> = texts.iter().map(|text| (*text).to_owned()).collect();
        Choice::read(&texts).map_err(|failure| failure.to_string()).expect("they are known")
    }

    #[test]
    fn types_and_statuses_are_chosen() {
        let all = choice(&[]);
        assert!(all.biz_types().is_empty() && all.holds("PAY", "PAY_CLOSED"));
        let some = choice(&["PAY", "tech_provider.agree", " PAY.PAY_CLOSED", "SHARE_ACCOUNT_ID"]);
        assert_eq!(some.biz_types(), ["PAY", "SHARE_ACCOUNT_ID", "TECH_PROVIDER"]);
        for (kind, status, held) in [
            ("PAY", "PAY_SUCCESS", true),
            ("TECH_PROVIDER", "SUBMIT_AUTH_AGREE", true),
            ("TECH_PROVIDER", "SUBMIT_AUTH_REJECT", false),
            ("SHARE_ACCOUNT_ID", "SUCCESS", true),
            ("PAY_REFUND", "REFUND_SUCCESS", false),
        ] {
            assert_eq!(some.holds(kind, status), held, "{kind} {status}");
        }
        let refused = Choice::read(&["PAYMENT".to_owned()]).err().expect("there is none").to_string();
        assert!(refused.contains("'PAYMENT'") && refused.contains("TECH_PROVIDER.AGREE"), "{refused}");
    }
}
