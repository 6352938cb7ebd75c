import { expect, test } from 'vitest';
import { todos, type Alarm, type Row } from './todo';

const line = (state: 'ok' | 'notice' | 'fail' | 'unknown', text = '') => ({ state, text, n: null, at: null });
const quiet = (id: string, more: Partial<Row> = {}): Row => ({
  id, name: id, kind: 'service', open: 0, oldest: null, atRisk: 0, inbound: 0,
  overview: { callback: line('ok'), token: line('ok'), rules: line('ok') } as Row['overview'], ...more,
});

test('an account that is well asks for nothing', () => expect(todos([quiet('a')])).toEqual([]));

test('what falls due stands before what is late, and that before the rest', () => {
  const found = todos([
    quiet('a', { oldest: 90_000, open: 3 }),
    quiet('b', { oldest: 3 * 86_400, open: 1 }),
    quiet('c', { atRisk: 2, overview: { callback: line('fail', '没有回调'), token: line('unknown'), rules: line('notice', '没有规则') } as Row['overview'] }),
  ]);
  expect(found.map((t) => t.key)).toEqual(['c risk', 'b late', 'c callback', 'a day', 'c rules']);
  expect(found[1]?.words).toEqual({ name: 'b', days: 3 });
  expect(found[2]?.words).toEqual({ name: 'c', reason: '没有回调' });
  expect(found[2]?.text).toBe('refused');
});

test('vetoes and a log with gaps are told where the indices are known', () => {
  const report = (ratio: number | null, vetoes: { id: string; reason: string }[]) => ({ live: { unassigned: null }, composite: { vetoes }, log: { ratio } }) as unknown as Row['report'];
  expect(todos([quiet('a', { report: report(97.25, [{ id: 'V1', reason: '四十天没有发布' }]) })]).map((t) => [t.text, t.words.ratio ?? t.words.reason])).toEqual([['veto', '四十天没有发布'], ['log', '97.3']]);
  expect(todos([quiet('a', { report: report(null, []) }), quiet('b', { report: report(99, []) })])).toEqual([]);
});

test('an alarm that stands is told, with the way to the waits where it is about them', () => {
  const alarm = (account: string, condition: Alarm['condition']): Alarm => ({ account, condition, title: '', text: '怎么回事。\n怎么办。', since: '', count: 1, link: '' });
  const found = todos([quiet('a', { name: '江城' })], [alarm('a', 'at_risk'), alarm('', 'backlog')]);
  expect(found.map((t) => [t.text, t.words.name, t.words.what, t.words.reason, t.to?.name])).toEqual([
    ['alarm', '江城', 'at_risk', '怎么回事。怎么办。', 'waits'], ['alarm_service', '', 'backlog', '怎么回事。怎么办。', undefined],
  ]);
});
