import { expect, test } from 'vitest';
import type { AccountMenu } from '@/api/menus';
import { addColumn, addRow, buttonAt, fieldAt, move, placeOf, remove } from './menu';

const menu = (): AccountMenu => ({
  buttons: [{ name: '办事', buttons: [{ name: '甲', type: 'click', key: 'MENU_1' }, { name: '乙', type: 'view', url: 'https://a.cn' }] }, { name: '留言', type: 'click', key: 'LY' }],
  conditional: [{ tag: 100, buttons: [{ name: '企业', type: 'click', key: 'QY' }] }],
});

test('a place is said as the server says it, and found again', () => {
  for (const place of [{ set: -1, column: 0, row: 1 }, { set: -1, column: 1, row: -1 }, { set: 0, column: 0, row: -1 }]) {
    expect(placeOf(`${fieldAt(place)}.name`)).toEqual(place);
    expect(buttonAt(menu(), place)).toBeDefined();
  }
  expect(placeOf('conditional[0].tag')).toBeUndefined();
});

test('a button moves among its siblings and stops at the ends', () => {
  const m = menu();
  const place = move(m, { set: -1, column: 0, row: 1 }, -1);
  expect(place.row).toBe(0);
  expect(m.buttons[0]!.buttons!.map((b) => b.name)).toEqual(['乙', '甲']);
  expect(move(m, place, -1)).toEqual(place);
});

test('the last button below a column leaves the column, which can do something again', () => {
  const m = menu();
  expect(remove(m, { set: -1, column: 0, row: 0 })).toEqual({ set: -1, column: 0, row: 0 });
  expect(remove(m, { set: -1, column: 0, row: 0 })).toEqual({ set: -1, column: 0, row: -1 });
  expect(m.buttons[0]).toEqual({ name: '办事' });
  expect(remove(m, { set: 0, column: 0, row: -1 })).toBeUndefined();
});

test('new buttons have keys of their own, and what a column did goes below it', () => {
  const m = menu();
  const place = addColumn(m, -1);
  expect(buttonAt(m, place)).toEqual({ name: '', type: 'click', key: 'MENU_2' });
  expect(addRow(m, -1, 1)).toEqual({ set: -1, column: 1, row: 0 });
  expect(m.buttons[1]).toEqual({ name: '留言', buttons: [{ name: '', type: 'click', key: 'LY' }] });
  expect(addRow(m, -1, 0)).toEqual({ set: -1, column: 0, row: 2 });
});
