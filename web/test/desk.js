// A citizen asks for a person, somebody at the desk answers, the figures follow.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { given } from './given.js';
import { arrives } from './person.js';

const account = 'wx00000000000d0001';

test('a citizen asks for a person and is answered', async () => {
  await given.office.run('account', 'human', account, 'desk');
  const agent = await arrives();
  await agent.plays('坐席小李');
  assert.match(agent.page.url(), /\/desk/);
  await agent.page.getByLabel('我在不在').selectOption('online');
  await given.office.send(account, '人工');
  const row = agent.page.locator('.list li button').first();
  await row.waitFor();
  await row.click();
  const field = agent.page.getByRole('textbox', { name: '回复市民' });
  await field.waitFor();
  // Nothing is sent while an input method composes, nor by Enter alone.
  await field.fill('您好');
  await field.dispatchEvent('keydown', { key: 'Enter', ctrlKey: true, isComposing: true });
  await field.press('Enter');
  assert.equal(await field.inputValue(), '您好\n');
  await field.fill('您好，请讲。');
  await field.press('Control+Enter');
  await agent.page.getByText('撤回', { exact: true }).first().click();
  await agent.page.getByText('发送中').waitFor({ state: 'detached' });
  await agent.page.getByRole('button', { name: '内部备注' }).click();
  await agent.page.getByRole('textbox', { name: '内部备注' }).fill('电话 13800138000，已问过');
  await agent.page.getByRole('button', { name: '存备注' }).click();
  await agent.page.getByText('138****8000，已问过').waitFor();
  await agent.accessible('the desk');
  await agent.fits('the desk');
  await agent.page.setViewportSize({ width: 390, height: 800 });
  await agent.page.getByRole('button', { name: '回到列表' }).waitFor();
  await agent.accessible('the desk on a phone');
  await agent.fits('the desk on a phone');
  await agent.page.getByRole('button', { name: '结束' }).click();
  await agent.page.getByText('市民仍在等待，结束不会停止计时。').waitFor();
  await agent.page.getByRole('dialog').getByRole('button', { name: '结束' }).click();
  await agent.page.getByText('不必答复').first().waitFor();
  await agent.leaves();
}, { timeout: 120_000 });
