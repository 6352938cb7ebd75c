import { expect, it } from 'vitest';
import { bytes, excerpt, split } from './text';

it('counts a text as WeChat counts it', () => {
  expect(['路灯 a', '台风 110', '🌀', 'ab中'].map(bytes)).toEqual([8, 10, 4, 5]);
});

it.each([
  ['请带身份证到大厅，周末不办公。', 10, '请带身份证到大厅……'],
  ['一二三四五六七八九十', 4, '一二三四……'],
  ['您好，请问公办幼儿园怎么报名，需要带什么材料过去', 16, '您好，请问公办幼儿园怎么报名……'],
  ['a\n b', 9, 'a b'],
  ['人民路红绿灯坏了好几天了', 40, '人民路红绿灯坏了好几天了'],
  ['🌀🌀🌀', 2, '🌀🌀……'],
])('cuts %s at %d', (text, most, cut) => { expect(excerpt(text, most)).toBe(cut); });

it('takes words apart, patterns only at lines', () => {
  expect(split('停水、自来水，水费；水压|水表\n停水')).toEqual(['停水', '自来水', '水费', '水压', '水表']);
  expect(split('公租房、廉租房，公租房\n 保障房 ')).toEqual(['公租房', '廉租房', '保障房']);
  expect(split('^(a|b),c$\r\n d ', true)).toEqual(['^(a|b),c$', 'd']);
  expect(split(' 、，')).toEqual([]);
});
