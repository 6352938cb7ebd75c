// What a message's state means to people, and what can be done about it.
import type { Item, State } from '@/api/outbox';
import type { Meaning, ShapeName } from '@/ui/Shape.vue';

export const shapes: Record<State, [ShapeName, Meaning]> = {
  queued: ['empty', 'left'], sending: ['half', 'human'], sent: ['ok', 'human'], held: ['ring', 'open'], unknown: ['warning', 'open'], failed: ['cross', 'breach'], cancelled: ['dash', 'left'],
};

/** boxes are what the list can be narrowed to: the states the server is asked for. */
export const boxes = { all: '', unknown: 'unknown', held: 'held', going: 'queued,sending', failed: 'failed', sent: 'sent', cancelled: 'cancelled' } as const;
export type Box = keyof typeof boxes;

export type Way = 'resolve' | 'resend' | 'channel' | 'cancel';

/** ways are what can be done to a message as it stands, the first being what is mostly meant. */
export function ways(item: Pick<Item, 'state' | 'reason'>): Way[] {
  if (item.state === 'failed' && item.reason === 'unread') return [];
  switch (item.state) {
    case 'unknown': return ['resolve', 'resend'];
    case 'failed':
    case 'cancelled': return ['resend'];
    case 'held':
    case 'queued': return item.reason === 'part' ? ['cancel'] : ['channel', 'cancel'];
    default: return [];
  }
}

/** why names the words for how a message came to its state, '' where the state says it all. */
export function why(item: Pick<Item, 'state' | 'reason' | 'picked_by'>): string {
  if (item.state === 'sent') return item.reason === 'person' ? 'person_sent' : item.picked_by ? 'picked' : '';
  if (item.reason === 'person' || item.reason === 'part') return `${item.reason}_${item.state}`;
  return item.reason;
}

/** advice names the words for what is to be done, '' where nothing is. */
export function advice(item: Pick<Item, 'state' | 'reason'>): string {
  if (item.state === 'unknown') return 'unknown';
  if (item.state === 'failed') return item.reason === 'refused' || item.reason === 'unread' ? item.reason : 'failed';
  if (item.state === 'held') return ['right', 'part', 'secret', 'told'].includes(item.reason) ? item.reason : 'held';
  return item.state === 'queued' && item.reason !== '' ? 'waits' : '';
}
