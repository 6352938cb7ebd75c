// Several accounts as one: what can be added is added, what cannot stays with each account.
import type { Schemas } from '@/api/client';

export type Account = Schemas['Account'];
export type Limit = Schemas['Limit'];
export type Rate = Schemas['Rate'];
export type Live = Schemas['Live'];
export type Counters = Schemas['LiveCounters'];

const z = 1.959963984540054;

/** wilson is the 95 % interval of hits among n, in percent; null without a denominator. */
export function wilson(hits: number, n: number): [number, number] | null {
  if (n === 0) return null;
  const p = hits / n;
  const middle = p + z * z / (2 * n);
  const half = z * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  const below = 1 + z * z / n;
  return [100 * Math.max(0, (middle - half) / below), 100 * Math.min(1, (middle + half) / below)];
}

/** rate is hits among n with its interval. */
export function rate(hits: number, n: number): Rate {
  const interval = wilson(hits, n);
  return { hits, n, value: n === 0 ? null : 100 * hits / n, low: interval?.[0] ?? null, high: interval?.[1] ?? null };
}

const sum = (list: number[]) => list.reduce((a, b) => a + b, 0);

/** sameLimits: accounts with limits of their own cannot be added limit by limit. */
export const sameLimits = (accounts: Account[]) => new Set(accounts.map((a) => a.limits.map((l) => l.limit_s).join())).size <= 1;

export interface LimitLine { limit_s: number; breach: number; all: Rate; human: Rate; target: number | null; met: boolean | null }

export function limits(accounts: Account[]): LimitLine[] {
  if (accounts.length === 0 || !sameLimits(accounts)) return [];
  return accounts[0]!.limits.map((one, i) => {
    const each = accounts.map((a) => a.limits[i]!);
    return {
      limit_s: one.limit_s,
      breach: sum(each.map((l) => l.breach)),
      all: rate(sum(each.map((l) => l.on_time)), sum(each.map((l) => l.due))),
      human: rate(sum(each.map((l) => l.human_on_time)), sum(each.map((l) => l.need))),
      target: accounts.length === 1 ? one.target : null,
      met: accounts.length === 1 ? one.met : null,
    };
  });
}

export type RateName = 'self_served' | 'two_way' | 'csat' | 'repeat_asks';

/** csatNeeds is how many ratings it takes before a share of them is shown. */
export const csatNeeds = 10;

export function pooledRate(accounts: Account[], name: RateName): Rate {
  const all = rate(sum(accounts.map((a) => a.rates[name].hits)), sum(accounts.map((a) => a.rates[name].n)));
  return name === 'csat' && all.n < csatNeeds ? { ...all, value: null, low: null, high: null } : all;
}

export interface Now {
  open: number;
  ages: { up_to_s: number | null; count: number }[];
  /** Since when the oldest waits, in ms. */
  oldestAt: number | null;
  atRisk: number;
  unassigned: number | null;
  inbound: number | null;
}

interface Piece { open: number; ages: Now['ages']; oldest_s: number | null; at_risk: number; as_of: string }

/** now adds what the stream told last, or the report where it told nothing yet. */
export function now(ids: string[], accounts: Account[], counters: ReadonlyMap<string, Counters>): Now | undefined {
  const pieces: Piece[] = [];
  for (const id of ids) {
    const told = counters.get(id);
    const reported = accounts.find((a) => a.account === id)?.live;
    if (told) pieces.push({ ...told.backlog, as_of: told.as_of });
    else if (reported) pieces.push(reported);
  }
  if (pieces.length === 0 || pieces.length < ids.length) return undefined;
  const since = pieces.flatMap((p) => (p.oldest_s === null ? [] : [Date.parse(p.as_of) - p.oldest_s * 1000]));
  const unassigned = accounts.filter((a) => ids.includes(a.account)).map((a) => a.live.unassigned);
  const inbound = ids.map((id) => counters.get(id)?.inbound);
  return {
    open: sum(pieces.map((p) => p.open)),
    ages: (pieces[0]?.ages ?? []).map((age, i) => ({ up_to_s: age.up_to_s, count: sum(pieces.map((p) => p.ages[i]?.count ?? 0)) })),
    oldestAt: since.length > 0 ? Math.min(...since) : null,
    atRisk: sum(pieces.map((p) => p.at_risk)),
    unassigned: unassigned.length === 0 || unassigned.every((n) => n === null) ? null : sum(unassigned.map((n) => n ?? 0)),
    inbound: inbound.some((n) => n === undefined) ? null : sum(inbound.map((n) => n ?? 0)),
  };
}
