// A message of which nobody knows whether it arrived: a person sends it again, knowing that, and settles it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { given } from './given.js';
import { as } from './person.js';

const account = 'wx00000000000d0003';
const platform = (method, body) => fetch(`${given.office.chat}/simulator/faults`, { method, body: body && JSON.stringify(body) });

test('a message of unknown outcome is sent again after a warning, and settled by a person', async () => {
  await given.office.run('account', 'human', account, 'desk');
  const agent = await as('case_handler');
  await agent.go('/me');
  await agent.ask('PUT', '/presence', { state: 'online' });
  let mine;
  for (let tries = 0; tries < 20 && !mine; tries++) { // the service hears within three seconds that the account has people
    await fetch(`${given.office.chat}/simulator/send`, { method: 'POST', body: JSON.stringify({ app_id: account, citizen: '1', kind: 'text', text: '人工', wait: true }), headers: { 'Content-Type': 'application/json' } });
    await pause(500);
    mine = (await agent.ask('GET', `/conversations?box=all&account=${account}`)).body.rows[0];
  }
  await agent.go(`/desk?box=all&account=${account}`);
  await agent.page.locator('.list li button').first().waitFor();
  const taken = mine.assignee ? mine : (await agent.ask('POST', `/conversations/${mine.id}/take`, { version: mine.version })).body;
  await agent.go('/outbox?box=unknown');
  await agent.page.getByText('没有符合的结果').waitFor();
  // Carried out, and the answer is lost on the way back, as long as it takes: rights are probed by the same call.
  await platform('POST', { path: '/cgi-bin/message/custom/send', kind: 'reset', after: true });
  const said = await agent.ask('POST', `/conversations/${taken.id}/messages`, { send_key: 'outbox-test', seen: taken.last_in_key, text: '您好，路灯已经报修，明天修好。' });
  assert.equal(said.status, 202, JSON.stringify(said.body));
  const row = agent.page.locator('tbody tr', { hasText: '路灯已经报修' }).first();
  await row.getByText('不知是否送达').waitFor(); // by the stream, without a reload
  await platform('DELETE');
  await agent.accessible('a message of unknown outcome');
  await row.getByRole('button', { name: '重发' }).click();
  const dialog = agent.page.getByRole('dialog').last();
  await dialog.getByText('市民可能已收到，重发会收到两次。').waitFor();
  assert.ok(await dialog.getByRole('button', { name: '重发' }).isDisabled());
  await agent.accessible('the warning before sending again');
  await dialog.getByRole('button', { name: '取消' }).click();
  await row.focus();
  await agent.page.keyboard.press('Enter');
  await dialog.getByText('号码已遮盖').waitFor();
  await dialog.getByRole('button', { name: '认定' }).click();
  await dialog.getByText('收到了', { exact: true }).click();
  await dialog.getByText('日志更正为已送达').waitFor();
  await dialog.getByLabel('怎样查明的').fill('电话问过市民');
  await dialog.getByRole('button', { name: '认定' }).click();
  await agent.page.getByText('有人认定已收到').waitFor();
  await agent.page.keyboard.press('Escape');
  await agent.page.getByText('没有符合的结果').waitFor();
  await agent.leaves();
}, { timeout: 60_000 });
