import { call, type Schemas } from '@/api/client';
import type { WaitRow } from './waitWords';

export type Said = Schemas['Conversation']['rows'][number];

/**
 * parts divide what was said into before the wait, the wait itself to its end, and after. A wait ends
 * with its answer (the late one where there is one), when it expires or the citizen leaves.
 */
export function parts(rows: Said[], row: Pick<WaitRow, 'msg_key' | 'open_at' | 'waited_s' | 'answered_at' | 'late_answer_at'>) {
  const first = Math.max(0, rows.findIndex((r) => r.msg_key === row.msg_key));
  const end = Date.parse(row.late_answer_at ?? row.answered_at ?? '') || Date.parse(row.open_at) + row.waited_s * 1000;
  const after = rows.findIndex((r, i) => i > first && Date.parse(r.at) > end + 999);
  return { before: rows.slice(0, first), during: rows.slice(first, after < 0 ? undefined : after), after: after < 0 ? [] : rows.slice(after) };
}

/** conversation is what was said before and after the first message of a wait, masked. */
export function conversation(row: Pick<WaitRow, 'citizen' | 'account' | 'msg_key'>, signal: AbortSignal): Promise<Schemas['Conversation']> {
  return call('GET', `/citizens/${encodeURIComponent(row.citizen)}`, { query: { account: row.account, around: row.msg_key }, signal });
}
