import { expect, test } from 'vitest';
import type { Alarms } from '@/api/alarms';
import { changeOf, formOf, opens, repeats, usualMinutes } from './alarms';

const view = {
  channels: [], open: [], sends: [], hosts: [], console: '', repeat_s: 5400,
  conditions: [{ condition: 'at_risk', title: '', about: '', on: true }, { condition: 'token', title: '', about: '', on: false }],
  limits: [{ limit: 'first', limit_s: 180, on: false, ahead_s: 0 }, { limit: 'acceptance', limit_s: 7200, on: true, ahead_s: 90 }],
} as unknown as Alarms;

test('a form that nobody touched says what there is', () => {
  expect(changeOf(formOf(view))).toEqual({ conditions: ['at_risk'], ahead: [{ limit: 'acceptance', ahead_s: 90 }], repeat_s: 5400 });
});

test('a limit is watched where there are minutes, and what is no number is not sent', () => {
  const form = formOf(view);
  form.minutes = { first: '1', acceptance: '' };
  form.on.token = true;
  expect(changeOf(form)).toEqual({ conditions: ['at_risk', 'token'], ahead: [{ limit: 'first', ahead_s: 60 }], repeat_s: 5400 });
  for (const bad of ['soon', ' ', '0', '-5', 'Infinity']) {
    form.minutes.first = bad;
    expect(changeOf(form), bad).toBeUndefined();
  }
});

test('what a limit begins with is shorter than the limit, and a set interval is to be chosen', () => {
  expect(usualMinutes('acceptance', 7200)).toBe('30');
  expect(usualMinutes('acceptance', 1200)).toBe('10');
  expect(repeats(5400)).toContain(5400);
  expect(repeats(3600)).toHaveLength(6);
});

test('seconds that are no whole minutes come back as they were, and a link leads only where one may go', () => {
  const odd = { ...view, limits: [{ limit: 'first', limit_s: 180, on: true, ahead_s: 170 }] } as Alarms;
  expect(formOf(odd).minutes.first).toBe('2.83');
  expect(changeOf(formOf(odd))?.ahead).toEqual([{ limit: 'first', ahead_s: 170 }]);
  const reads = (permission: string) => permission === 'waits:read';
  expect([opens('/figures/waits?account=wx1', reads), opens('/calendar', reads), opens('/', reads), opens('/accounts/wx1', reads)]).toEqual([true, false, true, false]);
});
