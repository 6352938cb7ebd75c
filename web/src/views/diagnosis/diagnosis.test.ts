import { expect, test } from 'vitest';
import zh from '@/locales/diagnosis.zh';
import { bound, known, level, now, ranked, rowsBehind, says, telling, waitsBehind, type Evidence, type Finding } from './diagnosis';

const t = (key: string, values: Record<string, unknown> = {}) => {
  const words = key.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], zh) as string;
  return words.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
};
const evidence = (measure: string, value: number, threshold: number, more: Partial<Evidence> = {}): Evidence => (
  { measure, text: '', text_en: '', value, threshold, n: 1, fired: false, ...more });
const finding = (problem: string, more: Partial<Finding>): Finding => (
  { problem, name: problem, name_en: problem, fired: false, checked: true, severity: null, evidence: [], countermeasure: '', countermeasure_en: '', rule_version: 'x', ...more });

test('the worst comes first, what could not be looked at last', () => {
  const all = [finding('a', { checked: false }), finding('b', {}), finding('c', { fired: true, severity: 'amber' }), finding('d', { fired: true, severity: 'veto' }), finding('e', { fired: true, severity: 'amber' })];
  expect(ranked(all).map((f) => `${f.problem} ${level(f)}`)).toEqual(['d veto', 'c amber', 'e amber', 'b clear', 'a unchecked']);
  expect(all[0]!.problem).toBe('a');
});

test('the measure that fired says it, else the first', () => {
  const [one, two] = [evidence('entropy', 0.7, 0.85), evidence('divergence', 0.6, 0.5, { fired: true })];
  expect(telling(finding('a', { evidence: [one, two] }))).toBe(two);
  expect(telling(finding('a', { evidence: [one] }))).toBe(one);
  expect(telling(finding('a', {}))).toBeUndefined();
});

test('values and bounds are in the unit of the measure', () => {
  const both = (e: Evidence) => [now(e, 'zh', t), bound(e, 'zh', t)];
  expect(both(evidence('reply_rate', 99.21, 80))).toEqual(['99.2 %', '低于 80 %']);
  expect(both(evidence('median', 726, 86_400))).toEqual(['12 分 6 秒', '超过 24 小时']);
  expect(both(evidence('median', 172_800, 86_400))).toEqual(['≥48 小时/未答', '超过 24 小时']);
  expect(both(evidence('unfollows_after_push', 10, 2))).toEqual(['10 倍', '超过 2 倍']);
  expect(both(evidence('publication_gap', 12, 14))).toEqual(['12 天', '满 14 天']);
  expect(both(evidence('old_cases', 3, 0))).toEqual(['3', '一个也不应有']);
  expect(both(evidence('unverified', 1, 0))).toEqual(['是', '应为否']);
  expect(both(evidence('entropy', 0.73425, 0.85))).toEqual(['0.734', '超过 0.85']);
});

test('in one line a measure that fires says how, the others their bound', () => {
  expect(says(evidence('two_way', 2.15, 10, { fired: true }), '双向会话率', 'zh', t)).toBe('双向会话率 2.2 %，低于 10 %');
  expect(says(evidence('one_form', 43.478, 90), '占比', 'zh', t)).toBe('占比 43.5 %，界限 90 %');
  expect(says(evidence('unverified', 1, 0, { fired: true }), '账号没有认证', 'zh', t)).toBe('账号没有认证');
  expect(says(evidence('old_cases', 0, 0), '办件', 'zh', t)).toBe('办件：0');
  expect(says(evidence('brand_new', 1, 2, { text: '新的一项' }), '', 'zh', t)).toBe('新的一项');
});

test('a measure of a newer program keeps the server’s words', () => {
  expect(known(evidence('brand_new', 1, 2))).toBe(false);
  expect(now(evidence('brand_new', 1.23456, 2), 'zh', t)).toBe('1.235');
});

test('rows are shown by names, never by keys', () => {
  expect(rowsBehind(evidence('surges_unanswered', 1, 0, { rows: ['停水'] }))).toEqual(['停水']);
  expect(rowsBehind(evidence('unassigned', 1, 0, { rows: ['wx1|7'] }))).toEqual([]);
});

test('the waits behind a measure', () => {
  expect(waitsBehind(evidence('reply_rate', 70, 80))).toEqual({ human: 'all', breach: '172800' });
  expect(waitsBehind(evidence('median', 90_000, 86_400))).toEqual({ human: 'true', rt_from: '86401' });
  expect(waitsBehind(evidence('entropy', 0.9, 0.85))).toBeUndefined();
});
