// The median of each day as points of a line: gaps where there is nothing, 未答 at the top.
import type { Schemas } from '@/api/client';
import { isoDay } from '@/ui/format';

export type Point = Schemas['Series']['series'][number]['points'][number];

export interface TrendPoint { day: string; n: number; seconds: Seconds; low: Seconds; high: Seconds; provisional: boolean; rest: boolean; note: string }
type Seconds = number | 'unanswered' | null;

/** Fewer than these say nothing of a day: a gap. */
export const fewest = 5;

/** What the office calendar says of days that are not as their weekday: work, and a name. */
export type Calendar = ReadonlyMap<string, { work: boolean; name: string }>;

const weekend = (day: string) => [0, 6].includes(new Date(`${day}T12:00:00Z`).getUTCDay());

/** rest: the office does not work; note names a holiday, or a weekend that is worked. */
export function trendPoints(points: Point[], calendar: Calendar = new Map()): TrendPoint[] {
  return points.map((p) => {
    const day = isoDay(p.at);
    const n = p.n ?? 0;
    const ruled = calendar.get(day);
    return { day, n, seconds: n < fewest ? null : p.value, low: p.low ?? null, high: p.high ?? null, provisional: p.provisional, rest: ruled ? !ruled.work : weekend(day), note: ruled?.name ?? '' };
  });
}

/** minutes is where a point stands on the axis of 1 min to 48 h. */
export function minutes(seconds: TrendPoint['seconds']): number | null {
  if (seconds === null) return null;
  if (seconds === 'unanswered') return 2880;
  return Math.min(2880, Math.max(1, seconds / 60));
}
