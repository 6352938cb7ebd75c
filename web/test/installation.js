// The real program with demo data on addresses of its own, and the browser that looks at it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from 'playwright-core';

export const program = resolve(process.env.PROGRAM ?? join(import.meta.dirname, '../../bin/wenzheng'));
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

function browserPath() {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    for (const folder of process.env.PATH.split(delimiter)) {
      if (existsSync(join(folder, name))) return join(folder, name);
    }
  }
  throw new Error('no chromium found: run scripts/setup-test');
}

export const launch = () => chromium.launch({ executablePath: browserPath(), args: flags });

export async function freeAddress() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return `127.0.0.1:${port}`;
}

export class Installation {
  #process;

  #output = '';

  // demo starts the demo; more are further flags.
  static async demo(...more) {
    const one = new Installation();
    if (!existsSync(program)) throw new Error(`${program} is not built: run make build`);
    one.folder = mkdtempSync(join(tmpdir(), 'wenzheng-console-'));
    [one.addr, one.chatAddr] = [await freeAddress(), await freeAddress()];
    one.url = `http://${one.addr}`;
    one.chat = `http://${one.chatAddr}`;
    await one.#start(['demo', '--addr', one.addr, '--simulator-addr', one.chatAddr, '--data', one.folder, ...more]);
    return one;
  }

  async #start(args) {
    const env = { ...process.env, WENZHENG_METRICS_ADDR: '', WENZHENG_JOURNAL_ALLOW_VOLATILE: 'true' };
    this.#process = spawn(program, args, { env, cwd: this.folder });
    for (const stream of [this.#process.stdout, this.#process.stderr]) stream.on('data', (text) => { this.#output += text; });
    for (let tries = 0; tries < 600; tries++) {
      if (this.#process.exitCode !== null) break;
      const ready = await fetch(`${this.url}/readyz`).catch(() => null);
      if (ready?.ok) return;
      await pause(100);
    }
    throw new Error(`the program does not start:\n${this.#output}`);
  }

  // history waits until the demo has written its ninety days.
  async history() {
    for (let tries = 0; tries < 3000 && !/完成（|没有完成/.test(this.#output); tries++) await pause(100);
  }

  // run is a command on the installation's own data, and gives what it said.
  async run(...args) {
    const running = spawn(program, ['--config', join(this.folder, 'wenzheng.yaml'), ...args], { cwd: this.folder });
    let said = '';
    for (const stream of [running.stdout, running.stderr]) stream.on('data', (part) => { said += part; });
    const [code] = await once(running, 'exit');
    if (code !== 0) throw new Error(`${args.join(' ')} failed:\n${said}`);
    return said;
  }

  // send has a citizen write to an account, and tells what was answered.
  send(account, text) { return this.run('simulate', '--account', account, 'send', text); }

  // imports brings the rows of a file into the log.
  imports(name, text) {
    const file = join(this.folder, name);
    writeFileSync(file, text);
    return this.run('log', 'import', file);
  }

  async close() {
    if (this.#process && this.#process.exitCode === null) {
      const over = once(this.#process, 'exit');
      this.#process.kill('SIGINT');
      await over;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
