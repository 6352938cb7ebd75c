// A case from registering to its released reply: written by one person, released by another, urged by the manager.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { given } from './given.js';
import { as } from './person.js';

const account = 'wx00000000000d0001';

test('a case is registered, accepted, urged, answered, and released by somebody else', async () => {
  const agent = await as('case_handler');
  const { page } = agent;
  await agent.go(`/cases?account=${account}`);
  await page.getByRole('button', { name: '登记工单' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('类别').selectOption('complaint');
  await dialog.getByLabel('市民说的事').fill('人民路东段路灯不亮，电话 13800138000');
  await agent.accessible('registering a case');
  await dialog.getByRole('button', { name: '登记' }).click();
  await page.waitForURL(/\/cases\/\d{12}/);
  await page.getByText('路灯不亮，电话 138****8000').first().waitFor();
  await page.getByRole('button', { name: '受理', exact: true }).click();
  await dialog.getByLabel('承办单位').fill('市政处');
  await dialog.getByRole('button', { name: '受理' }).click();
  await page.getByText('办理中').first().waitFor();
  await agent.accessible('a case');
  await agent.fits('a case');
  await page.getByRole('button', { name: '看原文' }).click(); // paper is masked, whatever the screen shows
  await dialog.getByLabel('理由').fill('联系市民');
  await dialog.getByRole('button', { name: '看原文' }).click();
  await page.getByText('13800138000').first().waitFor();
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print' });
  await page.getByText(/打印，号码已遮盖/).waitFor();
  assert.equal(await page.getByText('13800138000').count() + await page.locator('nav:visible, button:visible').count(), 0);
  await page.emulateMedia({ media: 'screen' });
  const address = page.url().replace(given.office.url, '');

  const manager = await as('account_manager');
  await manager.go(address);
  await manager.page.getByRole('button', { name: '催办' }).click();
  await manager.page.getByRole('dialog').getByRole('button', { name: '催办' }).click();
  await manager.page.getByText('催办 1 次').first().waitFor();
  await page.getByText('催办 1 次').first().waitFor(); // by the stream
  await page.getByLabel('写给市民的答复').fill('路灯已修复，感谢反映。');
  await page.getByRole('button', { name: '送审' }).click();
  await page.getByText('待另一人审核').waitFor();
  assert.equal(await page.getByRole('button', { name: '通过' }).count(), 0);
  await manager.page.getByRole('button', { name: '通过' }).click();
  await manager.page.getByRole('dialog').getByRole('button', { name: '通过' }).click();
  await manager.page.getByText('已办结').first().waitFor();
  await manager.page.setViewportSize({ width: 390, height: 800 });
  await manager.fits('a case at 390');
  await manager.leaves();
  await agent.leaves();
}, { timeout: 60_000 });

test('photos of a case are small, large one after the other, and say why one can not be seen', async () => {
  const send = async (body) => assert.ok((await fetch(`${given.office.chat}/simulator/send`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ app_id: account, citizen: '7', wait: true, ...body }) })).ok);
  const [text, image] = [(said) => () => send({ kind: 'text', text: said }), () => send({ kind: 'image' })];
  for (const step of [text('我要投诉'), text('桥头的护栏断了'), text('1'), text('0'), image, image, text('1'), text('0'), text('1')]) await step();
  const agent = await as('case_handler');
  const { page } = agent;
  await agent.go(`/cases?account=${account}&sort=newest`);
  await page.getByRole('row').getByText('桥头的护栏断了').click();
  await page.getByText(/3 天内可看，到 \d{4}-\d\d-\d\d \d\d:\d\d/).waitFor();
  const first = page.getByRole('button', { name: '看大图：照片 1' });
  await first.click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('heading', { name: '照片 1 / 2' }).waitFor();
  await agent.accessible('a large photo');
  await page.keyboard.press('ArrowRight');
  await dialog.getByRole('heading', { name: '照片 2 / 2' }).waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  assert.ok(await first.evaluate((b) => b === document.activeElement));
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.getByRole('img', { name: /照片/ }).filter({ visible: true }).count(), 0);
  await page.emulateMedia({ media: 'screen' });
  const faults = (method, body) => fetch(`${given.office.chat}/simulator/faults`, { method, headers: { 'Content-Type': 'application/json' }, body });
  await faults('POST', JSON.stringify([{ path: '/cgi-bin/media/get', kind: 'errcode', errcode: 40007 }]));
  await page.reload();
  await page.getByText('照片 2，微信已经没有这张照片了').waitFor();
  await faults('DELETE');
  await page.setViewportSize({ width: 390, height: 800 });
  await agent.fits('photos at 390');
  await agent.leaves();
}, { timeout: 60_000 });
