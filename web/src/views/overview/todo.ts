// What needs a hand, worked out from what is known of each account. Worst first.
import type { Schemas } from '@/api/client';
import type { Meaning, ShapeName } from '@/ui/Shape.vue';

export type Line = Schemas['HealthLine'];
export type Alarm = Schemas['OpenAlarm'];

/** Row is an account as the overview shows it: health, and figures that events bring up to date. */
export interface Row {
  id: string;
  name: string;
  kind: 'subscription' | 'service';
  open: number;
  oldest: number | null;
  atRisk: number;
  inbound: number;
  overview: Schemas['Overview']['accounts'][number];
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

export function todos(rows: Row[], alarms: Alarm[] = []): Todo[] {
  return [...alarms.map((alarm) => told(alarm, rows)), ...rows.flatMap((row) => [...urgent(row), ...ill(row), ...judged(row)])].sort((a, b) => weight(b) - weight(a));
}

// An alarm that stands, of an account or of the whole service.
function told(alarm: Alarm, rows: Row[]): Todo {
  const name = rows.find((row) => row.id === alarm.account)?.name ?? alarm.account;
  return {
    key: `alarm ${alarm.account} ${alarm.condition}`, shape: 'warning', meaning: 'open', text: alarm.account ? 'alarm' : 'alarm_service', words: { name, what: alarm.condition, reason: alarm.text.replaceAll('\n', '') },
    to: alarm.condition === 'at_risk' ? { name: 'waits', query: { account: alarm.account, state: 'open' } } : undefined,
  };
}

function urgent(row: Row): Todo[] {
  const found: Todo[] = [];
  const words = { name: row.name };
  const to = { name: 'waits', query: { account: row.id, state: 'open' } };
  const oldest = row.oldest ?? 0;
  if (oldest >= 2 * day) found.push({ key: `${row.id} late`, shape: 'cross', meaning: 'breach', text: 'late', words: { ...words, days: Math.floor(oldest / day) }, to });
  else if (oldest >= day) found.push({ key: `${row.id} day`, shape: 'half', meaning: 'open', text: 'day', words: { ...words, n: row.open }, to });
  if (row.atRisk > 0) found.push({ key: `${row.id} risk`, shape: 'full', meaning: 'breach', text: 'at_risk', words: { ...words, n: row.atRisk }, to });
  const unassigned = row.report?.live.unassigned ?? 0;
  if (unassigned > 0) found.push({ key: `${row.id} unassigned`, shape: 'empty', meaning: 'open', text: 'unassigned', words: { ...words, n: unassigned }, to });
  return found;
}

// What the program says of an account that is not as it should be.
function ill(row: Row): Todo[] {
  return (['callback', 'token', 'rules'] as const).filter((what) => ['fail', 'notice'].includes(row.overview[what].state)).map((what): Todo => {
    const line = row.overview[what];
    const fails = line.state === 'fail';
    return { key: `${row.id} ${what}`, shape: fails ? 'cross' : 'warning', meaning: fails ? 'breach' : 'open', text: what === 'callback' && fails ? 'refused' : what, words: { name: row.name, reason: line.text } };
  });
}

function judged(row: Row): Todo[] {
  if (!row.report) return [];
  const to = { name: 'diagnosis', query: { account: row.id } };
  const vetoes = row.report.composite.vetoes.map((v): Todo => ({ key: `${row.id} ${v.id}`, shape: 'cross', meaning: 'breach', text: 'veto', words: { name: row.name, reason: v.reason }, to }));
  const ratio = row.report.log.ratio;
  if (ratio === null || ratio >= 99) return vetoes;
  return [...vetoes, { key: `${row.id} log`, shape: 'warning', meaning: 'open', text: 'log', words: { name: row.name, ratio: ratio.toFixed(1) }, to }];
}

const weight = (t: Todo) => (t.meaning === 'breach' ? 2 : 0) + (t.shape === 'full' ? 2 : 0);
