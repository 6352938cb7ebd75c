// Rules from draft to citizen and back: as an editor and a reviewer see them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { given } from './given.js';
import { program } from './installation.js';
import { as } from './person.js';

const account = 'wx00000000000d0001';
const many = 'wx00000000000d0002'; // takes the ten thousand
const at = (path, id = account) => `${path}?account=${id}`;
const field = (page, name) => page.getByRole('textbox', { name });
const kept = (page) => page.getByText(/草稿，已存好/).waitFor();

// The citizen is answered by what was published, as soon as the program has taken it up.
const hears = (person, text, heard) => person.until(async () => heard(await given.office.send(account, text)));

async function paste(page, text) {
  await page.evaluate((content) => {
    const data = new DataTransfer();
    data.setData('text/plain', content);
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);
}

// submits writes a rule and hands it over; the page is the editor with the rule kept and replayed.
async function submits(person, { name, keywords, answer, example }) {
  const { page } = person;
  await person.go(at('/rules/new'));
  await page.getByLabel('名称', { exact: true }).fill(name);
  await field(page, /^关键词/).focus();
  await paste(page, keywords);
  await page.getByLabel('答复的文字').fill(answer);
  await page.getByPlaceholder(/^必须由这条规则答/).fill(example);
  await page.keyboard.press('Enter');
  await kept(page);
  await page.getByRole('button', { name: '开始试跑' }).click();
  await page.getByRole('row', { name: /没有变化/ }).waitFor();
  await page.getByRole('button', { name: '提交审核' }).click();
  await page.waitForURL(/\/rules\?/);
}

test('a rule is drafted, replayed, refused to its author, published, heard by a citizen and rolled back', { timeout: 120_000 }, async () => {
  const author = await as('编辑小陈');
  const { page } = author;
  await submits(author, { name: '夜间施工', keywords: '夜间打桩、半夜打桩，凌晨打桩；打桩扰民', answer: '夜间打桩请拨打 12345 登记（演示）。', example: '半夜打桩太吵' });
  await page.getByRole('button', { name: /^待审/ }).click();
  await page.getByRole('link', { name: '夜间施工' }).click();
  await page.getByText('这是您自己写的，要由另一人审核').waitFor();
  const id = new URL(page.url()).pathname.split('/').at(-1);
  const { body: mine } = await author.ask('GET', at(`/rules/${id}`));
  const own = await author.ask('POST', at('/rules/reviews'), { step: 'approve', rules: [{ id, version: mine.draft.version }] });
  assert.equal(own.body.code, 'same_person', JSON.stringify(own));

  const reviewer = await as('审核王姐');
  await reviewer.go(at(`/review/${id}`));
  await reviewer.page.getByRole('table', { name: '改了什么' }).getByText('夜间打桩、').waitFor();
  await reviewer.page.getByText('命中率').waitFor();
  await reviewer.accessible('a review');
  await reviewer.page.setViewportSize({ width: 390, height: 800 });
  await reviewer.fits('a review at 390');
  await reviewer.accessible('a review at 390');
  await reviewer.page.setViewportSize({ width: 1280, height: 800 });
  await reviewer.page.getByLabel('退回的理由').fill('请写明受理时间');
  await reviewer.page.getByRole('button', { name: '退回' }).click();
  await reviewer.page.waitForURL(/\/rules\?/);

  await author.go(at(`/rules/${id}`));
  await page.getByText('请写明受理时间').waitFor();
  await page.getByLabel('答复的文字').fill('夜间打桩请拨打 12345，24 小时受理（演示）。');
  await kept(page);
  await page.getByRole('button', { name: '开始试跑' }).click();
  await page.getByRole('row', { name: /没有变化/ }).waitFor();
  await page.getByRole('button', { name: '提交审核' }).click();
  await page.waitForURL(/\/rules\?/);

  await reviewer.go(at(`/review/${id}`));
  await reviewer.page.getByRole('button', { name: '通过并发布' }).click();
  await reviewer.page.getByText(/已发布，版本 \d+，3 秒内生效/).waitFor();
  await hears(author, '半夜打桩太吵', (said) => said.includes('24 小时受理'));

  await reviewer.go(at('/rules/versions'));
  await reviewer.page.getByRole('button', { name: '比较、回滚' }).first().click();
  await reviewer.page.getByRole('dialog').getByText('夜间施工').waitFor();
  await reviewer.accessible('before a rollback');
  await reviewer.page.getByRole('dialog').getByRole('button', { name: /^回滚到/ }).click();
  await reviewer.page.getByText(/已回滚到 \d+ 的内容/).waitFor();
  await hears(author, '半夜打桩太吵', (said) => !said.includes('24 小时受理'));
  await author.leaves();
  await reviewer.leaves();
});

test('an input method composes without anything happening, and the live test knows every keyword by its state', async () => {
  const author = await as('编辑小陈');
  const { page } = author;
  await author.go(at('/rules/new'));
  await page.getByLabel('名称', { exact: true }).fill('输入法');
  await page.getByLabel('答复的文字').fill('请坐三路车。');
  const words = field(page, /^关键词/);
  await words.focus();
  const client = await author.context.newCDPSession(page);
  await client.send('Input.imeSetComposition', { text: 'liu、li', selectionStart: 5, selectionEnd: 5 });
  await page.evaluate(() => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, keyCode: 229, bubbles: true, cancelable: true })));
  assert.equal(await page.locator('[data-chip]').count(), 0, 'a chip while composing');
  await client.send('Input.insertText', { text: '琉璃街、琉璃桥' });
  await page.getByRole('button', { name: '去掉琉璃街' }).waitFor();
  await page.getByRole('button', { name: '去掉琉璃桥' }).waitFor();
  const asked = [];
  page.on('request', (r) => { if (r.url().includes('/rules/try')) asked.push(r.postDataJSON().text); });
  await page.getByPlaceholder('写一句市民的话').focus();
  await client.send('Input.imeSetComposition', { text: 'zen me', selectionStart: 6, selectionEnd: 6 });
  await client.send('Input.insertText', { text: '琉璃桥怎么走' });
  await page.getByText('规整后：琉璃桥怎么走').waitFor();
  assert.ok(!asked.some((text) => text.includes('zen')), `asked while composing: ${asked}`);
  await page.getByPlaceholder(/^不能由这条规则答/).fill('琉璃桥贵不贵');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /去掉琉璃桥，反例/ }).waitFor();
  await page.getByText('反例却命中了').waitFor();
  await page.getByRole('button', { name: '去掉“琉璃桥”' }).click();
  await page.getByText('反例却命中了').waitFor({ state: 'detached' });
  await author.accessible('the editor in use');
  await page.getByLabel('名称', { exact: true }).fill('');
  await page.getByRole('link', { name: '总览' }).click();
  await page.getByText('有改动还没有存好').waitFor();
  await author.accessible('leaving with changes');
  await page.getByRole('button', { name: '不存，离开' }).click();
  await page.waitForURL(/\/(\?|$)/);
  await author.leaves();
});

test('a draft in two tabs: the second to save sees both', async () => {
  const author = await as('编辑小陈');
  const reviewer = await as('审核王姐');
  await author.go('/rules');
  const { body } = await author.ask('POST', at('/rules'), { rule: { name: '两人同写', keywords: ['同写'], replies: [{ kind: 'text', text: '第一稿。' }] } });
  const { id } = body.rule;
  for (const person of [author, reviewer]) await person.go(at(`/rules/${id}`));
  await author.page.getByLabel('答复的文字').fill('第一稿。小陈加了一句。');
  await kept(author.page);
  await reviewer.page.getByLabel('答复的文字').fill('第一稿。王姐加了一句。');
  const dialog = reviewer.page.getByRole('dialog');
  await dialog.getByText(/刚才也改了这条规则/).waitFor();
  await dialog.getByText('王姐加了一句。').waitFor();
  await dialog.getByText('小陈加了一句。').waitFor();
  await reviewer.accessible('two drafts side by side');
  await dialog.getByRole('button', { name: '用我的' }).click();
  await kept(reviewer.page);
  await author.page.reload();
  await author.page.getByText('王姐加了一句').first().waitFor();
  await author.leaves();
  await reviewer.leaves();
});

test('a rule is published at a time', { timeout: 60_000 }, async () => {
  const author = await as('编辑小陈');
  const reviewer = await as('审核王姐');
  await submits(author, { name: '定时的', keywords: '琉璃塔亮灯、琉璃塔开灯', answer: '琉璃塔七点亮灯（演示）。', example: '琉璃塔亮灯' });
  await reviewer.go(at('/rules'));
  await reviewer.page.getByPlaceholder('名称或关键词').fill('定时的');
  await reviewer.page.getByRole('link', { name: '定时的' }).click();
  await reviewer.page.getByRole('button', { name: '定时发布' }).click();
  const dialog = reviewer.page.getByRole('dialog');
  await dialog.getByLabel('发布时间').fill('2020-01-01T10:00');
  await dialog.getByText('要晚于现在').waitFor();
  await reviewer.accessible('publishing at a time');
  const moment = new Date(Date.now() + 90_000 + 8 * 3_600_000).toISOString().slice(0, 16); // at least half a minute ahead
  await dialog.getByLabel('发布时间').fill(moment);
  await dialog.getByRole('button', { name: '定时发布' }).click();
  await reviewer.page.getByText(`已通过，${moment.replace('T', ' ')} 发布`).waitFor();
  await author.leaves();
  await reviewer.leaves();
});

test('a picture is picked from the material in WeChat; without the right its ID is typed', { timeout: 60_000 }, async () => {
  const author = await as('编辑小陈');
  const { page } = author;
  await author.go(at('/rules/new'));
  await page.getByLabel('名称', { exact: true }).fill('楼层图');
  await page.getByRole('combobox').filter({ hasText: '转客服' }).selectOption({ label: '图片' });
  const pick = page.getByRole('button', { name: '从素材里选' });
  await pick.click();
  await page.getByRole('button', { name: /政务大厅楼层图/ }).click();
  assert.equal(await page.getByLabel('素材 ID').inputValue(), 'material-image-hall');
  await kept(page);
  await fetch(`${given.office.chat}/simulator/faults`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify([{ path: '/cgi-bin/material/', kind: 'errcode', errcode: 48001 }]) });
  await pick.click();
  await page.getByText(/没有这个接口的权限（错误码 48001）/).waitFor();
  await author.accessible('material that can not be read');
  await fetch(`${given.office.chat}/simulator/faults`, { method: 'DELETE' });
  await page.getByRole('button', { name: '重试' }).click();
  await page.getByRole('button', { name: /乘车路线/ }).waitFor();
  await author.leaves();
});

test('a column is made wider by dragging and by keyboard, and is so again after a reload', { timeout: 60_000 }, async () => {
  const author = await as('编辑小陈');
  const { page } = author;
  await author.go(at('/rules'));
  const edge = page.getByRole('separator', { name: '近 30 天命中与上次命中的分界' });
  const column = page.locator('th[data-column="hits"]');
  const width = async () => Math.round((await column.boundingBox()).width);
  const first = await width();
  const saved = () => page.waitForResponse((r) => r.url().endsWith('/me/preferences') && r.request().method() === 'PUT');
  const { x, y, width: w, height } = await edge.boundingBox();
  await page.mouse.move(x + w / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + w / 2 + 10, y + height / 2);
  await page.mouse.move(x + w / 2 + 30, y + height / 2);
  await Promise.all([saved(), page.mouse.up()]);
  assert.equal(await width(), first + 30);
  await edge.focus();
  await Promise.all([saved(), page.keyboard.press('ArrowLeft')]);
  assert.equal(await width(), first + 22);
  assert.equal(await edge.getAttribute('aria-valuenow'), String(first + 22));
  await page.reload();
  await edge.waitFor();
  assert.equal(await width(), first + 22);
  await edge.focus();
  await Promise.all([saved(), page.keyboard.press('Home')]);
  assert.equal(await width(), first);
  await author.leaves();
});

test('ten thousand rules by keyboard, two hundred at once', { timeout: 180_000 }, async () => {
  const rules = Array.from({ length: 10_000 }, (_, i) => ({ name: `规则${String(i).padStart(5, '0')}`, keywords: [`办事第${i}项`], reply: `第 ${i} 项的答复。` }));
  const file = join(given.office.folder, 'many.json');
  writeFileSync(file, JSON.stringify({ rules }));
  await promisify(execFile)(program, ['rules', 'import', file, '--account', many, '--config', join(given.office.folder, 'wenzheng.yaml')], { env: { ...process.env, WENZHENG_JOURNAL_ALLOW_VOLATILE: 'true' }, maxBuffer: 1 << 26 });
  const author = await as('编辑小陈');
  const { page } = author;
  await author.go(at('/rules', many));
  await page.keyboard.press('/');
  await page.keyboard.type('规则0');
  await page.waitForURL(/q=/);
  await page.getByText(/共 10,000 条/).waitFor();
  assert.equal(await page.getByRole('table').getAttribute('aria-rowcount'), '10001');
  await page.keyboard.press('Tab');
  await page.locator('h1').click();
  const name = () => page.evaluate(() => document.activeElement.querySelector?.('strong')?.textContent);
  await page.keyboard.press('j');
  await page.waitForFunction(() => document.activeElement.tagName === 'TR');
  assert.equal(await name(), '规则00000');
  await page.keyboard.press('x');
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press('End');
    await page.waitForFunction((rows) => document.querySelector('.foot')?.textContent.includes(`1–${rows}`), String(100 + 50 * i));
  }
  await page.waitForFunction(() => document.activeElement.tagName === 'TR');
  while (await name() !== '规则00199') await page.keyboard.press((await name()) < '规则00199' ? 'j' : 'k');
  await page.keyboard.press('Shift+X');
  await page.getByText('已选 200 条').waitFor();
  assert.ok(await page.locator('tbody tr').count() < 100, 'rows out of sight are in the page');
  await author.accessible('two hundred ticked');
  await page.keyboard.press('k');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/rules\/\d+/);
  await page.goBack();
  await page.getByText(/共 10,000 条/).waitFor();
  await page.setViewportSize({ width: 390, height: 800 });
  await author.fits('ten thousand rules at 390');
  await author.leaves();
});

// takes does one step to the first 200 rules of a list, which are all that fit it.
async function takes(person, list, step) {
  const { page } = person;
  await person.go(`${at('/rules', many)}&${list}&q=规则00`);
  await page.locator('h1').click();
  await page.keyboard.press('j');
  await page.waitForFunction(() => document.activeElement.tagName === 'TR');
  await page.keyboard.press('x');
  for (const rows of [100, 150, 200]) {
    await page.keyboard.press('End');
    await page.waitForFunction((n) => document.querySelector('.foot')?.textContent.includes(`1–${n}`), String(rows));
  }
  await page.waitForFunction(() => document.activeElement.tagName === 'TR');
  const name = () => page.evaluate(() => document.activeElement.querySelector?.('strong')?.textContent);
  while (await name() !== '规则00199') await page.keyboard.press((await name()) < '规则00199' ? 'j' : 'k');
  await page.keyboard.press('Shift+X');
  await page.getByText('已选 200 条').waitFor();
  await page.getByRole('button', { name: new RegExp(`^${step}`) }).click();
  const dialog = page.getByRole('dialog', { name: /200 条规则/ });
  await dialog.waitFor();
  return dialog;
}

test('two hundred rules are submitted, approved, published and taken back', { timeout: 180_000 }, async () => {
  const author = await as('编辑小陈');
  const hand = await takes(author, 'state=draft', '提交审核');
  await hand.getByRole('button', { name: '开始试跑' }).click();
  await hand.getByRole('button', { name: '提交审核' }).click({ timeout: 60_000 });
  await author.page.getByText(/已提交 200 条/).waitFor();
  await author.leaves();
  const reviewer = await as('审核王姐');
  for (const [list, step, did] of [['state=review', '通过', /已通过 200 条/], ['state=approved', '发布', /已发布 200 条/]]) {
    const dialog = await takes(reviewer, list, step);
    await dialog.getByRole('button', { name: step, exact: true }).click();
    await reviewer.page.getByText(did).waitFor({ timeout: 60_000 });
  }
  const published = async () => (await reviewer.ask('GET', at('/rules', many))).body.counts.published;
  const before = await published();
  assert.ok(before >= 200, `${before} answer`);
  await reviewer.accessible('what was done to many can be taken back');
  await reviewer.page.getByRole('button', { name: /^撤销（/ }).click();
  await reviewer.page.getByText('已撤销').waitFor();
  assert.equal(await published(), before - 200);
  await reviewer.leaves();
});
