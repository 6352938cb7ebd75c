import { describe, expect, it } from 'vitest';
import type { Item } from '@/api/outbox';
import zh from '@/locales/outbox.zh';
import { advice, ways, why } from './outbox';

const item = (state: Item['state'], reason = '', more: Partial<Item> = {}) => ({ state, reason, kind: 'text', picked_by: '', ...more });

describe('ways', () => {
  it.each([
    [item('unknown', 'timeout'), ['resolve', 'resend']],
    [item('failed', 'refused'), ['resend']],
    [item('failed', 'unread'), []],
    [item('held', 'window'), ['channel', 'cancel']],
    [item('held', 'pickup'), ['channel', 'cancel']],
    [item('held', 'part'), ['cancel']],
    [item('queued'), ['channel', 'cancel']],
    [item('queued', 'part'), ['cancel']],
    [item('sent'), []],
    [item('sending'), []],
  ])('%o', (i, expected) => { expect(ways(i)).toEqual(expected); });
});

describe('words', () => {
  const reasons = ['window', 'count', 'right', 'pickup', 'part', 'quota', 'offline', 'refused', 'timeout', 'lost', 'person', 'unfollow', 'stranger', 'uncertain', 'secret', 'unread', 'consent', 'told'];
  // Only these come with the two reasons that mean different things in different states.
  const possible = (state: string, reason: string) => (reason === 'person' ? ['sent', 'failed', 'cancelled'] : reason === 'part' ? ['held', 'cancelled'] : ['queued', 'held', 'failed', 'unknown', 'cancelled']).includes(state);
  it('are there for every state and reason', () => {
    for (const state of ['queued', 'sending', 'sent', 'failed', 'held', 'unknown', 'cancelled'] as const) {
      for (const reason of reasons.filter((r) => possible(state, r))) {
        const [w, a] = [why(item(state, reason)), advice(item(state, reason))];
        if (w) expect(zh.outbox.why, `${state} ${reason}`).toHaveProperty(w);
        if (a) expect(zh.outbox.advice, `${state} ${reason}`).toHaveProperty(a);
      }
    }
    expect(why(item('sent', '', { picked_by: 'k' }))).toBe('picked');
  });
});
