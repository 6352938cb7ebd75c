// A week of duties planned by keyboard: what nobody covers is told, and a second person's change is not overwritten.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { as } from './person.js';

const account = 'wx00000000000d0002';

test('a manager plans a day by keyboard, sees who is missing and saves it', async () => {
  const manager = await as('account_manager');
  const { page } = manager;
  await manager.go(`/roster?account=${account}`);
  await page.getByText('还没有排班').waitFor();
  const cell = page.locator('button.cell').first();
  await cell.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('时段').fill('9-12');
  await dialog.getByRole('button', { name: '排上' }).click();
  await dialog.getByText('时段应写作').waitFor();
  await dialog.getByLabel('时段').fill('9：00－12：00');
  await dialog.getByText('从这天起每个工作日').click();
  await dialog.getByRole('button', { name: '排上' }).click();
  await page.locator('.part', { hasText: '09:00–12:00' }).first().waitFor();
  await page.getByText(/没有人值班/).first().waitFor();
  await cell.focus();
  await page.keyboard.press('Control+ArrowRight');
  await page.keyboard.press('ArrowLeft');
  await manager.accessible('a roster that is not saved');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByRole('button', { name: '保存' }).waitFor({ state: 'detached' });
  const { body } = await manager.ask('GET', `/rosters?account=${account}`);
  assert.ok(body.duties.some((d) => d.hours.startsWith('09:00-12:00') && d.weekdays === ''));
  const stale = await manager.ask('PUT', `/rosters?account=${account}`, { version: '1', duties: [] });
  assert.deepEqual([stale.status, stale.body.code], [409, 'conflict']);
  assert.equal((await manager.ask('PUT', `/rosters?account=${account}`, { version: body.version, duties: [] })).status, 200);
  await manager.leaves();
}, { timeout: 60_000 });
