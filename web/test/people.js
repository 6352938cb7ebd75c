// Everybody of the demo signs in, for suites that do not begin with how they do.
import { test } from 'node:test';
import { given } from './given.js';
import { arrives } from './person.js';

test('everybody of the demo signs in', async () => {
  for (const one of given.people) {
    const person = await arrives();
    await person.plays(one.display_name);
    one.permissions = (await person.ask('GET', '/session')).body.permissions;
    one.state = await person.context.storageState();
    await person.leaves();
  }
});
