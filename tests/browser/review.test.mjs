// The review page's edges: who may see it, what it says once decided, and that no pointer is needed.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { askByApi, newMerchant, says, shows } from "./authority.mjs";
import { launchBrowser, Person, Sandbox } from "./harness.mjs";

let sandbox;
let browser;
let provider;

before(async () => {
  sandbox = await Sandbox.start();
  browser = await launchBrowser();
  provider = sandbox.actors.provider;
});

after(async () => {
  await browser?.close();
  await sandbox?.stop();
});

const reviewUrl = (authorizationId) => `/portal/review-authorization?authId=${authorizationId}`;

async function signedIn(actor, options) {
  const person = await Person.arrive(browser, sandbox, options);
  await person.signIn(actor);
  return person;
}

/** Presses Tab until the focus is on `wanted`, which must be shown to have it. */
async function tabTo(page, wanted, presses = 80) {
  for (let press = 0; press < presses; press += 1) {
    await page.keyboard.press("Tab");
    if (await wanted.evaluate((element) => element === document.activeElement)) {
      const visible = await wanted.evaluate((element) => {
        const style = getComputedStyle(element);
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
      });
      assert.ok(visible, "the focus can be seen");
      return;
    }
  }
  assert.fail(`${presses} presses of Tab do not reach ${wanted}`);
}

test("the redirect of the API leads to the review page", async () => {
  const actor = await newMerchant(sandbox, "Harbour Books");
  const request = await askByApi(sandbox, provider, actor, ["CHECKOUT"]);
  const merchant = await Person.arrive(browser, sandbox);
  await merchant.page.goto(request.redirectUrl);
  await merchant.signIn(actor);
  await shows(merchant.page, /asks to act for Harbour Books/);
  assert.ok(merchant.page.url().endsWith(reviewUrl(request.authorizationId)));
  await merchant.leave();
});

test("another merchant, the provider and a mistyped link get one and the same page", async () => {
  const actor = await newMerchant(sandbox, "Night Market");
  const request = await askByApi(sandbox, provider, actor, ["CHECKOUT"]);
  for (const stranger of [sandbox.actors.partner, provider]) {
    const person = await signedIn(stranger);
    const pages = [];
    for (const id of [request.authorizationId, "1", "nonsense"]) {
      const answer = await person.page.goto(reviewUrl(id));
      pages.push([answer.status(), await says(person.page)]);
    }
    assert.match(pages[0][1], /There is no request for you here/);
    assert.ok(!pages[0][1].includes("Night Market"), "the page does not tell whose request it is");
    assert.deepEqual(pages[1], pages[0]);
    assert.deepEqual(pages[2], pages[0]);
    await person.look("review-unavailable");
    await person.leave();
  }
});

test("a request is decided once", async () => {
  const actor = await newMerchant(sandbox, "Old Mill");
  const request = await askByApi(sandbox, provider, actor, ["CHECKOUT", "REPORT"]);
  const first = await signedIn(actor);
  const second = await signedIn(actor);
  await first.page.goto(reviewUrl(request.authorizationId));
  await second.page.goto(reviewUrl(request.authorizationId));
  await first.page.getByRole("button", { name: "Approve" }).click();
  await shows(first.page, /^You authorized/);

  await second.page.getByText("Reject…").click();
  await second.look("review-reject");
  await second.page.getByRole("button", { name: "Reject the request" }).click();
  await shows(second.page, "This request is decided");
  assert.match(await says(second.page), /Authorized/);
  await second.page.goto(reviewUrl(request.authorizationId));
  await shows(second.page, "This request is decided");
  await second.look("review-closed");
  await first.leave();
  await second.leave();
});

test("a rejection gives nothing", async () => {
  const actor = await newMerchant(sandbox, "Quiet Tea");
  const request = await askByApi(sandbox, provider, actor, ["CHECKOUT"], []);
  const merchant = await signedIn(actor);
  await merchant.page.goto(reviewUrl(request.authorizationId));
  assert.match(await says(merchant.page), /any address/i, "an empty list is said aloud");
  await merchant.look("review-any-address");
  await merchant.page.getByText("Reject…").click();
  await merchant.page.getByLabel("Reason").fill("We never spoke.");
  await merchant.page.getByRole("button", { name: "Reject the request" }).click();
  await shows(merchant.page, /^You rejected/);
  await merchant.look("review-rejected");
  await merchant.leave();
});

test("without any permission left the page says what is missing", async () => {
  const actor = await newMerchant(sandbox, "Empty Shelf");
  const request = await askByApi(sandbox, provider, actor, ["CHECKOUT"]);
  const merchant = await signedIn(actor);
  await merchant.page.goto(reviewUrl(request.authorizationId));
  await merchant.page.locator('input[name="scope"]').uncheck();
  await merchant.page.getByRole("button", { name: "Approve" }).click();
  await merchant.page.getByRole("alert").first().waitFor();
  await shows(merchant.page, /asks to act for Empty Shelf/); // nothing was decided
  await merchant.look("review-problem");
  await merchant.leave();
});

test("a merchant approves with the keyboard alone", async () => {
  const actor = await newMerchant(sandbox, "Left Hand");
  const request = await askByApi(sandbox, provider, actor, ["CHECKOUT", "REFUND"]);
  const merchant = await signedIn(actor);
  const { page } = merchant;
  await page.goto(reviewUrl(request.authorizationId));
  const refunds = page.locator('input[name="scope"][value="REFUND"]');
  await tabTo(page, refunds);
  await page.keyboard.press("Space");
  assert.equal(await refunds.isChecked(), false);
  await tabTo(page, page.getByRole("button", { name: "Approve" }));
  await page.keyboard.press("Enter");
  await shows(page, /^You authorized/);
  assert.ok(!(await says(page)).includes("Give refunds"));
  await merchant.leave();
});

test("a merchant finds the request on a phone, through the menu", async () => {
  const actor = await newMerchant(sandbox, "Pocket Shop");
  await askByApi(sandbox, provider, actor, ["CHECKOUT"]);
  const merchant = await Person.arrive(browser, sandbox);
  const { page } = merchant;
  await page.setViewportSize({ width: 390, height: 844 });
  await merchant.signIn(actor);
  await page.getByText("Menu", { exact: true }).click();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /Vendors with access/ }).click();
  await page.getByRole("link", { name: "Review the request" }).click();
  await page.getByRole("button", { name: "Approve" }).click();
  await shows(page, /^You authorized/);
  await merchant.leave();
});

test("a wrong password is refused in words that fit any account", async () => {
  const said = [];
  for (const email of [provider.email, "nobody@example.invalid"]) {
    const person = await Person.arrive(browser, sandbox);
    await person.page.goto("/portal/sign-in");
    await person.page.getByLabel("E-mail address").fill(email);
    await person.page.getByLabel("Password").fill("not the password");
    await person.page.getByRole("button", { name: "Sign in" }).click();
    said.push(await person.page.getByRole("alert").innerText());
    await person.look("sign-in-refused");
    await person.leave();
  }
  assert.equal(said[0], said[1]);
});
