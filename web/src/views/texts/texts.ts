// How far a text has come, and what somebody typed that is not on the server yet.
import type { Text } from '@/api/texts';
import type { Meaning, ShapeName } from '@/ui/Shape.vue';

export type Standing = 'none' | 'built_in' | 'set' | 'draft' | 'review' | 'returned';

export const shapes: Record<Standing, [ShapeName, Meaning]> = {
  none: ['dash', 'text'], built_in: ['ring', 'text'], set: ['ok', 'bot'], draft: ['quarter', 'open'], review: ['half', 'open'], returned: ['warning', 'open'],
};

export function standingOf(of: Text): Standing {
  if (of.held_by === 'rule') {
    if (of.rules.some((r) => r.state === 'review' || r.state === 'approved')) return 'review';
    if (of.rules.some((r) => r.live)) return 'set';
    return of.rules.length > 0 ? 'draft' : 'none';
  }
  if (of.draft?.state === 'review') return 'review';
  if (of.draft) return of.draft.reason ? 'returned' : 'draft';
  if (of.set) return 'set';
  return of.default || of.built_in.length > 0 ? 'built_in' : 'none';
}

export interface Said { text: string; words: string[] }
/** Typed is what was changed, and which state of the text it was changed from. */
export interface Typed extends Said { base: string }

export const baseOf = (of: Text) => `${of.version} ${of.draft?.edition ?? ''}`;

/** startOf is what a form begins with: the draft, else what holds. An empty draft means what is built in. */
export const startOf = (of: Text): Said => (of.draft ? { text: of.draft.text || of.default, words: of.draft.words } : { text: of.text, words: of.words });

/** bodyOf is what the server keeps: "" for what is built in already. */
export function bodyOf(of: Text, said: Said): { text: string } | { words: string[] } {
  if (of.held_by === 'words') return { words: said.words };
  const text = said.text.trim();
  return { text: text === of.default.trim() ? '' : text };
}

/** differs tells whether what was typed would change anything. The order of words does not count. */
export function differs(of: Text, said: Said): boolean {
  const start = startOf(of);
  if (of.held_by !== 'words') return JSON.stringify(bodyOf(of, said)) !== JSON.stringify(bodyOf(of, start));
  return without(said.words, start.words).length > 0 || without(start.words, said.words).length > 0;
}

/** leftTyped is what is typed and not on the server once it has what was sent: what was typed meanwhile goes on from it. */
export const leftTyped = (typed: Typed | undefined, sent: Typed | undefined, now: Text): Typed | undefined => (typed === sent || !typed ? undefined : { ...typed, base: baseOf(now) });

export const without = (words: string[], others: string[]) => words.filter((word) => !others.includes(word));

/** wrongWords are the words that the server refused, by its faults of the list that was sent. */
export function wrongWords(fields: Record<string, string>, sent: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).flatMap(([field, message]) => {
    const word = sent[Number(/^words\[(\d+)\]$/.exec(field)?.[1] ?? NaN)];
    return word === undefined ? [] : [[word, message]];
  }));
}
