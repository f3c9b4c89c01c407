// The hosted checkout and the payer's wallet: an order is paid from the wallet while another page looks on, prices lapse,
// orders expire, and all of it works in a browser that runs no scripts.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { newMerchant, says, shows } from "./authority.mjs";
import { launchBrowser, Person, Sandbox } from "./harness.mjs";
import { Shop } from "./shop.mjs";

const MINUTE_MS = 60_000;

let sandbox;
let browser;
let shop;
let merchant;

before(async () => {
  sandbox = await Sandbox.start();
  browser = await launchBrowser();
  shop = await Shop.open();
  merchant = await newMerchant(sandbox, "Harbour Books");
});

after(async () => {
  await browser?.close();
  await shop?.close();
  await sandbox?.stop();
});

const arrive = (options = {}) => Person.arrive(browser, sandbox, { visits: [shop.origin], ...options });

/** Waits until the page says so, by itself. */
const turns = (page, words) => page.getByRole("main").getByText(words).first().waitFor();

async function payerAtWallet(options) {
  const payer = await arrive(options);
  await payer.signIn(sandbox.actors.payer);
  await shows(payer.page, sandbox.actors.payer.name);
  return payer;
}

/** Opens an order in the wallet by one of its links. */
async function openLink(payer, link) {
  const { page } = payer;
  await page.goto("/portal/wallet");
  await page.getByLabel("Pay from a link").fill(link);
  await page.getByRole("button", { name: "Open" }).click();
}

/** Locks a price in `currency`. */
async function lock(page, currency) {
  await page.getByRole("radio", { name: new RegExp(`^${currency}`) }).check();
  await page.getByRole("button", { name: "Continue" }).click();
  await turns(page, "This price is yours for");
}

async function paidWith(currency) {
  const answer = await sandbox.succeed(merchant, "v2/balance", { wallet: "FUNDING_WALLET", currency });
  return answer.balance[0].available;
}

test("an order is paid from the wallet, and another page hears of it and leads back to the shop", async () => {
  const order = await shop.order(sandbox, merchant);
  const onlooker = await arrive();
  await onlooker.page.goto(order.checkoutUrl);
  await shows(onlooker.page, "Harbour Books");
  const open = await says(onlooker.page);
  assert.ok(open.includes("42 USDT") && open.includes("Atlas of Remote Islands"), open);
  assert.match(open, /Open for (59:\d\d|1:00:00)/, "the time that is left is counted");
  await onlooker.look("checkout-open");

  const payer = await payerAtWallet();
  await payer.look("wallet");
  const { page } = payer;
  await openLink(payer, "https://elsewhere.example/checkout/1");
  await turns(page, "This link leads to elsewhere.example, which is not us.");
  await payer.look("wallet-wrong-link");
  await openLink(payer, order.deeplink);
  await shows(page, "Harbour Books");
  const choice = await says(page);
  for (const shown of ["42 USDT", "0.07 BNB", "1 BNB = 600 USDT", "0.0007 BTC", "You have 10,000"]) {
    assert.ok(choice.includes(shown), `${shown}: ${choice}`);
  }
  await payer.look("checkout-choose");
  await lock(page, "BNB");
  await payer.look("checkout-locked");
  await turns(onlooker.page, "Somebody is about to pay");
  await onlooker.look("checkout-busy");

  await page.getByRole("button", { name: "Pay 0.07 BNB" }).click();
  await turns(page, "You paid");
  await page.getByRole("button", { name: "Stay on this page" }).click();
  await payer.look("checkout-paid");
  await onlooker.page.waitForURL(`${shop.origin}/thanks`);
  await shows(onlooker.page, "Thank you");
  await onlooker.leave();
  assert.equal(await paidWith("USDT"), 42, "the merchant gets what it asked for, in its currency");

  await page.getByRole("link", { name: "Receipt" }).click();
  await shows(page, "Harbour Books");
  const receipt = await says(page);
  for (const shown of ["0.07 BNB", "1 BNB = 600 USDT", "42 USDT", "M_P_"]) assert.ok(receipt.includes(shown), receipt);
  await payer.look("receipt");
  await page.goto("/portal/wallet");
  await page.getByRole("link", { name: "Payment to Harbour Books" }).waitFor();
  await payer.look("wallet-activity");

  await page.goto(order.checkoutUrl);
  await page.waitForURL(`${shop.origin}/thanks`);
  await payer.leave();
});

test("a price lapses and an order expires before the eyes of its reader", async () => {
  const order = await shop.order(sandbox, merchant);
  const payer = await payerAtWallet();
  const { page } = payer;
  await page.goto(order.checkoutUrl);
  await lock(page, "USDT");
  await sandbox.control("clock/advance", { ms: MINUTE_MS });
  await page.getByRole("button", { name: "Continue" }).waitFor();
  assert.ok((await says(page)).includes("Pay with"), "the price is shown again");
  await sandbox.control("clock/advance", { ms: 60 * MINUTE_MS });
  await turns(page, "This order has expired");
  await payer.look("checkout-expired");
  await page.getByRole("link", { name: "Back to Harbour Books" }).click();
  await shows(page, "Your basket");
  await payer.leave();
});

test("somebody else, and somebody without money, are told how it stands", async () => {
  const order = await shop.order(sandbox, merchant, { orderAmount: "20000000" });
  const payer = await payerAtWallet();
  await payer.page.goto(order.checkoutUrl);
  await turns(payer.page, "There is not enough in your funding wallet.");
  await payer.look("checkout-short");
  await payer.page.getByRole("link", { name: "Cancel and go back to Harbour Books" }).click();
  await shows(payer.page, "Your basket");
  await payer.leave();

  const owner = await arrive();
  await owner.page.goto(order.universalUrl);
  await owner.page.getByRole("link", { name: "Sign in to pay" }).click();
  await owner.signIn(merchant);
  await turns(owner.page, "which cannot pay orders");
  await owner.look("checkout-not-a-payer");
  await owner.leave();
});

test("all of it works without scripts", async () => {
  const order = await shop.order(sandbox, merchant);
  const payer = await payerAtWallet({ javaScript: false });
  const { page } = payer;
  await openLink(payer, order.qrContent);
  await shows(page, "Harbour Books");
  await payer.look("checkout-choose");
  await lock(page, "USDC");
  await payer.look("checkout-locked");
  const onlooker = await arrive({ javaScript: false });
  await onlooker.page.goto(order.checkoutUrl);
  await turns(onlooker.page, "Somebody is about to pay");
  await onlooker.look("checkout-busy");
  await page.getByRole("link", { name: "Pay with something else" }).click();
  await lock(page, "BTC");
  await page.getByRole("button", { name: "Pay 0.0007 BTC" }).click();
  await turns(page, "You paid");
  await payer.look("checkout-paid");
  for (const person of [payer, onlooker]) {
    await person.page.waitForURL(`${shop.origin}/thanks`);
    await person.leave();
  }
});
