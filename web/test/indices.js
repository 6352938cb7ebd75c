// Accounts side by side, their indices, diagnosis and report: what is shown is what the interface
// says, cell by cell; a fixed link shows the same again; every state has its words.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { given } from './given.js';
import { program } from './installation.js';
import { arrives } from './person.js';

const day = 86_400_000;
const last = Math.floor(Date.now() / day) * day - 20 * day; // whose waits are all decided, and where no other test wrote
const date = (time) => new Date(time).toISOString().slice(0, 10);
const [from, to] = [date(last - 9 * day), date(last)];

let manager;
let full; // an account of 48 questions
let few; // one of 6
let none; // one of none

function rows(id, days) {
  const minutes = [2, 5, 40, 300, 1500, 0];
  return Array.from({ length: days * 6 }, (_, i) => {
    const asked = last - (i % days) * day + (2 + Math.floor(i / days)) * 3_600_000;
    const question = [id, `${id}-${i}`, new Date(asked).toISOString(), 'in', 'citizen', 'text', `第 ${i} 问`, `${id}-q${i}`, '', '', '社保', ''];
    const wait = minutes[i % 6];
    if (wait === 0) return [question];
    return [question, [id, `${id}-${i}`, new Date(asked + wait * 60_000).toISOString(), 'out', 'human', 'text', '请到二楼', `${id}-a${i}`, `${id}-q${i}`, '', '社保', '李晓']];
  }).flat();
}

const query = () => `from=${from}&to=${to}`;
const figures = async (accounts) => (await manager.ask('GET', `/indices?account=${accounts.join(',')}&${query()}`)).body;
const shown = (value, digits = 2) => (value === null ? '—' : value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }));
const words = (text) => text.split('\n').map((line) => line.trim()).filter(Boolean);

test('logs of two accounts are there', { timeout: 60_000 }, async () => {
  manager = await arrives();
  await manager.plays(given.people.find((p) => p.role === 'account_manager').display_name);
  [none, full, few] = (await manager.ask('GET', '/session')).body.accounts;
  const head = 'account,openid,at,dir,actor,kind,content,msg_key,reply_to,matched,topic,staff';
  const file = join(given.office.folder, 'two.csv');
  writeFileSync(file, [head, ...[...rows(full.app_id, 8), ...rows(few.app_id, 1)].map((line) => line.join(','))].join('\n'));
  await promisify(execFile)(program, ['log', 'import', file, '--config', join(given.office.folder, 'wenzheng.yaml')], { env: { ...process.env, WENZHENG_JOURNAL_ALLOW_VOLATILE: 'true' } });
});

test('every step of the indices is the interface’s figure', async () => {
  const a = (await figures([full.app_id])).accounts[0];
  await manager.go(`/indices?account=${full.app_id}&${query()}`);
  await manager.page.locator('.whole').waitFor();
  const cells = await manager.page.locator('.columns tbody tr').evaluateAll((list) => list.map((tr) => [
    (tr.querySelector('th a, th button') ?? tr.querySelector('th')).innerText.split('\n')[0].trim(), tr.cells[1].innerText.split('\n')[0].trim(),
  ]));
  const [s, x, p] = [a.service_index, a.interaction_index, a.spread_index];
  const percent = (v) => (v === null ? '—' : `${shown(v)} %`);
  const levels = 0.6 * p.o + 0.2 * p.a + 0.1 * p.h + 0.1 * p.p;
  assert.deepEqual(cells, [
    ['整体传播力 O', shown(p.o)], ['篇均传播力 A', shown(p.a)], ['头条传播力 H', shown(p.h)], ['峰值传播力 P', shown(p.p)],
    [`合计，${p.label} = 12 × 合计²`, p.wci === null ? '—' : shown(levels)],
    ['S1 信息服务', shown(s.information)], ['S2 事务服务', shown(s.transaction)],
    ['S3 参与服务', shown(s.participation)], ['解决率', percent(s.solved.value)], ['办件满意率', percent(s.satisfied.value)],
    ['S4 服务提供', shown(s.availability)], ['接口健康', percent(a.interface.success.value)], ['自测通过率', percent(s.probes.value)],
    ['合计', shown(s.value)],
    ['C 覆盖', shown(x.coverage)], ['每千名关注者互动人数', x.permille === null ? '—' : `${shown(x.permille, 1)} ‰`],
    ['T 时效', shown(x.timeliness)], ['48 小时响应率', percent(a.limits.at(-1).rate)], ['响应时效指数', shown(a.rti.value)],
    ['A 认可', shown(x.recognition)], ['双向会话率', percent(a.two_way)], ['满意率', percent(a.csat)],
    ['合计', shown(x.value)],
  ]);
  assert.ok(a.rti.value > 0 && a.limits.at(-1).due === 48, 'the log is read');
  assert.equal(words(await manager.page.locator('.whole').innerText())[1], shown(a.composite.value));
  await manager.page.getByRole('button', { name: 'C 覆盖' }).click();
  await manager.page.getByRole('dialog').getByText(/ln 101/).waitFor();
  await manager.page.keyboard.press('Escape');
  const [saved] = await Promise.all([manager.page.waitForEvent('download'), manager.page.getByRole('button', { name: 'CSV' }).click()]);
  const values = readFileSync(await saved.path(), 'utf8').trim().split('\r\n').map((line) => line.split(','));
  assert.deepEqual(values.find((line) => line[1] === 'C 覆盖')?.[2], x.coverage === null ? '' : String(Number(x.coverage.toFixed(2))));
  for (const id of ['V1', 'V2', 'V3']) {
    const held = a.composite.vetoes.some((v) => v.id === id);
    assert.equal(await manager.page.locator('.vetoes li.held', { hasText: id }).count(), held ? 1 : 0, id);
  }
});

test('every cell of the comparison is the interface’s figure', async () => {
  const report = await figures([none.app_id, full.app_id, few.app_id]);
  await manager.go(`/compare?${query()}`);
  const table = manager.page.getByRole('table', { name: '各账号的指标' });
  await table.locator('tbody tr').nth(2).waitFor();
  const lines = await table.locator('tbody tr').evaluateAll((list) => list.map((tr) => [...tr.cells].map((td) => td.innerText.trim())));
  for (const [i, a] of report.accounts.entries()) {
    const [name, need, rate, , self, two, csat, rti, g, place] = lines[i].map((text) => words(text)[0]);
    const one = (v) => shown(v, 1);
    assert.deepEqual(
      { name, need, rate, self, two, csat, rti, g, place },
      { name: a.name, need: String(a.response.n), rate: one(a.limits.at(-1).rate), self: one(a.self_served), two: one(a.two_way), csat: one(a.csat), rti: shown(a.rti.value), g: shown(a.composite.value),
        place: String(report.ranking.find((p) => p.account === a.account).place ?? '—') },
    );
  }
  assert.deepEqual(lines.map((cells) => words(cells[1])[0]), ['0', '48', '6']);
  assert.equal(words(lines[2][2])[1], 'n 6', 'too few shows its n');
  const [saved] = await Promise.all([manager.page.waitForEvent('download'), manager.page.locator('section', { has: table }).getByRole('button', { name: 'CSV' }).click()]);
  const file = readFileSync(await saved.path(), 'utf8').trim().split('\r\n');
  assert.deepEqual(file.slice(-3).map((line) => line.split(',')[3]), report.accounts.map((a) => (a.limits.at(-1).rate === null ? '' : String(Number(a.limits.at(-1).rate.toFixed(1))))));
  const charts = manager.page.locator('figure svg');
  assert.equal(await charts.count(), 3);
  assert.match(await charts.nth(1).getAttribute('aria-label'), /有数的 8 个时段/);
  await manager.page.getByRole('button', { name: '表格' }).click();
  await manager.page.getByRole('table', { name: '48 小时响应率，逐日' }).locator('tbody tr').nth(9).waitFor();
  await manager.page.getByRole('button', { name: '图', exact: true }).click();
  const [picture] = await Promise.all([manager.page.waitForEvent('download'), manager.page.getByRole('button', { name: 'PNG' }).click()]);
  assert.equal(readFileSync(await picture.path()).subarray(1, 4).toString(), 'PNG');
  const drill = await table.locator('tbody tr').nth(1).locator('td').nth(1).locator('a').getAttribute('href');
  assert.match(drill, /^\/figures\/waits\?/);
  assert.equal(new URL(drill, given.office.url).searchParams.get('human'), 'true');
});

test('a fixed link names days, instant and account, and shows the same again', async () => {
  await manager.go(`/indices?account=${full.app_id}&${query()}`);
  await manager.page.locator('.whole').waitFor();
  const before = await manager.page.locator('.columns').innerText();
  await manager.page.getByRole('button', { name: '固定链接' }).click();
  await manager.page.waitForURL(/as_of=/);
  const asked = new URL(manager.page.url()).searchParams;
  assert.deepEqual([asked.get('from'), asked.get('to'), asked.get('account'), asked.get('span')], [from, to, full.app_id, null]);
  await manager.page.reload();
  await manager.page.getByText(/固定在/).waitFor();
  await manager.page.locator('.whole').waitFor();
  const live = /实时，截至 [^\n]*/g;
  assert.equal((await manager.page.locator('.columns').innerText()).replace(live, ''), before.replace(live, ''));
});

test('the diagnosis shows what each problem rests on', async () => {
  const a = (await figures([full.app_id])).accounts[0];
  await manager.go(`/diagnosis?account=${full.app_id}&${query()}&problem=little_reply`);
  await manager.page.getByRole('heading', { level: 2, name: '互动反馈少' }).waitFor();
  assert.equal(await manager.page.locator('nav[aria-label="七类问题"] a').count(), 7);
  const finding = a.diagnosis.find((f) => f.problem === 'little_reply');
  const lines = await manager.page.getByRole('table', { name: '依据' }).locator('tbody tr').evaluateAll((list) => list.map((tr) => [...tr.cells].map((td) => td.innerText.trim())));
  assert.deepEqual(lines.map((l) => [l[3], l[4]]), finding.evidence.map((e) => [String(e.n), e.fired ? '触发' : '未触发']));
  const rate = lines.find(([what]) => what.startsWith('48 小时响应率'));
  assert.equal(rate[1], `${shown(a.limits.at(-1).rate, Number.isInteger(a.limits.at(-1).rate) ? 0 : 1)} %`);
  const [saved] = await Promise.all([manager.page.waitForEvent('download'), manager.page.getByRole('button', { name: '导出' }).click()]);
  const file = readFileSync(await saved.path(), 'utf8');
  assert.match(file, /公式版本,wenzheng-/);
  assert.equal(file.trim().split('\r\n').filter((line) => line.startsWith('互动反馈少,')).length, finding.evidence.length);
  await manager.page.locator('nav[aria-label="七类问题"] a').last().click();
  await manager.page.waitForURL(/problem=(?!little_reply)/);
});

test('a report is previewed, printed without the console around it, and saved', async () => {
  await manager.go('/reports');
  await manager.page.getByRole('button', { name: /预览 \d+ 年第.季度/ }).click();
  await manager.page.waitForURL(/quarter=\d+Q\d/);
  await manager.page.goto(`${given.office.url}/reports?account=${full.app_id}&by=span&${query()}`);
  const paper = manager.page.locator('article.paper');
  await paper.getByText('政务微信服务质量自查报告').waitFor();
  const a = (await figures([full.app_id])).accounts[0];
  await paper.getByText(`${from} 至 ${to}`, { exact: true }).waitFor();
  assert.equal(await paper.locator('.card', { hasText: '响应时效指数' }).locator('.value').innerText(), shown(a.rti.value));
  await manager.page.emulateMedia({ media: 'print' });
  for (const hidden of ['nav', 'form.filters', 'h1:not([aria-level])']) assert.equal(await manager.page.locator(hidden).first().isVisible(), false, hidden);
  assert.equal(await paper.isVisible(), true);
  const width = await paper.locator('.sheet').evaluate((el) => getComputedStyle(el).paddingTop);
  assert.equal(width, '0px', 'the report’s own rules for paper hold');
  await manager.page.emulateMedia({ media: null });
  const [saved] = await Promise.all([manager.page.waitForEvent('download'), manager.page.getByRole('button', { name: '下载 Excel' }).click()]);
  assert.match(saved.suggestedFilename(), /\.xlsx$/);
  assert.equal(readFileSync(await saved.path()).subarray(0, 2).toString(), 'PK');
});

test('too few and nothing at all say why', async () => {
  await manager.go(`/indices?account=${few.app_id}&${query()}`);
  await manager.page.getByText('样本不足：到期的诉求只有 6 轮').waitFor();
  await manager.page.locator('.large.grey, .whole .large').first().waitFor();
  await manager.go(`/indices?account=${none.app_id}&${query()}`);
  await manager.page.locator('.whole').waitFor();
  assert.equal(words(await manager.page.locator('.whole').innerText())[1], '—');
  for (const why of ['没有关注人数', '没有到期的诉求', '没有文章的数据']) assert.ok(await manager.page.getByText(why).count() > 0, why);
  await manager.go(`/compare?account=${none.app_id}&${query()}`);
  const cells = manager.page.getByRole('table', { name: '各账号的指标' }).locator('tbody tr').first().locator('td').nth(2);
  await cells.waitFor();
  assert.match(await cells.innerText(), /^—/, 'no data is never 0');
  await manager.go(`/diagnosis?account=${none.app_id}&${query()}`);
  await manager.page.locator('nav[aria-label="七类问题"]').getByText('没有数据').first().waitFor();
  await manager.go(`/figures/waits?account=${none.app_id}&${query()}&part=rated`);
  await manager.page.getByText('没有符合这些条件的诉求。').waitFor();
});

test('loading, failing and provisional figures say so', async () => {
  await manager.go(`/indices?account=${full.app_id}&span=today`);
  await manager.page.locator('.whole').waitFor();
  assert.equal(await manager.page.locator('.as-of .hatched').innerText(), '暂定');
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await manager.page.route('**/api/v1/indices?*', async (route) => {
    await held;
    await route.fulfill({ status: 503, json: { code: 'unavailable', message: '数据库暂时不可用，请稍后再试' } });
  });
  await manager.page.goto(`${given.office.url}/compare?${query()}`);
  await manager.page.locator('[aria-busy="true"]').first().waitFor();
  release();
  await manager.page.getByText('数据库暂时不可用').waitFor();
  await manager.page.locator('figure svg').first().waitFor(); // the other parts work on
  await manager.page.unroute('**/api/v1/indices?*');
  await manager.page.getByRole('button', { name: '重试' }).click();
  await manager.page.getByRole('table', { name: '各账号的指标' }).waitFor();
  manager.faults = manager.faults.filter((f) => !f.includes('503'));
});

test('with figures in them the pages are accessible in both themes and fit a phone', async () => {
  const state = await manager.context.storageState();
  await manager.leaves();
  for (const [language, theme, ...paths] of [['zh', 'light', 'compare', 'indices', 'diagnosis', 'reports'], ['en', 'dark', 'compare', 'indices', 'diagnosis']]) {
    const person = await arrives({ language, theme, state });
    for (const page of paths) {
      const path = `/${page}?account=${full.app_id}&${query()}${page === 'reports' ? '&by=span' : ''}`;
      await person.go(path);
      await person.page.locator('.paper, .whole, figure svg, #problem').first().waitFor();
      await person.accessible(`${path} ${language} ${theme}`);
      await person.page.setViewportSize({ width: 390, height: 800 });
      await person.fits(`${path} ${language} at 390`);
      await person.page.setViewportSize({ width: 1280, height: 800 });
    }
    await person.leaves();
  }
});
