import { expect, test } from 'vitest';
import { months, weekday, works } from './months';

const year = {
  year: 2026, provisional: false, workdays: 0,
  days: [
    { date: '2026-10-01', work: false, name: '国庆节', source: 'built-in' as const },
    { date: '2026-10-10', work: true, name: '国庆节', source: 'built-in' as const },
    { date: '2026-03-16', work: true, source: 'set' as const },
  ],
};

test('a year has twelve months of whole weeks and all its days', () => {
  const all = months(year);
  expect(all.map((m) => m.month)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(all.every((m) => m.weeks.every((w) => w.length === 7))).toBe(true);
  const days = all.flatMap((m) => m.weeks.flat()).filter((d) => d !== null);
  expect(days).toHaveLength(365);
  expect(days.every((d) => all[Number(d.date.slice(5, 7)) - 1]!.weeks.some((w) => w[weekday(d.date)] === d))).toBe(true);
});

test('a day is of the kind that was ruled, else as the week has it', () => {
  const kinds = Object.fromEntries(months(year).flatMap((m) => m.weeks.flat()).filter((d) => d !== null).map((d) => [d.date, d]));
  expect(kinds['2026-10-01']!.kind).toBe('off');
  expect(kinds['2026-10-10']!.kind).toBe('makeup'); // a Saturday
  expect(works(kinds['2026-10-10']!)).toBe(true);
  expect(kinds['2026-03-16']!.kind).toBe('work');
  expect(kinds['2026-03-16']!.ruled?.source).toBe('set');
  expect(kinds['2026-03-14']!.kind).toBe('rest');
});
