// The heat map: seven days by 24 hours. A cell with fewer than five is hatched, one without is empty.
import type { Schemas } from '@/api/client';

export type HeatRow = NonNullable<Schemas['Distribution']['heat']>[number];
export type HeatBy = 'share' | 'p50';

export interface HeatCell { weekday: number; hour: number; n: number; kind: 'none' | 'few' | 'full'; text: string; level: number; over: number; row?: HeatRow }

export const fewest = 5;

/** levels: how dark a share of late answers is, 0 to 5. */
export function shareLevel(percent: number): number {
  if (percent <= 0) return 0;
  return [5, 12, 30, 65].findIndex((edge) => percent < edge) + 1 || 5;
}

/** p50Level follows the limits: 3 min, 10, 30, 2 h, 24 h. */
export function p50Level(seconds: number | 'unanswered'): number {
  if (seconds === 'unanswered') return 5;
  const at = [180, 600, 1800, 7200, 86_400].findIndex((edge) => seconds <= edge);
  return at < 0 ? 5 : at;
}

export function cells(rows: HeatRow[], by: HeatBy, shortTime: (seconds: number | 'unanswered') => string): HeatCell[][] {
  const found = new Map(rows.map((r) => [r.weekday * 24 + r.hour, r]));
  return Array.from({ length: 7 }, (_, day) => Array.from({ length: 24 }, (_, hour) => {
    const row = found.get((day + 1) * 24 + hour);
    const empty: HeatCell = { weekday: day + 1, hour, n: row?.n ?? 0, kind: 'none', text: '', level: 0, over: row?.over_2h.hits ?? 0, row };
    if (!row || row.n === 0) return empty;
    if (row.n < fewest) return { ...empty, kind: 'few' };
    if (by === 'p50') return row.p50_s === null ? empty : { ...empty, kind: 'full', text: shortTime(row.p50_s), level: p50Level(row.p50_s) };
    const percent = row.over_2h.value ?? 0;
    return { ...empty, kind: 'full', text: String(Math.round(percent)), level: shareLevel(percent) };
  }));
}

/** split tells the night (21 to 7 o'clock) from the rest: how many, how many of them late. */
export function split(rows: HeatRow[]) {
  const night = { n: 0, late: 0 };
  const rest = { n: 0, late: 0 };
  for (const row of rows) {
    const part = row.hour >= 21 || row.hour < 7 ? night : rest;
    part.n += row.n;
    part.late += row.over_2h.hits;
  }
  return { night, rest };
}
