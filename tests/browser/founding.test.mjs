// The founding document's flow in the portal, from *Add authorization* to the provider's call for the merchant and the
// merchant's withdrawal; once with scripts and once in a browser that runs none.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { askByHand, followMenu, newMerchant, orderBody, says, shows, tickExactly } from "./authority.mjs";
import { launchBrowser, Person, Sandbox } from "./harness.mjs";

let sandbox;
let browser;

before(async () => {
  sandbox = await Sandbox.start();
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await sandbox?.stop();
});

async function approveAllButRefunds(merchant, actor, link) {
  const { page } = merchant;
  await page.goto(link);
  assert.match(page.url(), /\/portal\/sign-in\?/, "a stranger has to sign in first");
  await merchant.look("sign-in");
  await merchant.signIn(actor);
  assert.match(page.url(), /\/portal\/review-authorization\?authId=\d+$/, "signing in leads back to the request");
  await shows(page, `asks to act for ${actor.name}`);
  const main = await says(page);
  for (const shown of [sandbox.actors.provider.merchantId, actor.merchantId, "127.0.0.1", "2001:db8::/48"]) {
    assert.ok(main.includes(shown), `the review page names ${shown}`);
  }
  await merchant.look("review");
  await page.locator('input[name="scope"][value="REFUND"]').uncheck();
  await page.getByRole("button", { name: "Approve" }).click();
  await shows(page, `You authorized ${sandbox.actors.provider.name}`);
  assert.ok(!(await says(page)).includes("Give refunds"), "what was unticked is not granted");
  await merchant.look("review-decided");
}

async function readTokenInDetails(provider, actor) {
  const { page } = provider;
  await followMenu(page, "Technical vendor");
  await shows(page, "Technical vendor");
  const row = page.getByRole("row").filter({ hasText: actor.merchantId });
  assert.match(await row.innerText(), /Authorized/);
  await provider.look("technical-vendor-authorized");
  await row.getByRole("link", { name: /Details/ }).click();
  await shows(page, `${actor.name} Authorized`);
  assert.doesNotMatch(await says(page), /[0-9a-f]{32}/, "the token is masked until asked for");
  await provider.look("authorization-details");
  await page.getByRole("button", { name: "Reveal" }).click();
  const token = await page.getByLabel("Token", { exact: true }).inputValue();
  assert.match(token, /^[0-9a-f]{32}$/);
  assert.doesNotMatch(await says(page), /\bREFUND\b/);
  return token;
}

async function narrowToTakingPayments(merchant) {
  const { page } = merchant;
  await followMenu(page, /Vendors with access/);
  await shows(page, "Vendors with access");
  await merchant.look("vendors");
  await page.getByRole("link", { name: /^Manage/ }).click();
  await shows(page, `${sandbox.actors.provider.name} Authorized`);
  await merchant.look("vendor");
  await page.getByText("Narrow what it may do").click();
  await merchant.look("vendor-narrow");
  await tickExactly(page, ["CHECKOUT"]);
  await page.getByRole("button", { name: "Save" }).click();
  const granted = page.locator("section").filter({ has: page.getByRole("heading", { name: "What it may do" }) });
  await granted.getByText("See balances").waitFor({ state: "detached" });
  assert.match(await granted.innerText(), /Take payments/);
}

async function disable(merchant) {
  const { page } = merchant;
  await page.getByRole("link", { name: "Disable…" }).click();
  await shows(page, /^Disable .* for good/);
  await merchant.look("vendor-disable");
  await page.getByRole("button", { name: "Disable", exact: true }).click();
  await page.getByRole("main").getByText("Disabled", { exact: true }).first().waitFor();
  await merchant.look("vendor-disabled");
}

for (const javaScript of [true, false]) {
  test(`authority is asked for, given, used, narrowed and withdrawn ${javaScript ? "with" : "without"} scripts`, async () => {
    const actor = await newMerchant(sandbox, javaScript ? "Corner Bakery" : "Plain Bakery");
    const asker = sandbox.actors.provider;

    const provider = await Person.arrive(browser, sandbox, { javaScript });
    await provider.signIn(asker);
    await provider.look("provider-home");
    const link = await askByHand(
      provider,
      actor,
      ["CHECKOUT", "REFUND", "BALANCE"],
      ["127.0.0.1", "2001:db8::/48"],
      (name) => provider.look(name),
    );
    assert.ok(link.startsWith(`${sandbox.portalUrl}/review-authorization?authId=`), link);

    const merchant = await Person.arrive(browser, sandbox, { javaScript });
    await approveAllButRefunds(merchant, actor, link);

    const token = await readTokenInDetails(provider, actor);
    const created = await sandbox.succeed(asker, "v2/order", orderBody(token));
    assert.ok(created.prepayId);

    await narrowToTakingPayments(merchant);
    await sandbox.succeed(asker, "v2/order", orderBody(token));

    await disable(merchant);
    const refused = await sandbox.call(asker, "v2/order", orderBody(token));
    assert.deepEqual([refused.status, refused.code], ["FAIL", "400203"], "the token died with the withdrawal");

    await provider.leave();
    await merchant.leave();
  });
}
