// What a row of the table says in words and shapes.
import type { RuleRow } from '@/api/rules';
import type { Meaning, ShapeName } from '@/ui/Shape.vue';

/** Columns besides the name, in their order; those the reader has not chosen otherwise. */
export const columnKeys = ['answer', 'topic', 'hits', 'last_hit', 'state', 'valid_until', 'author', 'priority', 'updated'] as const;
export type ColumnKey = (typeof columnKeys)[number];
export const usualColumns: ColumnKey[] = ['answer', 'hits', 'last_hit', 'state', 'valid_until', 'author'];

/** chosenColumns are the kept ones, if anything that makes sense was kept. */
export function chosenColumns(kept: unknown): ColumnKey[] {
  if (!Array.isArray(kept)) return usualColumns;
  return columnKeys.filter((key) => kept.includes(key));
}

export type StateWord = 'draft' | 'changed' | 'review' | 'approved' | 'published' | 'archived';

/** stateOf: a draft of a rule that answers already is a change of it, and asks for its review anew. */
export function stateOf(row: { state?: string; live_version?: string }): StateWord {
  if (row.state === 'draft') return row.live_version && row.live_version !== '0' ? 'changed' : 'draft';
  return row.state === 'review' || row.state === 'approved' || row.state === 'archived' ? row.state : 'published';
}

/** undoSeconds is how long many rules published or archived at once can be taken back by one button. */
export const undoSeconds = 60;

/** versionBefore is the set of published rules before a version: each change of it is one more. */
export const versionBefore = (version: string) => String(BigInt(version) - 1n);

/** touches tells whether a step changes what answers: a draft that is archived answered nobody. */
export const touches = (step: string, rules: { live_version?: string }[]) => step === 'publish' || (step === 'archive' && rules.some((r) => r.live_version && r.live_version !== '0'));

/** undoable tells whether the set before a step is all there was: a draft that was archived does not come back with it. */
export const undoable = (step: string, rules: { state?: string; live_version?: string }[]) => touches(step, rules) && (step !== 'archive' || rules.every((r) => stateOf(r) === 'published'));

export const stateShapes: Record<StateWord, [ShapeName, Meaning]> = {
  draft: ['empty', 'text'], changed: ['half', 'open'], review: ['ring', 'open'], approved: ['ring', 'human'], published: ['ok', 'bot'], archived: ['dash', 'left'],
};

/** width of a text in halves of a Chinese character. */
const width = (text: string) => [...text].reduce((sum, c) => sum + (c < '\u0300' ? 1 : 2), 0);

/** someKeywords are as many as fit, and how many there are besides. */
export function someKeywords(row: Pick<RuleRow, 'keywords' | 'keywords_n'>, room: number): { shown: string[]; all: boolean } {
  const shown: string[] = [];
  let left = room;
  for (const word of row.keywords) {
    left -= width(word) + 2;
    if (left < 0) break;
    shown.push(word);
  }
  return { shown, all: shown.length === row.keywords_n };
}

const day = 86_400_000;

/** daysLeft until the end of a day, which still counts; undefined: no end, or far off. */
export function daysLeft(until: string, now = new Date()): number | undefined {
  if (!until) return undefined;
  const left = Math.ceil((new Date(`${until}T23:59:59+08:00`).getTime() - now.getTime()) / day);
  return left <= 30 ? left : undefined;
}
