// From a question that no rule answers to the rule that does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { given } from './given.js';
import { as } from './person.js';

const account = 'wx00000000000d0002';

test('what nobody answers is a gap, tried before it becomes a draft, or left alone', async () => {
  for (const text of ['云顶湾学位怎么分', '云顶湾学位在哪个片区', '云顶湾学位要排队吗', '请问云顶湾学位']) await given.office.send(account, text);
  const person = await as('content_admin');
  await person.go('/me');
  // What citizens wrote is in the log within seconds, and the board is computed behind the first look at it.
  await person.until(async () => (await person.ask('GET', `/questions?account=${account}&limit=200`)).body.questions.filter((q) => q.text.includes('云顶湾')).length === 4);
  await person.until(async () => { const { body } = await person.ask('GET', `/gaps?account=${account}&days=30`); return !body.computing && body.gaps.some((g) => g.name.includes('云顶湾')); });
  await person.go(`/gaps?account=${account}`);
  const { page } = person;
  const row = page.locator('tr', { hasText: '云顶湾' }).first();
  await person.accessible('the gaps');
  await row.getByRole('button', { name: '忽略' }).click();
  await page.getByLabel('为什么').fill('教育局会答');
  await person.accessible('leaving a gap');
  await page.getByRole('dialog').getByRole('button', { name: '忽略' }).click();
  await row.waitFor({ state: 'detached' });
  await page.getByText('看忽略了的').click();
  await page.getByText('教育局会答').waitFor();
  await row.getByRole('button', { name: '恢复' }).click();
  await page.getByText('看忽略了的').click();
  await row.locator('td').first().click();
  const panel = page.getByRole('dialog');
  await panel.getByText(/条问题里会答 4 条，其中 4 条现在没有规则能答/).waitFor();
  await panel.getByLabel('排除词').fill('排队');
  await panel.getByText(/条问题里会答 3 条/).waitFor();
  await panel.getByText('云顶湾学位在哪个片区').first().waitFor();
  await person.accessible('a gap with its preview');
  await page.setViewportSize({ width: 390, height: 800 });
  await person.fits('a gap at 390');
  await panel.getByRole('button', { name: '建规则' }).click();
  await page.waitForURL(/\/rules\/\d+/);
  const id = /rules\/(\d+)/.exec(page.url())[1];
  await person.settled();
  await person.go(`/gaps?account=${account}`);
  await page.setViewportSize({ width: 1280, height: 800 });
  await row.getByText('草稿待完成').waitFor();
  await answered(person, id);
  await person.leaves();
});

// answered writes the draft's answer, has another person review and publish it, and asks as a citizen.
async function answered(author, id) {
  const at = (path) => `${path}?account=${account}`;
  const said = async (person, method, path, body) => {
    const answer = await person.ask(method, at(path), body);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body;
  };
  const { draft } = await said(author, 'GET', `/rules/${id}`);
  assert.deepEqual([draft.keywords, draft.exclude], [['云顶湾学位'], ['排队']]);
  const reply = '云顶湾的学位由区教育局在六月公布。';
  const rule = { name: draft.name, keywords: draft.keywords, exclude: draft.exclude, examples: draft.examples, replies: [{ kind: 'text', text: reply }] };
  const { rule: saved, faults } = await said(author, 'PUT', `/rules/${id}`, { base_version: draft.edition, rule });
  assert.deepEqual(faults, []);
  const replay = await said(author, 'POST', '/replays', { days: 30, rules: [id] });
  await author.until(async () => (await said(author, 'GET', `/replays/${replay.id}`)).state !== 'running');
  const rules = [{ id, version: saved.edition }];
  await said(author, 'POST', '/rules/steps', { step: 'submit', rules });
  const own = await author.ask('POST', at('/rules/reviews'), { step: 'approve', rules: [{ id }] });
  assert.deepEqual([own.status, own.body.code], [409, 'same_person']);
  const second = given.people.findLast((p) => p.role === 'content_admin');
  const reviewer = await as(second.display_name);
  await reviewer.go('/me');
  for (const step of ['approve', 'publish']) await said(reviewer, 'POST', '/rules/reviews', { step, rules: [{ id }] });
  await reviewer.leaves();
  await author.until(async () => (await given.office.send(account, '云顶湾学位怎么分')).includes(reply));
  await author.go(`/gaps?account=${account}`);
  await author.page.locator('tr', { hasText: '云顶湾' }).waitFor({ state: 'detached' });
}
