// A newcomer's first hour, without a command line: an account is connected to WeChat's stand-in, its automatic
// replies are imported, one is tuned, a second person publishes, and a citizen gets the new answer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { given } from './given.js';
import { arrives } from './person.js';

const account = { id: 'wx00000000000d0077', name: '澜江文旅' };
const most = 40;
let clicks = 0;

// sits is somebody at a computer of their own; what they press is counted.
async function sits(name) {
  const person = await arrives();
  await person.page.exposeFunction('pressed', () => { clicks += 1; });
  await person.context.addInitScript(() => addEventListener('pointerdown', () => globalThis.pressed(), true));
  await person.plays(name);
  person.press = (text, within = person.page) => within.getByRole('button', { name: text, exact: true }).first().click();
  person.follow = (text) => person.page.getByRole('link', { name: text, exact: true }).first().click();
  person.write = async (label, text) => { const field = person.page.getByLabel(label, { exact: true }).first(); await field.click(); await field.fill(text); };
  return person;
}

test('from the keys of an account to a citizen who is answered, in under 40 clicks', async () => {
  const system = await sits('系统李工');
  await system.press('添加账号');
  await system.write('AppID', account.id);
  await system.write('名称', account.name);
  await system.write('Token', 'lanjiangwenlv');
  await system.write('EncodingAESKey', 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG');
  await system.write('AppSecret', '0123456789abcdef0123456789abcdef');
  await system.press('添加账号', system.page.getByRole('dialog'));
  await system.page.getByRole('heading', { name: account.name }).waitFor();
  await system.follow('总览');
  await system.page.getByText(`${account.name}：六步走完 1 步`).waitFor();
  await system.follow('继续');
  await system.page.getByText('还没有人担任').first().waitFor();
  await system.accessible('the first steps of an account');
  // The service takes a new account up within three seconds; until then the doctor says so.
  const check = system.page.locator('li', { has: system.page.getByRole('heading', { name: '体检' }) });
  for (let tries = 0; await check.getByText('未完成').count() > 0 || await check.getByRole('img', { name: '未完成' }).count() > 0; tries++) {
    assert.ok(tries < 3, await check.innerText());
    await system.page.waitForFunction(async (id) => (await (await fetch(`/api/v1/accounts/${id}`)).json()).state !== 'unknown', account.id);
    await system.press(tries === 0 ? '体检' : '再体检一次');
    await check.getByRole('button', { name: '再体检一次' }).and(system.page.locator(':enabled')).waitFor();
    await system.settled();
  }
  await system.leaves();

  const security = await sits('安全赵姐');
  for (const name of ['编辑小陈', '审核王姐']) {
    await security.page.locator('tr', { hasText: name }).first().click();
    const box = security.page.locator('label', { hasText: `${account.name} 内容管理员` });
    await box.click();
    await security.press('保存授权');
    await box.waitFor({ state: 'detached' });
  }
  await security.leaves();

  const author = await sits('编辑小陈');
  await author.follow('总览');
  await author.follow('继续');
  await author.page.getByText('由系统管理员来做').waitFor({ state: 'detached' });
  await author.press('读取自动回复');
  const dialog = author.page.getByRole('dialog');
  await dialog.getByText('政务大厅工作日 9:00-12:00、13:30-17:30。').waitFor();
  await author.accessible('automatic replies before they are imported');
  await dialog.getByRole('button', { name: /^存为草稿/ }).click();
  await author.page.getByText(/现有 \d+ 条规则/).waitFor();
  await tunes(author);
  await author.follow('总览');
  await author.follow('继续');
  await author.write('市民会问的话', '几点上班');
  await author.press('试');
  await author.page.getByText('景区每天 8:00-18:00 开放。').first().waitFor();
  await author.accessible('a sentence tried');
  await author.page.getByRole('button', { name: /^送审 \d+ 条草稿/ }).click();
  await author.page.getByRole('button', { name: /^审核通过/ }).waitFor();
  assert.equal((await author.ask('POST', `/start/review?account=${account.id}`, { step: 'approve' })).body.rules, 0, 'nobody reviews their own');
  await author.leaves();

  const reviewer = await sits('审核王姐');
  await reviewer.follow('总览');
  await reviewer.follow('继续');
  await reviewer.page.getByRole('button', { name: /^审核通过/ }).click();
  await reviewer.page.getByRole('button', { name: /^发布/ }).click();
  const last = reviewer.page.locator('li[aria-current="step"]', { hasText: '第一位市民来信' });
  await last.waitFor();

  const citizen = await given.browser.newPage();
  await citizen.goto(`${given.office.chat}/?account=${account.id}`);
  await citizen.locator('#chat-title', { hasText: account.name }).waitFor();
  const answer = citizen.locator('.row:not(.mine)', { hasText: '景区每天 8:00-18:00 开放。' });
  for (let tries = 0; tries < 6 && await answer.count() === 0; tries++) {
    const before = await citizen.locator('.row:not(.mine)').count();
    await citizen.getByLabel('输入消息').fill('几点上班');
    await citizen.keyboard.press('Enter');
    // The service hears of what was published within three seconds; until then an account without answers is silent.
    await citizen.waitForFunction((n) => document.querySelectorAll('.row:not(.mine)').length > n, before, { timeout: 3000 }).catch(() => undefined);
  }
  assert.ok(await answer.count() > 0, 'the citizen gets the tuned answer');
  await citizen.close();
  await reviewer.page.getByText(`${account.name}已在答复市民，六步都走完了。`).waitFor();
  await reviewer.page.setViewportSize({ width: 390, height: 800 });
  await reviewer.fits('the first steps at 390');
  await reviewer.leaves();
  assert.ok(clicks > 15 && clicks < most, `${clicks} clicks`);
  console.log(`# a newcomer needs ${clicks} clicks`);
});

// tunes changes the answer of an imported rule in a file, as somebody with a spreadsheet does.
async function tunes(person) {
  await person.follow('或从文件导入');
  const chooses = async (name, text) => {
    const [chooser] = await Promise.all([person.page.waitForEvent('filechooser'), person.page.locator('label.file').click()]);
    await chooser.setFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  };
  await chooses('改.csv', 'name,match,keywords,reply\n上班时间,sings,几点上班|上班时间,景区每天 8:00-18:00 开放。\n');
  await person.page.getByText('改.csv:2:').waitFor();
  await person.accessible('faults of a file');
  await chooses('改.csv', 'name,match,keywords,reply\n上班时间,exact,几点上班|上班时间,景区每天 8:00-18:00 开放。\n');
  await person.page.getByText('会新增 0 条，修改 1 条').waitFor();
  await person.page.locator('ins', { hasText: '景区每天 8:00-18:00 开放。' }).first().waitFor();
  await person.accessible('the difference of a file');
  await person.page.getByRole('button', { name: /^存为草稿/ }).click();
  await person.page.getByText('1 条规则已是草稿').waitFor();
  const files = await person.page.locator('.downloads a').evaluateAll((all) => Promise.all(all.map(async (a) => { const r = await fetch(a.href); return [r.status, r.headers.get('content-disposition').includes('attachment')]; })));
  assert.deepEqual(files, [[200, true], [200, true], [200, true]]);
}
