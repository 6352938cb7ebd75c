// The median of each day as points of a line: gaps where there is nothing, 未答 at the top.
import type { Schemas } from '@/api/client';
import { isoDay } from '@/ui/format';

export type Point = Schemas['Series']['series'][number]['points'][number];

export interface TrendPoint { day: string; seconds: number | 'unanswered' | null; provisional: boolean; rest: boolean }

/** rest: Saturday and Sunday; the days themselves are Beijing's. */
const weekend = (day: string) => [0, 6].includes(new Date(`${day}T12:00:00Z`).getUTCDay());

export function trendPoints(points: Point[]): TrendPoint[] {
  return points.map((p) => {
    const day = isoDay(p.at);
    return { day, seconds: p.value, provisional: p.provisional, rest: weekend(day) };
  });
}

/** minutes is where a point stands on the axis of 1 min to 48 h. */
export function minutes(seconds: TrendPoint['seconds']): number | null {
  if (seconds === null) return null;
  if (seconds === 'unanswered') return 2880;
  return Math.min(2880, Math.max(1, seconds / 60));
}
