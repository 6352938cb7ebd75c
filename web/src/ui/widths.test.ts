import { expect, test } from 'vitest';
import { keptWidths, moved, movedOf, tableLeast } from './widths';

const columns = [{ key: 'name', title: '', width: '31%' }, { key: 'answer', title: '' }, { key: 'hits', title: '', width: '92px' }, { key: 'state', title: '', width: '104px' }];
const now = { name: 300, answer: 250, hits: 92, state: 104 };

test('an edge takes from the one column what it gives the other', () => {
  expect(moved(columns, now, 2, 20)).toEqual({ hits: 112, state: 84 });
  expect(moved(columns, now, 0, -30)).toEqual({ name: 270 });
  expect(moved(columns, now, 1, 30)).toEqual({ hits: 62 });
  expect(moved(columns, now, 3, 30)).toEqual({});
});

test('no column gets too narrow to be read', () => {
  expect(moved(columns, now, 2, 500)).toEqual({ hits: 148, state: 48 });
  expect(moved(columns, now, 2, -500)).toEqual({ hits: 48, state: 148 });
  expect(moved(columns, now, 1, -500)).toEqual({ hits: 222 });
});

test('an edge tells the width of the column that has one', () => {
  expect([0, 1, 2].map((i) => movedOf(columns, i)?.key)).toEqual(['name', 'hits', 'hits']);
});

test('what was kept is looked at before it is used', () => {
  expect(keptWidths({ hits: 100, state: 'wide', name: 3, answer: 1e9 })).toEqual({ hits: 100 });
  expect([keptWidths(undefined), keptWidths([100])]).toEqual([{}, {}]);
});

test('a table that was made wider scrolls by itself in a narrow window', () => {
  expect(tableLeast(columns, { name: 500 })).toBe(500 + 120 + 92 + 104);
});
