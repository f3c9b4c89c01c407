// A channel partner's sub-merchants: both kinds of founding document 004 enrolled by hand, listed, rewritten, suspended and
// resumed; once with scripts and once in a browser that runs none.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";

import { followMenu, newMerchant, says, shows } from "./authority.mjs";
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

/** The days of the founding document's samples, in UTC. */
const CONTRACT = "2020-07-13";
const INCORPORATED = "2020-04-30";
const VALID_UNTIL = "2025-07-13";

function orderOf(subMerchantId) {
  return {
    env: { terminalType: "WEB" },
    merchantTradeNo: randomBytes(12).toString("hex"),
    orderAmount: 0.01,
    currency: "USDT",
    description: "Green Apple",
    merchant: { subMerchantId },
    goodsDetails: [
      { goodsType: "01", goodsCategory: "D000", referenceGoodsId: "7876763A3B", goodsName: "Green Apple" },
    ],
  };
}

/** Answers the two questions and waits for the form. */
async function begin(partner, business, store) {
  const { page } = partner;
  await followMenu(page, "Sub-merchant accounts");
  await shows(page, "Sub-merchant accounts");
  await page.getByRole("link", { name: "Add sub-merchant" }).first().click();
  await page.getByText("Two questions first").waitFor();
  await partner.look("sub-merchant-kind");
  await page.getByRole("group", { name: "What kind of business is it?" }).getByLabel(business, { exact: true }).check();
  await page.getByRole("group", { name: "How does it sell?" }).getByLabel(store, { exact: true }).check();
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByLabel("Class of business (MCC)").first().waitFor();
}

/** Fills in what is named by its label. */
async function fill(page, values) {
  for (const [label, value] of Object.entries(values)) {
    await page.getByLabel(label).first().fill(value);
  }
}

/** Adds a country with its button. */
async function addCountry(page, text, name) {
  await page.locator("#country_add").fill(text);
  await page.getByRole("button", { name: "Add the country to “Where it operates”" }).click();
  await page.getByRole("checkbox", { name, exact: true }).waitFor();
  assert.equal(await page.locator("#country_add").inputValue(), "", "the field is free for the next one");
}

/** Sends the form and returns the id of whom it enrolled. */
async function enrol(page, name) {
  await page.getByRole("button", { name: "Add sub-merchant" }).click();
  await shows(page, `${name} Active`);
  return page.getByLabel("Sub-merchant ID").inputValue();
}

async function individual(partner, name) {
  const { page } = partner;
  await begin(partner, "Individual", "Not stated");
  assert.equal(await page.locator("#company_name").count(), 0, "a person has no registration");
  await fill(page, { Name: name, "Class of business (MCC)": "5511" });
  await addCountry(page, "China (CN)", "China");
  await addCountry(page, "us", "United States");
  await page.getByLabel("Document", { exact: true }).selectOption({ label: "Identity card" });
  await fill(page, { "Issued in": "United States (US)", "Number of the document": "123456X", "Valid until": VALID_UNTIL });
  await page.getByText("More about it").click();
  await fill(page, { "Date of your contract with it": CONTRACT });
  await partner.look("sub-merchant-add-individual");
  return enrol(page, name);
}

async function soleProprietor(partner, name) {
  const { page } = partner;
  await begin(partner, "Individual", "In a shop");
  await fill(page, { Name: name });
  // The wrong kind was chosen: another choice brings other fields, and keeps the name.
  await page.getByLabel("Kind of business").selectOption({ label: "Sole proprietor" });
  if (!partner.javaScript) await page.getByRole("button", { name: "Show the fields for this" }).click();
  await page.locator("#company_name").waitFor();
  assert.equal(await page.locator("#certificate_number").count(), 0, "a business has no identity card");
  assert.equal(await page.locator("#name").inputValue(), name);
  await partner.look("sub-merchant-add-empty");

  await page.getByRole("button", { name: "Add sub-merchant" }).click();
  await page.getByRole("alert").waitFor();
  await page.locator("#category-error").waitFor();
  await partner.look("sub-merchant-add-problems");

  await fill(page, { "Class of business (MCC)": "5511", "URL of the site": "site url demo", "Name of the site": "site name demo" });
  await page.getByLabel("Kind of site").selectOption({ label: "App" });
  await fill(page, {
    "Address of the shop": "store address demo",
    "Registered address": "registration address demo",
    "Legal name": "Sole Proprietor",
    "Registration or tax number": "registration number demo",
    "Country of registration": "US",
    "Registered since": INCORPORATED,
  });
  await addCountry(page, "CN", "China");
  await addCountry(page, "United States (US)", "United States");
  await page.getByText("More about it").click();
  await fill(page, { "URL of the logo": "logoUrlDemo", "Date of your contract with it": CONTRACT });
  return enrol(page, name);
}

/** What the merchant API tells of the two; days begin at midnight. */
const at = (day) => Date.parse(`${day}T00:00:00Z`);
const TOLD = {
  individual: {
    merchantType: 1, merchantMcc: "5511", country: "CN,US", certificateType: 1, certificateCountry: "US",
    certificateNumber: "123456X", certificateValidDate: at(VALID_UNTIL), contractTimeIsv: at(CONTRACT),
  },
  soleProprietor: {
    merchantType: 2, merchantMcc: "5511", brandLogo: "logoUrlDemo", country: "CN,US", address: "store address demo",
    companyName: "Sole Proprietor", registrationNumber: "registration number demo", registrationCountry: "US",
    registrationAddress: "registration address demo", incorporationDate: at(INCORPORATED), storeType: 1, siteType: 2,
    siteUrl: "site url demo", siteName: "site name demo", contractTimeIsv: at(CONTRACT),
  },
};

async function isTold(actor, id, expected) {
  const told = await sandbox.succeed(actor, "submerchant/query", { subMerchantId: id });
  for (const [key, value] of Object.entries(expected)) assert.deepEqual(told[key], value, key);
}

async function rename(partner, actor, id, name) {
  const { page } = partner;
  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByRole("heading", { level: 1, name: /^Edit / }).waitFor();
  await partner.look("sub-merchant-edit");
  await fill(page, { Name: name });
  await page.getByRole("button", { name: "Save" }).click();
  await shows(page, `${name} Active`);
  await isTold(actor, id, { merchantName: name, ...TOLD.soleProprietor });
}

async function suspendAndResume(partner, actor, id, name) {
  const { page } = partner;
  await sandbox.succeed(actor, "v3/order", orderOf(id));
  await page.getByRole("link", { name: "Suspend…" }).click();
  await shows(page, `Suspend ${name}?`);
  assert.match(await says(page), /400206/, "it says what that means for orders");
  await partner.look("sub-merchant-suspend");
  await page.getByRole("button", { name: "Suspend", exact: true }).click();
  await shows(page, `${name} Suspended`);
  await partner.look("sub-merchant-suspended");
  const refused = await sandbox.call(actor, "v3/order", orderOf(id));
  assert.deepEqual([refused.status, refused.code], ["FAIL", "400206"]);
  await page.getByRole("button", { name: "Resume" }).click();
  await shows(page, `${name} Active`);
  await sandbox.succeed(actor, "v3/order", orderOf(id));
}

for (const javaScript of [true, false]) {
  test(`sub-merchants are enrolled, rewritten and suspended ${javaScript ? "with" : "without"} scripts`, async () => {
    const actor = sandbox.actors.partner;
    const mark = javaScript ? "" : " 2";
    const partner = await Person.arrive(browser, sandbox, { javaScript });
    const { page } = partner;
    await partner.signIn(actor);
    await partner.look("partner-home");

    const first = await individual(partner, `Individual${mark}`);
    await isTold(actor, first, TOLD.individual);
    await partner.look("sub-merchant-individual");
    const second = await soleProprietor(partner, `Sole Proprietor${mark}`);
    await isTold(actor, second, TOLD.soleProprietor);
    await rename(partner, actor, second, `Tea House${mark}`);
    await suspendAndResume(partner, actor, second, `Tea House${mark}`);
    await partner.look("sub-merchant");

    await followMenu(page, "Sub-merchant accounts");
    await partner.look("sub-merchants");
    await page.getByLabel("Name begins with, or ID").fill(`tea house${mark}`);
    await page.getByRole("button", { name: "Show" }).click();
    await page.waitForURL(/[?&]q=tea/);
    assert.equal(await page.getByRole("row").count(), 2, "the heading and the one that was looked for");
    await page.getByRole("link", { name: `Tea House${mark}` }).click();
    await shows(page, `Tea House${mark} Active`);
    await partner.leave();
  });
}

test("what is typed while the fields are drawn anew stays", async () => {
  const partner = await Person.arrive(browser, sandbox);
  const { page } = partner;
  await partner.signIn(sandbox.actors.partner);
  await begin(partner, "Private company", "In a shop");
  await page.getByLabel("Name").first().fill("Slow");
  let answer;
  const held = new Promise((resolve) => { answer = resolve; });
  await page.route("**/portal/sub-merchants/add", async (route) => {
    if (route.request().method() === "POST") await held;
    await route.continue();
  });
  await page.getByLabel("How it sells").selectOption({ label: "Online" });
  await page.getByLabel("Name").first().fill("Slow and steady");
  answer();
  await page.locator("#address").waitFor({ state: "detached" });
  assert.equal(await page.getByLabel("Name").first().inputValue(), "Slow and steady");
  assert.equal(await page.getByLabel("How it sells").inputValue(), "online");
  assert.equal(await page.evaluate(() => document.activeElement.id), "name", "the focus stays where it was");
  assert.equal(await page.getByRole("status").first().innerText(), "Fields for: Private company, online");
  // Enter adds a country and does not send the form.
  await page.locator("#country_add").fill("sg");
  await page.locator("#country_add").press("Enter");
  await page.getByRole("checkbox", { name: "Singapore" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "country_add");
  await partner.look("sub-merchant-add-online");
  await partner.leave();
});

test("nobody else has the menu or the pages", async () => {
  const merchant = await newMerchant(sandbox, "Plain Shop");
  for (const actor of [merchant, sandbox.actors.provider]) {
    const person = await Person.arrive(browser, sandbox);
    await person.signIn(actor);
    assert.equal(await person.page.getByRole("link", { name: "Sub-merchant accounts" }).count(), 0);
    const answer = await person.page.goto("/portal/sub-merchants");
    assert.equal(answer.status(), 403);
    await person.leave();
  }
});
