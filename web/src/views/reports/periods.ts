// The periods of a report: quarters and months that have begun, newest first, or days of one's own.
import { isoDay } from '@/ui/format';

export interface Period { id: string; year: number; number: number; from: string; to: string; over: boolean }

const last = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate();
const iso = (year: number, month: number, day: number) => `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;

function list(now: Date, months: number, most: number, id: (year: number, number: number) => string): Period[] {
  const today = isoDay(now);
  const [y, m] = today.split('-').map(Number) as [number, number];
  const all: Period[] = [];
  for (let i = 0; i < most; i++) {
    const first = Math.floor((m - 1) / months) * months - i * months;
    const year = y + Math.floor(first / 12);
    const month = ((first % 12) + 12) % 12 + 1;
    const to = iso(year, month + months - 1, last(year, month + months - 1));
    const number = (month - 1) / months + 1;
    all.push({ id: id(year, number), year, number, from: iso(year, month, 1), to, over: to < today });
  }
  return all;
}

/** quarters are 2026Q3 and those before it. */
export const quarters = (now: Date, most = 8) => list(now, 3, most, (year, number) => `${year}Q${number}`);

/** monthsBack are 2026-09 and those before it. */
export const monthsBack = (now: Date, most = 18) => list(now, 1, most, (year, number) => iso(year, number, 1).slice(0, 7));

/** usual is the newest that is over: the one that is reported on. */
export const usual = (periods: Period[]) => periods.find((p) => p.over) ?? periods[0]!;

const day = /^\d{4}-\d\d-\d\d$/;

/** asked is the period that the address names, in days; undefined where it names none, or not both days. */
export function asked(f: { by: string; quarter: string; month: string; from: string; to: string }, now: Date): { from: string; to: string } | undefined {
  if (f.by === 'span') return day.test(f.from) && day.test(f.to) && f.from <= f.to ? { from: f.from, to: f.to } : undefined;
  const all = f.by === 'month' ? monthsBack(now) : quarters(now);
  const id = f.by === 'month' ? f.month : f.quarter;
  return all.find((p) => p.id === id);
}
