// The steps of giving authority, as a provider and a merchant take them in the portal.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";

/** A fresh merchant that has not authorized anyone. */
export function newMerchant(sandbox, name) {
  return sandbox.control("accounts", { kind: "merchant", name });
}

/** A request made through the API; returns its data with `redirectUrl`. */
export function askByApi(sandbox, provider, merchant, scopes, ipWhitelist = ["127.0.0.1"]) {
  return sandbox.succeed(provider, "service/provider/create", {
    merchantId: merchant.merchantId,
    scopes,
    ipWhitelist,
  });
}

/** The order of the founding document, made with the token of a merchant. */
export function orderBody(token) {
  return {
    "BinancePay-technicalServiceProviderAuthId": token,
    env: { terminalType: "WEB" },
    merchantTradeNo: randomBytes(12).toString("hex"),
    orderAmount: 0.01,
    currency: "USDT",
    goods: {
      goodsType: "01",
      goodsCategory: "D000",
      referenceGoodsId: "7876763A3B",
      goodsName: "Green Apple",
      goodsDetail: "Green colored sweet apple",
    },
  };
}

/** Follows an entry of the portal's menu. */
export async function followMenu(page, text) {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: text }).click();
}

/** Ticks exactly these permissions in the form that is open. */
export async function tickExactly(page, scopes) {
  const boxes = page.locator('input[name="scope"]');
  const codes = await boxes.evaluateAll((elements) => elements.map((element) => element.value));
  for (const scope of scopes) assert.ok(codes.includes(scope), `${scope} can be ticked, of ${codes}`);
  for (const [index, code] of codes.entries()) await boxes.nth(index).setChecked(scopes.includes(code));
}

/** Home → Partner features → Technical vendor → Add authorization → the link to share. */
export async function askByHand(provider, merchant, scopes, addresses, look = async () => {}) {
  const { page } = provider;
  await followMenu(page, "Technical vendor");
  await shows(page, "Technical vendor");
  await look("technical-vendor");
  await page.getByRole("link", { name: "Add authorization" }).first().click();
  await shows(page, "Add authorization");
  await look("add-authorization");
  await page.getByLabel("Merchant ID").fill(merchant.merchantId);
  await tickExactly(page, scopes);
  await page.getByLabel("Your addresses").fill(addresses.join("\n"));
  await page.getByRole("button", { name: "Create request" }).click();
  await shows(page, `Share this link with ${merchant.name}`);
  await look("authorization-created");
  return page.getByLabel("Authorization link").inputValue();
}

/** Waits until the page with this heading is open, and fails when another one stays. */
export function shows(page, title) {
  return page.getByRole("heading", { level: 1, name: title }).waitFor();
}

/** What the page says, menu and frame aside. */
export function says(page) {
  return page.getByRole("main").innerText();
}
