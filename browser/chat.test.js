// A citizen's day with the demo, in a real browser against the real program.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Chat } from './chat.js';
import { launch, Office } from './office.js';

const pictures = process.env.PICTURES; // a folder, for those who want to look
if (pictures) mkdirSync(pictures, { recursive: true });
const wide = { width: 1280, height: 800 };
const narrow = { width: 390, height: 844 };

let office;
let browser;
let chat;

before(async () => {
  office = await Office.open();
  browser = await launch();
  chat = await Chat.open(browser, office, wide);
}, { timeout: 60_000 });

after(async () => {
  await browser?.close();
  await office?.close();
});

const shoot = (c, name) => pictures && c.page.screenshot({ path: join(pictures, `${name}.png`) });

test('an empty chat invites, and shows the account menu', async () => {
  assert.match(await chat.page.locator('#log').innerText(), /还没有消息/);
  assert.deepEqual(await chat.page.locator('#menu .top').allInnerTexts().then((all) => all.map((s) => s.trim())), ['办事', '生活', '服务']);
  await chat.clean('the empty chat');
  await shoot(chat, 'empty-1280');
});

test('following brings the welcome', async () => {
  await chat.page.locator('#follow').click();
  assert.match(await chat.next(0), /欢迎关注“澜江政务”/);
  await chat.page.locator('#unfollowed').waitFor({ state: 'hidden' });
});

test('a question is answered by its rule, and the inspector says which', async () => {
  assert.match(await chat.ask('请问居住证怎么办理？'), /到居住地街道便民服务中心申领/);
  await chat.settled();
  const details = await chat.page.locator('#details').innerText();
  assert.match(details, /居住证办理/);
  assert.match(details, /匹配方式\s+(包含|全部包含|完全一致|开头|正则)/);
});

test('a menu is walked by numbers of every kind', async () => {
  assert.match(await chat.ask('菜单'), /1.*户籍与证件/);
  assert.match(await chat.ask('1'), /居住证[\s\S]*结婚登记/);
  assert.match(await chat.ask('１'), /申领/);
  await chat.ask('菜单');
  assert.match(await chat.ask('一'), /居住证[\s\S]*结婚登记/);
  assert.match(await chat.ask('返回'), /公积金/);
});

test('the inspector names the reason of a number and of silence', async () => {
  const details = async () => { await chat.settled(); return chat.page.locator('#details').innerText(); };
  await chat.ask('菜单');
  await chat.ask('1');
  assert.match(await details(), /菜单的第 1 项“户籍与证件”/);
  assert.match(await chat.ask('9'), /没有第 9 项/);
  assert.match(await details(), /不在菜单里/);
  await chat.ask('天上有几颗星');
  assert.match(await chat.ask('月亮上有什么'), /已记下/);
  assert.match(await details(), /转人工/);
  assert.match(await chat.ask('月亮上有什么'), /12345/); // nobody is at the desk
  assert.match(await details(), /第二次回复/);
  const n = await chat.answers().count();
  await chat.write('月亮上有什么');
  await chat.page.locator('#details', { hasText: '不再重复' }).waitFor();
  assert.equal(await chat.answers().count(), n);
});

test('an unknown question brings suggestions, and one is chosen', async () => {
  assert.match(await chat.ask('退出'), /已退出人工服务/);
  const suggested = await chat.ask('孩子登记');
  assert.match(suggested, /1/, suggested);
  const answer = await chat.ask('1');
  assert.ok(answer.length > 10 && answer !== suggested, answer);
});

test('a button of the account menu is answered', async () => {
  const n = await chat.answers().count();
  await chat.page.locator('#menu').getByRole('button', { name: '办事' }).click();
  await shoot(chat, 'menu-1280');
  await chat.page.locator('#menu').getByRole('button', { name: '公积金', exact: true }).click();
  assert.match(await chat.next(n), /公积金/);
});

test('a picture is received', async () => {
  const n = await chat.answers().count();
  await chat.more('图片');
  assert.match(await chat.next(n), /照片已收到/);
  const width = await chat.page.locator('.row.mine img.picture').last().evaluate((img) => img.decode().then(() => img.naturalWidth));
  assert.equal(width, 480);
});

test('an input method picks words with Enter and does not send', async () => {
  const n = await chat.mine().count();
  const keys = await chat.page.context().newCDPSession(chat.page);
  await chat.page.getByLabel('输入消息').focus();
  await keys.send('Input.imeSetComposition', { text: 'shebao', selectionStart: 6, selectionEnd: 6 });
  await chat.page.evaluate(() => { globalThis.enters = []; document.getElementById('text').addEventListener('keydown', (e) => { globalThis.enters.push([e.key, e.isComposing, e.defaultPrevented]); }); });
  await keys.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 });
  await keys.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 });
  await keys.send('Input.insertText', { text: '社保卡怎么办' });
  assert.equal(await chat.page.getByLabel('输入消息').inputValue(), '社保卡怎么办');
  assert.equal(await chat.mine().count(), n, 'a word under composition was sent');
  const enters = await chat.page.evaluate(() => globalThis.enters);
  assert.ok(enters.length >= 2 && enters.every(([, composing, prevented]) => composing && !prevented), JSON.stringify(enters));
  await chat.page.keyboard.press('Enter');
  await chat.mine().nth(n).waitFor();
  await chat.settled();
});

test('a retry gets the same answer, once', async () => {
  await chat.ask('公积金贷款能贷多少');
  await chat.settled();
  const [answers, mine] = [await chat.answers().count(), await chat.mine().count()];
  await chat.mine().last().locator('.meta').click();
  await chat.page.getByRole('button', { name: '再投递三次' }).click();
  await chat.page.getByText('各次回复一致').waitFor();
  const tries = await chat.page.locator('.tries tbody tr').allInnerTexts();
  assert.equal(tries.length, 4, tries.join('|'));
  assert.ok(tries.every((line) => line.includes('200') && line.includes('已回复')), tries.join('|'));
  assert.deepEqual([await chat.answers().count(), await chat.mine().count()], [answers, mine]);
  await chat.clean('the chat with its inspector');
  await shoot(chat, 'inspector-1280');
});

test('a customer-service message arrives by itself', async () => {
  const n = await chat.answers().count();
  const citizen = new URL(chat.page.url()).searchParams.get('citizen');
  const { accounts } = await (await fetch(`${office.chat}/simulator/accounts?citizen=${citizen}`)).json();
  const sent = await office.push(accounts[0].openid, '您反映的路灯已修复，请查看。');
  assert.equal(sent.errcode, 0, JSON.stringify(sent));
  assert.match(await chat.next(n), /路灯已修复/);
  assert.match(await chat.answers().nth(n).innerText(), /客服消息/);
});

test('a phone shows the same chat', async () => {
  const citizen = new URL(chat.page.url()).searchParams.get('citizen');
  const phone = await Chat.open(browser, office, narrow, citizen);
  await phone.mine().last().waitFor();
  assert.equal(await phone.mine().count(), await chat.mine().count());
  await phone.page.waitForFunction(() => {
    const log = document.getElementById('log');
    const pictures = [...log.querySelectorAll('img')];
    return pictures.length > 0 && pictures.every((img) => img.complete) && log.scrollHeight - log.scrollTop - log.clientHeight < 2;
  });
  await phone.clean('the chat on a phone');
  await shoot(phone, 'chat-390');
  await phone.page.getByRole('button', { name: '更多功能' }).click();
  await phone.clean('the tray on a phone');
  await shoot(phone, 'tray-390');
  await phone.page.keyboard.press('Escape');
  await phone.page.locator('#menu').getByRole('button', { name: '生活' }).click();
  await phone.clean('the menu on a phone');
  await shoot(phone, 'menu-390');
  await phone.page.keyboard.press('Escape');
  await phone.mine().last().locator('.meta').click();
  await phone.page.locator('#inspector').getByRole('heading', { name: '结果' }).waitFor();
  await phone.clean('the inspector on a phone');
  await shoot(phone, 'inspector-390');
  await phone.page.keyboard.press('Escape');
  await phone.page.getByRole('button', { name: '返回' }).click();
  await phone.clean('the list on a phone');
  await shoot(phone, 'list-390');
  await phone.page.locator('#citizen').click();
  await phone.clean('the dialog on a phone');
  await shoot(phone, 'dialog-390');
  assert.deepEqual(phone.faults, []);
  await phone.page.context().close();
});

test('unfollowing is told and brings no answer', async () => {
  const n = await chat.answers().count();
  await chat.more('取消关注');
  await chat.page.locator('.note', { hasText: '已取消关注' }).waitFor();
  await chat.settled();
  assert.equal(await chat.answers().count(), n);
  await chat.page.getByText('未关注').first().waitFor();
  await chat.clean('the chat after unfollowing');
  await shoot(chat, 'left-1280');
});

test('the page had no faults of its own', () => assert.deepEqual(chat.faults, []));

test('chats are there again after a restart', async () => {
  const citizen = new URL(chat.page.url()).searchParams.get('citizen');
  const mine = await chat.mine().count();
  await office.stop();
  await office.start();
  await chat.page.context().close();
  chat = await Chat.open(browser, office, wide, citizen);
  await chat.mine().nth(mine - 1).waitFor();
  assert.equal(await chat.mine().count(), mine);
  assert.ok(await chat.page.locator('#unfollowed').isVisible(), 'the citizen follows again');
});
