// What the indices are made of, step by step: G from S100, SI and II, these from their parts, each
// step value × weight. The server computes; here its figures are only put beside their weights.
import type { Schemas } from '@/api/client';

export type Account = Schemas['Account'];

/** A part of a sum. Words are keys of indices.part and indices.none. */
export interface Step {
  key: string;
  /** The limit named in its words, in seconds. */
  limit?: number;
  value: number | null;
  /** What the value is at most: the length of its bar. */
  full?: number;
  unit?: '%' | '‰';
  /** How much of the sum it is; null where it has no share. */
  weight: number | null;
  /** The weight as people write it: 1/3, 0.60. */
  share: string;
  /** n of the value, where it has one. */
  n?: number;
  /** Why there is no value. */
  none?: string;
  /** The figure's path in a report, for its change and its definition. */
  figure?: string;
  /** Filters of the waits behind it. */
  waits?: Record<string, string>;
  parts?: Step[];
}

/** contribution is value × weight, of the values as they are, not as they are shown. */
export const contribution = (s: Pick<Step, 'value' | 'weight'>): number | null => (s.value === null || s.weight === null ? null : s.value * s.weight);

/** sum is what the steps add up to; null where one with a share has no value, or none has a share. */
export function sum(steps: Step[]): number | null {
  const counted = steps.filter((s) => s.weight !== null);
  if (counted.length === 0) return null;
  return counted.reduce<number | null>((total, s) => (total === null || s.value === null ? null : total + s.value * s.weight!), 0);
}

/** lines are the steps and their parts as a file holds them, of two decimals like the screen. */
export function lines(steps: Step[]): { step: Step; value: number | null; contribution: number | null }[] {
  const two = (v: number | null) => (v === null ? null : Number(v.toFixed(2)));
  return steps.flatMap((s) => [s, ...s.parts ?? []]).map((step) => ({ step, value: two(step.value), contribution: two(contribution(step)) }));
}

/** The three parts of G. */
export const mainWeights = { spread: 0.30, service: 0.35, interaction: 0.35 };

export function composite(a: Account): Step[] {
  const c = a.composite;
  return [
    { key: 'spread', value: c.spread, weight: mainWeights.spread, share: '0.30', figure: 'spread_index.s100', none: 'articles' },
    { key: 'service', value: c.service, weight: mainWeights.service, share: '0.35', figure: 'service_index.value', none: 'service' },
    { key: 'interaction', value: c.interaction, weight: mainWeights.interaction, share: '0.35', figure: 'interaction_index.value', none: interactionNone(a) },
  ];
}

/** The factor and the weights of O, A, H, P by version of WCI; earlier ones have no levels. */
const levels: Record<string, { factor: number; of: [number, number, number, number] }> = {
  'V13.0': { factor: 10, of: [0.3, 0.3, 0.3, 0.1] },
  'V14.2/3': { factor: 12, of: [0.6, 0.2, 0.1, 0.1] },
  'V14.2/4': { factor: 12, of: [0.6, 0.2, 0.1, 0.1] },
  浙江2024: { factor: 10, of: [0.42, 0.42, 0, 0.16] },
};

export const wciFactor = (version: string): number | null => levels[version]?.factor ?? null;

export function spread(a: Account): Step[] {
  const s = a.spread_index;
  const weights = levels[s.version]?.of;
  if (!weights) return [];
  return (['o', 'a', 'h', 'p'] as const).map((key, i) => ({
    key, value: s[key], full: 10, weight: weights[i]!, share: weights[i]!.toFixed(2), figure: `spread_index.${key}`, none: 'articles',
  })).filter((step) => step.weight > 0);
}

export function service(a: Account): Step[] {
  const s = a.service_index;
  const values = [s.information, s.transaction, s.participation, s.availability];
  const n = values.filter((v) => v !== null).length;
  const part = (key: 'information' | 'transaction' | 'participation' | 'availability', more: Partial<Step>): Step => ({
    key, value: s[key], full: 100, weight: s[key] === null ? null : 1 / n, share: s[key] === null ? '' : n === 1 ? '1' : `1/${n}`, figure: `service_index.${key}`, none: key, ...more,
  });
  const rate = (key: string, figure: string, r: Schemas['Rate'], weight: number | null, share: string): Step => (
    { key, value: r.value, unit: '%', n: r.n, weight, share, figure, none: key });
  return [
    part('information', { n: s.queries.n }),
    part('transaction', { n: s.items.n }),
    part('participation', { parts: [rate('solved', 'service_index.solved', s.solved, 1 / 2, '1/2'), rate('satisfied', 'service_index.satisfied', s.satisfied, 1 / 2, '1/2')] }),
    part('availability', { parts: [rate('interface', 'interface.success', a.interface.success, null, '×'), rate('probes', 'service_index.probes', s.probes, null, '×')] }),
  ];
}

function interactionNone(a: Account): string {
  const x = a.interaction_index;
  if (x.coverage === null) return 'followers';
  return x.timeliness === null ? 'due' : 'sessions';
}

export function interaction(a: Account): Step[] {
  const x = a.interaction_index;
  const last = a.limits.at(-1);
  const rated = a.csat !== null;
  const third = { full: 100, weight: 1 / 3, share: '1/3' };
  return [
    { key: 'coverage', value: x.coverage, ...third, figure: 'interaction_index.coverage', none: 'followers', parts: [
      { key: 'permille', value: x.permille, unit: '‰', weight: null, share: '', n: a.counts.active_citizens, figure: 'interaction_index.permille', none: 'followers' },
    ] },
    { key: 'timeliness', value: x.timeliness, ...third, figure: 'interaction_index.timeliness', none: 'due', parts: [
      { key: 'rate', limit: last?.limit_s, value: last?.rate ?? null, unit: '%', weight: 1 / 2, share: '1/2', n: last?.due, figure: `limits.${last?.limit_s}.rate`, none: 'due', waits: { human: 'all', breach: String(last?.limit_s) } },
      { key: 'rti', value: a.rti.value, weight: 1 / 2, share: '1/2', n: a.rti.n, figure: 'rti.value', none: 'due', waits: { human: 'true' } },
    ] },
    { key: 'recognition', value: x.recognition, ...third, figure: 'interaction_index.recognition', none: 'sessions', parts: [
      { key: 'two_way', value: a.two_way, unit: '%', weight: rated ? 1 / 2 : 1, share: rated ? '1/2' : '1', n: a.rates.two_way.n, figure: 'two_way', none: 'sessions', waits: { part: 'two_way' } },
      { key: 'csat', value: a.csat, unit: '%', weight: rated ? 1 / 2 : null, share: rated ? '1/2' : '', n: a.rates.csat.n, figure: 'csat', none: 'ratings', waits: { part: 'rated' } },
    ] },
  ];
}

/** A veto as the page shows it: V1 to V3 always, with the server's reason where it holds. */
export interface Veto { id: 'V1' | 'V2' | 'V3'; reason: string | null }

export const vetoes = (a: Account): Veto[] => (['V1', 'V2', 'V3'] as const).map((id) => ({ id, reason: a.composite.vetoes.find((v) => v.id === id)?.reason ?? null }));

/** The server's word of a band as the key of ours; null without a band. */
export function band(a: Account): 'fail' | 'pass' | 'good' | null {
  return ({ 不合格: 'fail', 合格: 'pass', 良: 'good' } as const)[a.composite.band ?? ''] ?? null;
}

/** The bounds of the bands on the way to 100. */
export const bounds = [{ at: 60, key: 'pass' }, { at: 80, key: 'good' }] as const;
