// What many ask at once, and that a person marks what met it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { given } from './given.js';
import { as } from './person.js';

const account = 'wx00000000000d0003';

test('a surge has its clock, and a person marks it as grave and met', async () => {
  const minute = (ago) => new Date(Date.now() - ago * 60_000 + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
  const row = (i, ago, text) => `${account},oSurge${i},${minute(ago)},chat,in,citizen,text,${text}`;
  const days = Array.from({ length: 12 }, (_, d) => row(`d${d}`, (d + 3) * 1440, '你好'));
  const rise = Array.from({ length: 12 }, (_, i) => row(i, 400 - 20 * i, ['云顶湾车位捆绑销售', '云顶湾的车位太贵', '投诉云顶湾物业'][i % 3]));
  await given.office.imports('surge.csv', ['account,openid,at,channel,dir,actor,kind,content', ...days, ...rise].join('\n'));
  const person = await as('content_admin');
  const { page } = person;
  await person.go('/me');
  await person.until(async () => JSON.stringify((await person.ask('GET', `/surges?account=${account}`)).body).includes('云顶湾'));
  await person.go(`/surges?account=${account}`);
  const line = page.locator('tr', { hasText: '云顶湾' });
  await line.getByText(/还剩|逾期/).first().waitFor();
  await person.accessible('a surge with its clock');
  await line.getByRole('button', { name: /标记/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('重大舆情').click();
  await dialog.getByLabel('由什么回应').selectOption({ label: '别的：群发、评论、另一平台' });
  await dialog.getByRole('button', { name: '保存' }).click();
  await line.getByText('重大').first().waitFor();
  await line.getByText(/逾期|还剩/).waitFor();
  await line.getByRole('button', { name: /标记/ }).click();
  await dialog.getByLabel('由什么回应').selectOption({ label: '别的：群发、评论、另一平台' });
  await dialog.getByLabel('是什么').fill('群发：云顶湾情况说明');
  await dialog.getByLabel('何时发布的').fill('2020-01-01T10:00');
  await dialog.getByRole('button', { name: '保存' }).click();
  await dialog.getByText('早于这次舆情的开始').waitFor();
  await person.accessible('marking a surge');
  await dialog.getByLabel('何时发布的').fill(minute(60).slice(0, 16).replace(' ', 'T'));
  await dialog.getByRole('button', { name: '保存' }).click();
  await line.getByText('群发：云顶湾情况说明').waitFor();
  await page.setViewportSize({ width: 390, height: 800 });
  await person.fits('surges at 390');
  assert.equal((await person.ask('PUT', `/surges/mark?account=${account}`, { topic: '没有', at: new Date().toISOString(), major: false })).status, 404);
  await person.leaves();
});
