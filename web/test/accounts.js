// What the system administrator does with accounts and the calendar, as a person sees it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { as } from './person.js';

const system = async () => {
  const person = await as('sysadmin');
  await person.go('/accounts/:id');
  await person.page.locator('dl').first().waitFor();
  return person;
};
const part = (person, title) => person.page.locator('section', { has: person.page.getByRole('heading', { name: title, exact: true }) });

test('the doctor says what is wrong and one thing to do, in its line', async () => {
  const person = await system();
  const doctor = part(person, '体检');
  await doctor.getByRole('button', { name: '体检' }).click();
  const failed = doctor.locator('tr', { hasText: '不通过' });
  await failed.first().waitFor();
  for (const line of await failed.all()) assert.match(await line.locator('strong').innerText(), /^请/);
  await doctor.getByText('验证 URL（GET）签名与回显正确').waitFor();
  await person.accessible('an account after its check-up');
  await person.page.setViewportSize({ width: 390, height: 800 });
  await person.fits('an account after its check-up at 390');
  await person.leaves();
});

test('a key is written and never seen again', async () => {
  const person = await system();
  const answers = [];
  person.page.on('response', async (r) => { if (r.url().includes('/api/')) answers.push(await r.text().catch(() => '')); });
  await person.page.getByRole('button', { name: '改设置' }).click();
  const secret = '0123456789abcdef0123456789abcdef';
  await person.page.getByLabel('AppSecret', { exact: true }).fill(secret);
  await person.accessible('changing an account');
  await person.page.getByLabel('Token', { exact: true }).fill('no token');
  await person.page.getByRole('button', { name: '保存' }).click();
  await person.page.getByText('Token 应为 3 至 32 位英文字母或数字').first().waitFor();
  await person.page.getByLabel('Token', { exact: true }).fill('');
  await person.page.getByRole('button', { name: '保存' }).click();
  await person.page.getByRole('dialog').waitFor({ state: 'hidden' });
  await person.page.getByText('••••cdef').waitFor();
  await person.settled();
  assert.ok(answers.length > 0 && !answers.some((text) => text.includes(secret)), 'the server tells the key');
  await person.leaves();
});

test('office hours and limits change from a day on, and it is said before', async () => {
  const person = await system();
  const hours = part(person, '办公时间');
  await hours.getByRole('button', { name: '从某天起改变' }).click();
  await hours.locator('form').getByText('一直如此', { exact: true }).click(); // nothing was counted yet
  await hours.getByLabel('从哪天起').fill('2031-03-03');
  await hours.getByRole('textbox', { name: '办公时间', exact: true }).fill('08:30-12:00,14:00-17:30');
  await hours.getByText('2031年3月3日（周一）起，办公时间由 09:00-12:00,13:30-17:30 改为 08:30-12:00,14:00-17:30。').waitFor();
  await person.accessible('a new line of office hours');
  await hours.getByRole('button', { name: '保存' }).click();
  await hours.locator('tbody tr').nth(1).getByText('2031年3月3日（周一）起').first().waitFor();
  const desk = part(person, '分配');
  await desk.getByRole('button', { name: '从某天起改变' }).click();
  await desk.getByRole('combobox', { name: '分配' }).selectOption('坐席自己接入');
  await desk.getByText('一直如此，分配由 自动分给坐席 改为 坐席自己接入。').waitFor();
  await person.accessible('a new line of a setting of the desk');
  await desk.getByRole('button', { name: '保存' }).click();
  await desk.locator('tbody tr', { hasText: '坐席自己接入' }).waitFor();
  const limits = part(person, '时限');
  await limits.getByRole('button', { name: '从某天起改变' }).click();
  await limits.locator('form').getByText('一直如此', { exact: true }).click();
  await limits.getByLabel('从哪天起').fill('2031-03-03');
  assert.ok(await limits.getByRole('button', { name: '保存' }).isDisabled(), 'nothing changed yet');
  await limits.getByLabel('受理（小时）', { exact: true }).fill('1.5');
  await limits.getByText('2031年3月3日（周一）起：受理由 2 小时 改为 1.5 小时').waitFor();
  await limits.getByLabel('首档，满分（分）').fill('120');
  await limits.getByRole('button', { name: '保存' }).click();
  await limits.getByText('四个会话时限应由短到长').waitFor();
  await limits.getByLabel('首档，满分（分）').fill('3');
  await limits.getByRole('button', { name: '保存' }).click();
  await limits.getByRole('button', { name: '撤销2031年3月3日（周一）起的' }).click();
  await person.page.getByRole('dialog').getByRole('button', { name: '撤销' }).click();
  await person.page.getByText('已撤销2031年3月3日（周一）起的设置').waitFor();
  const notices = part(person, '办件通知');
  await notices.getByRole('button', { name: '设置' }).click();
  await notices.getByRole('button', { name: '保存' }).click();
  await notices.getByText('请写模板 ID').waitFor();
  await notices.getByText('请写模板的各个字段填什么').waitFor();
  await person.accessible('the notice channel with faults');
  await person.leaves();
});

test('a day of the calendar is set and taken back, a notice is seen before it is imported', async () => {
  const person = await as('sysadmin');
  await person.go('/calendar?year=2031');
  const day = person.page.locator('[data-date="2031-03-17"]');
  await day.focus();
  await person.page.keyboard.press('ArrowRight');
  assert.equal(await person.page.evaluate(() => document.activeElement.dataset.date), '2031-03-18');
  await day.click();
  const dialog = person.page.getByRole('dialog');
  await dialog.getByText('休息', { exact: true }).click();
  await dialog.getByText('由上班改为休息').waitFor();
  await person.accessible('setting a day');
  await dialog.getByRole('button', { name: '保存' }).click();
  await person.page.getByLabel('2031年3月17日（周一）、放假、单独设置').click();
  await dialog.getByRole('button', { name: '撤销单独设置' }).click();
  await person.page.getByLabel('2031年3月17日（周一）、上班').waitFor();
  await person.page.getByRole('button', { name: '导入放假安排' }).click();
  const file = (text) => person.page.locator('input[type=file]').setInputFiles({ name: '2031.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  await file('not JSON');
  await dialog.getByText('2031.json 不是 JSON 文件').waitFor();
  await file(JSON.stringify({ year: 2031, days: [{ name: '元旦', date: '2031-01-01', isOffDay: true }, { name: '元旦', date: '2031-01-04', isOffDay: false }] }));
  await dialog.getByText('导入 2031 年会改变 2 天').waitFor();
  await person.accessible('the difference of a notice');
  assert.equal((await person.ask('GET', '/calendar?year=2031')).body.provisional, true, 'it was only looked at');
  await dialog.getByRole('button', { name: '导入 2031 年' }).click();
  await person.page.getByLabel('2031年1月4日（周六）、调休上班、元旦、导入的放假安排').waitFor();
  await person.leaves();
});

test('a manager reads the own accounts and changes nothing', async () => {
  const manager = await as('account_manager');
  await manager.go('/accounts/:id');
  await manager.page.locator('dl').first().waitFor();
  assert.equal(await manager.page.getByRole('button', { name: /改设置|从某天起改变|^体检/ }).count(), 0);
  assert.equal((await manager.ask('GET', '/accounts/wx00000000000000ff')).status, 404);
  assert.equal((await manager.ask('PUT', '/calendar/2031-05-01', { work: true })).status, 403);
  await manager.leaves();
});
