import { expect, test } from 'vitest';
import { ref } from 'vue';
import { useChosen } from './useChosen';

test('rows are ticked one by one, through to another, and all', () => {
  const chosen = ref<ReadonlySet<string | number>>(new Set());
  const { all, some, toggle, toggleAll } = useChosen(() => ['a', 'b', 'c', 'd'], (r) => r, chosen);
  toggle(1);
  toggle(3, true);
  expect([...chosen.value]).toEqual(['b', 'c', 'd']);
  expect([all.value, some.value]).toEqual([false, true]);
  toggle(2, true);
  expect([...chosen.value]).toEqual(['b']);
  toggleAll();
  expect([all.value, chosen.value.size]).toEqual([true, 4]);
  toggleAll();
  expect(chosen.value.size).toBe(0);
});
