import { effectScope, nextTick, ref } from 'vue';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { inWindow } from './inWindow';
import { usePages, type Part } from './usePages';

let scope = effectScope();
inWindow();
beforeEach(() => { scope = effectScope(); });
afterEach(() => { scope.stop(); });

const settled = () => new Promise((done) => { setTimeout(done); });

/** shelf answers pages of the numbers below n. */
function shelf(n: number) {
  const asked: Part[] = [];
  const [of, filter] = [ref('a'), ref('')];
  const ask = async (part: Part) => {
    asked.push(part);
    const from = Number(part.after ?? 0);
    const to = Math.min(n, from + part.limit);
    return { rows: Array.from({ length: to - from }, (_, i) => from + i), next: to < n ? String(to) : '' };
  };
  return { asked, of, filter, ...scope.run(() => usePages(ask, { rows: (p) => p.rows, of: () => of.value, filter: () => filter.value }))! };
}

it('grows page by page and stays as long as it is', async () => {
  const { list, more } = shelf(120);
  await settled();
  expect([list.data.value?.rows.length, list.data.value?.next]).toEqual([50, '50']);
  await more();
  await more();
  expect([list.data.value?.rows.at(-1), list.data.value?.next]).toEqual([119, '']);
  await list.refresh();
  expect(list.data.value?.rows.length).toBe(120);
});

it('begins anew when it is narrowed, and shows nothing of another account', async () => {
  const { asked, of, filter, list, more } = shelf(120);
  await settled();
  await more();
  filter.value = 'late';
  await nextTick();
  expect(asked.at(-1)).toEqual({ limit: 50 });
  await settled();
  of.value = 'b';
  await nextTick();
  expect(list.data.value).toBe(undefined);
});

it('reads the whole of it beyond what is listed', async () => {
  const { list, whole } = shelf(450);
  await settled();
  expect((await whole()).rows.length).toBe(450);
  expect(list.data.value?.rows.length).toBe(50);
});
