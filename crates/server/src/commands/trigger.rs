//! `countersign trigger`: a sample of any webhook, raised in a running sandbox.

use countersign_jobs::Sample;
use serde_json::json;

use crate::cli::TriggerArgs;
use crate::config::Environment;
use crate::failure::Failure;
use crate::running_sandbox::RunningSandbox;

use super::operate::{each, shown};
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
    let (deliveries, missed) = (each(&raised["deliveries"]), each(&raised["missed"]));
    let what = format!("{} {} about {}", told("bizType"), told("bizStatus"), told("bizIdStr"));
    print(&if args.json {
        format!("{raised}\n")
    } else {
        let lines = deliveries.iter().map(|id| format!("Raised {what}: delivery {}\n", shown(id)));
        let not_sent =
            missed.iter().map(|id| format!("Not sent: delivery {}, whose endpoint is disabled\n", shown(id)));
        lines.chain(not_sent).collect()
    })?;
    match (deliveries, missed) {
        ([], []) => Err(Failure::work(format!(
            "nobody is told: the merchant {} has no endpoint that wants {} and is enabled; run 'countersign listen', or add one in \
             the portal",
            told("merchantId"),
            sample.name
        ))),
        ([], _) => Err(Failure::work(format!(
            "nothing goes out: every endpoint of the merchant {} that wants {} is disabled; enable one in the portal, which offers \
             to send what it missed",
            told("merchantId"),
            sample.name
        ))),
        _ => Ok(()),
    }
}
