//! What a sandbox says when it is ready (`contract.md` §2).

use countersign_sandbox::control::PREFIX;
use countersign_sandbox::world::World;
use serde::Serialize;

/// The ready line. The order of its keys is that of the contract.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Ready {
    event: &'static str,
    version: &'static str,
    pub(crate) base_url: String,
    portal_url: String,
    control_url: String,
    pub(crate) control_token: String,
    actors: World,
    /// Opens the console with everything it shows; for people, so not in the line for machines.
    #[serde(skip)]
    console_url: String,
}

impl Ready {
    pub(super) fn new(base_url: &str, control_token: &str, console_token: &str, world: &World) -> Self {
        Self {
            event: "ready",
            version: env!("CARGO_PKG_VERSION"),
            base_url: base_url.to_owned(),
            portal_url: format!("{base_url}/portal"),
            control_url: format!("{base_url}{PREFIX}"),
            control_token: control_token.to_owned(),
            actors: world.clone(),
            console_url: format!("{base_url}/?token={console_token}"),
        }
    }

    /// The one-time link to the console, for a person beside a machine that reads standard output.
    pub(super) fn console_url(&self) -> &str {
        &self.console_url
    }

    /// One line for machines.
    pub(super) fn json(&self) -> String {
        let line = serde_json::to_string(self).expect("a ready line has no map with odd keys");
        format!("{line}\n")
    }

    /// A page for people.
    pub(super) fn text(&self) -> String {
        let World { provider, merchant, partner, payer, operator } = &self.actors;
        let people = [
            ("provider", &provider.email, &provider.password, &provider.name),
            ("merchant", &merchant.email, &merchant.password, &merchant.name),
            ("partner", &partner.email, &partner.password, &partner.name),
            ("payer", &payer.email, &payer.password, &payer.name),
        ];
        let lines =
            people.map(|(role, email, password, name)| format!("  {role:<9} {email:<27} {password}   {name}\n"));
        let signed_in = lines.concat();
        format!(
            "Countersign {version} sandbox: nothing here is real money.\n\n\
             Console       {console}\n\
             Portal        {portal}\n\
             Merchant API  {base}/binancepay/openapi\n\
             Control API   {control}   Authorization: Bearer {token}\n\n\
             Sign in to the portal as\n{signed_in}  operator  {operator_email:<27} {operator_password}\n\n\
             Call the merchant API as the provider {provider_name} ({provider_id})\n\
             \x20 key     {key}\n  secret  {secret}\n\n\
             Next: countersign demo --base-url {base} --control-token {token}\n\
             \x20     countersign listen --base-url {base} --control-token {token} --forward-to http://localhost:3000/hook\n\
             Stop with Ctrl-C.\n",
            version = self.version,
            console = self.console_url,
            portal = self.portal_url,
            base = self.base_url,
            control = self.control_url,
            token = self.control_token,
            operator_email = operator.email,
            operator_password = operator.password,
            provider_name = provider.name,
            provider_id = provider.merchant_id,
            key = provider.api_key,
            secret = provider.api_secret,
        )
    }
}
