// The dashboard and the waits behind it: figures move when citizens write, every figure is as many
// waits as it says, in the list and in the file, and a fixed link shows the same again.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { given } from './given.js';
import { program } from './installation.js';
import { arrives } from './person.js';

let manager;
let account;

const day = 86_400_000;
const at = (time) => new Date(time).toISOString();

// rows are 60 questions of the ten days before the last three, one in six of them never answered, and one
// whose window closes in three hours.
function rows(id) {
  const minutes = [1, 4, 9, 25, 90, 400, 1300, 2700];
  const start = Math.floor(Date.now() / day) * day - 13 * day + 2 * 3_600_000;
  const closing = [id, 'citizen-late', at(Date.now() - 45 * 3_600_000), 'in', 'citizen', 'text', '还没有人回我', 'late', '', '', '住房', ''];
  return [closing, ...Array.from({ length: 60 }, (_, i) => {
    const asked = start + (i % 10) * day + Math.floor(i / 10) * 3_600_000;
    const topic = ['住房', '社保', ''][i % 3];
    const question = [id, `citizen-${i}`, at(asked), 'in', 'citizen', 'text', `第 ${i} 个问题，电话 13812345678`, `q${i}`, '', '', topic, ''];
    if (i % 6 === 5) return [question];
    return [question, [id, `citizen-${i}`, at(asked + minutes[i % 8] * 60_000), 'out', 'human', 'text', '请到一楼窗口办理', `a${i}`, `q${i}`, '', topic, ['李晓', '周敏'][i % 2]]];
  }).flat()];
}

test('a log of sixty questions is there', { timeout: 60_000 }, async () => {
  manager = await arrives();
  await manager.plays('主管老周');
  account = (await manager.ask('GET', '/session')).body.accounts[0];
  const file = join(given.office.folder, 'log.csv');
  const head = ['account', 'openid', 'at', 'dir', 'actor', 'kind', 'content', 'msg_key', 'reply_to', 'matched', 'topic', 'staff'];
  writeFileSync(file, [head, ...rows(account.app_id)].map((line) => line.join(',')).join('\n'));
  await promisify(execFile)(program, ['log', 'import', file, '--config', join(given.office.folder, 'wenzheng.yaml')], { env: { ...process.env, WENZHENG_JOURNAL_ALLOW_VOLATILE: 'true' } });
});

const dashboard = () => `/figures?account=${account.app_id}`;
const number = (text) => Number(text.replaceAll(/[^\d.]/g, ''));
const block = (name) => manager.page.locator('section', { has: manager.page.getByRole('heading', { name, exact: true }) });
const tile = (name) => manager.page.locator('.strip > dl:not(.waiting), .strip .waiting > div', { has: manager.page.locator('dt', { hasText: name }) }).locator('dd');

test('every figure is as many waits as it says, in the list and in the file', async () => {
  await manager.go(dashboard());
  await block('响应时长分布').getByRole('button', { name: '表格' }).click();
  await block('时限').locator('tbody tr').nth(3).waitFor();
  const links = [
    [block('时限').locator('tbody tr').nth(1).locator('a'), '两小时超时'],
    [block('响应时长分布').locator('tbody tr').nth(3).locator('a'), '一根柱'],
    [block('响应时长分布').locator('tbody tr').nth(-2).locator('a'), '未答'],
    [block('响应时长分布').locator('tbody tr').last().locator('a'), '合计'],
    [block('按主题').locator('tbody tr').nth(1).locator('td').nth(2).locator('a'), '一个主题'],
    [block('按主题').locator('tbody tr', { hasText: '没有主题' }).locator('td').nth(2).locator('a'), '没有主题'],
    [block('按人员').locator('tbody tr').first().locator('td').nth(1).locator('a'), '一个人'],
    [block('解决与满意').locator('dl > div', { hasText: '双向会话率' }).locator('a').last(), '会话'],
    [tile('窗口将闭').locator('a'), '窗口将闭'],
    [tile('48 小时内').locator('a'), '等了一天以上'],
    [block('响应时长').getByRole('link', { name: '首次响应' }), '首次响应'],
  ];
  const drills = [];
  for (const [link, what] of links) drills.push({ what, n: number(what === '首次响应' ? await block('响应时长').locator('tbody .below').first().innerText() : await link.innerText()), path: await link.getAttribute('href') });
  const sum = drills.find((d) => d.what === '合计').n;
  assert.equal(sum, 60);
  for (const { what, n, path } of drills) {
    assert.ok(n > 0, what);
    await manager.go(path);
    assert.equal(number(await manager.page.locator('[data-count]').innerText()), n, `${what}: the list says`);
    assert.equal(await manager.page.locator('tbody tr').count(), n, `${what}: the list has`);
  }
  const [file] = await Promise.all([manager.page.waitForEvent('download'), manager.page.getByRole('button', { name: '导出' }).click()]);
  const lines = readFileSync(await file.path(), 'utf8').replace('\uFEFF', '').trim().split('\r\n');
  const blank = lines.indexOf('');
  assert.equal(lines.length - blank - 2, drills.at(-1).n, 'the file');
  assert.match(lines.slice(0, blank).join('\n'), /公式版本,wenzheng-/);
  const shown = await manager.page.locator('tbody tr').evaluateAll((list) => list.map((tr) => tr.cells[1].innerText.trim()));
  assert.deepEqual(lines.slice(blank + 2).map((l) => l.split(',')[2]), shown, 'the file is in the order of the screen');
});

test('a row opens its conversation, masked, and the address keeps it', async () => {
  await manager.page.locator('tbody tr').first().click();
  await manager.page.getByText('只读，号码已遮盖').waitFor();
  await manager.page.locator('.asked .bubble').waitFor();
  const words = await manager.page.locator('aside').innerText();
  assert.ok(!words.includes('13812345678'), 'a number is not masked');
  await manager.page.reload();
  await manager.page.locator('.asked .bubble').waitFor();
  await manager.accessible('a conversation');
  await manager.page.keyboard.press('Escape');
  await manager.page.locator('aside').waitFor({ state: 'detached' });
  await manager.page.getByRole('button', { name: '看板', exact: true }).click();
  await manager.page.waitForURL(/\/figures\?/);
});

// moved waits until more messages of today than n are shown.
const moved = (page, n) => page.waitForFunction(([name, before]) => {
  const dt = [...document.querySelectorAll('.strip dt')].find((el) => el.textContent.trim() === name);
  return Number(dt?.nextElementSibling?.textContent.trim()) > before;
}, ['今日来信', n], { polling: 50 });

test('a citizen writes and the open dashboard moves within two seconds', async () => {
  await manager.go(`${dashboard()}&span=today`);
  await manager.page.getByText('实时', { exact: true }).waitFor();
  const inbound = tile('今日来信');
  await inbound.getByText(/^\d+$/).waitFor();
  const citizen = await manager.context.newPage();
  await citizen.goto(`${given.office.chat}/?account=${account.app_id}`);
  await citizen.locator('#chat-title', { hasText: account.name }).waitFor();
  const n = number(await inbound.innerText());
  await citizen.getByLabel('输入消息').fill('楼下的路灯不亮了');
  await citizen.keyboard.press('Enter');
  await citizen.locator('.row:not(.mine)').first().waitFor();
  const told = Date.now();
  await moved(manager.page, n);
  assert.ok(Date.now() - told <= 2_000, `${Date.now() - told} ms`);
  await inbound.locator('.moved').waitFor();
  await manager.page.getByRole('button', { name: '暂停' }).click();
  await manager.page.getByText('已暂停').waitFor();
  const held = await inbound.innerText();
  const other = await manager.context.newPage(); // goes on, so that it tells when the paused one would have moved
  await other.goto(given.office.url + dashboard());
  const answers = await citizen.locator('.row:not(.mine)').count();
  await citizen.getByLabel('输入消息').fill('井盖也松了');
  await citizen.keyboard.press('Enter');
  await citizen.locator('.row:not(.mine)').nth(answers).waitFor();
  await moved(other, number(held));
  assert.equal(await inbound.innerText(), held, 'a paused figure moved');
  await manager.page.getByRole('button', { name: '继续' }).click();
  await moved(manager.page, number(held));
  await Promise.all([citizen.close(), other.close()]);
});

test('a fixed link shows the same after more was written', async () => {
  await manager.go(`${dashboard()}&span=7d`);
  await block('时限').locator('tbody tr').first().waitFor();
  await manager.page.getByRole('button', { name: '固定链接' }).click();
  await manager.page.waitForURL(/as_of=/);
  const link = new URL(manager.page.url());
  assert.match(link.searchParams.get('from'), /^\d{4}-\d\d-\d\d$/);
  const instant = link.searchParams.get('as_of').slice(0, 19).replace('T', ' ');
  const figures = async () => {
    await manager.page.getByText(`数据截至 ${instant}`).first().waitFor(); // no longer those of before
    await manager.settled();
    await block('按人员').locator('tbody tr').first().waitFor();
    return manager.page.locator('main').innerText();
  };
  const first = await figures();
  const citizen = await manager.context.newPage();
  await citizen.goto(`${given.office.chat}/?account=${account.app_id}`);
  await citizen.getByLabel('输入消息').fill('又来问一次');
  await citizen.keyboard.press('Enter');
  await citizen.locator('.row:not(.mine)').first().waitFor();
  await citizen.close();
  await manager.go(link.pathname + link.search);
  assert.equal(await figures(), first);
});

test('what is provisional, small, empty, or could not be computed says so', async () => {
  await manager.go(`${dashboard()}&span=today`);
  await manager.page.locator('.hatched', { hasText: '暂定' }).waitFor();
  assert.equal(await manager.page.getByText('变好').count() + await manager.page.getByText('变差').count(), 0);
  await manager.page.getByText('没有需人工的诉求').or(manager.page.getByText(/条太少，不画分布/)).first().waitFor();
  await manager.go(`${dashboard()}&channel=form`);
  await manager.page.getByText('这些天没有办件诉求').waitFor();
  await manager.page.route('**/api/v1/distribution*', (route) => route.fulfill({ status: 500, contentType: 'application/json', headers: { 'X-Request-Id': 'r-17' }, body: '{"code":"internal","message":"没有算成，请重试"}' }));
  const faults = manager.faults.length;
  await manager.go(dashboard());
  await block('响应时长分布').getByText('请求号 r-17').waitFor();
  await block('时限').locator('tbody tr').first().waitFor();
  await manager.page.unroute('**/api/v1/distribution*');
  await block('响应时长分布').getByRole('button', { name: '重试' }).click();
  await block('响应时长分布').locator('canvas').waitFor();
  manager.faults.splice(faults, manager.faults.length, ...manager.faults.slice(faults).filter((f) => !f.includes('500')));
});

test('parts drawn by hand are pictures too, and the calendar is read', async () => {
  const calendar = manager.page.waitForResponse((r) => r.url().includes('/calendar?'));
  await manager.go(dashboard());
  assert.equal((await calendar).status(), 200);
  for (const name of ['时限', '按星期和时刻']) {
    const [file] = await Promise.all([manager.page.waitForEvent('download'), block(name).getByRole('button', { name: 'PNG' }).click()]);
    assert.equal(readFileSync(await file.path()).subarray(1, 4).toString(), 'PNG', name);
  }
});

test('a definition is a click away', async () => {
  await block('时限').getByRole('button', { name: '时限的定义' }).click();
  await manager.page.getByRole('dialog').getByText('响应率 = 按时 ÷ 到期').waitFor();
  await manager.page.keyboard.press('Escape');
});

test('dashboard and list with figures are accessible in both themes, and fit', async () => {
  for (const path of [dashboard(), `/figures/waits?account=${account.app_id}&human=true`]) {
    await manager.go(path);
    await manager.page.locator('tbody tr').first().waitFor();
    for (const theme of ['light', 'dark']) {
      await manager.page.evaluate((name) => { document.documentElement.dataset.theme = name; }, theme);
      await manager.accessible(`${path} ${theme}`);
    }
    for (const width of [640, 390]) {
      await manager.page.setViewportSize({ width, height: 800 });
      await manager.fits(`${path} at ${width}`);
    }
    await manager.page.setViewportSize({ width: 1280, height: 800 });
  }
});

test('nothing went wrong on the way', async () => { await manager.leaves(); });
