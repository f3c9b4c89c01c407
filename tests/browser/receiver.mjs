// A merchant's receiver of webhooks: it keeps what came and answers as it is told to.

import { createServer } from "node:http";
import { once } from "node:events";

/** What a receiver answers that took a message. */
const TAKEN = { status: 200, body: '{"returnCode":"SUCCESS","returnMessage":null}' };

export class Receiver {
  static async open() {
    const receiver = new Receiver();
    receiver.server.listen(0, "127.0.0.1");
    await once(receiver.server, "listening");
    receiver.origin = `http://127.0.0.1:${receiver.server.address().port}`;
    return receiver;
  }

  constructor() {
    /** What came: path, headers, body as text. */
    this.came = [];
    this.answer = TAKEN;
    this.server = createServer(async (request, answer) => {
      const parts = [];
      for await (const part of request) parts.push(part);
      this.came.push({ path: request.url, headers: request.headers, body: Buffer.concat(parts).toString() });
      answer.writeHead(this.answer.status, { "Content-Type": "application/json" });
      answer.end(this.answer.body);
    });
  }

  /** From now on everything is taken. */
  takes() {
    this.answer = TAKEN;
  }

  /** From now on everything is refused, with these words. */
  refuses(status, body) {
    this.answer = { status, body };
  }

  async close() {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}
