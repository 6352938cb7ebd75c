import { expect, test } from 'vitest';
import type { Text, TextDraft } from '@/api/texts';
import { baseOf, bodyOf, differs, leftTyped, standingOf, startOf, wrongWords } from './texts';

const draft: TextDraft = { version: '2', edition: '2-draft-1', state: 'draft', text: '', words: [], bytes: 0, author: 'chen', reason: '', changed_at: '2026-11-30T10:00:00+08:00', added: [], removed: [] };
const of = (more: Partial<Text>): Text => ({
  key: 'closed', title: '', purpose: '', held_by: 'text', text: '内置的话', default: '内置的话', set: false, since: null, by: '', version: '0',
  bytes: 12, pages: 1, max_bytes: 600, rules: [], words: [], built_in: [], draft: null, findings: [], ...more,
});

test('how far a text has come', () => {
  expect(standingOf(of({}))).toBe('built_in');
  expect(standingOf(of({ set: true }))).toBe('set');
  expect(standingOf(of({ set: true, draft }))).toBe('draft');
  expect(standingOf(of({ draft: { ...draft, reason: '太长' } }))).toBe('returned');
  expect(standingOf(of({ draft: { ...draft, state: 'review' } }))).toBe('review');
  expect(standingOf(of({ held_by: 'words', default: '' }))).toBe('none');
  expect(standingOf(of({ held_by: 'rule', default: '' }))).toBe('none');
});

test('what is built in is kept as nothing, and a draft of nothing shows it', () => {
  expect(bodyOf(of({}), { text: '内置的话\n', words: [] })).toEqual({ text: '' });
  expect(startOf(of({ set: true, text: '自己的话', draft })).text).toBe('内置的话');
  expect(differs(of({}), { text: '内置的话 ', words: [] })).toBe(false);
  expect(differs(of({ set: true, text: '自己的话' }), { text: '内置的话', words: [] })).toBe(true);
});

test('the order of words is no change', () => {
  const list = of({ held_by: 'words', words: ['大桥', '南河'] });
  expect(differs(list, { text: '', words: ['南河', '大桥'] })).toBe(false);
  expect(differs(list, { text: '', words: ['南河'] })).toBe(true);
});

test('a refused word is known by its place', () => {
  expect(wrongWords({ 'words[1]': '太短', words: '太多', 'words[7]': '没有' }, ['大桥', '河'])).toEqual({ 河: '太短' });
});

test('what was typed while a text was being saved goes on from what was saved', () => {
  const sent = { text: '您好', words: [], base: '0 ' };
  const since = { text: '您好，再见', words: [], base: '0 ' };
  const now = of({ draft });
  expect(leftTyped(sent, sent, now)).toBe(undefined);
  expect(leftTyped(since, sent, now)).toEqual({ ...since, base: baseOf(now) });
});
