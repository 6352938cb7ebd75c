// How the groups of a board are chosen, ordered and written.
import type { Gap, GapBoard } from '@/api/gaps';

export type Order = 'count' | 'last' | 'rise';
export const orders: Order[] = ['count', 'last', 'rise'];

/** rise is how much more was asked in the last part of the span than in the others on average. */
export const rise = (g: Gap) => {
  const before = g.trend.slice(0, -1).reduce((sum, n) => sum + n, 0) / Math.max(1, g.trend.length - 1);
  return (g.trend.at(-1) ?? 0) - before;
};

/** chosen are the groups of the filters, in their order. */
export function chosen(gaps: Gap[], filter: { kind: string; q: string; order: string; ignored: string }): Gap[] {
  const words = filter.q.trim().toLowerCase();
  const list = gaps.filter((g) => (filter.ignored === 'yes') === (g.ignored !== null)
    && (filter.kind === 'all' || g.kind === filter.kind)
    && (!words || [g.name, ...g.aliases, ...g.together, ...g.sentences].some((text) => text.toLowerCase().includes(words))));
  const by: Record<string, (x: Gap, y: Gap) => number> = {
    last: (x, y) => y.last.localeCompare(x.last),
    rise: (x, y) => rise(y) - rise(x),
  };
  return by[filter.order] ? [...list].sort(by[filter.order]) : list;
}

/** partDays is how many days one bar of the trend stands for. */
export const partDays = (board: Pick<GapBoard, 'days'>, parts: number) => Math.max(1, Math.round(board.days / parts));
