// What all tests share: one demo installation (office), one browser, the people of the demo.
import { Installation, launch } from './installation.js';

export const given = {};

export async function begin(...flags) {
  [given.office, given.browser] = await Promise.all([Installation.demo(...flags), launch()]);
  given.people = await (await fetch(`${given.office.url}/api/v1/demo/roles`)).json();
}

export async function end() {
  await given.browser?.close();
  await given.office?.close();
}
