// Ways in and out: the link, the password, the authenticator, recovery codes, what locks and what
// ends a session.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { given } from './given.js';
import { arrives, code } from './person.js';

const password = 'Lanjiang-2026-desk';
let link;
let secret;
let codes;

async function stranger(how) {
  const person = await arrives(how);
  await person.go('/sign-in');
  await person.page.getByRole('button', { name: '用姓名和密码登录' }).click();
  return person;
}

async function names(person, name, word) {
  await person.page.getByLabel('姓名或登录名').fill(name);
  await person.page.getByLabel('密码', { exact: true }).fill(word);
  await person.page.getByRole('button', { name: '下一步' }).click();
}

test('the system administrator adds an operator and gets a link once', async () => {
  const system = await arrives();
  await system.plays('系统李工');
  await system.go('/operators');
  await system.page.getByRole('button', { name: '添加操作员' }).click();
  await system.page.getByLabel('姓名', { exact: true }).fill('周敏');
  await system.page.getByLabel('登录名', { exact: true }).fill('zhoumin');
  await system.page.getByRole('dialog').getByRole('button', { name: '添加操作员' }).click();
  link = await system.page.locator('.link').innerText();
  assert.match(link, /\/welcome#[\w-]{40,}$/);
  await system.page.getByRole('button', { name: '已交给本人' }).click();
  await system.page.getByText('zhoumin').waitFor();
  assert.ok(!(await system.page.content()).includes(link.split('#')[1]), 'the link is still in the page');
  await system.leaves();
});

test('the security administrator grants roles', async () => {
  const security = await arrives();
  await security.plays('安全赵姐');
  await security.go('/grants');
  await security.page.getByText('zhoumin').click();
  const row = security.page.locator('form tbody tr').first();
  await row.locator('label').nth(1).click();
  await security.page.getByRole('button', { name: '保存授权' }).click();
  await security.page.getByText('周敏的授权已保存').waitFor();
  await security.page.locator('tr', { hasText: 'zhoumin' }).getByText(/主管/).waitFor();
  await security.leaves();
});

test('a link leads to a password, an authenticator and ten recovery codes', async () => {
  const person = await arrives();
  await person.page.goto(link);
  await person.page.getByText('周敏，请设置密码').waitFor();
  assert.ok(!person.page.url().includes('#'), 'the token stays in the address');
  const next = person.page.getByRole('button', { name: '下一步' });
  const field = person.page.getByLabel('新密码');
  await field.fill('Zhoumin-2026');
  assert.equal(await person.page.getByLabel('已满足').count(), 2, 'the name is in it');
  assert.ok(await next.isDisabled());
  await field.fill(password);
  assert.equal(await person.page.getByLabel('已满足').count(), 3);
  await next.click();
  const picture = person.page.getByAltText('绑定验证器的二维码');
  await picture.waitFor();
  await person.page.waitForFunction(() => document.querySelector('img[width="200"]').naturalWidth > 0);
  await person.accessible('binding an authenticator');
  secret = await person.page.locator('.key').innerText();
  const box = person.page.getByLabel('六位验证码');
  await box.fill('000000');
  await person.page.locator('.error').waitFor();
  await box.fill([...code(secret)].map((d) => String.fromCharCode(d.charCodeAt(0) + 0xfee0)).join('')); // full width
  await person.page.getByText('每个恢复码可以登录一次').waitFor();
  codes = await person.page.locator('ol li').allInnerTexts();
  assert.equal(new Set(codes).size, 10);
  await person.accessible('recovery codes');
  const on = person.page.getByRole('button', { name: '继续' });
  assert.ok(await on.isDisabled());
  await person.page.getByText('已保存').click();
  await on.click();
  await person.page.locator('nav').waitFor();
  assert.equal((await person.ask('GET', '/session')).body.name, 'zhoumin');
  await person.leaves();
});

test('a link is good once', async () => {
  const person = await arrives();
  await person.page.goto(link);
  await person.page.getByText('这条链接已用过或已过期').waitFor();
  await person.leaves();
});

test('a step of the authenticator is good once, a recovery code brings a new authenticator', async () => {
  const person = await stranger();
  await names(person, 'zhoumin', password);
  await person.page.getByLabel('六位验证码').fill(code(secret));
  await person.page.getByText('请等下一组数字').waitFor();
  await person.accessible('a refused code');
  await person.page.reload(); // a sign-in that was begun goes on
  await person.page.getByRole('button', { name: '手机不在身边' }).click();
  await person.page.getByLabel('恢复码').fill(codes[0]);
  await person.page.getByRole('button', { name: '登录' }).click();
  const dialog = person.page.getByRole('dialog');
  await dialog.getByText('另一处已登录').waitFor();
  await person.accessible('another session');
  await dialog.getByRole('button', { name: '结束它并继续' }).click();
  await person.page.getByAltText('绑定验证器的二维码').waitFor();
  secret = await person.page.locator('.key').innerText();
  await person.page.getByLabel('六位验证码').fill(code(secret));
  await person.page.locator('ol li').nth(9).waitFor();
  await person.leaves();
});

test('five mistakes lock a name, known or not, with the same words', async () => {
  const told = [];
  for (const name of ['zhoumin', 'nobody-here']) {
    const person = await stranger();
    const said = [];
    for (let i = 0; i < 5; i++) {
      await names(person, name, `wrong password ${i}`);
      await person.page.waitForFunction((n) => document.querySelectorAll('button[aria-busy]').length === 0 && document.querySelector('[role="alert"]') && n >= 0, i);
      said.push((await person.page.getByRole('alert').innerText()).replace(/\d\d:\d\d/, 'hh:mm'));
    }
    await person.page.getByText(/已锁定，\d\d:\d\d 后可再试/).waitFor();
    assert.ok(await person.page.getByRole('button', { name: '下一步' }).isDisabled());
    told.push(said);
    await person.accessible('a locked name');
    await person.leaves();
  }
  assert.deepEqual(told[0], told[1]);
  const security = await arrives();
  await security.plays('安全赵姐');
  await security.go('/operators');
  await security.page.locator('tr', { hasText: 'zhoumin' }).getByRole('button', { name: '解锁' }).click();
  await security.page.getByText('周敏已解锁').waitFor();
  await security.leaves();
});

test('somebody idle is warned and then signed out where they are', async () => {
  const auditor = await arrives();
  await auditor.page.clock.install();
  await auditor.plays('审计钱老师');
  await auditor.go('/audit?action=session');
  const rows = await auditor.page.locator('tbody tr').count();
  await auditor.page.clock.fastForward('13:05');
  await auditor.page.clock.runFor(2_000);
  await auditor.page.getByRole('dialog').getByText('还在吗？').waitFor();
  await auditor.accessible('the idle dialog');
  await auditor.page.getByRole('button', { name: '继续' }).click();
  await auditor.page.getByRole('dialog').waitFor({ state: 'hidden' });
  await auditor.page.clock.fastForward('15:05');
  await auditor.page.clock.runFor(2_000);
  await auditor.page.getByText('离开太久，已退出登录').waitFor();
  await auditor.page.waitForFunction(async () => (await fetch('/api/v1/session')).status === 401); // told to the server, too
  await auditor.page.getByRole('button', { name: '审计钱老师' }).click();
  await auditor.page.clock.runFor(1_000);
  await auditor.page.locator('nav').waitFor();
  assert.match(auditor.page.url(), /\/audit\?action=session$/);
  assert.equal(await auditor.page.locator('tbody tr').count(), rows, 'the page was not kept');
  await auditor.leaves();
});

test('signing out ends the session in every tab, and theme and language come back', async () => {
  const person = await arrives();
  await person.plays('主管老周');
  await person.go('/me');
  await person.page.getByText('深色').first().click();
  await person.page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
  const tab = await person.context.newPage();
  await tab.goto(`${given.office.url}/me`);
  await tab.locator('h1').waitFor();
  await person.page.getByRole('button', { name: /的菜单$/ }).click();
  await person.page.getByRole('button', { name: '退出登录' }).click();
  await person.page.waitForURL(/sign-in/);
  await tab.getByRole('heading', { level: 1, name: '选一个角色' }).waitFor();
  await person.plays('主管老周');
  assert.equal(await person.page.evaluate(() => document.documentElement.dataset.theme), 'dark');
  await person.leaves();
});
