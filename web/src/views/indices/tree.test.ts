import { expect, test } from 'vitest';
import { band, composite, contribution, interaction, service, spread, sum, vetoes, wciFactor, type Account } from './tree';

const rate = (hits: number, n: number) => ({ hits, n, value: n === 0 ? null : (100 * hits) / n, low: null, high: null });

// The toy account of the metrics, as the server gives it.
const toy = {
  csat: 75,
  two_way: 100 / 6,
  counts: { active_citizens: 6 },
  rates: { two_way: rate(1, 6), csat: rate(30, 40) },
  limits: [{ limit_s: 180, rate: 200 / 7, due: 7 }, { limit_s: 172_800, rate: 500 / 6, due: 6 }],
  rti: { value: 45.63062, n: 5 },
  interface: { success: rate(36_907, 36_974) },
  interaction_index: { value: 54.0905, coverage: 51.957, timeliness: 64.482, recognition: 45.8333, permille: 10 },
  service_index: { value: 86.2047, information: 90, transaction: 80, participation: 75, availability: 99.8188, queries: rate(90, 100), items: rate(40, 50), solved: rate(8, 10), satisfied: rate(7, 10), probes: rate(7, 7) },
  spread_index: { version: 'V14.2/4', o: 7.384204, a: 7.028013, h: 6.963607, p: 8.110232, wci: 647.125461, s100: 80.444 },
  composite: { value: 73.24, spread: 80.444, service: 86.205, interaction: 54.091, band: '合格', vetoes: [{ id: 'V2', reason: '自测未通过' }] },
} as unknown as Account;

const changed = (more: object) => ({ ...toy, ...more }) as Account;

test('the parts of every index add up to it', () => {
  expect(sum(composite(toy))).toBeCloseTo(73.24, 2);
  expect(sum(service(toy))).toBeCloseTo(86.2047, 3);
  expect(sum(interaction(toy))).toBeCloseTo(54.0905, 3);
  expect(wciFactor('V14.2/4')! * sum(spread(toy))! ** 2).toBeCloseTo(647.125461, 2);
  const [, timeliness, recognition] = interaction(toy);
  expect(sum(timeliness!.parts!)).toBeCloseTo(64.482, 3);
  expect(sum(recognition!.parts!)).toBeCloseTo(45.8333, 3);
});

test('a service part without data has no weight, and the others share it', () => {
  const steps = service(changed({ service_index: { ...toy.service_index, transaction: null } }));
  expect(steps.map((s) => s.share)).toEqual(['1/3', '', '1/3', '1/3']);
  expect(steps[1]).toMatchObject({ value: null, weight: null, none: 'transaction' });
  expect(sum(steps)).toBeCloseTo((90 + 75 + 99.8188) / 3, 6);
});

test('without enough ratings recognition is two-way talk alone', () => {
  const parts = interaction(changed({ csat: null })).at(-1)!.parts!;
  expect(parts.map((p) => [p.key, p.weight, p.value])).toEqual([['two_way', 1, 100 / 6], ['csat', null, null]]);
});

test('an index without a part has no sum and says which part', () => {
  const a = changed({ composite: { ...toy.composite, interaction: null }, interaction_index: { ...toy.interaction_index, coverage: null, value: null } });
  expect(sum(composite(a))).toBeNull();
  expect(composite(a)[2]!.none).toBe('followers');
  expect(contribution(composite(a)[2]!)).toBeNull();
});

test('an old version of WCI has no levels to show', () => {
  expect(spread(changed({ spread_index: { ...toy.spread_index, version: 'V11' } }))).toEqual([]);
  expect(spread(changed({ spread_index: { ...toy.spread_index, version: '浙江2024' } })).map((s) => s.key)).toEqual(['o', 'a', 'p']);
});

test('all three vetoes are shown, those that hold with their reason', () => {
  expect(vetoes(toy)).toEqual([{ id: 'V1', reason: null }, { id: 'V2', reason: '自测未通过' }, { id: 'V3', reason: null }]);
  expect(band(toy)).toBe('pass');
  expect(band(changed({ composite: { ...toy.composite, band: null } }))).toBeNull();
});

test('the waits behind a part are asked for by the filters of their page', () => {
  const [rateStep, rti] = interaction(toy)[1]!.parts!;
  expect(rateStep!.waits).toEqual({ human: 'all', breach: '172800' });
  expect(rti!.waits).toEqual({ human: 'true' });
});
