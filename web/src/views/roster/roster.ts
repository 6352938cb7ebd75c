// Duties as a week shows them: who is there when, when nobody is, and how one day is changed.
import type { Day, Duty, Roster } from '@/api/rosters';
import type { Cell } from '@/ui/csv';
import { split } from '@/ui/text';

export interface Span { from: number; to: number }

const minutes = (clock: string) => {
  const m = /^(\d{1,2}):(\d{2})$/.exec(clock.trim());
  const at = m ? Number(m[1]) * 60 + Number(m[2]) : Number.NaN;
  return at <= 1440 && Number(m?.[2]) < 60 ? at : Number.NaN;
};
const signs: Record<string, string> = { '：': ':', '，': ',', '、': ',', '；': ',', '－': '-', '—': '-', '–': '-', '~': '-', '～': '-', 至: '-', 到: '-' };

/** tidy writes hours as the server takes them, 9：00－12：00 as 09:00-12:00; undefined when they are none. */
export function tidy(text: string): string | undefined {
  const plain = [...text.trim()].map((c) => signs[c] ?? c).join('');
  const parts = plain.split(',').map((p) => p.trim()).filter(Boolean);
  const spans = parts.map((p) => p.split('-').map(minutes));
  if (spans.some((s) => s.length !== 2 || s.some(Number.isNaN) || s[0] === s[1])) return undefined;
  return spans.map(([from, to]) => `${clock(from!)}-${clock(to!)}`).join(',');
}
export const clock = (at: number) => `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`;

/** spans are the minutes of the day; those over midnight end beyond 1440. */
export const spans = (hours: string): Span[] => hours.split(',').filter(Boolean).map((p) => {
  const [from, to] = p.split('-').map(minutes) as [number, number];
  return { from, to: to <= from ? to + 1440 : to };
});

export const weekdayOf = (date: string) => String(((new Date(`${date}T12:00:00Z`).getUTCDay() + 6) % 7) + 1);
export const plus = (date: string, days: number) => new Date(Date.parse(`${date}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
export const monday = (date: string) => plus(date, 1 - Number(weekdayOf(date)));

export const plain = (r: Roster): Duty[] => r.duties.map((d) => ({ operator: d.operator, from: d.from ?? '', to: d.to ?? '', weekdays: d.weekdays ?? '', hours: d.hours, topics: d.topics ?? [] }));

type Of = Pick<Day, 'date' | 'workday'>;
export const holds = (d: Duty, day: Of) => (!d.from || d.from <= day.date) && (!d.to || day.date <= d.to) && (d.weekdays === '' ? day.workday : d.weekdays.includes(weekdayOf(day.date)));
const on = (duties: Duty[], operator: string, day: Of) => duties.filter((d) => d.operator === operator && holds(d, day));

/** without leaves out the days from one to another (''; for ever) of what a duty covers on these weekdays ('' = all). */
function without(d: Duty, from: string, to: string, weekdays: string): Duty[] {
  if ((d.to && d.to < from) || (to && d.from && d.from > to)) return [d];
  const out: Duty[] = [];
  if (!d.from || d.from < from) out.push({ ...d, to: plus(from, -1) });
  const left = weekdays === '' ? '' : [...d.weekdays].filter((w) => !weekdays.includes(w)).join('');
  const middle = { ...d, from: d.from > from ? d.from : from, to: to && (!d.to || d.to > to) ? to : d.to, weekdays: left };
  if (left !== '') out.push(middle);
  if (to && (!d.to || d.to > to)) out.push({ ...d, from: plus(to, 1) });
  return out;
}

export type Extent = 'day' | 'workdays' | 'weekly';

/** Part is hours ('' = none) for some topics ([] = all). */
export interface Part { hours: string; topics: string[] }

/** merged are parts with the hours for the same topics in one. */
function merged(parts: Part[]): Part[] {
  const groups = new Map<string, Part>();
  for (const { hours, topics } of parts) {
    const key = [...topics].sort().join('\n');
    const all = new Set([groups.get(key)?.hours ?? '', hours].join(',').split(',').filter(Boolean));
    if (all.size > 0) groups.set(key, { hours: [...all].sort().join(','), topics: groups.get(key)?.topics ?? topics });
  }
  return [...groups.values()].sort((a, b) => a.hours.localeCompare(b.hours));
}
/** partsOn is what somebody does on a day. */
export const partsOn = (duties: Duty[], operator: string, day: Of) => merged(on(duties, operator, day));

/** change puts what somebody does on a day (none: not on duty), of it alone, of all workdays from it on, or of its weekday. */
export function change(duties: Duty[], operator: string, day: Of, parts: Part[], extent: Extent = 'day'): Duty[] {
  const weekday = weekdayOf(day.date);
  const single = (d: Duty) => d.from !== '' && d.from === d.to;
  const rest = duties.flatMap((d) => {
    if (d.operator !== operator) return [d];
    if (extent === 'day') return holds(d, day) ? without(d, day.date, day.date, '') : [d];
    if (single(d)) return d.from === day.date ? [] : [d];
    if (extent === 'workdays') return without(d, day.date, '', d.weekdays === '' ? '' : '12345');
    return d.weekdays === '' ? [d] : without(d, day.date, '', weekday);
  });
  const days = { from: day.date, to: extent === 'day' ? day.date : '', weekdays: extent === 'workdays' ? '' : weekday };
  return [...rest, ...merged(parts).map((part) => ({ operator, ...part, ...days }))];
}

/** shifted moves what somebody does on a day to another day or person, beside what is there. */
export function shifted(duties: Duty[], operator: string, day: Of, to: string, toDay: Of): Duty[] {
  const parts = [...partsOn(duties, to, toDay), ...partsOn(duties, operator, day)];
  return change(change(duties, operator, day, []), to, toDay, parts);
}

/** copied is the week as the one before it was. */
export function copied(duties: Duty[], people: string[], days: Day[], before: Day[]): Duty[] {
  let now = duties;
  for (const [i, day] of days.entries()) {
    for (const who of people) {
      const was = partsOn(duties, who, before[i]!);
      if (JSON.stringify(was) !== JSON.stringify(partsOn(now, who, day))) now = change(now, who, day, was);
    }
  }
  return now;
}

const quarter = 15;
const perDay = 1440 / quarter;

/** cover tells for each quarter of an hour of the days whether somebody is there; without duties everybody is in office hours. */
function cover(days: Day[], duties: Duty[]): boolean[] {
  const out = Array.from({ length: days.length * perDay }, () => false);
  days.forEach((day, i) => {
    const hours = duties.length === 0 ? [day.hours] : duties.filter((d) => holds(d, day)).map((d) => d.hours);
    for (const s of hours.flatMap(spans)) for (let q = Math.floor(s.from / quarter); q < Math.ceil(s.to / quarter); q++) out[i * perDay + q] = true;
  });
  return out.slice(0, days.length * perDay);
}

function joined(flags: boolean[]): Span[] {
  const out: Span[] = [];
  flags.forEach((on, q) => {
    const last = out.at(-1);
    if (!on) return;
    if (last?.to === q * quarter) last.to += quarter;
    else out.push({ from: q * quarter, to: (q + 1) * quarter });
  });
  return out;
}

export interface Coverage { date: string; there: Span[]; nobody: Span[]; unreachable: Span[] }

/** coverage is how each day of a week stands: when somebody is there, when by day nobody is, and when what is written finds its window closed (48 h) before anybody is. */
export function coverage(days: Day[], duties: Duty[], window = 48 * 60): Coverage[] {
  const there = cover(days, duties);
  const usual = days.map((d) => spans(d.hours)).filter((s) => s.length > 0);
  const open = { from: Math.min(...usual.map((s) => s[0]!.from)), to: Math.max(...usual.map((s) => s.at(-1)!.to)) };
  const next: number[] = [];
  for (let q = there.length - 1, at = Number.POSITIVE_INFINITY; q >= 0; q--) {
    if (there[q]) at = q;
    next[q] = at;
  }
  return days.slice(0, 7).map((day, i) => {
    const own = (f: (q: number) => boolean) => joined(Array.from({ length: perDay }, (_, q) => f(q)));
    const wanted = day.hours ? spans(day.hours) : usual.length > 0 ? [open] : [];
    return {
      date: day.date,
      there: own((q) => there[i * perDay + q]!),
      nobody: own((q) => !there[i * perDay + q] && wanted.some((s) => s.from <= q * quarter && q * quarter < s.to)),
      unreachable: own((q) => (next[i * perDay + q]! - (i * perDay + q)) * quarter > window),
    };
  });
}

const columns: (keyof Duty)[] = ['operator', 'from', 'to', 'weekdays', 'hours', 'topics'];
const titles: Record<string, keyof Duty> = {
  operator: 'operator', 坐席: 'operator', 登录名: 'operator', 人员: 'operator', from: 'from', 从: 'from', 开始日期: 'from', 起始日期: 'from', to: 'to', 到: 'to', 结束日期: 'to', 截止日期: 'to',
  weekdays: 'weekdays', 星期: 'weekdays', hours: 'hours', 时段: 'hours', 时间: 'hours', topics: 'topics', 主题: 'topics',
};
export const fileColumns = ['坐席', '从', '到', '星期', '时段', '主题'];
export const fileRows = (duties: Duty[]): Cell[][] => duties.map((d) => columns.map((c) => (c === 'topics' ? d.topics.join('、') : d[c] as string)));

/** fromFile reads the file that `roster import` takes; line is where it can not be read. */
export function fromFile(text: string): { duties: Duty[]; line?: number } {
  const rows = text.replace(/^\uFEFF/, '').split(/\r?\n/).map((line, i) => ({ line: i + 1, cells: cells(line) })).filter((r) => r.cells.some((c) => c !== ''));
  const head = rows.shift()?.cells.map((c) => titles[c.toLowerCase()]) ?? [];
  if (!head.includes('operator') || !head.includes('hours')) return { duties: [], line: 1 };
  const duties: Duty[] = [];
  for (const { line, cells: found } of rows) {
    const d: Duty = { operator: '', from: '', to: '', weekdays: '', hours: '', topics: [] };
    head.forEach((key, i) => {
      const value = found[i] ?? '';
      if (key === 'topics') d.topics = split(value);
      else if (key) d[key] = value;
    });
    const hours = tidy(d.hours);
    const days = [d.from, d.to].every((x) => x === '' || /^\d{4}-\d{2}-\d{2}$/.test(x));
    if (!d.operator || !hours || !days || /[^1-7]/.test(d.weekdays)) return { duties, line };
    duties.push({ ...d, hours });
  }
  return { duties };
}

function cells(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((m) => (m[1]?.replaceAll('""', '"') ?? m[2] ?? '').trim());
}
