import { expect, test } from 'vitest';
import type { Gap } from '@/api/gaps';
import { chosen, rise } from './gaps';

const gap = (name: string, more: Partial<Gap> = {}): Gap => ({
  key: `matter:${name}`, kind: 'matter', name, aliases: [], together: [], synonyms: [], broad: false, count: 1, citizens: 1, share: 1, trend: [1, 1, 1],
  first: '2026-01-01T00:00:00Z', last: '2026-01-02T00:00:00Z', sentences: [`${name}怎么办`], keywords: [name], groups: [], answers: [], covered: 1, draft: null, ignored: null, ...more,
});
const filter = { kind: 'all', q: '', order: 'count', ignored: '' };

test('ignored groups are shown when they are asked for, and only they', () => {
  const away = gap('食堂', { ignored: { by: '赵青', at: '', until: '', reason: '' } });
  expect(chosen([gap('电梯'), away], filter).map((g) => g.name)).toEqual(['电梯']);
  expect(chosen([gap('电梯'), away], { ...filter, ignored: 'yes' }).map((g) => g.name)).toEqual(['食堂']);
});

test('a search looks at names and sentences, an order at what was asked last or rises', () => {
  const list = [gap('电梯'), gap('食堂', { sentences: ['老人有优惠吗'], trend: [0, 0, 9], last: '2026-02-01T00:00:00Z' })];
  expect(chosen(list, { ...filter, q: '优惠' }).map((g) => g.name)).toEqual(['食堂']);
  expect(rise(list[1]!)).toBe(9);
  expect(chosen(list, { ...filter, order: 'rise' })[0]!.name).toBe('食堂');
  expect(chosen(list, { ...filter, order: 'last' })[0]!.name).toBe('食堂');
});
