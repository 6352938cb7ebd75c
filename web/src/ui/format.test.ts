import { expect, test } from 'vitest';
import { brief, caseNumber, date, day, duration, exact, isoDay, number, time } from './format';

const now = new Date('2026-03-02T10:00:00+08:00');

test.each([
  [0, '0 秒'], [59.6, '1 分'], [200, '3 分 20 秒'], [7500, '2 小时 5 分'], [3600, '1 小时'], [71.9 * 3600, '71 小时 54 分'], [388_800, '4.5 天'],
])('duration of %d s', (seconds, words) => expect(duration(seconds)).toBe(words));

test.each([
  ['2026-03-02T09:05:00+08:00', '09:05'],
  ['2026-03-01T16:05:00+08:00', '昨天 16:05'],
  ['2026-02-27T23:59:59+08:00', '2月27日（周五）23:59'],
  ['2025-12-31T16:00:00Z', '1月1日（周四）00:00'],
  ['2025-03-02T00:00:00+08:00', '2025年3月2日（周日）00:00'],
  ['nonsense', '—'],
])('time of %s', (at, words) => expect(time(at, 'zh', now)).toBe(words));

test('days are Beijing days', () => {
  expect(isoDay('2026-03-01T16:00:00Z')).toBe('2026-03-02');
  expect(exact('2026-03-01T16:00:05Z')).toBe('2026-03-02 00:00:05');
  expect(day('2026-03-02T00:00:00+08:00', 'en', now)).toBe('Mon 2 Mar');
  expect(date('2026-03-02T00:00:00+08:00', 'zh', now)).toBe('3月2日');
  expect(date('2025-03-02T00:00:00+08:00', 'en', now)).toBe('2 Mar 2025');
  expect(brief('2026-03-01T16:05:00+08:00', 'zh', now)).toBe('昨天 16:05');
  expect(brief('2026-02-27T23:59:59+08:00', 'zh', now)).toBe('2月27日');
});

test('numbers are grouped, decimals only where asked for', () => {
  expect(number(1234567.5)).toBe('1,234,567.5');
  expect(number(99, 1)).toBe('99.0');
});

test('writes the number of a case in fours', () => { expect(caseNumber('260302000013')).toBe('2603 0200 0013'); });
