// Starts the real binary and a real browser, and gives tests the few words they need: people sign in, pages are looked at.
//
// Every page that a test looks at is checked for accessibility, for a phone's width, for requests to foreign hosts and for
// errors in the browser's console, and leaves two pictures in the folder of screenshots.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
const READY_MS_MAX = 60_000;
const STOP_MS_MAX = 20_000;
const ACTION_MS_MAX = 15_000;

const here = path.dirname(fileURLToPath(import.meta.url));
const target = path.join(here, "../../target");
const screenshots = process.env.SCREENSHOTS ?? path.join(target, "screenshots");
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// ---------------------------------------------------------------------------------------------------------------- sandbox

/** A running `countersign sandbox` with data of its own. */
export class Sandbox {
  static async start(environment = {}) {
    const binary = process.env.COUNTERSIGN_BINARY ?? path.join(target, "debug/countersign");
    const child = spawn(binary, ["sandbox", "--ephemeral", "--listen", "127.0.0.1:0", "--json"], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { COUNTERSIGN_TIMESTAMP_WINDOW_MS: "30000", ...process.env, ...environment },
    });
    const consoleUrl = consoleLink(child);
    try {
      return new Sandbox(child, await readyLine(child), consoleUrl);
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  constructor(child, ready, consoleUrl) {
    this.child = child;
    /** Resolves to the link that opens the console, once. */
    this.consoleUrl = consoleUrl;
    this.baseUrl = ready.baseUrl;
    this.portalUrl = ready.portalUrl;
    this.actors = ready.actors;
    this.ready = ready;
  }

  /** Calls the merchant API as `actor`, signed; returns the envelope. */
  async call(actor, endpoint, body) {
    const bytes = JSON.stringify(body);
    const timestamp = Date.now().toString();
    const nonce = randomBytes(16).toString("hex");
    const signature = createHmac("sha512", actor.apiSecret)
      .update(`${timestamp}\n${nonce}\n${bytes}\n`)
      .digest("hex")
      .toUpperCase();
    const answer = await fetch(`${this.baseUrl}/binancepay/openapi/${endpoint}`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "BinancePay-Timestamp": timestamp,
        "BinancePay-Nonce": nonce,
        "BinancePay-Certificate-SN": actor.apiKey,
        "BinancePay-Signature": signature,
      },
      body: bytes,
    });
    return answer.json();
  }

  /** The same, and the call must succeed; returns its data. */
  async succeed(actor, endpoint, body) {
    const envelope = await this.call(actor, endpoint, body);
    assert.equal(envelope.status, "SUCCESS", JSON.stringify(envelope));
    return envelope.data;
  }

  /** Calls the sandbox's control API. */
  async control(call, body) {
    const answer = await fetch(`${this.ready.controlUrl}/${call}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${this.ready.controlToken}` },
      body: JSON.stringify(body),
    });
    const json = await answer.json();
    assert.ok(answer.ok, `${call}: ${answer.status} ${JSON.stringify(json)}`);
    return json;
  }

  /** Ends it as an operator would, and insists that it drains and ends with 0. */
  async stop() {
    if (this.child.exitCode === null) {
      this.child.kill("SIGTERM");
      const timer = setTimeout(() => this.child.kill("SIGKILL"), STOP_MS_MAX);
      await once(this.child, "exit");
      clearTimeout(timer);
    }
    assert.equal(this.child.exitCode, 0, "the sandbox drains and ends with 0");
  }
}

/** Passes on what the sandbox says to people, in which is the link to its console. */
function consoleLink(child) {
  return new Promise((resolve) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      process.stderr.write(`${line}\n`);
      const link = /the console opens once at (\S+)/.exec(line);
      if (link) resolve(link[1]);
    });
  });
}

function readyLine(child) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ready line within ${READY_MS_MAX} ms`)), READY_MS_MAX);
    const settle = (finish, value) => {
      clearTimeout(timer);
      finish(value);
    };
    child.once("error", (error) => settle(reject, error));
    child.once("exit", (code) => settle(reject, new Error(`the sandbox ended with ${code} and without a ready line`)));
    createInterface({ input: child.stdout }).once("line", (line) => {
      try {
        const ready = JSON.parse(line);
        assert.equal(ready.event, "ready");
        settle(resolve, ready);
      } catch (error) {
        settle(reject, error);
      }
    });
  });
}

// ---------------------------------------------------------------------------------------------------------------- browser

/** Debian's Chromium, offline but for our own server. */
export function launchBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** One person at one browser: cookies of their own. */
export class Person {
  /**
   * `javaScript: false` is a browser in which pages run no script at all; `visits` are origins besides ours to which a
   * person may be led.
   */
  static async arrive(browser, sandbox, { javaScript = true, visits = [] } = {}) {
    const context = await browser.newContext({
      baseURL: sandbox.baseUrl,
      viewport: DESKTOP,
      javaScriptEnabled: javaScript,
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(ACTION_MS_MAX);
    return new Person(await context.newPage(), sandbox, { javaScript, visits });
  }

  constructor(page, sandbox, { javaScript, visits }) {
    this.page = page;
    this.sandbox = sandbox;
    this.javaScript = javaScript;
    this.complaints = [];
    const known = [new URL(sandbox.baseUrl).origin, ...visits];
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.protocol !== "data:" && !known.includes(url.origin)) this.complaints.push(`request to ${url.origin}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 500) this.complaints.push(`${response.status()} from ${response.url()}`);
    });
    page.on("pageerror", (error) => this.complaints.push(`script error: ${error.message}`));
    page.on("console", (message) => {
      // Chromium also logs a page's own 4xx status as an error; pages for refusals are meant to have one.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
        this.complaints.push(`console: ${message.text()}`);
      }
    });
  }

  /** Signs in through the form; `next` is the page that asked for it, if one did. */
  async signIn(actor) {
    if (!new URL(this.page.url(), this.sandbox.baseUrl).pathname.startsWith("/portal/sign-in")) {
      await this.page.goto("/portal/sign-in");
    }
    await this.page.locator('input[name="email"]').fill(actor.email);
    await this.page.locator('input[name="password"]').fill(actor.password);
    await this.page.getByRole("button", { name: /sign in/i }).click();
    await this.page.waitForURL((url) => !url.pathname.startsWith("/portal/sign-in"));
  }

  /** Looks at the page that is open: accessibility, phone width, pictures. */
  async look(name) {
    const picture = this.javaScript ? name : `${name}-no-script`;
    await this.#accessible(picture);
    await screenshot(this.page, `${picture}-desktop`);
    await this.page.setViewportSize(PHONE);
    await this.#accessible(`${picture} on a phone`);
    await screenshot(this.page, `${picture}-phone`);
    const overflow = await this.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    await this.page.setViewportSize(DESKTOP);
    assert.ok(overflow <= 0, `${picture}: ${overflow} pixels wider than a phone`);
    assert.deepEqual(this.complaints, [], `${picture}: what the browser complained about`);
  }

  /** The same in the dark. */
  async lookInTheDark(name) {
    await this.page.emulateMedia({ colorScheme: "dark" });
    await this.look(`${name}-dark`);
    await this.page.emulateMedia({ colorScheme: "light" });
  }

  /** Fails on every serious or critical violation that axe finds. */
  async #accessible(name) {
    // The checker is a script itself and waits on timers, which do not run where scripts are disabled.
    if (!this.javaScript) return;
    // Evaluated through the debugger, so that the page's content security policy does not stand in the way.
    await this.page.evaluate(axeSource);
    const { violations } = await this.page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    const grave = violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, help, nodes }) => `${id} (${help}): ${nodes.map(({ html }) => html).join(" | ")}`);
    assert.deepEqual(grave, [], `${name}: accessibility`);
  }

  /** Leaves, and nothing may have been complained about since the last look. */
  async leave() {
    await this.page.context().close();
    assert.deepEqual(this.complaints, [], "what the browser complained about");
  }
}

/** A picture of the whole page in the folder of screenshots. */
export async function screenshot(page, name) {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage: true });
}
