//! Whose webhooks one sees: one's own. What is somebody else's and what is nobody's are answered alike.

use countersign_testkit::on_both_engines;
use http::StatusCode;

use super::{Desk, HOOK, IN_VAIN, LIST, LOG, RECOVER, page_of, resend_of};
use crate::browser::Site;

on_both_engines! {
    async fn everybody_sees_their_own(app: TestApp) {
        let site = Site::over(app);
        let desk = Desk::open(&site).await;
        let message = desk.told("t1", IN_VAIN).await;
        let other = site.app.merchant("Other").await;
        let mut stranger = site.visitor(other.owner).await;
        assert!(stranger.get(LIST).await.expect(StatusCode::OK).says().contains("Nobody is told yet."));
        assert!(stranger.get(LOG).await.expect(StatusCode::OK).says().contains("Nothing was sent yet."));
        let theirs = stranger.get(&format!("{LOG}?endpoint={}", desk.hook)).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(theirs.texts("#problems li"), ["You have no such endpoint any more; choose another."], "as of none");
        for query in [format!("?before={}", message.id.get() + 1), "?after=1".to_owned()] {
            assert!(stranger.get(&format!("{LOG}{query}")).await.expect(StatusCode::OK).texts("tbody tr").is_empty(), "{query}");
        }
        let none = stranger.get(&format!("{RECOVER}?since=2026-01-15")).await.expect(StatusCode::OK);
        assert_eq!(none.texts("#failed"), ["Nothing to send"]);

        let of = |id: &str, act: &str| format!("{LIST}/{id}/{act}");
        let pages = |endpoint: &str, delivery: &str| {
            [of(endpoint, "edit"), of(endpoint, "remove"), format!("{LOG}/{delivery}")]
        };
        let mut answers = Vec::new();
        for path in pages(&desk.hook, &message.id.to_string()).into_iter().chain(pages("77", "77")) {
            let seen = stranger.get(&path).await.expect(StatusCode::NOT_FOUND);
            answers.push(seen.says());
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "one page for all of them");
        assert_eq!(page_of(&message), pages("", &message.id.to_string())[2]);

        let csrf = stranger.get("/portal").await.attribute("input[name=csrf]", "value").expect("a form has one");
        let fields = |more: &[(&str, &str)]| -> Vec<(String, String)> {
            let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            std::iter::once(("csrf".to_owned(), csrf.clone())).chain(more).collect()
        };
        for act in ["enable", "disable", "remove", "edit"] {
            let sent = fields(&[("url", "https://evil.example/hook")]);
            stranger.post(&of(&desk.hook, act), &sent).await.expect(StatusCode::NOT_FOUND);
        }
        stranger.post(&resend_of(&message), &fields(&[])).await.expect(StatusCode::NOT_FOUND);
        let all = stranger.post(RECOVER, &fields(&[("since", "2026-01-15")])).await.expect(StatusCode::OK);
        assert_eq!(all.title(), "Nothing was sent again");
        for name in ["endpoint", "to"] {
            let sent = fields(&[("since", "2026-01-15"), (name, desk.hook.as_str())]);
            let back = stranger.post(RECOVER, &sent).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
            assert!(back.says().contains("You have no such endpoint any more."), "{}", back.says());
        }
        let own = desk.merchant.endpoints().await.remove(0);
        assert!(own.state.is_enabled() && own.terms.url == HOOK, "nothing was changed");
        assert!(desk.newest().await.finished_at.is_some(), "nothing was sent");
    }
}
