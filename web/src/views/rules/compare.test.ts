import { expect, test } from 'vitest';
import { readable } from '@/ui/textDiff';
import { compareRules, inWords } from './compare';

const t = (key: string) => key;

test('lists of the server are written as people write them', () => {
  const fields = [{ field: 'keywords', title: '关键词', before: '停水|水费', after: '停水|^a\\|b$' }, { field: 'examples', title: '例句', before: '', after: '一|二' }, { field: 'reply', title: '回复', before: 'a|b', after: 'c' }];
  expect(readable(fields).map((f) => [f.before, f.after])).toEqual([['停水、水费', '停水、^a|b$'], ['', '一\n二'], ['a|b', 'c']]);
});

test('two versions differ by the parts that people know', () => {
  const { changed, same } = compareRules({ name: '水', keywords: ['停水'] }, { name: '水', keywords: ['停水', '水费'], menu: { items: [{ title: '一', rule: '供水' }, { title: '二', reply: { kind: 'text', text: '好' } }] } }, t);
  expect(changed.map((f) => [f.field, f.after])).toEqual([['keywords', '停水、水费'], ['menu', '1 一 → 供水\n2 二：好']]);
  expect(same).toContain('rule.part.name');
  expect(inWords({ name: '水', when: { from: '2026-01-01', weekdays: [1], office: 'open' } }, 'when', t)).toBe('rule.when_words.from，rule.weekday.1，rule.office.open');
});
