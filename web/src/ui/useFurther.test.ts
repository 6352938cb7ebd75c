import { effectScope, nextTick, shallowRef } from 'vue';
import { expect, it } from 'vitest';
import { ApiError } from '@/api/client';
import type { Ask } from './useAsk';
import { useFurther } from './useFurther';

interface Page { rows: number[]; next: string }
const settled = () => new Promise((done) => { setTimeout(done); });

function long(answers: (() => Promise<Page>)[]) {
  const data = shallowRef<Page | undefined>({ rows: [1], next: 'a' });
  const asked: string[] = [];
  const ask = (_: AbortSignal, after: string) => { asked.push(after); return answers.shift()!(); };
  return { data, asked, ...effectScope(true).run(() => useFurther({ data } as unknown as Ask<Page>, (p) => p.rows, ask))! };
}

it('goes on page after page until the last, one question at a time', async () => {
  const { asked, rows, next, goOn } = long([async () => ({ rows: [2], next: 'b' }), async () => ({ rows: [3], next: '' })]);
  void goOn();
  void goOn();
  await settled();
  expect([rows.value, next.value]).toEqual([[1, 2], 'b']);
  await goOn();
  await goOn();
  expect([rows.value, next.value, asked]).toEqual([[1, 2, 3], '', ['a', 'b']]);
});

it('says what did not come, and tries it again', async () => {
  const { rows, fault, goOn } = long([() => Promise.reject(new ApiError(503, 'unavailable', '忙')), async () => ({ rows: [2], next: '' })]);
  await goOn();
  expect([fault.value?.message, rows.value]).toEqual(['忙', [1]]);
  await goOn();
  expect([fault.value, rows.value]).toEqual([undefined, [1, 2]]);
});

it('begins anew with a new first page, whatever is still on its way', async () => {
  let answer!: (page: Page) => void;
  const { data, rows, loading, goOn } = long([() => new Promise((done) => { answer = done; })]);
  void goOn();
  data.value = { rows: [7], next: '' };
  await nextTick();
  answer({ rows: [2], next: 'b' });
  await settled();
  expect([rows.value, loading.value]).toEqual([[7], false]);
});
