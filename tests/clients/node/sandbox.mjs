// Starts the real binary as a sandbox, on either engine, and receives the webhooks it sends.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { createInterface } from "node:readline";

const READY_MS_MAX = 60_000;
const STOP_MS_MAX = 20_000;
const DELIVERY_MS_MAX = 30_000;

/** The database of each engine; `undefined` is the SQLite inside the binary. */
export const ENGINES = { sqlite: () => undefined, postgres: () => needed("COUNTERSIGN_TEST_POSTGRES") };

function needed(name) {
  const value = process.env[name];
  assert.ok(value, `${name} is not set: run the tests with cargo xtask test --only clients-node`);
  return value;
}

/** The paths of the merchant API that exist by now, as the binary itself tells them. */
export function knownPaths() {
  const document = JSON.parse(execFileSync(needed("COUNTERSIGN_BINARY"), ["openapi"], { encoding: "utf8", maxBuffer: 1 << 26 }));
  return Object.keys(document.paths);
}

/** A running `countersign sandbox` with data that goes away with it. */
export class Sandbox {
  static async start(database) {
    const args = ["sandbox", "--ephemeral", "--listen", "127.0.0.1:0", "--json"];
    if (database !== undefined) args.push("--database", database);
    const environment = { COUNTERSIGN_TIMESTAMP_WINDOW_MS: "30000", ...process.env };
    // Ours alone; the binary would warn of a setting that it does not know.
    delete environment.COUNTERSIGN_BINARY;
    const child = spawn(needed("COUNTERSIGN_BINARY"), args, {
      // Standard error stays ours: what the server logs explains a failed test.
      stdio: ["ignore", "pipe", "inherit"],
      env: environment,
    });
    try {
      return new Sandbox(child, await readyLine(child));
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  constructor(child, ready) {
    this.child = child;
    this.ready = ready;
    this.baseUrl = ready.baseUrl;
    this.actors = ready.actors;
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

  /** Calls the merchant API as `actor` for what the client under test does not offer; the call must succeed. */
  async succeed(actor, path, body) {
    const bytes = JSON.stringify(body);
    const timestamp = Date.now().toString();
    const nonce = randomBytes(16).toString("hex");
    const signed = `${timestamp}\n${nonce}\n${bytes}\n`;
    const answer = await fetch(`${this.baseUrl}/binancepay/openapi/${path}`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "BinancePay-Timestamp": timestamp,
        "BinancePay-Nonce": nonce,
        "BinancePay-Certificate-SN": actor.apiKey,
        "BinancePay-Signature": createHmac("sha512", actor.apiSecret).update(signed).digest("hex").toUpperCase(),
      },
      body: bytes,
    });
    const envelope = await answer.json();
    assert.equal(envelope.status, "SUCCESS", JSON.stringify(envelope));
    return envelope.data;
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
        settle(resolve, JSON.parse(line));
      } catch (error) {
        settle(reject, error);
      }
    });
  });
}

/** A receiver of webhooks on a free port that takes everything and keeps it as it came. */
export class Receiver {
  static async start() {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Receiver(server);
  }

  #deliveries = [];
  #waiting = [];

  constructor(server) {
    this.server = server;
    this.url = `http://127.0.0.1:${server.address().port}/hook`;
    server.on("request", async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      response.writeHead(200, { "Content-Type": "application/json" });
      response.end('{"returnCode":"SUCCESS","returnMessage":null}');
      const delivery = { headers: request.headers, body: Buffer.concat(chunks).toString("utf8") };
      const waiting = this.#waiting.shift();
      if (waiting) waiting(delivery);
      else this.#deliveries.push(delivery);
    });
  }

  /** The next delivery, oldest first. */
  async next() {
    if (this.#deliveries.length > 0) return this.#deliveries.shift();
    let timer;
    const arrived = new Promise((resolve) => this.#waiting.push(resolve));
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no delivery within ${DELIVERY_MS_MAX} ms`)), DELIVERY_MS_MAX);
    });
    return Promise.race([arrived, late]).finally(() => clearTimeout(timer));
  }

  async stop() {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}
