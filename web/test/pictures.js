// The pictures of the console in the README, of the demo with its ninety days, into docs/pictures:
// `npm run pictures`, or with the address of a demo that runs already.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { given } from './given.js';
import { Installation, launch } from './installation.js';
import { smaller } from './palette.js';
import { arrives } from './person.js';

const folder = join(import.meta.dirname, '../../docs/pictures');
mkdirSync(folder, { recursive: true });
const url = process.argv[2];

[given.office, given.browser] = await Promise.all([url ? { url, close: () => {} } : Installation.demo(), launch()]);
try {
  if (!url) await given.office.history();
  const people = await (await fetch(`${given.office.url}/api/v1/demo/roles`)).json();
  const manager = await arrives();
  await manager.plays(people.find((p) => p.role === 'account_manager').display_name);
  const state = await manager.context.storageState();
  await manager.context.close();

  await take('dashboard', '/figures', {});
  await take('dashboard-dark', '/figures', { theme: 'dark' });
  await take('waits', '/figures/waits?human=true', {}, (page) => page.locator('tbody tr').nth(2).click());
  await take('diagnosis', '/diagnosis', {});
  await take('phone', '/figures', { width: 390, height: 844 });

  async function take(name, path, look, first) {
    const person = await arrives({ state, ...look });
    await person.go(path);
    if (first) await first(person.page);
    await person.settled();
    await pause(1500); // charts draw after their figures came
    writeFileSync(join(folder, `${name}.png`), smaller(await person.page.screenshot()));
    await person.context.close();
  }
} finally {
  await given.browser.close();
  await given.office.close();
}
