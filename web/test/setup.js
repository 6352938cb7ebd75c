// Starts what all tests share and stops it after the last.
import { after, before } from 'node:test';
import { given } from './given.js';
import { Installation, launch } from './installation.js';

before(async () => {
  [given.office, given.browser] = await Promise.all([Installation.demo('--empty'), launch()]);
  given.people = await (await fetch(`${given.office.url}/api/v1/demo/roles`)).json();
}, { timeout: 120_000 });

after(async () => {
  await given.browser?.close();
  await given.office?.close();
});
