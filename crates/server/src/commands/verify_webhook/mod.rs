//! `countersign verify-webhook`: what is wrong with a delivery that somebody captured.

mod capture;
mod certificates;

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use countersign_client::{CapturedDelivery, Inspection};
use countersign_service::Clock;

use crate::cli::VerifyWebhookArgs;
use crate::failure::Failure;
use crate::system::SystemClock;

use super::print;
use capture::Capture;

/// The largest file that is read.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

pub(crate) fn run(args: &VerifyWebhookArgs) -> Result<(), Failure> {
    let capture = captured(args)?;
    let verifier = certificates::verifier(&read(&args.certificate)?)
        .map_err(|error| Failure::usage(format!("{}: {error}", args.certificate.display())))?;
    let received_ms = args.received_at.unwrap_or_else(|| SystemClock.now().ms());
    let delivery = CapturedDelivery { headers: &capture.headers, body: &capture.body };
    let inspection = verifier.inspect(&delivery, received_ms, Duration::from_secs(args.max_age));
    print(&report(&inspection))?;
    match inspection.faults.len() {
        0 => Ok(()),
        1 => Err(Failure::work("one thing is wrong with the delivery")),
        count => Err(Failure::work(format!("{count} things are wrong with the delivery"))),
    }
}

fn captured(args: &VerifyWebhookArgs) -> Result<Capture, Failure> {
    let in_file = |path: &Path| {
        let path = path.display().to_string();
        move |error| Failure::usage(format!("{path}: {error}"))
    };
    match (&args.request, &args.headers, &args.body) {
        (Some(request), _, _) => Capture::of_request(&read(request)?).map_err(in_file(request)),
        (None, Some(headers), Some(body)) => {
            let read_headers = capture::headers(&read(headers)?).map_err(in_file(headers))?;
            Ok(Capture { headers: read_headers, body: read(body)? })
        }
        // The command line asks for the one or for both others.
        _ => Err(Failure::usage("give --request FILE, or --headers FILE and --body FILE")),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let cannot = |error| Failure::usage(format!("{} cannot be read: {error}", path.display()));
    let file = File::open(path).map_err(cannot)?;
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > FILE_BYTES_MAX) {
        return Err(Failure::usage(format!("{} is larger than {FILE_BYTES_MAX} bytes", path.display())));
    }
    Ok(bytes)
}

fn report(inspection: &Inspection) -> String {
    let mut report = String::new();
    if let (Some(notification), Some(age_ms)) = (&inspection.notification, inspection.age_ms) {
        let (kind, status) = (notification.biz_type.escape_debug(), notification.biz_status.escape_debug());
        let side = if age_ms < 0 { "after" } else { "before" };
        writeln!(
            report,
            "the signature holds: {kind} {status} about {}, signed {} ms {side} it was received",
            notification.biz_id,
            age_ms.unsigned_abs()
        )
        .expect("writing to a string cannot fail");
    }
    for fault in &inspection.faults {
        writeln!(report, "wrong: {fault}").expect("writing to a string cannot fail");
    }
    report
}
