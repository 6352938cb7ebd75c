// A wait in words: its state as shape and sentence, its filters as chips, its first sentence cut.
import type { Schemas } from '@/api/client';
import type { Meaning, ShapeName } from '@/ui/Shape.vue';
import { waitDefaults, type WaitFilter, type WaitFilters } from './drill';

export type WaitRow = Schemas['WaitRow'];

export const stateOf = (row: Pick<WaitRow, 'state' | 'pending'>) => (row.state === 'open' ? (row.pending ? 'pending' : 'waiting') : row.state);

const shapes: Record<ReturnType<typeof stateOf>, [ShapeName, Meaning]> = {
  human: ['dot', 'human'], bot: ['dot', 'bot'], expired: ['cross', 'breach'], left: ['ring', 'left'], waiting: ['half', 'open'], pending: ['ring', 'bot'],
};
export const shapeOf = (row: Pick<WaitRow, 'state' | 'pending'>) => shapes[stateOf(row)];

/** Filters that stand together: one chip takes all of them away. */
const together: WaitFilter[][] = [['channel'], ['from', 'to'], ['state'], ['part'], ['human'], ['breach'], ['rt_from', 'rt_to'], ['age_from', 'age_to'], ['weekday'], ['hour'], ['topic'], ['staff']];

export interface Chip { keys: WaitFilter[]; key: WaitFilter; fixed: boolean }

/** chips are the conditions in force. The channel is always one and cannot be taken away. */
export function chips(filters: WaitFilters): Chip[] {
  return together
    .filter((keys) => keys[0] === 'channel' || keys.some((key) => filters[key] !== waitDefaults[key]))
    .map((keys) => ({ keys, key: keys[0]!, fixed: keys[0] === 'channel' }));
}
