// A forgotten password: the link is asked for, read in the sandbox's mailbox, sets another password, and works once; with
// scripts and in a browser that runs none.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { newMerchant, says, shows } from "./authority.mjs";
import { launchBrowser, Person, Sandbox } from "./harness.mjs";

const NEW_PASSWORD = "four other plain words";

let sandbox;
let browser;
let reader;

before(async () => {
  sandbox = await Sandbox.start();
  browser = await launchBrowser();
  // The mailbox shows links that let their reader in to whoever opened the console by its own link.
  reader = await Person.arrive(browser, sandbox);
  await reader.page.goto(await sandbox.consoleUrl);
});

after(async () => {
  await browser?.close();
  await sandbox?.stop();
});

async function askForALink(person, merchant) {
  const { page } = person;
  await page.goto("/portal/sign-in");
  await page.getByRole("link", { name: /forgot/i }).click();
  await shows(page, "Set a new password");
  await person.look("password-forgotten");
  await page.getByLabel("E-mail address").fill(merchant.email);
  await page.getByRole("button", { name: "Mail me a link" }).click();
  await shows(page, "Look into your mail");
  await person.look("password-link-sent");
}

/** The newest mail to `merchant`, read in the mailbox; answers where its link leads. */
async function readTheMail(merchant) {
  const { page } = reader;
  await sandbox.control("clock/advance", { ms: 0 });
  await page.goto("/sandbox/mail");
  await page.getByRole("listitem").filter({ hasText: merchant.email }).getByRole("link").first().click();
  await page.getByRole("heading", { name: "As text" }).waitFor();
  await reader.look("password-mail");
  return page.locator('.letter-text a[href*="reset-password"]').getAttribute("href");
}

async function setAnother(person, link) {
  const { page } = person;
  await page.goto(link);
  await shows(page, "Set a new password");
  await page.getByLabel("New password").fill(NEW_PASSWORD);
  await page.getByLabel("The same again").fill("four other plane words");
  await page.locator('form[action="/portal/reset-password"] button[type="submit"]').click();
  await page.locator("#repeat-error").waitFor();
  await person.look("password-problems");
  await page.getByLabel("New password").fill(NEW_PASSWORD);
  await page.getByLabel("The same again").fill(NEW_PASSWORD);
  await page.locator('form[action="/portal/reset-password"] button[type="submit"]').click();
  await page.getByText("The new password is set and every session has ended.").waitFor();
  await person.look("password-set");
}

for (const javaScript of [true, false]) {
  test(`a mailed link sets a new password, once${javaScript ? "" : ", without scripts"}`, async () => {
    const merchant = await newMerchant(sandbox, javaScript ? "Harbour Books" : "Plain Books");
    const elsewhere = await Person.arrive(browser, sandbox, { javaScript });
    await elsewhere.signIn(merchant);
    const person = await Person.arrive(browser, sandbox, { javaScript });
    await askForALink(person, merchant);
    const link = await readTheMail(merchant);
    await setAnother(person, link);

    const { page } = person;
    await page.locator('input[name="email"]').fill(merchant.email);
    await page.locator('input[name="password"]').fill(merchant.password);
    await page.getByRole("button", { name: /sign in/i }).click();
    await page.getByRole("alert").waitFor();
    await person.signIn({ ...merchant, password: NEW_PASSWORD });
    await shows(page, merchant.name);

    await elsewhere.page.goto("/portal");
    assert.match(new URL(elsewhere.page.url()).pathname, /sign-in/, "sessions that were open have ended");
    await page.goto(link);
    await shows(page, "This link cannot be used");
    assert.match(await says(page), /Ask for another link/);
    await person.look("password-link-used");
    await person.leave();
    await elsewhere.leave();
  });
}
