import type { Conversation, Row } from '@/api/desk';
import { composes } from '@/ui/keys';
import { bytes, messageBytes } from '@/ui/text';

/** limits are those a waiting citizen passes, in seconds. */
export const limits = [180, 7_200, 86_400, 172_800];

export interface Due { limit: number; left: number; shape: 'empty' | 'quarter' | 'half' | 'full'; red: boolean }

const shapes = ['empty', 'quarter', 'half', 'full'] as const;

/** due is the next limit of an owed reply, none when nothing is owed or all are passed. */
export function due(c: Pick<Conversation, 'owed_at'>, now: number): Due | undefined {
  if (!c.owed_at) return undefined;
  const age = (now - Date.parse(c.owed_at)) / 1000;
  const at = limits.findIndex((l) => l > age);
  if (at < 0) return { limit: limits[3]!, left: 0, shape: 'full', red: true };
  const left = limits[at]! - age;
  // Red is for what falls due within two hours and can not be made good afterwards.
  return { limit: limits[at]!, left, shape: shapes[at]!, red: at === 3 && left < 7_200 };
}

export interface Group { state: Conversation['state']; rows: Row[] }

/** groups are the rows under their heads: what I owe, what waits, what I answered; then the rest. */
export function groups(rows: Row[]): Group[] {
  const order: Conversation['state'][] = ['assigned', 'queued', 'answered', 'closed', 'expired'];
  return order.map((state) => ({ state, rows: rows.filter((r) => r.state === state) })).filter((g) => g.rows.length > 0);
}

/** mostMessages is how many messages one text may take. */
export const mostMessages = 5;

/** messages is how many messages a text takes at least. */
export const messages = (text: string) => Math.max(1, Math.ceil(bytes(text.trim()) / messageBytes));

/** originals are the texts sent from here by their key: the server shows them with numbers masked. */
export const originals = new Map<string, string>();

/** calls are the rows that want somebody now: what I owe, what nobody took, what I am asked to take; a row that is nudged anew calls anew. */
export const calls = (rows: Row[], me: string) => rows
  .filter((r) => r.state === 'queued' || (r.state === 'assigned' && r.assignee === me))
  .map((r) => [r.id, r.owed_at, r.nudge, r.offered_to === me ? r.offered_at : ''].join());

/** isNew tells whether a list calls that did before, and something calls in it now that did not. */
export const isNew = (now: string[] | undefined, before: string[] | undefined) => !!before && !!now?.some((c) => !before.includes(c));

/** acceptWithin is how many seconds somebody has to take what is offered. */
const acceptWithin = 60;
/** toAccept is how many seconds are left to take what is offered to somebody, undefined where it is not. */
export function toAccept(r: Pick<Row, 'offered_to' | 'offered_at'>, me: string, now: number): number | undefined {
  if (!me || r.offered_to !== me || !r.offered_at) return undefined;
  return Math.max(0, Math.ceil(acceptWithin - (now - Date.parse(r.offered_at)) / 1000));
}

/** marked is a text in parts, every second of which is what was searched for. */
export function marked(text: string, wanted: string): string[] {
  const [low, part] = [text.toLowerCase(), wanted.trim().toLowerCase()];
  if (!part || low.length !== text.length) return [text];
  const parts: string[] = [];
  let from = 0;
  for (let at = low.indexOf(part); at >= 0; at = low.indexOf(part, from)) {
    parts.push(text.slice(from, at), text.slice(at, at + part.length));
    from = at + part.length;
  }
  return [...parts, text.slice(from)];
}

/** hides: a text of which something is masked, or a place, which is kept roughly. */
export const hides = (r: { kind: string; content: string }) => r.content.includes('****') || r.kind === 'location';

type Key = Pick<KeyboardEvent, 'key' | 'keyCode' | 'isComposing' | 'ctrlKey' | 'metaKey' | 'shiftKey'>;
const enter = (e: Key) => e.key === 'Enter' && !composes(e) && !e.shiftKey;
const control = (e: Key) => e.ctrlKey || e.metaKey;

/** isSend: Ctrl+Enter, or where somebody has chosen so, Enter alone. An input method's Enter is its own. */
export const isSend = (e: Key, swapped: boolean) => enter(e) && control(e) !== swapped;
/** isNewLine is the other one of the two where the browser would not make a line of it. */
export const isNewLine = (e: Key, swapped: boolean) => swapped && enter(e) && control(e);
