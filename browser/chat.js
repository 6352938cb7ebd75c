// What a person does and sees in the chat page.
import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { account } from './office.js';

const patience = 15_000;

export class Chat {
  constructor(page) {
    this.page = page;
    this.faults = [];
    page.on('pageerror', (error) => this.faults.push(String(error)));
    page.on('console', (message) => { if (message.type() === 'error') this.faults.push(message.text()); });
  }

  static async open(browser, office, viewport, citizen) {
    const context = await browser.newContext({ viewport, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
    const chat = new Chat(await context.newPage());
    await chat.page.goto(`${office.chat}/?account=${account.id}${citizen ? `&citizen=${citizen}` : ''}`);
    await chat.page.locator('#chat-title', { hasText: account.name }).waitFor();
    return chat;
  }

  answers() { return this.page.locator('.row:not(.mine)'); }

  mine() { return this.page.locator('.row.mine'); }

  async write(text) {
    await this.page.getByLabel('输入消息').fill(text);
    await this.page.keyboard.press('Enter');
  }

  // next waits for what comes after n answers and returns its text.
  async next(n) {
    await this.answers().nth(n).waitFor({ timeout: patience });
    return this.answers().nth(n).locator('.stack > *').first().innerText();
  }

  async ask(text) {
    const n = await this.answers().count();
    await this.write(text);
    return this.next(n);
  }

  async more(item) {
    await this.page.getByRole('button', { name: '更多功能' }).click();
    await this.page.locator('#tray').getByRole('button', { name: item, exact: true }).click();
  }

  // settled waits until every message has its outcome.
  async settled() {
    await this.page.waitForFunction(() => ![...document.querySelectorAll('#log .meta, #log .note button')].some((el) => el.textContent.includes('投递中')), null, { timeout: patience });
  }

  async clean(what) {
    const { violations } = await new AxeBuilder({ page: this.page }).setLegacyMode(true).options({ resultTypes: ['violations'] }).analyze(); // no frames, and nothing that is right
    const told = violations.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => n.html).join('\n  ')}`);
    assert.equal(told.length, 0, `${what}:\n${told.join('\n')}`);
    const sideways = await this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(sideways <= 0, `${what} is ${sideways} px too wide`);
    const cut = await this.page.evaluate(() => [...document.querySelectorAll('#log, #accounts, #details')].filter((el) => el.scrollWidth > el.clientWidth).map((el) => el.id));
    assert.deepEqual(cut, [], `${what} scrolls sideways`);
  }
}
