import { expect, test } from 'vitest';
import en from './en';
import zh from './zh';

function keys(words: object, prefix = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) => (typeof value === 'object' ? keys(value, `${prefix}${key}.`) : [prefix + key]));
}

function holes(words: object): string[] {
  return Object.values(words).flatMap((value) => (typeof value === 'object' ? holes(value) : [(String(value).match(/\{\w+\}/g) ?? []).sort().join()]));
}

test('both languages say the same things', () => {
  expect(keys(en)).toEqual(keys(zh));
  expect(holes(en)).toEqual(holes(zh));
});
