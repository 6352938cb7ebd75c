// What was taken out of a text and what was put in. Chinese has no spaces between words: pieces end
// at punctuation, so that a reader sees clauses and not confetti of characters.
import type { FieldDiff } from '@/api/rules';

export interface Piece { text: string; changed: boolean }
export interface TextDiff { before: Piece[]; after: Piece[] }

const pieces = (text: string) => text.match(/[^。；，、！？,;!?\n]*(?:[。；，、！？,;!?\n]|$)/g)?.filter((p) => p !== '') ?? [];
/** The last of a list is the same whether or not a comma follows it. */
const core = (piece: string) => piece.replace(/[、，,\n]$/, '');
/** Beyond so many comparisons the whole middle counts as exchanged. */
const most = 4_000_000;

/** textDiff has both texts whole, in pieces; changed are those that the other has not. */
export function textDiff(before: string, after: string): TextDiff {
  const [a, b] = [pieces(before), pieces(after)];
  const [x, y] = [a.map(core), b.map(core)];
  let head = 0;
  while (head < a.length && head < b.length && x[head] === y[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && x[a.length - 1 - tail] === y[b.length - 1 - tail]) tail++;
  const kept = common(x.slice(head, a.length - tail), y.slice(head, b.length - tail));
  const side = (list: string[], keeps: Set<number>) => joined(list.map((text, i) => ({ text, changed: i >= head && i < list.length - tail && !keeps.has(i - head) })));
  return { before: side(a, kept.before), after: side(b, kept.after) };
}

/** common are the places of the longest sequence that both have. */
function common(a: string[], b: string[]): { before: Set<number>; after: Set<number> } {
  const kept = { before: new Set<number>(), after: new Set<number>() };
  if (a.length * b.length > most) return kept;
  const longest = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) longest[i]![j] = a[i] === b[j] ? longest[i + 1]![j + 1]! + 1 : Math.max(longest[i + 1]![j]!, longest[i]![j + 1]!);
  }
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) { kept.before.add(i++); kept.after.add(j++); } else if (longest[i + 1]![j]! >= longest[i]![j + 1]!) i++;
    else j++;
  }
  return kept;
}

function joined(list: Piece[]): Piece[] {
  const out: Piece[] = [];
  for (const piece of list) {
    const last = out.at(-1);
    if (last?.changed === piece.changed) last.text += piece.text;
    else out.push({ ...piece });
  }
  return out;
}

/** Lists come from the server as cells of a table, their items apart by |. */
const lists: Record<string, string> = { keywords: '、', exclude: '、', keys: '、', groups: '、', examples: '\n', counter_examples: '\n' };

/** readable is what the server compared, lists written as people write them. */
export function readable(fields: FieldDiff[]): FieldDiff[] {
  return fields.map((f) => {
    const by = lists[f.field];
    if (by === undefined) return f;
    const written = (cell: string) => cell.replace(/(?<!\\)\|/g, by).replaceAll('\\|', '|');
    return { ...f, before: written(f.before), after: written(f.after) };
  });
}
