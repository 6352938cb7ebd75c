// Accounts side by side: what the table, the small multiples and the weights are made of.
import type { Schemas } from '@/api/client';

export type Account = Schemas['Account'];
export type Place = Schemas['Place'];
export type Series = Schemas['Series'];
export type Rate = Schemas['Rate'];

/** The sets of weights that places are tried under, in the server's order: spread, service, interaction. */
export const mixes = [
  { key: 'ours', of: [0.30, 0.35, 0.35] },
  { key: 'thirds', of: [1 / 3, 1 / 3, 1 / 3] },
  { key: 'spread', of: [0.4, 0.3, 0.3] },
  { key: 'service', of: [0.4, 0.4, 0.2] },
] as const;

/** mixed is G under other weights; null where a part has no value. */
export function mixed(a: Account, of: readonly number[]): number | null {
  const parts = [a.composite.spread, a.composite.service, a.composite.interaction];
  return parts.reduce<number | null>((total, p, i) => (total === null || p === null ? null : total + p * of[i]!), 0);
}

/** order are the ranked accounts as they stand under the set of weights of that number. */
export const order = (ranking: Place[], mix: number) => ranking
  .filter((p) => p.place !== null)
  .map((p) => ({ account: p.account, name: p.name || p.account, place: p.places[mix] ?? p.place! }))
  .sort((a, b) => a.place - b.place);

/** wilson is a share in percent with its 95 % interval, as the server computes it. */
export function wilson(hits: number, n: number): { value: number; low: number; high: number } | null {
  if (n <= 0) return null;
  const z = 1.959963984540054;
  const p = hits / n;
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return { value: 100 * p, low: Math.max(0, 100 * (centre - half)), high: Math.min(100, 100 * (centre + half)) };
}

export interface Day { at: string; due: number; rate: { value: number; low: number; high: number } | null; provisional: boolean }
export interface Line { account: string; name: string; days: Day[] }

/** Of fewer waits a day's share says nothing: a gap, never 0. */
export const fewest = 5;

/** daily joins the counts of due and of on time, day by day, into shares. */
export function daily(due: Series, onTime: Series): Line[] {
  return due.series.map((line) => {
    const hits = new Map((onTime.series.find((s) => s.account === line.account)?.points ?? []).map((p) => [p.at, Number(p.value ?? 0)]));
    return {
      account: line.account,
      name: line.name || line.account,
      days: line.points.map((p) => {
        const n = Number(p.value ?? 0);
        return { at: p.at, due: n, rate: n < fewest ? null : wilson(hits.get(p.at) ?? 0, n), provisional: p.provisional };
      }),
    };
  });
}

/** runs are the days between gaps, by their numbers. */
export function runs(days: Day[]): number[][] {
  const all: number[][] = [];
  days.forEach((d, i) => {
    if (d.rate === null) return;
    if (i > 0 && days[i - 1]!.rate !== null) all.at(-1)!.push(i);
    else all.push([i]);
  });
  return all;
}

/** The numbers of the points that carry a label: the first, the last, and some between at even distance. */
export function labelled(n: number, most = 4): number[] {
  if (n <= most) return Array.from({ length: n }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round((i * (n - 1)) / (most - 1)));
}

/** fileRows are the table as a file: the figures as they are shown, an empty cell where there is none. */
export function fileRows(accounts: Account[], ranking: Place[], beyond: string): (string | number | null)[][] {
  const rounded = (v: number | null | undefined, digits: number) => (v === null || v === undefined ? null : Number(v.toFixed(digits)));
  return accounts.map((a) => {
    const limit = a.limits.at(-1);
    const seconds = (q: number | 'unanswered' | null) => (q === null ? null : q === 'unanswered' || q >= (limit?.limit_s ?? Infinity) ? beyond : q);
    return [
      a.name || a.account, a.followers, a.response.n, rounded(limit?.rate, 1), seconds(a.response.p50_s), seconds(a.response.p90_s), rounded(a.self_served, 1), rounded(a.two_way, 1),
      rounded(a.csat, 1), rounded(a.rti.value, 2), rounded(a.composite.value, 2), ranking.find((p) => p.account === a.account)?.place ?? null,
    ];
  });
}
