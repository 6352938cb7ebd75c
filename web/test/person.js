// What a person does and sees in the console.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { given } from './given.js';

// patience is for how long somebody waits for what must come.
const patience = 30_000;

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// pages are those of the console's own table, so that a new one is looked at without a word here.
export const pages = readFileSync(join(import.meta.dirname, '../src/frame/pages.ts'), 'utf8').split('\n')
  .map((line) => ({ path: /path: '([^']+)'/.exec(line)?.[1], permission: /permission: '([^']+)'/.exec(line)?.[1] }))
  .filter((p) => p.path);

// code is what an authenticator shows now (RFC 6238, 30 s, SHA-1, six digits).
export function code(secret, at = Date.now()) {
  const bits = [...secret.replace(/\s/g, '')].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac('sha1', key).update(step).digest();
  const number = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

// Refusals that a test asks for are told by the browser on its console; they are no fault of the page.
const expected = /^Failed to load resource: the server responded with a status of (400|401|403|404|409|410|429)/;

class Person {
  constructor(context, page, url) {
    Object.assign(this, { context, page, url });
    this.faults = [];
    page.on('pageerror', (error) => this.faults.push(String(error)));
    page.on('console', (message) => { if (['error', 'warning'].includes(message.type()) && !expected.test(message.text())) this.faults.push(message.text()); });
  }

  // plays signs in as somebody of the demo by a click.
  async plays(displayName) {
    await this.page.goto(`${this.url}/sign-in`);
    await this.page.getByRole('button', { name: displayName }).click();
    await this.page.locator('nav').waitFor();
    await this.#keeps(given.people.find((p) => p.display_name === displayName));
  }

  // enters is the same without the page.
  async enters(who) {
    const answer = await this.context.request.post(`${this.url}/api/v1/demo/session`, { headers: { 'X-Wenzheng': 'console' }, data: { name: who.name } });
    assert.ok(answer.ok(), await answer.text());
    await this.#keeps(who);
  }

  // A name has one session at a time: the new one is what the other tests go on with.
  async #keeps(who) {
    const { permissions, accounts } = await (await this.context.request.get(`${this.url}/api/v1/session`)).json();
    Object.assign(who, { permissions, accounts, state: await this.context.storageState() });
  }

  // go opens a page; :id stands for the last account, of which there is no log at first, or for its first rule.
  async go(path) {
    if (path.includes(':id')) {
      if (!this.page.url().startsWith(this.url)) await this.page.goto(`${this.url}/me`);
      const account = (await this.ask('GET', '/session')).body.accounts.at(-1)?.app_id ?? (await this.ask('GET', '/accounts')).body.at(-1).app_id;
      if (/^\/(rules|review)/.test(path)) {
        const { body } = await this.ask('GET', `/rules?account=${account}&limit=1`);
        path = `${path.replace(':id', body.rules[0].id)}?account=${account}`;
      } else path = path.replace(':id', account);
    }
    await this.page.goto(this.url + path);
    await this.page.locator('h1').first().waitFor();
    await this.settled();
  }

  // settled waits until nothing is on its way and no skeleton is seen.
  async settled() {
    await this.page.waitForFunction(() => document.querySelectorAll('[aria-busy="true"], [data-busy="true"]').length === 0 && document.fonts.status === 'loaded');
  }

  menu() { return this.page.locator('nav a').allInnerTexts(); }

  async ask(method, path, data) {
    return this.page.evaluate(async ([m, p, d]) => {
      const response = await fetch(`/api/v1${p}`, { method: m, headers: { 'X-Wenzheng': 'console', 'Content-Type': 'application/json' }, body: d === undefined ? undefined : JSON.stringify(d) });
      return { status: response.status, body: await response.json().catch(() => null) };
    }, [method, path, data]);
  }

  // until asks again and again until something holds, with a breath between.
  async until(holds) {
    for (const begun = Date.now(); !await holds();) {
      assert.ok(Date.now() - begun < patience, `never: ${holds}`);
      await pause(200);
    }
  }

  async accessible(what) {
    if (!await this.page.evaluate(() => 'axe' in globalThis)) await this.page.evaluate(axe);
    // There are no frames to look into. Not to tell of what is right spares a third of the time.
    const violations = await this.page.evaluate(async () => (await globalThis.axe.run(document, { resultTypes: ['violations'] })).violations
      .map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html, any }) => ({ html, any })) })));
    const told = violations.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => `${n.html} ${n.any[0]?.message ?? ''}`).join('\n  ')}`);
    assert.equal(told.length, 0, `${what}:\n${told.join('\n')}`);
  }

  // fits: nothing scrolls sideways but the boxes of tables, once charts have taken the new width.
  async fits(what) {
    await this.page.waitForFunction(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth, null, { timeout: 5_000 }).catch(() => {}); // told below
    const wide = await this.page.evaluate(() => ({
      page: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      who: [...document.querySelectorAll('main *')].filter((el) => el.getBoundingClientRect().right > innerWidth + 1 && !el.closest('[role="group"]')).slice(0, 3).map((el) => el.outerHTML.slice(0, 120)),
    }));
    assert.ok(wide.page <= 0, `${what} is ${wide.page} px too wide: ${wide.who.join('\n')}`);
  }

  // walks presses Tab until the focus is back at the start and tells which controls it never reached.
  async walks() {
    await this.page.evaluate(() => {
      document.activeElement?.blur();
      scrollTo(0, 0);
      globalThis.walk?.over.abort();
      const walk = globalThis.walk = { reached: new Set(), round: false, over: new AbortController() };
      // A field of a date holds three stops of its own, which are one focus.
      addEventListener('focusin', ({ target }) => { walk.round ||= walk.reached.has(target); walk.reached.add(target); }, { signal: walk.over.signal });
    });
    const limit = 40 + await this.page.locator('a, button, input, select, textarea, [tabindex]').count();
    for (let i = 0; i < limit && !await this.page.evaluate(() => globalThis.walk.round); i += 8) {
      for (let n = 0; n < 8; n++) await this.page.keyboard.press('Tab');
    }
    return this.page.evaluate(() => {
      const { reached, over } = globalThis.walk;
      over.abort();
      return [...document.querySelectorAll('a[href], button, input, select, textarea, [tabindex="0"]')]
        .filter((el) => el.checkVisibility({ visibilityProperty: true }) && !el.disabled && el.tabIndex >= 0 && !reached.has(el))
        // Of radios of one name one is in the order of tabs, the arrow keys reach the rest.
        .filter((el) => !(el.type === 'radio' && [...reached].some((r) => r?.name === el.name)))
        .map((el) => el.outerHTML.slice(0, 160));
    });
  }

  async leaves() {
    const faults = this.faults;
    await this.context.close();
    assert.deepEqual(faults, []);
  }
}

// arrives is somebody with a browser window of their own; how: { width, height, theme, language, state }.
export async function arrives(how = {}) {
  const { width = 1280, height = 800, theme = 'light', language = 'zh', state } = how;
  const context = await given.browser.newContext({ viewport: { width, height }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', storageState: state });
  await context.addInitScript(([t, l]) => {
    localStorage.setItem('theme', t);
    localStorage.setItem('language', l);
    addEventListener('securitypolicyviolation', (e) => console.error(`policy: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
  }, [theme, language]);
  context.setDefaultTimeout(patience);
  return new Person(context, await context.newPage(), given.office.url);
}

// as is somebody of the demo, by name or role, with the session the tests share; where that one is over, with a new one.
export async function as(who, how = {}) {
  const one = given.people.find((p) => p.display_name === who || p.role === who);
  const person = await arrives({ ...how, state: one.state });
  if (!(await person.context.request.get(`${person.url}/api/v1/session`)).ok()) await person.enters(one);
  return person;
}
