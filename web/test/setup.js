// Starts what all tests share and stops it after the last.
import { after, before } from 'node:test';
import { begin, end } from './given.js';

before(() => begin('--empty'), { timeout: 120_000 });
after(end);
