// Tokens of programs: seen once, good at once, and no more after they are revoked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { given } from './given.js';
import { as } from './person.js';

test('a token is seen once, reads what it may, and nothing once it is revoked', async () => {
  const security = await as('secadmin');
  const { page } = security;
  await security.go('/tokens');
  await page.getByRole('button', { name: '发放令牌' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('名称').fill('大屏');
  await dialog.getByText('看指标和诊断').click();
  await dialog.getByRole('button', { name: '账号：全部账号' }).click();
  await page.getByRole('option', { name: '澜江公安' }).click();
  await page.keyboard.press('Escape');
  await security.accessible('making a token');
  await dialog.getByRole('button', { name: '发放令牌' }).click();
  const token = await page.locator('.token').innerText();
  await security.accessible('a token as it is shown');
  await page.getByRole('button', { name: '已保存' }).click();
  await page.getByRole('cell', { name: /大屏/ }).first().waitFor();
  assert.ok(!(await page.content()).includes(token), 'the token stays in the page');
  const asked = async (path) => (await fetch(`${given.office.url}/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` } })).status;
  assert.deepEqual([await asked('/window?span=7d'), await asked('/tokens')], [200, 403]);
  await page.getByRole('button', { name: '吊销 大屏' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '吊销' }).click();
  await page.getByText('已吊销', { exact: true }).waitFor();
  assert.equal(await asked('/window?span=7d'), 401);
  await security.go('/policy');
  await page.getByText('在 wenzheng.yaml 里改').first().waitFor();
  await security.leaves();
});
