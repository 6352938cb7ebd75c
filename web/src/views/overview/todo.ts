// What needs a hand, worked out from what is known of each account. Worst first.
import type { Schemas } from '@/api/client';
import type { Meaning, ShapeName } from '@/ui/Shape.vue';

export interface Row {
  id: string;
  name: string;
  open?: number;
  oldest?: number | null;
  atRisk?: number;
  inbound?: number;
  report?: Schemas['Account'];
}

export interface Todo {
  key: string;
  shape: ShapeName;
  meaning: Meaning;
  /** Words of overview.todo.<text>. */
  text: string;
  words: Record<string, string | number>;
  /** The page that helps, and its query. */
  to?: { name: string; query: Record<string, string> };
}

const day = 86_400;

export function todos(rows: Row[]): Todo[] {
  return rows.flatMap((row) => [...urgent(row), ...judged(row)]).sort((a, b) => weight(b) - weight(a));
}

function urgent(row: Row): Todo[] {
  const found: Todo[] = [];
  const words = { name: row.name };
  const to = { name: 'waits', query: { account: row.id, state: 'open' } };
  if ((row.oldest ?? 0) >= 2 * day) found.push({ key: `${row.id} late`, shape: 'cross', meaning: 'breach', text: 'late', words: { ...words, days: Math.floor((row.oldest ?? 0) / day) }, to });
  else if ((row.oldest ?? 0) >= day) found.push({ key: `${row.id} day`, shape: 'half', meaning: 'open', text: 'day', words: { ...words, n: row.open ?? 0 }, to });
  if ((row.atRisk ?? 0) > 0) found.push({ key: `${row.id} risk`, shape: 'full', meaning: 'breach', text: 'at_risk', words: { ...words, n: row.atRisk ?? 0 }, to });
  const unassigned = row.report?.live.unassigned ?? 0;
  if (unassigned > 0) found.push({ key: `${row.id} unassigned`, shape: 'empty', meaning: 'open', text: 'unassigned', words: { ...words, n: unassigned }, to });
  return found;
}

function judged(row: Row): Todo[] {
  if (!row.report) return [];
  const query = { account: row.id };
  const vetoes = row.report.composite.vetoes.map((v): Todo => ({
    key: `${row.id} ${v.id}`, shape: 'cross', meaning: 'breach', text: 'veto', words: { name: row.name, reason: v.reason }, to: { name: 'diagnosis', query },
  }));
  const ratio = row.report.log.ratio;
  const log: Todo[] = ratio !== null && ratio < 99
    ? [{ key: `${row.id} log`, shape: 'warning', meaning: 'open', text: 'log', words: { name: row.name, ratio: ratio.toFixed(1) }, to: { name: 'diagnosis', query } }]
    : [];
  return [...vetoes, ...log];
}

const weight = (t: Todo) => (t.meaning === 'breach' ? 2 : 0) + (t.shape === 'full' ? 2 : 0);
