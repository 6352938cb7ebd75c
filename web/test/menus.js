// The menu below the chat: written by one person, reviewed by another, published to WeChat's stand-in and
// seen on its chat page, where a tap is answered.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { given } from './given.js';
import { as } from './person.js';

const account = 'wx00000000000d0002';
const opens = async (name, how) => {
  const person = await as(name, how);
  await person.go(`/menus?account=${account}`);
  return person;
};
const button = (person, name) => person.page.getByRole('button', { name, exact: true });

test('a menu is imported, changed, reviewed by a second person, published, and seen by a citizen', async () => {
  const author = await opens('编辑小陈');
  await button(author, '导入现在的菜单').first().click();
  const tree = author.page.getByRole('list', { name: '菜单的按钮' });
  await tree.getByRole('button', { name: '户政', exact: true }).waitFor();
  await tree.getByRole('button', { name: '加一个子菜单，在“户政”下面' }).click();
  await author.page.getByLabel('名称', { exact: true }).fill('居住证办理');
  await author.page.getByLabel('KEY', { exact: true }).fill('topic_户籍');
  await author.page.getByText('KEY 与另一个按钮').first().waitFor();
  assert.ok(await button(author, '送审').isDisabled(), 'a faulty menu can not be submitted');
  await author.page.getByLabel('KEY', { exact: true }).fill('NO_RULE');
  await author.page.getByText('没有已发布的规则回复 KEY NO_RULE').first().waitFor();
  await author.page.getByLabel('点了做什么').selectOption('view');
  await author.page.getByLabel('网址', { exact: true }).fill('www.example.gov.cn');
  await author.page.getByText('网址应以 http:// 或 https:// 开头').first().waitFor();
  await author.page.getByLabel('网址', { exact: true }).fill('https://www.example.gov.cn/jzz?a=1&b=2');
  await author.page.getByText('网址应以 http:// 或 https:// 开头').first().waitFor({ state: 'detached' });
  assert.ok(await author.page.getByRole('group', { name: '手机上的样子' }).getByRole('button', { name: '居住证办理' }).isVisible(), 'the phone shows it');
  await author.accessible('the editor of a menu');
  await author.page.setViewportSize({ width: 390, height: 800 });
  await author.fits('the editor of a menu at 390');
  await author.page.setViewportSize({ width: 1280, height: 800 });
  await button(author, '送审').click();
  await author.page.getByText('自己写的由另一位内容管理员审核').waitFor();
  assert.equal(await button(author, '通过').count(), 0);
  const { revision } = (await author.ask('GET', `/menus?account=${account}`)).body.draft;
  const own = await author.ask('POST', `/menus/review?account=${account}`, { step: 'approve', revision });
  assert.deepEqual([own.status, own.body.code], [409, 'same_person']);
  await author.leaves();

  const reviewer = await opens('审核王姐');
  await reviewer.page.getByText('新增').first().waitFor();
  await button(reviewer, '通过').click();
  await button(reviewer, '发布').click();
  await reviewer.page.getByText('与公众号现在的菜单有 1 处不同').waitFor();
  await reviewer.accessible('the question before publishing');
  await reviewer.page.getByRole('dialog').getByRole('button', { name: '发布' }).click();
  await reviewer.page.getByText('没有差别。').waitFor();
  assert.equal((await reviewer.ask('GET', `/menus?account=${account}`)).body.live.reviewer, 'wangjie');
  await reviewer.leaves();

  const citizen = await given.browser.newPage();
  await citizen.goto(`${given.office.chat}/?account=${account}`);
  const menu = citizen.locator('#menu');
  await menu.getByRole('button', { name: '户政' }).click();
  await menu.getByRole('button', { name: '居住证办理' }).waitFor();
  await menu.getByRole('button', { name: '身份证', exact: true }).click();
  await citizen.locator('.row:not(.mine)', { hasText: '身份证' }).first().waitFor();
  await citizen.close();
});

test('who has not seen the other draft is asked which of the two is kept', async () => {
  const first = await opens('编辑小陈');
  await button(first, '导入现在的菜单').first().click();
  await first.page.getByText('已存为草稿').waitFor();
  const before = (await first.ask('GET', `/menus?account=${account}`)).body.draft;
  before.menu.buttons[0].name = '户政改';
  const other = await as('审核王姐');
  await other.go('/me');
  assert.equal((await other.ask('PUT', `/menus?account=${account}`, { base_revision: before.revision, menu: before.menu })).status, 200);
  await other.leaves();
  await first.page.getByLabel('名称', { exact: true }).fill('户政大厅');
  const dialog = first.page.getByRole('dialog');
  await dialog.getByText('wangjie 存了另一份').waitFor();
  await first.accessible('two drafts side by side');
  await dialog.getByRole('button', { name: '用自己的' }).click();
  await first.page.waitForFunction(async (a) => (await (await fetch(`/api/v1/menus?account=${a}`)).json()).draft.menu.buttons[0].name === '户政大厅', account);
  await button(first, '丢弃').click();
  await dialog.getByRole('button', { name: '丢弃' }).click();
  await first.page.getByText('已发布第').waitFor();
  await first.leaves();
});

test('a key that no rule answers leads to a rule for it', async () => {
  const p = await as('编辑小陈');
  await p.go('/me');
  const a = 'wx00000000000d0003';
  await p.ask('PUT', `/menus?account=${a}`, { menu: { buttons: [{ name: '留言', type: 'click', key: 'LY_NEW' }] } });
  await p.go(`/menus?account=${a}`);
  await p.page.getByRole('link', { name: '建规则' }).click();
  await p.page.waitForURL(/\/rules\/\d+/);
  const id = /\/rules\/(\d+)/.exec(p.page.url())[1];
  const { body } = await p.ask('GET', `/rules/${id}?account=${a}`);
  assert.deepEqual([body.draft.on, body.draft.keys, body.draft.name], [['click'], ['LY_NEW'], '留言']);
  await p.go(`/rules?account=${a}`);
  await p.page.getByRole('button', { name: '导入导出' }).click();
  await p.page.getByRole('heading', { name: '导入规则' }).waitFor();
  await p.leaves();
});
