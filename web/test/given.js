// What all tests share: one demo installation, one browser, the people of the demo.
import { after, before } from 'node:test';
import { Installation, launch } from './installation.js';

export const given = {};

before(async () => {
  [given.office, given.browser] = await Promise.all([Installation.demo('--empty'), launch()]);
  given.people = await (await fetch(`${given.office.url}/api/v1/demo/roles`)).json();
}, { timeout: 120_000 });

after(async () => {
  await given.browser?.close();
  await given.office?.close();
});
