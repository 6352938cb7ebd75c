import { afterEach, expect, test, vi } from 'vitest';
import { ApiError } from '@/api/client';
import { inTurn } from './asks';

afterEach(() => vi.useRealTimers());
const never = new AbortController().signal;

test('two questions run at once, the third waits', async () => {
  let running = 0;
  let most = 0;
  const done: (() => void)[] = [];
  const ask = () => new Promise<void>((go) => { running++; most = Math.max(most, running); done.push(() => { running--; go(); }); });
  const all = Promise.all([1, 2, 3].map(() => inTurn(never, ask)));
  await vi.waitFor(() => expect(done).toHaveLength(2));
  done[0]!();
  await vi.waitFor(() => expect(done).toHaveLength(3));
  done[1]!();
  done[2]!();
  await all;
  expect(most).toBe(2);
});

test('a busy server is asked again, another refusal is not', async () => {
  vi.useFakeTimers();
  const busy = vi.fn().mockRejectedValueOnce(new ApiError(503, 'unavailable', '')).mockResolvedValue('here');
  const answer = inTurn(never, busy);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await answer).toBe('here');
  const wrong = vi.fn().mockRejectedValue(new ApiError(400, 'invalid', ''));
  await expect(inTurn(never, wrong)).rejects.toThrow(ApiError);
  expect([busy.mock.calls.length, wrong.mock.calls.length]).toEqual([2, 1]);
});

test('who leaves gives up the place in the line', async () => {
  const done: (() => void)[] = [];
  const hold = () => new Promise<void>((go) => { done.push(go); });
  const first = [inTurn(never, hold), inTurn(never, hold)];
  const gone = new AbortController();
  const waiting = inTurn(gone.signal, hold);
  await vi.waitFor(() => expect(done).toHaveLength(2));
  gone.abort();
  await expect(waiting).rejects.toThrow();
  for (const go of done) go();
  await Promise.all(first);
  expect(done).toHaveLength(2);
});
