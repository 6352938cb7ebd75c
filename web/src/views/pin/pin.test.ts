import { expect, test } from 'vitest';
import { untilAfter } from './pin';

test('an end is some hours from now, on a full ten minutes of Beijing', () => {
  expect(untilAfter(Date.parse('2026-11-30T05:43:10Z'), 2)).toBe('2026-11-30T15:50:00+08:00');
  expect(untilAfter(Date.parse('2026-11-30T14:00:00Z'), 2)).toBe('2026-12-01T00:00:00+08:00');
});
