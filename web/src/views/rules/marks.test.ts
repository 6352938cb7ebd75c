import { expect, test } from 'vitest';
import { formOf } from './form';
import { guilty, marksOf } from './marks';

const t = (key: string, values: Record<string, unknown>) => [key, ...Object.values(values)].join(' ');

test('a new keyword, and one that answers what it must not', () => {
  const form = formOf({ name: '大厅', keywords: ['政务大厅', '预约办事', '周六上班吗', '大厅'] });
  const marks = marksOf(form, { name: '大厅', keywords: ['政务大厅', '大厅'] }, [{ text: '婚姻登记处 周六上班吗？', counter: true, ok: false, got: '大厅' }, { text: '政务大厅', counter: false, ok: true, got: '大厅' }], [], t);
  expect(marks).toEqual({ 预约办事: { kind: 'new', text: 'rule.mark.new' }, 周六上班吗: { kind: 'doubt', text: 'rule.mark.wrongly 婚姻登记处 周六上班吗？' } });
});

test('a finding that names a keyword marks it, and a rule without a live one has no new words', () => {
  const form = formOf({ name: '水', keywords: ['停水', '水费'] });
  expect(marksOf(form, null, [], [{ level: 'warning', code: 'conflict', text: '关键词“水费”已在“供水”里' }], t)).toEqual({ 水费: { kind: 'doubt', text: '关键词“水费”已在“供水”里' } });
});

test('the longest keyword in a sentence is the guilty one', () => {
  expect(guilty('ＡＢＣ路灯坏了', ['路灯', 'abc路灯'])).toBe('abc路灯');
  expect(guilty('别的', ['路灯'])).toBeUndefined();
});
