import { expect, test } from 'vitest';
import { chosenColumns, daysLeft, someKeywords, stateOf, touches, undoable, usualColumns, versionBefore } from './rows';

test('a state says what comes next', () => {
  expect(stateOf({ state: 'draft', live_version: '0' })).toBe('draft');
  expect(stateOf({ state: 'draft', live_version: '3' })).toBe('changed');
  expect(stateOf({ state: 'review' })).toBe('review');
  expect(stateOf({ state: 'approved' })).toBe('approved');
  expect(stateOf({ state: 'published' })).toBe('published');
});

test('only what changes answers can be taken back, to the set before it', () => {
  expect(versionBefore('10')).toBe('9');
  expect(touches('publish', [{ live_version: '0' }])).toBe(true);
  expect(touches('archive', [{ live_version: '0' }, { live_version: '4' }])).toBe(true);
  expect(touches('archive', [{ live_version: '0' }])).toBe(false);
  expect(touches('submit', [{ live_version: '4' }])).toBe(false);
  expect(undoable('archive', [{ state: 'published', live_version: '4' }])).toBe(true);
  for (const state of ['draft', 'review', 'approved']) expect(undoable('archive', [{ state: 'published', live_version: '4' }, { state, live_version: '4' }]), state).toBe(false);
  expect(undoable('publish', [{ state: 'approved', live_version: '0' }])).toBe(true);
});

test('as many keywords as fit', () => {
  expect(someKeywords({ keywords: ['停水', '自来水', '水费'], keywords_n: 3 }, 40)).toEqual({ shown: ['停水', '自来水', '水费'], all: true });
  expect(someKeywords({ keywords: ['停水', '自来水', '水费'], keywords_n: 9 }, 15)).toEqual({ shown: ['停水', '自来水'], all: false });
});

test('the last day counts', () => {
  const now = new Date('2026-03-01T10:00:00+08:00');
  expect(daysLeft('2026-03-01', now)).toBe(1);
  expect(daysLeft('2026-02-27', now)).toBeLessThan(0);
  expect(daysLeft('2026-05-01', now)).toBeUndefined();
  expect(daysLeft('', now)).toBeUndefined();
});

test('columns kept by an older console are as usual', () => {
  expect(chosenColumns(undefined)).toEqual(usualColumns);
  expect(chosenColumns(['author', 'gone', 'hits'])).toEqual(['hits', 'author']);
});
