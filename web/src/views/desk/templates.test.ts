import { expect, test } from 'vitest';
import type { Template } from '@/api/templates';
import { blank, findTemplates, nextBlank } from './templates';

const template = (name: string, pinyin: string[][], text: string) => ({ name, pinyin, text }) as Template;
const list = [template('请稍候', [['qing'], ['shao'], ['hou']], '正在查询'), template('补材料', [['bu'], ['cai'], ['liao']], '请稍候，请补交[[材料]]')];
const names = (text: string) => findTemplates(list, text).map((m) => m.name);

test('templates are found by name, sound and text, names first', () => {
  expect(names('')).toEqual(['请稍候', '补材料']);
  expect(names('bcl')).toEqual(['补材料']);
  expect(names('cailiao')).toEqual(['补材料']);
  expect(names('稍候')).toEqual(['请稍候', '补材料']);
  expect(names('没有')).toEqual([]);
});

test('blanks are gone through one after the other', () => {
  const text = '请带[[证件]]到[[窗口]]';
  expect(blank(text)).toEqual([2, 8]);
  expect(blank(text, 8)).toEqual([9, 15]);
  expect(blank(text, 15)).toEqual([2, 8]);
  expect(blank('[没有]')).toBeUndefined();
});

test('Tab goes from blank to blank, round about to what was passed over, and leaves from the last', () => {
  const text = '请带[[证件]]到[[窗口]]';
  expect(nextBlank(text, 0, 0)).toEqual([2, 8]);
  expect(nextBlank(text, 2, 8)).toEqual([9, 15]);
  expect(nextBlank(text, 9, 15)).toBeUndefined();
  expect(nextBlank(text, 15, 15)).toEqual([2, 8]);
  expect(nextBlank('请带[[证件]]', 2, 8)).toBeUndefined();
  expect(nextBlank('请带[[证件]]', 2, 7)).toEqual([2, 8]);
  expect(nextBlank('没有', 0, 0)).toBeUndefined();
});
