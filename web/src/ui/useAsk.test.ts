import { effectScope, nextTick, ref } from 'vue';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { inWindow } from './inWindow';
import { useAsk } from './useAsk';

let scope = effectScope();
inWindow();
beforeEach(() => { scope = effectScope(); });
afterEach(() => { scope.stop(); });

/** asker answers by hand: each question waits until `answer` is called for it. */
function asker() {
  const asked: { signal: AbortSignal; answer: (text: string) => void }[] = [];
  const ask = (signal: AbortSignal) => new Promise<string>((answer) => { asked.push({ signal, answer }); });
  return { asked, ask };
}
const settled = () => new Promise((done) => { setTimeout(done); });

it('is never starved by refreshes: they wait for what is on its way and ask once more', async () => {
  const { asked, ask } = asker();
  const got = scope.run(() => useAsk(ask))!;
  for (let i = 0; i < 5; i++) void got.refresh();
  expect(asked.length).toBe(1);
  expect(asked[0]!.signal.aborted).toBe(false);
  asked[0]!.answer('first');
  await settled();
  expect(got.data.value).toBe('first');
  expect(asked.length).toBe(2);
  asked[1]!.answer('second');
  await settled();
  expect([got.data.value, got.busy.value, asked.length]).toEqual(['second', false, 2]);
});

it('shows nothing of another account, not even for a moment', async () => {
  const { asked, ask } = asker();
  const account = ref('a');
  const got = scope.run(() => useAsk(ask, { of: account }))!;
  asked[0]!.answer('of a');
  await settled();
  account.value = 'b';
  await nextTick();
  expect(got.data.value).toBe(undefined);
  expect(got.state.value).toBe('quiet');
  asked[1]!.answer('of b');
  await settled();
  expect(got.data.value).toBe('of b');
});

it('drops an answer that comes after one must not ask any more', async () => {
  const { asked, ask } = asker();
  const account = ref('a');
  const got = scope.run(() => useAsk(ask, { of: account, when: () => account.value !== '' }))!;
  account.value = '';
  await nextTick();
  asked[0]!.answer('of a');
  await settled();
  expect([got.data.value, got.busy.value]).toEqual([undefined, false]);
});

it('keeps what was there while a filter is asked anew', async () => {
  const { asked, ask } = asker();
  const words = ref('');
  const got = scope.run(() => useAsk(ask, { watch: words }))!;
  asked[0]!.answer('all');
  await settled();
  words.value = 'x';
  await nextTick();
  expect([got.data.value, got.busy.value, asked[0]!.signal.aborted]).toEqual(['all', true, false]);
});
