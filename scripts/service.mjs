// What the proving scripts share: a fresh installation of the real binary in a folder of
// its own, with one account in safe mode and a few rules.
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export function freePort() {
  return new Promise((done, fail) => {
    const server = net.createServer().once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

export async function until(what, seconds, check) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await check().catch(() => undefined);
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await sleep(100);
  }
}

const rules = `name,match,keywords,exclude,priority,reply,examples
投诉,contains,投诉|举报|反映,,10,您的诉求已收到，工作人员将尽快与您联系。,
咨询,contains,咨询|请问|如何|怎么,,5,咨询请拨打 12345，或回复“菜单”查看办事指南。,
其他,default,,,0,您好，留言已收到。,
`;

export class Service {
  static async create(bin, { database, crashPoints = false, prefix = "wenzheng-proof-" } = {}) {
    const s = new Service();
    s.bin = path.resolve(bin);
    s.dir = fs.mkdtempSync(path.join(os.tmpdir(), prefix));
    s.appID = "wx" + randomBytes(8).toString("hex");
    s.token = "proof2026";
    s.aesKey = randomBytes(32).toString("base64").slice(0, 42) + "A";
    [s.port, s.metricsPort] = [await freePort(), await freePort()];
    s.url = `http://127.0.0.1:${s.port}`;
    s.log = fs.openSync(path.join(s.dir, "service.log"), "a");
    const data = path.join(s.dir, "data");
    fs.mkdirSync(data, { mode: 0o700 });
    s.env = {
      ...process.env,
      WENZHENG_DATA_DIR: data,
      WENZHENG_DATABASE: database ?? `sqlite:${path.join(data, "wenzheng.db")}`,
      WENZHENG_SECRET_KEY: randomBytes(32).toString("base64"),
      WENZHENG_ADDR: `127.0.0.1:${s.port}`,
      WENZHENG_METRICS_ADDR: `127.0.0.1:${s.metricsPort}`,
      WENZHENG_JOURNAL_ALLOW_VOLATILE: "true",
    };
    s.serveEnv = s.env; // only one process can listen for orders to crash
    if (crashPoints) {
      s.crashURL = `http://127.0.0.1:${await freePort()}`;
      s.serveEnv = { ...s.env, GOFAIL_HTTP: new URL(s.crashURL).host };
    }
    fs.writeFileSync(path.join(s.dir, "rules.csv"), rules);
    s.run("init");
    s.run("migrate", "up");
    s.run("account", "add", "--app-id", s.appID, "--name", "存证测试", "--kind", "service", "--token", s.token, "--aes-key", s.aesKey);
    s.run("rules", "import", path.join(s.dir, "rules.csv"), "--account", s.appID, "--publish");
    return s;
  }

  run(...argv) {
    const r = spawnSync(this.bin, argv, { env: this.env, encoding: "utf8", maxBuffer: 1 << 30 });
    if (r.status !== 0) throw new Error(`wenzheng ${argv.join(" ")}: exit ${r.status}: ${r.stderr.slice(0, 2000)}`);
    return r.stdout;
  }

  // start runs `serve`, behind a tracer when one is given.
  start(...before) {
    const [command, ...rest] = [...before, this.bin, "serve"];
    this.process = spawn(command, rest, { env: this.serveEnv, stdio: ["ignore", this.log, this.log] });
    this.ended = new Promise((done) => this.process.once("exit", done));
  }

  ready() {
    return until("service ready", 30, async () => (await fetch(this.url + "/readyz")).ok);
  }

  target() {
    return ["--url", this.url, "--account", this.appID, "--token", this.token, "--aes-key", this.aesKey];
  }

  async metric(name) {
    const text = await (await fetch(`http://127.0.0.1:${this.metricsPort}/metrics`)).text();
    const line = text.split("\n").find((l) => l.startsWith(name + " "));
    if (!line) throw new Error(`no metric ${name}`);
    return Number(line.split(" ")[1]);
  }

  drained(seconds = 60) {
    return until("backlog empty", seconds, async () => (await this.metric("wenzheng_journal_backlog")) === 0);
  }

  kill() { process.kill(this.process.pid, "SIGKILL"); }

  // crash kills the program while it stands at this point of its work: it is held up there
  // first. The binary must be built with its crash points switched on.
  async crash(point) {
    const url = `${this.crashURL}/${point}`;
    const order = await fetch(url, { method: "PUT", body: "sleep(60000)" });
    if (!order.ok) throw new Error(`crash point ${point}: ${await order.text()}`);
    if (point === "duringShutdown") process.kill(this.process.pid, "SIGTERM");
    await until(`crash point ${point} reached`, 20, async () => Number(await (await fetch(url + "/count")).text()) > 0);
    this.kill();
  }

  async stop() {
    process.kill(this.process.pid, "SIGTERM");
    await this.ended;
  }

  remove() { fs.rmSync(this.dir, { recursive: true, force: true }); }
}
