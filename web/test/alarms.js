// Alarms, as the system administrator and the manager of an account see them, against a receiver of the test.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { as } from './person.js';

const key = '0ddba11c0ffee0ddba11c0ffee';
const secret = 'geheimegeheime16';

// receiver keeps what arrives whole, with whether its signature is right.
async function receiver() {
  const got = [];
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts).toString();
    const mac = createHmac('sha256', secret).update(`${request.headers['x-wenzheng-timestamp']}.${body}`).digest('hex');
    got.push({ ...JSON.parse(body), signed: request.headers['x-wenzheng-signature'] === `sha256=${mac}` });
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { got, url: `http://127.0.0.1:${server.address().port}/${key}`, close: () => server.close() };
}

const opened = async (role) => {
  const person = await as(role);
  await person.go('/accounts/:id');
  return [person, person.page.locator('section', { has: person.page.getByRole('heading', { name: '告警', exact: true }) })];
};

test('a channel is added, tried and deleted, and its address is never shown again', async () => {
  const group = await receiver();
  const [person, alarms] = await opened('sysadmin');
  const answers = [];
  person.page.on('response', async (r) => { if (r.url().includes('/api/')) answers.push(await r.text().catch(() => '')); });
  await alarms.getByText('还没有通道').waitFor();
  await alarms.getByRole('button', { name: '添加通道' }).click();
  const dialog = person.page.getByRole('dialog');
  await dialog.getByLabel('种类').selectOption('json');
  await dialog.getByLabel('名称').fill('工单系统');
  await dialog.getByLabel('机器人的网址').fill('https://evil.example/x');
  await dialog.getByLabel('密钥', { exact: true }).fill(secret);
  await person.accessible('adding a channel');
  await dialog.getByRole('button', { name: '添加通道' }).click();
  await dialog.getByText('不许访问主机 evil.example').first().waitFor();
  await dialog.getByLabel('机器人的网址').fill(group.url);
  await dialog.getByRole('button', { name: '添加通道' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await alarms.getByRole('button', { name: '发一条试试' }).click();
  await alarms.getByText('已送到').first().waitFor();
  assert.deepEqual(group.got.map((m) => [m.state, m.signed]), [['test', true]]);
  await person.accessible('a channel that works');
  group.close();
  await alarms.getByRole('button', { name: '发一条试试' }).click();
  await alarms.getByText('工单系统 没有收到测试消息').waitFor();
  await person.page.setViewportSize({ width: 390, height: 800 });
  await person.fits('alarms at 390');
  await person.page.setViewportSize({ width: 1280, height: 800 });
  await alarms.getByRole('button', { name: '删除 工单系统' }).click();
  await dialog.getByRole('button', { name: '删除' }).click();
  await alarms.getByText('还没有通道').waitFor();
  await person.settled();
  assert.ok(answers.length > 4 && !answers.some((text) => text.includes(key) || text.includes(secret)), 'the server tells the address or the secret');
  await person.leaves();
});

test('a manager chooses which alarms are sent, and adds no channel', async () => {
  const [person, alarms] = await opened('account_manager');
  await alarms.getByText('通道由系统管理员添加').waitFor();
  assert.equal(await alarms.getByRole('button', { name: /添加通道|发一条试试|删除/ }).count(), 0);
  await alarms.getByRole('button', { name: '改 哪些告警要发' }).click();
  await alarms.getByText('缺放假安排').click();
  await alarms.getByText('首档（3 分）之前').click();
  await person.accessible('choosing alarms');
  await alarms.getByLabel('首档（3 分）之前，分钟').fill('soon');
  await alarms.getByText('请把每一项写成数字').waitFor();
  assert.ok(await alarms.getByRole('button', { name: '保存' }).isDisabled(), 'no number');
  await alarms.getByLabel('首档（3 分）之前，分钟').fill('3');
  await alarms.getByRole('button', { name: '保存' }).click();
  await alarms.getByText('短于时限 3 分钟').waitFor();
  await alarms.getByLabel('首档（3 分）之前，分钟').fill('1');
  await alarms.getByRole('button', { name: '保存' }).click();
  await alarms.locator('tr', { hasText: '缺放假安排' }).getByText('不发').waitFor();
  await alarms.locator('dl').getByText('首档（3 分）之前').waitFor();
  assert.equal((await person.ask('POST', '/accounts/wx00000000000000ff/alarms', { kind: 'wecom', address: 'x' })).status, 403);
  assert.equal((await person.ask('PUT', '/accounts/wx00000000000000ff/alarms', { repeat_s: 3600 })).status, 404);
  await person.leaves();
});
