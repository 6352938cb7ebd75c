// The seven problems, worst first, and how their measures are read.
import type { Schemas } from '@/api/client';
import type { Cell } from '@/ui/csv';
import { duration, number } from '@/ui/format';
import type { Meaning, ShapeName } from '@/ui/Shape.vue';

export type Finding = Schemas['Finding'];
export type Evidence = Finding['evidence'][number];
export type Level = 'veto' | 'red' | 'amber' | 'notice' | 'clear' | 'unchecked';

const levels: Level[] = ['veto', 'red', 'amber', 'notice', 'clear', 'unchecked'];

export function level(f: Finding): Level {
  if (!f.checked) return 'unchecked';
  return f.fired ? f.severity ?? 'notice' : 'clear';
}

export const shapes: Record<Level, { shape: ShapeName; meaning: Meaning }> = {
  veto: { shape: 'cross', meaning: 'breach' },
  red: { shape: 'full', meaning: 'breach' },
  amber: { shape: 'warning', meaning: 'open' },
  notice: { shape: 'ring', meaning: 'open' },
  clear: { shape: 'ok', meaning: 'bot' },
  unchecked: { shape: 'dash', meaning: 'left' },
};

/** ranked are the findings with the worst first; those alike keep the server's order. */
export const ranked = (findings: Finding[]) => [...findings].sort((a, b) => levels.indexOf(level(a)) - levels.indexOf(level(b)));

/** telling is the measure that says it in the list: the first that fired, else the first looked at. */
export const telling = (f: Finding): Evidence | undefined => f.evidence.find((e) => e.fired) ?? f.evidence[0];

type Unit = '%' | 's' | 'times' | 'ratio' | 'count' | 'days' | 'fact';
/** On which side of its bound a measure fires. */
type Side = 'below' | 'above' | 'from';

const measures: Record<string, { unit: Unit; side: Side }> = {
  entropy: { unit: 'ratio', side: 'above' },
  divergence: { unit: 'ratio', side: 'above' },
  read_finish_rate: { unit: '%', side: 'below' },
  tail_reads: { unit: '%', side: 'below' },
  unfollows_after_push: { unit: 'times', side: 'above' },
  one_form: { unit: '%', side: 'from' },
  reply_rate: { unit: '%', side: 'below' },
  median: { unit: 's', side: 'above' },
  two_way: { unit: '%', side: 'below' },
  veto: { unit: 'fact', side: 'above' },
  surges_unanswered: { unit: 'count', side: 'above' },
  unverified: { unit: 'fact', side: 'above' },
  no_filing_number: { unit: 'fact', side: 'above' },
  owner_not_operator: { unit: 'fact', side: 'above' },
  idle_accounts: { unit: 'count', side: 'above' },
  publication_gap: { unit: 'days', side: 'from' },
  old_cases: { unit: 'count', side: 'above' },
  unassigned: { unit: 'count', side: 'above' },
  marked: { unit: '%', side: 'above' },
  unreviewed: { unit: 'count', side: 'above' },
  log_completeness: { unit: '%', side: 'below' },
};

export const known = (e: Evidence) => e.measure in measures;

type Say = (key: string, values?: Record<string, unknown>) => string;

function amount(value: number, unit: Unit, lang: string, t: Say): string {
  switch (unit) {
    case '%': return `${number(value, Number.isInteger(value) ? 0 : 1)} %`;
    case 's': return duration(value, lang);
    case 'times': return t('diagnosis.unit.times', { n: number(Math.round(value * 10) / 10) });
    case 'days': return t('diagnosis.unit.days', { n: number(value) });
    case 'ratio': return number(Math.round(value * 1000) / 1000);
    case 'fact': return t(value > 0 ? 'diagnosis.unit.yes' : 'diagnosis.unit.no');
    case 'count': return number(value);
  }
}

/** now is the value in its unit. A median at the last limit or beyond lies among the unanswered. */
export function now(e: Evidence, lang: string, t: Say): string {
  const m = measures[e.measure];
  if (!m) return number(Math.round(e.value * 1000) / 1000);
  if (e.measure === 'median' && e.value >= 172_800) return t('diagnosis.unit.unanswered');
  return amount(e.value, m.unit, lang, t);
}

/** bound is 低于 80 %, 超过 24 小时, 14 天以上; of facts and of those that fire from the first on it is 有一个就算. */
export function bound(e: Evidence, lang: string, t: Say): string {
  const m = measures[e.measure];
  if (!m) return number(e.threshold);
  if (m.unit === 'fact') return t('diagnosis.bound.fact');
  if (m.unit === 'count' && e.threshold === 0) return t('diagnosis.bound.any');
  return t(`diagnosis.bound.${m.side}`, { bound: amount(e.threshold, m.unit, lang, t) });
}

/** says is a measure in one line: 双向会话率 2.2 %，低于 10 % where it fires, else with its bound. */
export function says(e: Evidence, what: string, lang: string, t: Say): string {
  const m = measures[e.measure];
  if (!m) return lang === 'zh' ? e.text : e.text_en;
  if (m.unit === 'fact' && e.fired) return what;
  if (m.unit === 'fact' || e.threshold === 0) return t('diagnosis.says.plain', { what, now: now(e, lang, t) });
  return e.fired
    ? t('diagnosis.says.fired', { what, now: now(e, lang, t), bound: bound(e, lang, t) })
    : t('diagnosis.says.clear', { what, now: now(e, lang, t), bound: amount(e.threshold, m.unit, lang, t) });
}

/** The server's word for a bound that is the product's own. */
export const ours = '本产品默认';

/** waitsBehind are the filters of the waits that prove a measure, where there are any. */
export function waitsBehind(e: Evidence): Record<string, string> | undefined {
  switch (e.measure) {
    case 'reply_rate': return { human: 'all', breach: '172800' };
    case 'median': return { human: 'true', rt_from: String(e.threshold + 1) };
    case 'marked': return { state: 'marked' };
    case 'two_way': return { part: 'one_way' };
    case 'unassigned': return { part: 'unassigned', from: '', to: '' }; // of this moment, whenever asked
  }
  return undefined;
}

/** since is 10月26日起, or 至少从 8月22日起 where the first day looked at shows it already; empty where it is not known. */
export function since(f: Finding, day: (day: string) => string, t: Say): string {
  return f.since ? t(f.since.at_least ? 'diagnosis.since_at_least' : 'diagnosis.since', { day: day(f.since.first) }) : '';
}

/** fileRows are the measures of all problems as a file: problem, state, since, measure, value, bound, n, whether it fires, what to do. */
export function fileRows(findings: Finding[], measure: (e: Evidence) => string, lang: string, t: Say): Cell[][] {
  return findings.flatMap((f): Cell[][] => {
    const head = [lang === 'zh' ? f.name : f.name_en, t(`diagnosis.level.${level(f)}`), f.since?.first ?? '', f.since?.last ?? ''];
    const what = f.fired ? (lang === 'zh' ? f.countermeasure : f.countermeasure_en) : '';
    if (f.evidence.length === 0) return [[...head, t(`diagnosis.unknown.${f.problem}`), '', '', null, '', '']];
    return f.evidence.map((e) => [...head, measure(e), now(e, lang, t), bound(e, lang, t), e.n, t(e.fired ? 'diagnosis.fired' : 'diagnosis.not_fired'), what]);
  });
}

/** rowsBehind are what proves a measure by names that people know; keys of messages are none. */
export const rowsBehind = (e: Evidence): string[] => (e.measure === 'unassigned' || e.measure === 'unreviewed' ? [] : e.rows ?? []);
