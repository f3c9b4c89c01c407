// A merchant's orders in the portal: paged through, found by an id, looked at, refunded in part with a reason, and closed;
// once with scripts and once in a browser that runs none.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { followMenu, newMerchant, says, shows } from "./authority.mjs";
import { launchBrowser, Person, Sandbox } from "./harness.mjs";
import { Shop } from "./shop.mjs";

/** Rows of one page of the list. */
const ROWS = 25;

let sandbox;
let browser;
let shop;

before(async () => {
  sandbox = await Sandbox.start();
  browser = await launchBrowser();
  shop = await Shop.open();
});

after(async () => {
  await browser?.close();
  await shop?.close();
  await sandbox?.stop();
});

/** A merchant that is charged 1 %, with one paid order and as many open ones as do not fit on the same page. */
async function busyMerchant(name) {
  const merchant = await newMerchant(sandbox, name);
  const { merchantId } = merchant;
  await sandbox.control("merchants/configure", { merchantId, commissionPercent: "1" });
  await sandbox.control("webhooks/endpoint", { merchantId, url: `${shop.origin}/hook` });
  const paid = await shop.order(sandbox, merchant);
  const { prepayId } = paid;
  await sandbox.control("orders/pay", { prepayId, payer: sandbox.actors.payer.binanceId, currency: "BNB" });
  for (let index = 0; index < ROWS; index += 1) await shop.order(sandbox, merchant);
  return { merchant, order: await sandbox.succeed(merchant, "v2/order/query", { prepayId }) };
}

const rows = (page) => page.locator("tbody tr");

async function pageThrough(person) {
  const { page } = person;
  await followMenu(page, "Orders");
  await shows(page, "Orders");
  assert.equal(await rows(page).count(), ROWS);
  await person.look("orders");
  await person.lookInTheDark("orders");
  await page.getByRole("link", { name: "Older" }).click();
  await page.waitForURL(/before=/);
  assert.equal(await rows(page).count(), 1);
  await page.getByRole("link", { name: "Newer" }).click();
  await page.waitForURL(/after=/);
  assert.equal(await rows(page).count(), ROWS);
}

/** What is asked for stays in the address, which can be opened anew. */
async function search(person, { text, state = "All" }) {
  const { page } = person;
  await page.getByLabel("Any ID").fill(text);
  await page.getByLabel("State").selectOption({ label: state });
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.waitForURL((url) => url.searchParams.get("q") === text);
  const count = await rows(page).count();
  await page.goto(page.url());
  assert.equal(await page.getByLabel("Any ID").inputValue(), text);
  assert.equal(await rows(page).count(), count);
  return count;
}

async function find(person, order) {
  const { page } = person;
  assert.equal(await search(person, { text: order.transactionId.slice(0, -1) }), 0);
  await page.getByText("None of your orders is like this.").waitFor();
  await person.look("orders-none");
  assert.equal(await search(person, { text: order.merchantTradeNo, state: "Open" }), 0, "it is paid");
  for (const text of [order.prepayId, order.merchantTradeNo, order.transactionId]) {
    assert.equal(await search(person, { text, state: "Paid" }), 1, text);
  }
  await person.look("orders-found");
  await rows(page).getByRole("link").click();
  await shows(page, "42 USDT Paid");
}

async function refundAPart(person, merchant) {
  const { page } = person;
  await page.getByRole("link", { name: "Refund" }).click();
  await shows(page, "Refund order");
  assert.equal(await page.getByLabel("Amount in USDT").inputValue(), "42", "all that is left");
  await page.getByLabel("Amount in USDT").fill("42.01");
  await page.getByLabel("Reason").fill("The box was damp");
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("alert").waitFor();
  await page.locator("#amount-error").getByText("at most the 42 USDT").waitFor();
  await person.look("order-refund-problems");
  await page.getByLabel("Amount in USDT").fill("12");
  await page.getByRole("button", { name: "Go on" }).click();
  await shows(page, "Refund 12 USDT?");
  const told = await says(page);
  for (const shown of ["0.12 USDT", "11.88 USDT", "30 USDT", "The box was damp", "not in the BNB"]) {
    assert.ok(told.includes(shown), `${shown}: ${told}`);
  }
  await person.look("order-refund-confirm");
  await person.lookInTheDark("order-refund-confirm");
  const path = new URL(page.url()).pathname;
  const inputs = page.locator(`form[action="${path}"] input`);
  const fields = Object.fromEntries(await inputs.evaluateAll((all) => all.map(({ name, value }) => [name, value])));
  await page.getByRole("button", { name: "Refund 12 USDT" }).click();
  await shows(page, "42 USDT Refunded in part");
  const history = page.getByRole("complementary", { name: "History" });
  await history.getByText("Refund of 12 USDT: The box was damp").waitFor();
  const line = await history.innerText();
  for (const shown of [`${merchant.email}, in the portal`, "Paid: 0.07 BNB, at 1 BNB = 600 USDT", "the payer"]) {
    assert.ok(line.includes(shown), `${shown}: ${line}`);
  }
  await person.look("order-refunded");
  await person.lookInTheDark("order-refunded");
  await sendAgain(person, path, fields);
}

/** The form that was sent, sent again as an impatient second click would: nothing more is refunded. */
async function sendAgain(person, path, fields) {
  const headers = { Origin: sandbox.baseUrl };
  const answer = await person.page.context().request.post(path, { form: { ...fields, step: "refund" }, headers });
  assert.match(await answer.text(), /This refund was made already\. Nothing more was refunded\./);
}

async function followADelivery(person) {
  const { page } = person;
  await page.getByRole("link", { name: "REFUND_SUCCESS" }).click();
  await shows(page, "REFUND_SUCCESS");
  await page.getByText("A refund reached its payer.").waitFor();
}

async function closeAnOpenOne(person) {
  const { page } = person;
  await followMenu(page, "Orders");
  await rows(page).first().getByRole("link").click();
  await shows(page, "42 USDT Open");
  await person.look("order-open");
  await page.getByRole("link", { name: "Close order" }).click();
  await shows(page, "Close order");
  await person.look("order-close");
  await page.getByRole("button", { name: "Close order" }).click();
  await shows(page, "42 USDT Closed");
  await page.getByText("Closed. Nobody can pay it any more.").waitFor();
}

for (const javaScript of [true, false]) {
  test(`an order is found and refunded in part, and another is closed${javaScript ? "" : ", without scripts"}`, async () => {
    const { merchant, order } = await busyMerchant(javaScript ? "Harbour Books" : "Plain Books");
    const person = await Person.arrive(browser, sandbox, { javaScript });
    await person.signIn(merchant);
    await pageThrough(person);
    await find(person, order);
    await refundAPart(person, merchant);
    const { prepayId } = order;
    const after = await sandbox.succeed(merchant, "v2/order/query", { prepayId });
    assert.equal(after.status, "REFUNDED");
    const balance = await sandbox.succeed(merchant, "v2/balance", { wallet: "FUNDING_WALLET", currency: "USDT" });
    assert.equal(balance.balance[0].available, 29.7, "41.58 less 11.88, once");
    await followADelivery(person);
    await closeAnOpenOne(person);
    await person.leave();
  });
}
