import { expect, test } from 'vitest';
import { found, type Account } from './accountFind';

const account = (app_id: string, name: string, pinyin: string[][]): Account => ({ app_id, name, pinyin, roles: [] });
const all = [
  account('wxa1', '市政务中心', [['shi'], ['zheng'], ['wu'], ['zhong'], ['xin']]),
  account('wxb2', '重庆12345', [['zhong', 'chong'], ['qing'], ['1'], ['2'], ['3'], ['4'], ['5']]),
  account('wxc3', '', []),
];
const ids = (text: string) => found(all, text).map((a) => a.app_id);

test('an account is found by its name, its sound, the beginnings of it, and its AppID', () => {
  expect(ids('')).toEqual(['wxa1', 'wxb2', 'wxc3']);
  expect(ids('政务')).toEqual(['wxa1']);
  expect(ids('szw')).toEqual(['wxa1']);
  expect(ids('shizheng')).toEqual(['wxa1']);
  expect(ids('shizwu')).toEqual(['wxa1']);
  expect(ids('ZW zx')).toEqual(['wxa1']);
  expect(ids('chongq')).toEqual(['wxb2']);
  expect(ids('cq12')).toEqual(['wxb2']);
  expect(ids('C3')).toEqual(['wxc3']);
  expect(ids('shzw')).toEqual(['wxa1']);
  expect(ids('xyz')).toEqual([]);
});

test('what begins with it comes before what has it inside', () => {
  expect(ids('zhong')).toEqual(['wxb2', 'wxa1']);
});
