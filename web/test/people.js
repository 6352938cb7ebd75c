// Signs everybody of the demo in before the first test, for files that do not begin with how they do.
import { before } from 'node:test';
import { given } from './given.js';
import { arrives } from './person.js';

before(async () => {
  for (const one of given.people) {
    const person = await arrives();
    await person.plays(one.display_name);
    one.permissions = (await person.ask('GET', '/session')).body.permissions;
    one.state = await person.context.storageState();
    await person.leaves();
  }
}, { timeout: 120_000 });
