// A merchant's website beside ours, and the orders it makes.

import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { once } from "node:events";

/** Answers every path with a page that names it. */
export class Shop {
  static async open() {
    const server = createServer((request, answer) => {
      if (request.method === "POST") {
        // What is told to its webhook endpoint is taken.
        answer.setHeader("Content-Type", "application/json");
        answer.end('{"returnCode":"SUCCESS","returnMessage":null}');
        return;
      }
      answer.setHeader("Content-Type", "text/html; charset=utf-8");
      answer.end(`<!doctype html><title>Shop</title><h1>${request.url === "/thanks" ? "Thank you" : "Your basket"}</h1>`);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Shop(server);
  }

  constructor(server) {
    this.server = server;
    this.origin = `http://127.0.0.1:${server.address().port}`;
  }

  /** An order of `merchant`, with the ways back to this website. */
  order(sandbox, merchant, fields = {}) {
    return sandbox.succeed(merchant, "v2/order", {
      env: { terminalType: "WEB" },
      merchantTradeNo: randomBytes(12).toString("hex"),
      orderAmount: "42",
      currency: "USDT",
      goods: {
        goodsType: "01",
        goodsCategory: "1000",
        referenceGoodsId: "7876763A3B",
        goodsName: "Atlas of Remote Islands",
      },
      returnUrl: `${this.origin}/thanks`,
      cancelUrl: `${this.origin}/basket`,
      ...fields,
    });
  }

  async close() {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}
