// The console in a real browser on the real program: who sees what, and that every page can be
// read, reached and trusted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { given } from './given.js';
import { arrives, pages } from './person.js';


const playing = (role) => given.people.find((p) => p.role === role);
const permitted = (permission) => given.people.find((p) => p.permissions.includes(permission));

test('each role of the demo is a click away and sees its pages only', async () => {
  for (const one of given.people) {
    const person = await arrives();
    await person.plays(one.display_name);
    const { body } = await person.ask('GET', '/session');
    assert.equal(body.name, one.name);
    one.permissions = body.permissions;
    one.state = await person.context.storageState();
    const menu = await person.menu();
    const may = (p) => !p.permission || body.permissions.includes(p.permission);
    assert.ok(menu.length <= pages.filter(may).length, `${one.name} sees ${menu}`);
    assert.ok(await person.page.getByText('演示，无两步验证，数据为虚构').isVisible());
    const hidden = pages.find((p) => !may(p));
    await person.go(hidden.path);
    assert.equal(await person.page.locator('h1').innerText(), '没有这个页面', `${one.name} at ${hidden.path}`);
    await person.leaves();
  }
});

test('an administrator of the three is told no message and no figure', async () => {
  for (const role of ['sysadmin', 'secadmin', 'auditor']) {
    const person = await arrives({ state: playing(role).state });
    await person.go('/');
    for (const path of ['/indices', '/waits', '/series?metric=rti.value', '/live']) {
      const { status } = await person.ask('GET', path);
      assert.equal(status, 403, `${role} asks ${path}`);
    }
    await person.leaves();
  }
});

// Both languages and both themes; all four together with LOOKS=all, as before a release.
const looks = process.env.LOOKS === 'all' ? ['zh light', 'en dark', 'zh dark', 'en light'] : ['zh light', 'en dark'];
for (const look of looks) {
  const [language, theme] = look.split(' ');
  test(`every page is accessible and fits, ${look}`, async () => {
    const open = await arrives({ language, theme });
    for (const path of ['/sign-in', '/welcome']) {
      await open.go(path);
      await examine(open, `${path} ${look}`, look === looks[0]);
    }
    await open.leaves();
    const byRole = new Map();
    for (const page of pages) {
      const who = page.permission ? permitted(page.permission) : playing('account_manager');
      assert.ok(who, `${page.path}: a page that nobody may see`);
      byRole.set(who, [...(byRole.get(who) ?? []), page]);
    }
    await Promise.all([...byRole].map(async ([who, theirs]) => {
      const person = await arrives({ language, theme, state: who.state });
      for (const page of theirs) {
        await person.go(page.path);
        await examine(person, `${page.path} ${look}`, look === looks[0]);
      }
      await person.leaves();
    }));
  });
}

// examine looks at a page at three widths; 640 is 1280 at 200 %.
async function examine(person, what, walk) {
  await person.accessible(what);
  await person.fits(what);
  if (walk) assert.deepEqual(await person.walks(), [], `${what}: not reached by Tab`);
  // Width does not depend on the theme, and English is the longer language only on a phone.
  for (const width of walk ? [640, 390] : [390]) {
    await person.page.setViewportSize({ width, height: 800 });
    await person.fits(`${what} at ${width}`);
  }
  if (what.endsWith('zh light')) await person.accessible(`${what} at 390`);
  await person.page.setViewportSize({ width: 1280, height: 800 });
}

test('names that mean harm are text and nothing else', async () => {
  const hostile = ['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', "=cmd|' /C calc'!A0", '\u202Egnp.exe\u202C 反向', 'W'.repeat(32)];
  const system = await arrives({ state: playing('sysadmin').state });
  await system.go('/operators');
  for (const [i, display_name] of hostile.entries()) {
    const { status, body } = await system.ask('POST', '/operators', { name: `hostile${i}`, display_name });
    assert.equal(status, 200, JSON.stringify(body));
  }
  system.page.on('dialog', () => system.faults.push('a script ran'));
  await system.go('/operators');
  await system.page.getByText('hostile4').waitFor();
  for (const width of [1280, 390]) {
    await system.page.setViewportSize({ width, height: 800 });
    await system.fits(`hostile names at ${width}`);
  }
  await system.leaves();
  const security = await arrives({ state: playing('secadmin').state });
  await security.go('/grants');
  await security.fits('hostile names in grants');
  await security.leaves();
  const auditor = await arrives({ state: playing('auditor').state });
  await auditor.go('/audit?action=operator');
  await auditor.page.locator('tbody tr').first().click();
  await auditor.page.locator('.changes').waitFor();
  await auditor.fits('hostile names in the audit log');
  await auditor.leaves();
});

test('filters stand in the address and are there again after a reload', async () => {
  const auditor = await arrives({ state: playing('auditor').state });
  await auditor.go('/audit');
  await auditor.page.getByLabel('谁', { exact: true }).fill('nobody-of-this-name');
  await auditor.page.waitForURL(/actor=nobody/);
  await auditor.page.getByText('没有符合的结果').waitFor();
  await auditor.page.reload();
  await auditor.page.getByText('没有符合的结果').waitFor();
  await auditor.page.getByRole('button', { name: '重置' }).click();
  await auditor.page.locator('tbody tr').first().waitFor();
  assert.ok(!auditor.page.url().includes('actor'));
  await auditor.leaves();
});

test('an address of the console leads to its page, a file of another build to nothing', async () => {
  const deep = await fetch(`${given.office.url}/figures/waits?topic=x`);
  assert.equal(deep.status, 200);
  assert.equal(deep.headers.get('cache-control'), 'no-store');
  const html = await deep.text();
  const script = /src="(\/assets\/[^"]+)"/.exec(html)[1];
  const file = await fetch(given.office.url + script);
  assert.match(file.headers.get('cache-control'), /immutable/);
  assert.equal(file.headers.get('content-encoding'), 'gzip');
  assert.equal((await fetch(`${given.office.url}/assets/index-0.js`)).status, 404);
});

test('eight tabs have one stream of events, and another takes it over', async () => {
  const manager = await arrives({ state: playing('account_manager').state });
  const streams = [];
  manager.context.on('request', (request) => { if (request.url().includes('/api/v1/live')) streams.push(request.frame().page()); });
  await manager.go('/');
  await Promise.all(Array.from({ length: 7 }, async () => {
    const tab = await manager.context.newPage();
    await tab.goto(`${given.office.url}/`);
    await tab.locator('tbody tr').first().waitFor();
  }));
  assert.equal(streams.length, 1, `${streams.length} streams`);
  const next = manager.context.waitForEvent('request', (request) => request.url().includes('/api/v1/live'));
  await streams[0].close();
  await next;
  await manager.leaves();
});

test('a message of a citizen moves the open overview, without a reload', async () => {
  const manager = await arrives({ state: playing('account_manager').state });
  await manager.go('/');
  const inbound = manager.page.locator('tbody tr').first().locator('td').nth(3);
  const before = Number(await inbound.innerText());
  await given.office.send('wx00000000000d0001', '居住证怎么办');
  await manager.page.waitForFunction((n) => Number(document.querySelector('tbody tr td:nth-child(4)').innerText) > n, before);
  await manager.leaves();
});

test('a stream that breaks is told, and its return too', async () => {
  const manager = await arrives({ state: playing('account_manager').state });
  await manager.context.route('**/api/v1/live*', (route) => route.abort());
  await manager.go('/');
  await manager.page.getByText('连接中断，数据截至').waitFor();
  await manager.accessible('a broken stream');
  await manager.context.unroute('**/api/v1/live*');
  await manager.page.getByText('连接中断，数据截至').waitFor({ state: 'hidden' });
  manager.faults = manager.faults.filter((fault) => !fault.includes('ERR_FAILED'));
  await manager.leaves();
});

test('a part that fails says so with a way to try again, the rest stays', async () => {
  const manager = await arrives({ state: playing('account_manager').state });
  await manager.context.route('**/api/v1/overview*', (route) => route.fulfill({ status: 503, headers: { 'X-Request-Id': 'TEST-1' }, json: { code: 'unavailable', message: '数据库暂时不可用，请稍后再试' } }));
  await manager.page.goto(`${given.office.url}/`);
  const alert = manager.page.getByRole('alert');
  await alert.getByText('数据库暂时不可用').waitFor();
  await alert.getByText('TEST-1').waitFor();
  assert.ok(await manager.page.getByRole('heading', { name: '程序' }).isVisible());
  await manager.accessible('a part that failed');
  await manager.context.unroute('**/api/v1/overview*');
  await alert.getByRole('button', { name: '重试' }).click();
  await manager.page.locator('tbody tr').first().waitFor();
  manager.faults = manager.faults.filter((fault) => !fault.includes('503'));
  await manager.leaves();
});

test('an account is found by the sound of its name, without touching the mouse', async () => {
  const manager = await arrives({ state: playing('account_manager').state });
  await manager.go('/');
  const chosen = manager.page.getByRole('button', { name: /^账号：/ }).first();
  await chosen.focus();
  await manager.page.keyboard.press('Enter');
  const field = manager.page.getByRole('combobox', { name: '名称或拼音' });
  await field.waitFor();
  const options = manager.page.getByRole('option');
  assert.equal(await options.count(), 4, 'all of them, and all accounts');
  await manager.accessible('the open list of accounts');
  await field.fill('ljga');
  assert.deepEqual(await options.allInnerTexts(), ['澜江公安']);
  await manager.page.keyboard.press('Enter');
  await manager.page.waitForURL(/account=/);
  await manager.page.getByRole('button', { name: '账号：澜江公安' }).first().waitFor();
  assert.equal(await manager.page.evaluate(() => document.activeElement.textContent.trim()), '澜江公安', 'the focus went back');
  await manager.page.keyboard.press('ArrowDown');
  await field.fill('zzz');
  await manager.page.getByText('没有符合的结果').waitFor();
  await manager.page.keyboard.press('Escape');
  assert.equal(await options.count(), 0);
  await manager.leaves();
});
