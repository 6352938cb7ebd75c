// A year as twelve months of weeks from Monday to Sunday, each day by its kind.
import type { Year } from '@/api/accounts';

export type Ruled = Year['days'][number];
/** work and rest as the week has them; off and makeup where a notice or a person says otherwise. */
export type Kind = 'work' | 'rest' | 'off' | 'makeup';

export interface Day {
  date: string;
  number: number;
  kind: Kind;
  ruled?: Ruled;
}

/** Month is 1 to 12; null fills the weeks at both ends. */
export interface Month { month: number; weeks: (Day | null)[][] }

const pad = (n: number) => String(n).padStart(2, '0');

/** weekday is 0 for Monday to 6 for Sunday. */
export const weekday = (date: string) => (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;

export function works(day: Day): boolean { return day.kind === 'work' || day.kind === 'makeup'; }

export function months(year: Year): Month[] {
  const ruled = new Map(year.days.map((d) => [d.date, d]));
  return Array.from({ length: 12 }, (_, m) => {
    const length = new Date(Date.UTC(year.year, m + 1, 0)).getUTCDate();
    const days = Array.from({ length }, (_unused, i) => dayOf(`${year.year}-${pad(m + 1)}-${pad(i + 1)}`, ruled));
    const cells: (Day | null)[] = [...Array.from({ length: weekday(days[0]!.date) }, () => null), ...days];
    while (cells.length % 7 !== 0) cells.push(null);
    return { month: m + 1, weeks: Array.from({ length: cells.length / 7 }, (_unused, w) => cells.slice(w * 7, w * 7 + 7)) };
  });
}

function dayOf(date: string, ruled: Map<string, Ruled>): Day {
  const rule = ruled.get(date);
  const weekend = weekday(date) > 4;
  const work = rule ? rule.work : !weekend;
  const kind = work ? (weekend ? 'makeup' : 'work') : (rule ? 'off' : 'rest');
  return { date, number: Number(date.slice(8)), kind, ruled: rule };
}
