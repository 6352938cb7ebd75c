import { expect, test } from 'vitest';
import type { Schemas } from '@/api/client';
import { columns, edge, limitName, short } from './bins';
import { told } from './change';
import type { Colours } from './colours';
import { parts, type Said } from './conversation';
import { csv } from '@/ui/csv';
import { explains } from '@/ui/definitions';
import { distributionOption } from './distributionOption';
import { age, bin, drill, none, question, unanswered, waitDefaults } from './drill';
import { cells, p50Level, shareLevel, split } from './heat';
import { decidedAt, stillRuns } from './period';
import { limits, now, pooledRate, rate, wilson, type Account } from './pool';
import { minutes, trendPoints } from './trend';
import { trendOption } from './trendOption';
import { chips, shapeOf, stateOf } from './waitWords';
import { tiny } from './words';

const colours = Object.fromEntries(['bg', 'sunken', 'raised', 'line', 'line-2', 'text', 'text-2', 'human', 'breach', 'hover', 'font'].map((n) => [n, n])) as Colours;

test.each([
  [4, 6, 30.0, 90.3], [90, 100, 82.6, 94.5], [5, 6, 43.6, 97.0],
])('Wilson interval of %d of %d', (hits, n, low, high) => {
  const [a, b] = wilson(hits, n)!;
  expect(a).toBeCloseTo(low, 1);
  expect(b).toBeCloseTo(high, 1);
});

test('nothing among nothing is no rate', () => {
  expect(wilson(0, 0)).toBeNull();
  expect(rate(0, 0)).toEqual({ hits: 0, n: 0, value: null, low: null, high: null });
});

const limit = (limit_s: number, due: number, on_time: number, need: number, human_on_time: number) => ({ limit_s, due, on_time, breach: due - on_time, need, human_on_time, target: 90, met: true });
const account = (id: string, list: object[], csat: [number, number]) => ({
  account: id, limits: list, rates: { csat: rate(...csat) },
  live: { as_of: '2026-03-05T12:00:00+08:00', open: 2, oldest_s: 7200, at_risk: 1, unassigned: null, ages: [{ up_to_s: 180, count: 2 }, { up_to_s: null, count: 0 }] },
}) as unknown as Account;

test('accounts add up limit by limit, and not where their limits differ', () => {
  const both = [account('a', [limit(180, 10, 5, 8, 3)], [6, 6]), account('b', [limit(180, 30, 15, 10, 6)], [2, 3])];
  expect(limits(both)[0]).toMatchObject({ limit_s: 180, breach: 20, target: null, met: null, all: { hits: 20, n: 40, value: 50 }, human: { hits: 9, n: 18, value: 50 } });
  expect(limits([both[0]!])[0]).toMatchObject({ target: 90, met: true });
  expect(limits([both[0]!, account('c', [limit(300, 1, 1, 1, 1)], [0, 0])])).toEqual([]);
});

test('satisfaction needs ten ratings', () => {
  const few = account('a', [], [6, 6]);
  expect(pooledRate([few], 'csat')).toMatchObject({ n: 6, value: null });
  expect(pooledRate([few, account('b', [], [3, 4])], 'csat')).toMatchObject({ n: 10, value: 90 });
});

test('this moment takes the stream before the report', () => {
  const a = account('a', [], [0, 0]);
  const told_ = { account: 'a', as_of: '2026-03-05T12:00:10+08:00', inbound: 4, backlog: { open: 3, oldest_s: 60, at_risk: 0, ages: [{ up_to_s: 180, count: 3 }, { up_to_s: null, count: 0 }] } } as unknown as Schemas['LiveCounters'];
  expect(now(['a'], [a], new Map())).toMatchObject({ open: 2, atRisk: 1, unassigned: null, inbound: null, oldestAt: Date.parse('2026-03-05T10:00:00+08:00') });
  expect(now(['a'], [a], new Map([['a', told_]]))).toMatchObject({ open: 3, inbound: 4, oldestAt: Date.parse('2026-03-05T11:59:10+08:00') });
  expect(now(['a', 'b'], [a], new Map())).toBeUndefined();
});

const edges = [0, 10, 60, 180, 600, 1800, 7200, 28_800, 86_400, 172_800];
const rt = (counts: number[], open: number) => ({
  bins: counts.map((n, i) => ({ from_s: i === 0 ? 0 : edges[i]! + 1, to_s: edges[i + 1] ?? null, n })),
  unanswered: open, n: counts.reduce((a, b) => a + b, open), p50_s: 1, p90_s: 1,
}) as Parameters<typeof columns>[0];
const words = { unanswered: '未答', longer: '更久' };

test('the unanswered stand last, and the column without an end only when it is needed', () => {
  const list = columns(rt([0, 4, 79, 362, 296, 160, 32, 68, 1, 0], 19), words, 'zh');
  expect(list.map((c) => c.label)).toEqual(['10 秒', '1 分', '3 分', '10 分', '30 分', '2 小时', '8 小时', '24 小时', '48 小时', '未答']);
  expect(list.at(-1)).toMatchObject({ n: 19, unanswered: true, cumulative: 100 });
  expect(list[3]!.cumulative).toBeCloseTo(100 * 445 / 1021, 6);
  expect(columns(rt([0, 0, 0, 0, 0, 0, 0, 0, 0, 2], 1), words, 'zh').at(-2)).toMatchObject({ n: 2, to_s: null, label: '更久' });
  expect([180, 7200, 86_400, 172_800].map((s) => edge(list, s))).toEqual([3, 6, 8, 9]);
  expect(edge(list, 240)).toBeUndefined();
});

test('limits are drawn between columns and the line ends before the unanswered', () => {
  const list = columns(rt([0, 4, 79, 362, 296, 160, 32, 68, 1, 0], 19), words, 'zh');
  const option = distributionOption(list, [180, 240, 172_800], colours, { waits: '诉求', cumulative: '累计', limit: (s) => limitName(s, 'zh') }, false);
  const [bars, line] = option.series as [{ data: { value: number[]; itemStyle: { decal?: object } }[]; markLine: { data: { xAxis: number }[] } }, { data: number[][] }];
  expect(option.animation).toBe(false);
  expect(bars.markLine.data.map((m) => m.xAxis)).toEqual([3, 9]);
  expect(bars.data.map((d) => d.value[0])).toEqual([0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5]);
  expect(bars.data.map((d) => d.itemStyle.decal !== undefined)).toEqual([...Array(9).fill(false), true]);
  expect(line.data).toHaveLength(9);
});

test('days of rest are those of the office calendar', () => {
  const day = (at: string) => ({ at: `${at}T00:00:00+08:00`, value: 600, provisional: false, n: 9, low: 300, high: 900 }) as Parameters<typeof trendPoints>[0][number];
  const calendar = new Map([['2026-10-01', { work: false, name: '国庆节' }], ['2026-10-10', { work: true, name: '国庆节' }]]);
  expect(trendPoints(['2026-10-01', '2026-10-10', '2026-10-11', '2026-10-12'].map(day), calendar).map((p) => [p.rest, p.note])).toEqual([[true, '国庆节'], [false, '国庆节'], [true, ''], [false, '']]);
});

test('behind a bucket of age are those that wait longer than the bucket before', () => {
  const ages = [{ up_to_s: 180 }, { up_to_s: 7200 }, { up_to_s: null }];
  expect(ages.map((_, i) => age(ages, i))).toEqual([
    { state: 'waiting', age_from: '', age_to: '180' }, { state: 'waiting', age_from: '181', age_to: '7200' }, { state: 'waiting', age_from: '7201', age_to: '' },
  ]);
});

test('the trend leaves gaps, and what is unanswered stands at the top', () => {
  const points = trendPoints([
    { at: '2026-11-20T00:00:00+08:00', value: 600, provisional: false, n: 9, low: 120, high: 'unanswered' },
    { at: '2026-11-21T00:00:00+08:00', value: 60, provisional: false, n: 4, low: null, high: null },
    { at: '2026-11-22T00:00:00+08:00', value: 'unanswered', provisional: true, n: 5, low: null, high: null },
  ]);
  expect(points.map((p) => [p.day, p.rest])).toEqual([['2026-11-20', false], ['2026-11-21', true], ['2026-11-22', true]]);
  expect([...points.map((p) => minutes(p.seconds)), minutes(3), minutes(400_000)]).toEqual([10, null, 2880, 1, 2880]);
  const option = trendOption(points, colours, { axis: String, day: String, value: String, interval: () => '', count: String, provisional: '暂定', dayKind: () => '' }, 'hatch');
  const [rest, provisional, interval, median] = option.series as { data: unknown[]; connectNulls?: boolean }[];
  expect([rest!.data, provisional!.data]).toEqual([[[1, 1], [2, 1]], [[2, 1]]]);
  expect(interval!.data).toEqual([[0, 2, 2880]]);
  expect(median!.connectNulls).toBe(false);
});

const hour = (weekday: number, h: number, n: number, late: number, p50: number | 'unanswered') => ({ weekday, hour: h, n, p50_s: p50, over_2h: rate(late, n) });

test('heat: few are hatched, empty stays empty, night and day are told apart', () => {
  const rows = [hour(1, 9, 20, 1, 300), hour(1, 22, 4, 4, 40_000), hour(7, 23, 5, 5, 'unanswered')];
  const week = cells(rows, 'share', (s) => tiny(s, 'zh', '未答'));
  expect(week[0]![9]).toMatchObject({ kind: 'full', text: '5', level: 2 });
  expect(week[0]![22]).toMatchObject({ kind: 'few', text: '' });
  expect(week[3]![3]).toMatchObject({ kind: 'none', n: 0 });
  expect(week[6]![23]).toMatchObject({ kind: 'full', text: '100', level: 5 });
  expect(cells(rows, 'p50', (s) => tiny(s, 'zh', '未答'))[6]![23]).toMatchObject({ text: '未答', level: 5 });
  expect(split(rows)).toEqual({ night: { n: 9, late: 9 }, rest: { n: 20, late: 1 } });
  expect([0, 4.9, 5, 19, 50, 100].map(shareLevel)).toEqual([0, 1, 2, 3, 4, 5]);
  expect([180, 181, 7200, 90_000].map(p50Level)).toEqual([0, 1, 3, 5]);
});

test('a drill carries the window, and asks the server for what the address says', () => {
  const base = { account: 'wx1,wx2', channel: 'chat', from: '2026-10-23', to: '2026-11-21', as_of: '2026-11-24T09:06:08+08:00' };
  expect(drill(base, { breach: '7200' }).query).toEqual({ account: 'wx1,wx2', from: base.from, to: base.to, as_of: base.as_of, breach: '7200' });
  expect(drill(base, unanswered).query).toMatchObject({ human: 'true', rt_from: 'unanswered' });
  expect(bin({ from_s: 0, to_s: 10 })).toEqual({ human: 'true', rt_from: '', rt_to: '10' });
  expect(bin({ from_s: 172_801, to_s: null })).toEqual({ human: 'true', rt_from: '172801', rt_to: 'answered' });
  expect(question(['wx1'], { ...waitDefaults, topic: none }, { limit: 50 })).toBe('account=wx1&channel=chat&topic=&limit=50');
  expect(question([], { ...waitDefaults, as_of: '2026-11-24T09:06:08+08:00' }, { limit: 50, after: 'x' })).toBe('channel=chat&as_of=2026-11-24T09%3A06%3A08%2B08%3A00&after=x&limit=50');
});

test('changes are told only where the server judges them', () => {
  const words_ = { points: (n: string) => `${n} 个百分点`, comma: '，' };
  expect(told({ change: -102, percent: -12.4, verdict: 'better', why: '' }, 'seconds', 'zh', words_)).toEqual({ arrow: '↓', amount: '1 分 42 秒，12 %', verdict: 'better' });
  expect(told({ change: 1.25, percent: null, verdict: 'better', why: '' }, 'points', 'zh', words_)).toMatchObject({ arrow: '↑', amount: '1.3 个百分点' });
  expect(told({ change: 0.02, percent: null, verdict: 'same', why: '' }, 'points', 'zh', words_)).toEqual({ arrow: '', amount: '', verdict: 'same' });
  expect(told({ change: -102, percent: -12, verdict: '', why: 'provisional' }, 'seconds', 'zh', words_)).toBeUndefined();
});

test('files quote, and what looks like a formula is text', () => {
  expect(csv([['账号', '江城，政务']], ['名', '数'], [['=1+1', 3], ['a"b', null], ['-5', -5], ['@x', 0]])).toBe('\uFEFF账号,江城，政务\r\n\r\n名,数\r\n\'=1+1,3\r\n"a""b",\r\n-5,-5\r\n\'@x,0\r\n');
});

test('an open wait is told from one the machine answered', () => {
  expect([stateOf({ state: 'open', pending: false }), stateOf({ state: 'open', pending: true }), stateOf({ state: 'expired', pending: false })]).toEqual(['waiting', 'pending', 'expired']);
  expect(shapeOf({ state: 'expired', pending: false })).toEqual(['cross', 'breach']);
});

test('chips: the channel stays, two halves of a condition are one', () => {
  expect(chips({ ...waitDefaults, from: '2026-11-01', to: '2026-11-02', rt_to: '10' }).map((c) => [c.key, c.fixed])).toEqual([['channel', true], ['from', false], ['rt_from', false]]);
});

test('words of limits and small times', () => {
  expect([10, 180, 7200, 172_800].map((s) => short(s, 'zh'))).toEqual(['10 秒', '3 分', '2 小时', '48 小时']);
  expect([180, 7200].map((s) => limitName(s, 'zh'))).toEqual(['3 分钟', '2 小时']);
  expect([40, 120, 7200].map((s) => tiny(s, 'en', '-'))).toEqual(['40s', '2m', '2h']);
});

test('a window is decided 48 hours after its last day', () => {
  expect(decidedAt('2026-11-24').toISOString()).toBe('2026-11-26T16:00:00.000Z');
  expect(stillRuns('2026-11-24', Date.parse('2026-11-24T20:00:00+08:00'))).toBe(true);
  expect(stillRuns('2026-11-23', Date.parse('2026-11-24T20:00:00+08:00'))).toBe(false);
});

test('a block that names a key with a dot at its end asks for all below it', () => {
  expect([explains('limits.180.rate', 'limits.'), explains('csat', 'csat'), explains('csat', 'csa'), explains('', 'limits.')]).toEqual([true, true, false, false]);
});

test('a conversation is divided into before, during and after the wait', () => {
  const said = (msg_key: string, minute: number) => ({ msg_key, at: `2026-03-02T09:${String(minute).padStart(2, '0')}:00+08:00` }) as Said;
  const rows = [said('a', 1), said('b', 5), said('c', 6), said('d', 9), said('e', 20)];
  const wait = { msg_key: 'b', open_at: '2026-03-02T09:05:00+08:00', waited_s: 240, answered_at: '2026-03-02T09:09:00+08:00', late_answer_at: null };
  const keys = (p: ReturnType<typeof parts>) => [p.before, p.during, p.after].map((list) => list.map((r) => r.msg_key).join(''));
  expect(keys(parts(rows, wait))).toEqual(['a', 'bcd', 'e']);
  expect(keys(parts(rows, { ...wait, answered_at: null, waited_s: 60 }))).toEqual(['a', 'bc', 'de']);
  expect(keys(parts(rows, { ...wait, answered_at: null, late_answer_at: '2026-03-02T09:20:00+08:00' }))).toEqual(['a', 'bcde', '']);
});
