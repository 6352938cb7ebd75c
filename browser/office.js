// The real program on addresses of its own, and the browser that looks at it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from 'playwright-core';

const program = resolve(process.env.PROGRAM ?? join(import.meta.dirname, '../bin/wenzheng'));
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const account = { id: 'wx00000000000d0001', name: '澜江政务', secret: '0123456789abcdef0123456789abcdef' };

export function browserPath() {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    for (const folder of process.env.PATH.split(delimiter)) {
      if (existsSync(join(folder, name))) return join(folder, name);
    }
  }
  throw new Error('no chromium found: run scripts/setup-test');
}

export const launch = () => chromium.launch({ executablePath: browserPath(), args: flags });

async function freeAddress() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return `127.0.0.1:${port}`;
}

// Office is one demo installation in a temporary folder.
export class Office {
  #process;

  #output = '';

  static async open() {
    const office = new Office();
    if (!existsSync(program)) throw new Error(`${program} is not built: run scripts/build`);
    office.folder = mkdtempSync(join(tmpdir(), 'wenzheng-browser-'));
    [office.addr, office.chatAddr] = [await freeAddress(), await freeAddress()];
    office.chat = `http://${office.chatAddr}`;
    await office.start();
    await office.stop();
    office.tellSecret();
    await office.start(); // the second start must keep what is there
    return office;
  }

  get env() {
    return { ...process.env, WENZHENG_METRICS_ADDR: '', WENZHENG_JOURNAL_ALLOW_VOLATILE: 'true' };
  }

  async start() {
    const args = ['demo', '--empty', '--addr', this.addr, '--simulator-addr', this.chatAddr, '--data', this.folder];
    this.#process = spawn(program, args, { env: this.env, cwd: this.folder });
    for (const stream of [this.#process.stdout, this.#process.stderr]) stream.on('data', (text) => { this.#output += text; });
    for (let tries = 0; tries < 200; tries++) {
      if (this.#process.exitCode !== null) break;
      const [service, page] = await Promise.all([fetch(`http://${this.addr}/readyz`), fetch(this.chat)]).catch(() => []);
      if (service?.ok && page?.ok) return;
      await pause(100);
    }
    throw new Error(`the demo does not start:\n${this.#output}`);
  }

  async stop() {
    if (!this.#process || this.#process.exitCode !== null) return;
    const over = once(this.#process, 'exit');
    this.#process.kill('SIGINT');
    const [code] = await over;
    if (code !== 0) throw new Error(`the demo ended with ${code}:\n${this.#output}`);
  }

  async close() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  // tellSecret gives the account keys that the tests know, as its office would.
  tellSecret() {
    const args = ['--config', join(this.folder, 'wenzheng.yaml'), 'account', 'add', '--app-id', account.id, '--name', account.name, '--kind', 'service', '--verified', '--token', 'browsertest2026', '--aes-key', '-', '--secret', '-', '--original-id', 'gh_lanjiang0001'];
    const done = spawnSync(program, args, { env: this.env, cwd: this.folder, input: `${'k'.repeat(42)}A\n${account.secret}\n`, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`account add: ${done.stderr}`);
  }

  // push sends a customer-service message by the platform's API.
  async push(openID, text) {
    const call = async (path, body) => {
      const response = await fetch(this.chat + path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
      return response.json();
    };
    const token = await call('/cgi-bin/stable_token', { grant_type: 'client_credential', appid: account.id, secret: account.secret });
    return call(`/cgi-bin/message/custom/send?access_token=${token.access_token}`, { touser: openID, msgtype: 'text', text: { content: text } });
  }
}
