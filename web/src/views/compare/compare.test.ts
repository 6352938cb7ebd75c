import { expect, test } from 'vitest';
import { daily, fileRows, labelled, mixed, mixes, order, runs, wilson, type Account, type Place, type Series } from './compare';

const account = (spread: number | null, service: number, interaction: number) => ({ composite: { spread, service, interaction } }) as unknown as Account;
const s100 = (wci: number) => 100 * Math.sqrt(wci / 1000);

test('G under every set of weights is that of the metrics', () => {
  const all = (a: Account) => mixes.map((m) => Number(mixed(a, m.of)!.toFixed(2)));
  expect(all(account(s100(900), 62, 48))).toEqual([66.96, 68.29, 70.95, 72.35]);
  expect(all(account(s100(420), 81, 77))).toEqual([74.74, 74.27, 73.32, 73.72]);
  expect(all(account(s100(650), 70, 55))).toEqual([67.94, 68.54, 69.75, 71.25]);
  expect(mixed(account(null, 62, 48), mixes[0].of)).toBeNull();
});

test('the order under a set of weights is of the ranked only', () => {
  const place = (name: string, places: number[]) => ({ account: name, name, place: places[0] ?? null, places, stable: false, value: 1, unranked: '' }) as Place;
  const ranking = [place('Y', [1, 1]), place('Z', [2, 3]), place('X', [3, 2]), place('W', [])];
  expect(order(ranking, 0).map((p) => p.name)).toEqual(['Y', 'Z', 'X']);
  expect(order(ranking, 1).map((p) => `${p.name} ${p.place}`)).toEqual(['Y 1', 'X 2', 'Z 3']);
});

test('the interval is Wilson’s', () => {
  const shown = (hits: number, n: number) => { const w = wilson(hits, n)!; return [w.low, w.high].map((x) => x.toFixed(1)); };
  expect(shown(4, 6)).toEqual(['30.0', '90.3']);
  expect(shown(90, 100)).toEqual(['82.6', '94.5']);
  expect(shown(5, 6)).toEqual(['43.6', '97.0']);
  expect(wilson(0, 0)).toBeNull();
});

test('a day with few waits is a gap in the line, not 0', () => {
  const series = (values: number[]) => ({ series: [{ account: 'a', name: '', points: values.map((value, i) => ({ at: `day ${i}`, value, provisional: i === 4 })) }] }) as unknown as Series;
  const [line] = daily(series([10, 4, 10, 20, 0]), series([10, 4, 0, 10, 0]));
  expect(line!.name).toBe('a');
  expect(line!.days.map((d) => d.rate?.value ?? null)).toEqual([100, null, 0, 50, null]);
  expect(runs(line!.days)).toEqual([[0], [2, 3]]);
});

test('some points carry a label, the first and the last always', () => {
  expect(labelled(31)).toEqual([0, 10, 20, 30]);
  expect(labelled(2)).toEqual([0, 1]);
  expect(labelled(0)).toEqual([]);
});

test('the file has the figures as they are shown', () => {
  const a = {
    account: 'wx1', name: '甲', followers: null, limits: [{ limit_s: 172_800, rate: 92.6265 }], response: { n: 55, p50_s: 948, p90_s: 'unanswered' },
    self_served: 77.0942, two_way: 2.1505, csat: null, rti: { value: 54.58789 }, composite: { value: 80.20277 },
  } as unknown as Account;
  const place = { account: 'wx1', place: 1 } as Place;
  expect(fileRows([a], [place], '未答')).toEqual([['甲', null, 55, 92.6, 948, '未答', 77.1, 2.2, null, 54.59, 80.2, 1]]);
});
