// A merchant's webhooks in the portal: an endpoint added, a delivery that arrives, one that fails and is sent again, an endpoint
// that is disabled and enabled, and what it missed; once with scripts and once in a browser that runs none.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";

import { followMenu, newMerchant, says, shows } from "./authority.mjs";
import { launchBrowser, Person, Sandbox } from "./harness.mjs";
import { Receiver } from "./receiver.mjs";

const DAY_MS = 24 * 60 * 60 * 1000;
/** The narrowest phone that pages are made for. */
const NARROW = { width: 375, height: 740 };
/** An answer that would break out of the page if it could. */
const HOSTILE = '</pre><script>document.title="broken"</script>\u202e<img src=x onerror=alert(1)>';

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

/** An order of `merchant` that is closed at once; everything that is due is sent before this ends. */
async function closeAnOrder(merchant) {
  const order = await sandbox.succeed(merchant, "v2/order", {
    env: { terminalType: "WEB" },
    merchantTradeNo: randomBytes(12).toString("hex"),
    orderAmount: "42",
    currency: "USDT",
    goods: { goodsType: "01", goodsCategory: "1000", referenceGoodsId: "1", goodsName: "Atlas" },
  });
  await sandbox.succeed(merchant, "order/close", { prepayId: order.prepayId });
  await sent();
  return order.prepayId;
}

/** Ends once everything that is due was tried, `ms` of business time later. */
const sent = (ms = 0) => sandbox.control("clock/advance", { ms });

/** Looks at the page, also at the narrowest width. */
async function look(person, name) {
  await person.look(name);
  const { page } = person;
  const wide = page.viewportSize();
  await page.setViewportSize(NARROW);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await page.setViewportSize(wide);
  assert.ok(over <= 0, `${name}: ${over} pixels wider than ${NARROW.width}`);
}

async function lookTwice(person, name) {
  await look(person, name);
  await person.lookInTheDark(name);
}

async function addAnEndpoint(person, receiver) {
  const { page } = person;
  await followMenu(page, "Webhooks");
  await shows(page, "Webhooks");
  await page.getByText("Nobody is told yet.").waitFor();
  await lookTwice(person, "webhooks-none");
  await page.getByRole("link", { name: "Add endpoint" }).click();
  await shows(page, "Add endpoint");
  assert.ok(await page.getByLabel("Everything").isChecked());
  assert.equal(await page.getByLabel("Orders", { exact: true }).isVisible(), false, "there is nothing to choose yet");
  await page.getByLabel("URL").fill("ftp://shop.example/hook");
  await page.getByLabel("Only what is ticked").check();
  await page.getByRole("button", { name: "Add endpoint" }).click();
  await page.locator("#url-error").waitFor();
  await page.locator("#events-error").getByText("Tick what it is to be told of").waitFor();
  assert.equal(await page.getByLabel("URL").inputValue(), "ftp://shop.example/hook", "what was typed stays");
  await lookTwice(person, "webhook-add-problems");
  await page.getByLabel("URL").fill(`${receiver.origin}/hook`);
  await page.getByLabel("Description").fill("Web shop");
  await page.getByLabel("Orders", { exact: true }).check();
  await page.getByLabel("Refunds", { exact: true }).check();
  await page.getByRole("button", { name: "Add endpoint" }).click();
  await shows(page, "Webhooks");
  await page.getByRole("heading", { name: "Web shop" }).waitFor();
  assert.match(await says(page), /Orders, Refunds/);
  await look(person, "webhook-added");
}

/** From the log to the newest delivery's page. */
async function openNewest(page) {
  await followMenu(page, "Deliveries");
  await shows(page, "Deliveries");
  await page.locator("tbody tr").first().getByRole("link").click();
  await shows(page, "PAY_CLOSED");
}

async function oneArrives(person, merchant, receiver) {
  const { page } = person;
  const prepayId = await closeAnOrder(merchant);
  assert.equal(receiver.came.length, 1);
  const [{ headers, body }] = receiver.came;
  await openNewest(page);
  await shows(page, "PAY_CLOSED Delivered");
  await page.getByText("Request headers").click();
  const shown = await says(page);
  for (const name of ["Content-Type", "BinancePay-Certificate-SN", "BinancePay-Nonce", "BinancePay-Timestamp"]) {
    assert.ok(shown.includes(headers[name.toLowerCase()]), `${name} as it came: ${headers[name.toLowerCase()]}`);
  }
  assert.equal(await page.locator('pre[aria-label="Body"]').innerText(), body, "the bytes that came");
  await lookTwice(person, "delivery-arrived");
  await page.getByRole("link", { name: prepayId }).click();
  await shows(page, "42 USDT Closed");
  await page.getByRole("link", { name: "PAY_CLOSED" }).click();
  await shows(page, "PAY_CLOSED Delivered");
}

async function oneFailsAndIsSentAgain(person, merchant, receiver) {
  const { page } = person;
  receiver.refuses(500, HOSTILE);
  await closeAnOrder(merchant);
  await openNewest(page);
  await shows(page, "PAY_CLOSED Tries again");
  const answer = page.getByLabel("Answer to try 1", { exact: true });
  assert.equal(await answer.innerText(), HOSTILE.replace("\u202e", "\\u{202e}"), "as text, with nothing that is not seen");
  assert.match(await page.title(), /^PAY_CLOSED/);
  await lookTwice(person, "delivery-fails");
  await sent(DAY_MS);
  await page.reload();
  await shows(page, "PAY_CLOSED Failed");
  await page.getByText("Every try that is made without being asked for has failed.").waitFor();
  await page.getByRole("heading", { name: "7 tries" }).waitFor();
  await lookTwice(person, "delivery-failed");
  await followMenu(page, "Webhooks");
  await page.getByText("If that goes on for days, it will be disabled.").waitFor();
  await look(person, "webhook-failing");
  receiver.takes();
  await openNewest(page);
  await page.getByRole("button", { name: "Send again" }).click();
  await page.getByText("It is sent again now.").waitFor();
  await sent();
  await page.reload();
  await shows(page, "PAY_CLOSED Delivered");
  const bodies = new Set(receiver.came.slice(1).map(({ body }) => body));
  assert.equal(bodies.size, 1, "the same bytes at every try");
}

async function filtersLeaveOut(person) {
  const { page } = person;
  await followMenu(page, "Deliveries");
  assert.equal(await page.locator("tbody tr").count(), 2);
  await lookTwice(person, "deliveries");
  await page.getByLabel("State").selectOption({ label: "Failed or missed" });
  await page.getByLabel("About").selectOption({ label: "Orders" });
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.waitForURL(/state=FAILED&type=PAY/);
  await page.getByText("None of your deliveries is like this.").waitFor();
  await look(person, "deliveries-none");
}

async function onlyFailures(person, merchant, receiver) {
  const { page } = person;
  receiver.refuses(503, '{"returnCode":"FAIL"}');
  await closeAnOrder(merchant);
  await sent(6 * DAY_MS);
  await closeAnOrder(merchant);
  await closeAnOrder(merchant);
  // What was to be tried again is missed when its time comes.
  await sent(60_000);
  await followMenu(page, "Home");
  await page.getByText("gets no webhooks any more").waitFor();
  await look(person, "home-with-trouble");
  await page.getByRole("link", { name: "Look at the endpoint" }).click();
  await page.getByText("Mend your receiver, then enable it").waitFor();
  assert.match(await says(page), /3 messages since/);
  await lookTwice(person, "webhook-disabled");
  const before = receiver.came.length;
  receiver.takes();
  await page.getByRole("button", { name: "Enable Web shop" }).click();
  await page.getByText("Enabled. What happens from now on is sent there.").waitFor();
  await page.getByRole("heading", { name: "3 messages failed or were missed" }).waitFor();
  await lookTwice(person, "deliveries-recover");
  await sent();
  assert.equal(receiver.came.length, before, "nothing is sent by that alone");
  await page.getByRole("button", { name: "Send them again" }).click();
  await shows(page, "3 messages are sent again");
  await lookTwice(person, "deliveries-recovered");
  await sent();
  assert.equal(receiver.came.length, before + 3);
}

async function silenceByKeyboard(person, merchant, receiver) {
  const { page } = person;
  await followMenu(page, "Webhooks");
  await page.getByRole("button", { name: "Disable Web shop" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Disabled. It gets nothing until you enable it.").waitFor();
  const before = receiver.came.length;
  await closeAnOrder(merchant);
  assert.equal(receiver.came.length, before);
  await followMenu(page, "Webhooks");
  await page.getByText("1 message, of").waitFor();
  await lookTwice(person, "webhook-off");
  await page.getByRole("link", { name: "Remove… Web shop" }).focus();
  await page.keyboard.press("Enter");
  await shows(page, "Remove Web shop?");
  await look(person, "webhook-remove");
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByText("Removed. Nothing is sent there any more.").waitFor();
  await openNewest(page);
  await page.getByText("No endpoint takes it.").waitFor();
  await look(person, "delivery-missed");
}

for (const javaScript of [true, false]) {
  test(`webhooks arrive, fail, are sent again and are switched${javaScript ? "" : ", without scripts"}`, async () => {
    const receiver = await Receiver.open();
    try {
      const merchant = await newMerchant(sandbox, javaScript ? "Harbour Books" : "Plain Books");
      const person = await Person.arrive(browser, sandbox, { javaScript });
      await person.signIn(merchant);
      await addAnEndpoint(person, receiver);
      await oneArrives(person, merchant, receiver);
      await oneFailsAndIsSentAgain(person, merchant, receiver);
      await filtersLeaveOut(person);
      await onlyFailures(person, merchant, receiver);
      await silenceByKeyboard(person, merchant, receiver);
      await person.leave();
    } finally {
      await receiver.close();
    }
  });
}
