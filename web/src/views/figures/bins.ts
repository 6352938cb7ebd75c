// The distribution of response times as columns: edges, shares that add up, words of the axis.
import type { Schemas } from '@/api/client';

export type RT = NonNullable<Schemas['Distribution']['rt']>;

export interface Column { index: number; from_s: number; to_s: number | null; n: number; unanswered: boolean; label: string; cumulative: number }

/** columns are the answered ones in order, 未答 always last. cumulative is the share up to and with it. */
export function columns(rt: RT, words: { unanswered: string; longer: string }, lang: string): Column[] {
  let seen = 0;
  const share = (n: number) => { seen += n; return rt.n === 0 ? 0 : 100 * seen / rt.n; };
  // The column without an end is there for answers later than the last limit; mostly it is empty.
  const answered = rt.bins.filter((b) => b.to_s !== null || b.n > 0);
  const list = answered.map((b, index) => ({
    index, from_s: b.from_s, to_s: b.to_s, n: b.n, unanswered: false, cumulative: share(b.n),
    label: b.to_s === null ? words.longer : short(b.to_s, lang),
  }));
  return [...list, { index: list.length, from_s: 0, to_s: null, n: rt.unanswered, unanswered: true, label: words.unanswered, cumulative: share(rt.unanswered) }];
}

/** short is a limit as people say it: 48 小时, not 2 天. */
export function short(seconds: number, lang: string): string {
  const words = lang === 'en' ? { s: 's', m: 'min', h: 'h' } : { s: '秒', m: '分', h: '小时' };
  if (seconds < 60) return `${seconds} ${words.s}`;
  if (seconds < 3600) return `${seconds / 60} ${words.m}`;
  return `${seconds / 3600} ${words.h}`;
}

/** limitName is a limit in a table: 3 分钟, 48 小时. */
export const limitName = (seconds: number, lang: string) => (lang === 'zh' && seconds < 3600 && seconds >= 60 && seconds % 60 === 0 ? `${seconds / 60} 分钟` : short(seconds, lang));

/** edge is where a limit stands between columns, undefined when it falls inside one. */
export function edge(list: Column[], limit: number): number | undefined {
  const at = list.findIndex((c) => c.to_s === limit);
  return at < 0 ? undefined : at + 1;
}
