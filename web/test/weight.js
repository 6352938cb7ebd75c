// What a page weighs when it is opened for the first time: the bytes of its files as they come from the
// program, compressed, into an empty cache.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { given } from './given.js';
import { arrives, as, pages } from './person.js';

/** Thousands of bytes: what comes at first, and the largest single file. Only the dashboard draws charts. */
const budget = (path) => (path === '/figures' ? { first: 330, file: 220, withAnswers: 400 } : { first: 140, file: 80, withAnswers: 200 });
const kilo = (bytes) => Math.round(bytes / 100) / 10;

async function weigh(path, language, state) {
  const person = await arrives({ language, state });
  const requests = [];
  person.page.on('requestfinished', (request) => requests.push(request));
  await person.go(path);
  if (path === '/figures') await person.page.locator('canvas').first().waitFor();
  await person.settled();
  assert.equal(new URL(person.page.url()).pathname, path);
  const parts = await Promise.all(requests.map(async (request) => {
    const { pathname } = new URL(request.url());
    return { name: pathname.replace('/assets/', ''), answer: /^\/(api\/|readyz)/.test(pathname), size: (await request.sizes()).responseBodySize };
  }));
  await person.leaves();
  return parts.sort((a, b) => b.size - a.size);
}

// The dashboard draws its charts where there is something to draw: forty questions that people answered.
test('a log to draw is there', async () => {
  const day = 86_400_000;
  const lines = Array.from({ length: 40 }, (_, i) => {
    const asked = Date.now() - (4 + (i % 10)) * day;
    const line = (time, ...rest) => ['wx00000000000d0001', `weight-${i}`, new Date(time).toISOString(), ...rest].join(',');
    return [line(asked, 'in', 'citizen', 'text', '问', `weight-q${i}`, ''), line(asked + 600_000, 'out', 'human', 'text', '答', `weight-a${i}`, `weight-q${i}`)];
  }).flat();
  await given.office.imports('weight.csv', ['account,openid,at,dir,actor,kind,content,msg_key,reply_to', ...lines].join('\n'));
});

for (const language of ['zh', 'en']) {
  test(`the first load of every page is light, ${language}`, async () => {
    for (const one of given.people) await (await as(one.display_name)).leaves();
    const { people } = given;
    const reader = (page) => people.find((p) => (page.permission ? p.permissions.includes(page.permission) : p.role === 'account_manager'));
    const account = people.find((p) => p.accounts.length > 0).accounts[0].app_id;
    const waiting = [{ path: '/sign-in' }, { path: '/welcome' }, ...pages.map((page) => ({ ...page, reader: reader(page) }))];
    const faults = [];
    const one = async () => {
      for (let page = waiting.pop(); page; page = waiting.pop()) {
        const parts = await weigh(page.path.replace(':id', account), language, page.reader?.state);
        const files = parts.filter((p) => !p.answer);
        const sum = (list) => kilo(list.reduce((total, p) => total + p.size, 0));
        const limit = budget(page.path);
        const heaviest = files.slice(0, 6).map((p) => `${p.name} ${kilo(p.size)}`).join(', ');
        const tell = (what, is, most) => { if (is > most) faults.push(`${page.path}: ${what} ${is} KB, at most ${most} (${files.length} files: ${heaviest})`); };
        tell('first load', sum(files), limit.first);
        tell('first load with answers', sum(parts), limit.withAnswers);
        tell('largest file', kilo(files[0].size), limit.file);
        assert.ok(files.length > 3, `${page.path}: only ${files.length} files were seen`);
      }
    };
    await Promise.all([one(), one(), one()]);
    assert.deepEqual(faults, []);
  });
}
