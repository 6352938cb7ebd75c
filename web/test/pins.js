// Emergency answers, from a desk and from a phone, down to the citizen.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { given } from './given.js';
import { as } from './person.js';

const account = 'wx00000000000d0001';
const words = '【停水通知】今天 9:30 至 15:00 城北停水，抢修热线 0999-6002345（演示）。';
const editor = async (how = {}) => {
  const person = await as('content_admin', how);
  await person.go(`/pin?account=${account}`);
  return person;
};

test('a pin from a phone reaches the citizen and everybody sees it', async () => {
  const phone = await editor({ width: 390 });
  const { page } = phone;
  const set = page.getByRole('button', { name: /^置顶/ });
  await page.getByLabel('市民看到的话').fill('长'.repeat(683));
  await page.getByText('超出 1 字节').waitFor();
  await page.getByLabel('市民看到的话').fill(words);
  await page.getByLabel('事由').fill('城北水厂来函');
  const name = /“(.+)”/.exec(await page.getByText(/输入账号全名/).innerText())[1];
  await page.getByLabel(/输入账号全名/).fill(name.slice(0, -1));
  await page.getByText('还差 1 个字').waitFor();
  assert.ok(await set.isDisabled(), 'a name half typed arms it');
  await phone.accessible('a pin about to be set');
  await phone.fits('the pin page at 390');
  await page.getByLabel(/输入账号全名/).fill(name);
  await set.click();
  await page.getByRole('region', { name: '应急置顶生效中' }).first().waitFor();
  await phone.until(async () => (await given.office.send(account, `怎么停水了 ${Date.now()}`)).includes('停水通知'));
  await phone.accessible('a pin in force at 390');
  await phone.fits('a pin in force at 390');
  const manager = await as('account_manager');
  await manager.go('/');
  await manager.page.getByText(/还剩 (2 小时|1 小时 5\d 分)/).first().waitFor();
  await manager.accessible('the red bar');
  assert.equal((await manager.ask('DELETE', `/pins?account=${account}`)).status, 403);
  await manager.leaves();
  await page.getByRole('button', { name: '现在结束' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '现在结束' }).click();
  await page.getByText('以前的置顶').waitFor();
  await page.getByRole('region', { name: '应急置顶生效中' }).waitFor({ state: 'detached' });
  await page.getByText(/【停水通知】.*……/).waitFor();
  await phone.leaves();
});

test('an end that is past or too far is told at its field', async () => {
  const person = await editor();
  await person.page.getByLabel('到何时').fill('2020-01-01T10:00');
  await person.page.getByText('这个时刻已经过了').waitFor();
  await person.page.getByLabel('到何时').fill('2099-01-01T10:00');
  await person.page.getByText('最长 30 天', { exact: true }).waitFor();
  await person.accessible('a faulty end');
  const { status, body } = await person.ask('PUT', `/pins?account=${account}`, { text: 'x', until: '2020-01-01T10:00:00+08:00', reason: 'r' });
  assert.equal(status, 400);
  assert.deepEqual(body.fields.map((f) => f.field), ['until']);
  await person.leaves();
});
