import { expect, test } from 'vitest';
import { textDiff, type Piece } from './textDiff';

const marked = (list: Piece[]) => list.map((p) => (p.changed ? `[${p.text}]` : p.text)).join('');

test('clauses are taken out and put in', () => {
  const { before, after } = textDiff('办公时间九点；周六休息。节假日以公告为准。', '办公时间九点；周六上午开门。节假日以公告为准。乘三路车。');
  expect(marked(before)).toBe('办公时间九点；[周六休息。]节假日以公告为准。');
  expect(marked(after)).toBe('办公时间九点；[周六上午开门。]节假日以公告为准。[乘三路车。]');
});

test('what follows the end of a list does not change its last item', () => {
  const { before, after } = textDiff('停水、水费', '停水、水费、水压');
  expect(marked(before)).toBe('停水、水费');
  expect(marked(after)).toBe('停水、水费、[水压]');
});

test.each([['', '新的'], ['旧的', ''], ['', ''], ['一、二、三', '一、三'], ['a\nb\nc', 'c\nb\na']])('both sides are whole: %j to %j', (a, b) => {
  const { before, after } = textDiff(a, b);
  expect(before.map((p) => p.text).join('')).toBe(a);
  expect(after.map((p) => p.text).join('')).toBe(b);
});
