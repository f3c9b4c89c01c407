//! What enrolling and rewriting have in common: one form, one page, one set of refusals.

use countersign_domain::sub_merchant::{DetailFault, SubMerchant};
use countersign_service::authority::{AuthorityError, By, Denied};
use countersign_service::sub_merchants::PartnerError;

use crate::describe::sub_merchant::{Draft, Faults, layout, words};
use crate::failure::Failure;
use crate::forms::{SubMerchantForm, SubMerchantInput};
use crate::pages::{ErrorKind, ExistingSubMerchant, SubMerchantFormPage};
use crate::session::PartnerMember;
use crate::state::WebState;
use crate::view::{Place, Problem};

/// Why a form comes back.
#[derive(Default)]
pub(super) struct Refused {
    pub(super) faults: Faults,
    /// What is wrong with the whole.
    pub(super) whole: Option<&'static str>,
}

impl Refused {
    pub(super) fn by(faults: Faults) -> Self {
        Self { faults, whole: None }
    }

    pub(super) fn whole(text: &'static str) -> Self {
        Self { whole: Some(text), faults: Faults::default() }
    }

    /// A rule of the domain that only the use case met.
    pub(super) fn by_rule(fault: DetailFault) -> Self {
        let (input, text) = words(fault);
        Self::by(Faults::of(input, text))
    }

    pub(super) fn name_taken() -> Self {
        Self::by(Faults::of(SubMerchantInput::Name, "You have a sub-merchant of this name."))
    }

    fn problems(&self) -> Vec<Problem> {
        let of_inputs = self.faults.in_order().map(|(input, text)| Problem::of(input.id(), text));
        of_inputs.chain(self.whole.map(Problem::form)).collect()
    }
}

/// On whose word it is done.
pub(super) fn by(state: &WebState, partner: &PartnerMember) -> By {
    partner.0.acting(state.platform().business_now())
}

/// What a partner reads that may not; the page found it to be one a moment ago.
pub(super) fn no_partner(error: PartnerError) -> Result<Refused, Failure> {
    match error {
        PartnerError::NotAPartner => Err(Failure::page(ErrorKind::NotAllowed)),
        PartnerError::Authority(AuthorityError::Denied(Denied::CallerFrozen)) => {
            Ok(Refused::whole("Your account is frozen. Nothing was saved; ask the operator."))
        }
        PartnerError::Authority(AuthorityError::Denied(denied)) => Err(Failure::internal(denied)),
        PartnerError::Authority(AuthorityError::Store(error)) => Err(error.into()),
    }
}

/// The form with what was typed. `summed_up` puts what is wrong on top as well.
pub(super) fn page(
    partner: &PartnerMember,
    existing: Option<&SubMerchant>,
    (form, draft): (&SubMerchantForm, &Draft),
    refused: &Refused,
    summed_up: bool,
) -> SubMerchantFormPage {
    let of = |found: &SubMerchant| ExistingSubMerchant {
        sub_merchant_id: found.id.to_string(),
        name: found.details.name.clone(),
        revision: form.revision.clone(),
    };
    SubMerchantFormPage {
        chrome: partner.0.chrome(Place::SubMerchants),
        existing: existing.map(of),
        fields: layout(form, draft, &refused.faults),
        problems: if summed_up { refused.problems() } else { Vec::new() },
    }
}
