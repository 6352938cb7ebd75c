// The desk, from both sides: a citizen in the chat and somebody who answers, each with a browser of their own.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { given } from './given.js';
import { as } from './person.js';

const account = 'wx00000000000d0001';
let agent;
let citizen;
let field;

// writes is what the citizen sends from the chat page.
async function writes(text) {
  await citizen.getByLabel('输入消息').fill(text);
  await citizen.keyboard.press('Enter');
}
// step is a test that goes on where the one before it ended, and so fails with it at once.
let broken = '';
const step = (name, what) => test(name, async () => {
  assert.equal(broken, '', 'a step before failed');
  broken = name;
  await what();
  broken = '';
});
const heard = (text) => citizen.locator('.row:not(.mine)', { hasText: text });
const detail = async () => (await agent.ask('GET', `/conversations/${new URL(agent.page.url()).searchParams.get('open')}`)).body;
const outbox = async () => (await detail()).outbox;
// sending has the message wait, once it is on its way, until something has happened.
const sending = (until) => agent.page.route('**/messages', async (route) => {
  if (route.request().method() === 'POST') await until();
  await route.continue();
});
const button = (name, within = agent.page) => within.getByRole('button', { name, exact: true });

describe('the desk', () => {
  before(async () => {
    agent = await as('坐席小李');
    field = agent.page.getByRole('textbox', { name: '回复市民' });
    const context = await given.browser.newContext({ locale: 'zh-CN' });
    citizen = await context.newPage();
    await citizen.goto(`${given.office.chat}/?account=${account}`);
    await citizen.locator('#chat-title').waitFor();
  }, { timeout: 60_000 });

  after(async () => {
    await agent.leaves();
    await citizen.context().close();
  });

  step('who asks for a person is on the open desk at once, and opening is a step back undoes', async () => {
    await agent.go(`/desk?account=${account}`);
    await agent.page.getByLabel('我在不在').selectOption('online');
    await agent.page.getByText('不会分来接待').waitFor({ state: 'detached' });
    // The program takes the setting up within three seconds.
    const answers = citizen.locator('.row:not(.mine)');
    for (let told = '没有人工客服'; told.includes('没有人工客服');) {
      const n = await answers.count();
      await writes('人工');
      await answers.nth(n).waitFor();
      told = await answers.nth(n).innerText();
    }
    const row = agent.page.locator('.list li button').first();
    await row.waitFor({ timeout: 5_000 });
    await row.click();
    await field.waitFor();
    assert.deepEqual((await outbox()), []);
    await agent.page.goBack();
    await field.waitFor({ state: 'detached' });
    assert.match(agent.page.url(), /\/desk/);
    await agent.page.keyboard.press('j');
    await field.waitFor();
  });

  step('an input method and a new line send nothing, the send key does, and the citizen reads it', async () => {
    await field.fill('您好');
    await field.dispatchEvent('keydown', { key: 'Enter', ctrlKey: true, isComposing: true });
    await field.dispatchEvent('keydown', { key: 'Enter', ctrlKey: true, keyCode: 229 });
    await field.press('Enter');
    assert.equal(await field.inputValue(), '您好\n');
    assert.deepEqual(await outbox(), [], 'something was sent');
    await field.fill('您好，请讲。');
    await field.press('Control+Enter');
    await agent.page.getByText('发送中').waitFor();
    assert.equal(await field.inputValue(), '');
    await heard('您好，请讲。').waitFor();
    await agent.page.getByText('发送中').waitFor({ state: 'detached' });
    assert.equal((await detail()).owed_at, undefined, 'an answered citizen still waits');
  });

  step('what is taken back never arrives and is there to be mended, numbers and all', async () => {
    await writes('路灯坏了');
    await agent.page.locator('.said').getByText('路灯坏了').waitFor();
    const words = '请打 13800138000 登记。';
    await field.fill(words);
    await field.press('Control+Enter');
    await button('撤回').click();
    await agent.page.waitForFunction((text) => document.querySelector('.composer textarea').value === text, words);
    assert.deepEqual((await outbox()).filter((i) => i.state !== 'cancelled' && i.state !== 'sent'), []);
    assert.equal(await heard('13800138000').count(), 0);
  });

  step('what is typed while a message is on its way stays', async () => {
    let go;
    const gone = new Promise((done) => { go = done; });
    await sending(() => gone);
    await field.fill('已经报修');
    await field.press('Control+Enter');
    await field.press('End');
    await field.pressSequentially('，明天修好');
    go();
    await agent.page.waitForFunction(() => document.querySelector('.composer textarea').value === '，明天修好');
    await agent.page.unroute('**/messages');
    await heard('已经报修').waitFor();
    assert.equal(await heard('明天修好').count(), 0, 'what was typed later was sent, too');
  });

  step('a draft outlives the page it was typed on, and two tabs are asked which goes on', async () => {
    await field.fill('草稿一');
    await button('内部备注').click(); // at once: the draft is the reply's all the same
    await agent.page.keyboard.press('Escape');
    await field.waitFor({ state: 'detached' });
    await agent.page.keyboard.press('j');
    await field.waitFor();
    assert.equal(await field.inputValue(), '草稿一');
    await agent.page.reload();
    await field.waitFor();
    assert.equal(await field.inputValue(), '草稿一');
    const tab = await agent.context.newPage();
    await tab.goto(agent.page.url());
    const other = tab.getByRole('textbox', { name: '回复市民' });
    await other.fill('草稿二');
    await tab.getByText(/草稿已存/).waitFor();
    await field.fill('草稿三');
    await agent.page.getByText('草稿在别处改过').waitFor();
    assert.ok(await button('发送').isDisabled(), 'sent before it was decided');
    await button('用那边的').click();
    assert.equal(await field.inputValue(), '草稿二');
    await tab.close();
    await field.fill('');
  });

  step('Enter sends where somebody has chosen so', async () => {
    const { preferences } = (await agent.ask('GET', '/session')).body;
    await agent.ask('PUT', '/me/preferences', { ...preferences, enter_sends: true });
    await agent.page.reload();
    await field.fill('第一行');
    await field.press('Control+Enter');
    assert.equal(await field.inputValue(), '第一行\n');
    await field.pressSequentially('第二行');
    await field.press('Enter');
    await button('撤回').click();
    await agent.page.waitForFunction(() => document.querySelector('.composer textarea').value === '第一行\n第二行');
    await field.fill('');
    await agent.ask('PUT', '/me/preferences', preferences);
  });

  step('a newer message of the citizen is seen before anything is sent', async () => {
    await agent.page.reload();
    await field.fill('好的');
    await sending(async () => {
      await writes('等等，还有一盏');
      await agent.page.locator('.said').getByText('等等，还有一盏').waitFor();
    });
    await field.press('Control+Enter');
    await agent.page.getByText('市民又来信了').waitFor();
    await agent.page.unroute('**/messages');
    assert.equal(await field.inputValue(), '好的');
    await button('仍然发送').click();
    await heard('好的').waitFor();
  });

  step('a search opens what it found, whose number is shown for a reason, and a picture when it is asked for', async () => {
    const sent = citizen.waitForRequest('**/simulator/send');
    await writes('我的电话是 13812345678');
    const { app_id, citizen: who } = (await sent).postDataJSON();
    await citizen.evaluate((body) => fetch('/simulator/send', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }), { app_id, citizen: who, kind: 'image' });
    await agent.page.locator('.said').getByText('138****5678').waitFor();
    await button('看图片').click();
    await agent.page.waitForFunction(() => document.querySelector('.said img')?.naturalWidth > 0);
    await agent.page.getByLabel('搜索往来').fill('电话是');
    await agent.page.locator('.list mark').first().waitFor();
    await agent.accessible('what a search found');
    await agent.page.getByLabel('搜索往来').press('Enter');
    const found = agent.page.locator('.said .asked');
    await found.waitFor();
    await button('看原文', found).click();
    const why = agent.page.getByRole('dialog');
    await why.getByLabel('理由').fill('回电核实');
    await button('看原文', why).click();
    await found.getByText('13812345678').waitFor();
    await found.getByText('秒后遮盖').waitFor();
    await agent.page.getByLabel('搜索往来').fill('没有人说过这句');
    await agent.page.getByText('没有找到').waitFor();
    await agent.page.getByLabel('搜索往来').press('Escape');
    await agent.page.locator('.list li button').first().waitFor();
  });

  step('ticked conversations take one step together', async () => {
    await agent.page.locator('.list li button').first().press('x');
    await agent.page.getByText('已选 1 个').waitFor();
    await agent.accessible('ticked conversations');
    const bar = agent.page.getByRole('region', { name: '批量' });
    await button('转交', bar).click();
    const ask = agent.page.getByRole('dialog');
    await ask.getByLabel('为什么转').fill('请同事接');
    await button('转交', ask).click();
    await agent.page.getByText('转交了 1 个').waitFor();
    await agent.page.locator('.list li button').first().press('x');
    await button('接入', bar).click();
    await button('接入', agent.page.getByRole('dialog')).click();
    await agent.page.getByText('接入了 1 个').waitFor();
    await field.waitFor();
  });

  step('a note is masked and never reaches the citizen; the desk is accessible and fits', async () => {
    await button('内部备注').click();
    await agent.page.getByRole('textbox', { name: '内部备注' }).fill('电话 13800138000，已问过');
    await button('存备注').click();
    await agent.page.getByText('138****8000，已问过').waitFor();
    assert.equal(await heard('已问过').count(), 0);
    await agent.accessible('the desk');
    await agent.fits('the desk');
    const grid = await agent.page.locator('.desk').evaluate((el) => getComputedStyle(el).gridTemplateColumns.split(' ').map(parseFloat));
    assert.deepEqual([grid.length, grid[0], grid[2]], [3, 320, 340]);
    await agent.page.setViewportSize({ width: 1000, height: 800 });
    await button('市民').click();
    await agent.page.getByRole('dialog').getByText('以前的接待').waitFor();
    await agent.accessible('what is known of the citizen, as a drawer');
    await agent.page.keyboard.press('Escape');
    await agent.page.setViewportSize({ width: 390, height: 800 });
    await button('回到列表').waitFor();
    await agent.accessible('the desk on a phone');
    await agent.fits('the desk on a phone');
  });

  step('closing leaves the citizen waiting and says so', async () => {
    await writes('还在吗');
    await agent.page.locator('.said').getByText('还在吗').waitFor();
    await button('结束').click();
    const dialog = agent.page.getByRole('dialog');
    await dialog.getByText('市民仍在等待，结束不会停止计时。').waitFor();
    await button('结束', dialog).click();
    await agent.page.getByText('不必答复').first().waitFor();
    await agent.page.waitForFunction(() => document.activeElement !== document.body); // the focus is not lost
  });
});
