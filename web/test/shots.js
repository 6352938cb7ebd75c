// Pictures of every page in both languages, both themes and two widths, into test/shots (or the folder
// given): `make shots`. With demo data, so it takes some minutes.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { begin, end, given } from './given.js';
import { arrives, pages } from './person.js';

const folder = resolve(process.argv[2] ?? join(import.meta.dirname, 'shots'));
mkdirSync(folder, { recursive: true });

try {
  await begin();
  await given.office.history();
  for (const who of given.people) {
    const person = await arrives();
    await person.enters(who);
    await person.context.close();
  }
  const reader = (page) => given.people.find((p) => (page.permission ? p.permissions.includes(page.permission) : p.role === 'account_manager'));
  for (const language of ['zh', 'en']) {
    for (const theme of ['light', 'dark']) {
      for (const width of [1280, 390]) {
        const look = { language, theme, width };
        await shoot({ path: '/sign-in' }, undefined, look);
        for (const page of pages.filter((p) => reader(p))) await shoot(page, reader(page).state, look);
      }
    }
  }
} finally {
  await end();
}
console.log(`pictures are in ${folder}`);

async function shoot({ path }, state, look) {
  const person = await arrives({ ...look, state });
  await person.go(path);
  await pause(300); // charts draw after their figures came
  const name = path === '/' ? 'overview' : path.slice(1).replaceAll('/', '-').replace('s-:id', '');
  await person.page.screenshot({ path: join(folder, `${name}-${look.width}-${look.theme}-${look.language}.png`), fullPage: true });
  await person.context.close();
}
