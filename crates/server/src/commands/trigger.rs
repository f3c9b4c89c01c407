//! `countersign trigger`: a sample of any webhook, raised in a running sandbox.

use countersign_jobs::Sample;
use serde_json::{Value, json};

use crate::cli::TriggerArgs;
use crate::config::Environment;
use crate::failure::Failure;
use crate::running_sandbox::RunningSandbox;

use super::print;

pub(crate) fn run(args: &TriggerArgs, environment: &Environment) -> Result<(), Failure> {
    let sample = Sample::meant_by(&args.kind).ok_or_else(|| {
        let known = Sample::ALL.iter().map(|sample| sample.name).collect::<Vec<_>>().join(", ");
        Failure::usage(format!("'{}' is no webhook; there are {known}", args.kind.escape_debug()))
    })?;
    let sandbox = RunningSandbox::find(&args.sandbox, environment)?;
    let mut body = json!({ "type": sample.name });
    if let Some(merchant) = args.merchant {
        body["merchantId"] = merchant.to_string().into();
    }
    let raised = super::runtime()?.block_on(sandbox.call("/webhooks/trigger", &body))?;
    let told = |name: &str| raised[name].as_str().unwrap_or_default();
    let deliveries: Vec<&str> =
        raised["deliveries"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let what = format!("{} {} about {}", told("bizType"), told("bizStatus"), told("bizIdStr"));
    print(&if args.json {
        format!("{raised}\n")
    } else {
        deliveries.iter().fold(String::new(), |text, id| text + &format!("Raised {what}: delivery {id}\n"))
    })?;
    if deliveries.is_empty() {
        return Err(Failure::work(format!(
            "nobody is told: the merchant {} has no endpoint that wants {}; run 'countersign listen', or add one in the portal",
            told("merchantId"),
            sample.name
        )));
    }
    Ok(())
}
