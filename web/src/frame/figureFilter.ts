// What a page of figures is about, as it stands in the address. Pure: useFigureFilter ties it to the page.
import { exact, isoDay } from '@/ui/format';
import type { Schemas } from '@/api/client';

/** SpanWindow is a span in days, with those it compares with. */
export type SpanWindow = Schemas['SpanWindow'];
export type Channel = Schemas['Channel'];
export type Versus = 'previous' | 'year' | 'none';

export const channels: Channel[] = ['chat', 'comment', 'form'];
/** Those of the server, as they are offered. */
export const spans = ['today', 'yesterday', '7d', '30d', '90d', 'quarter'] as const;
export type Span = (typeof spans)[number];

/** defaults are the last 30 decided days of conversations, held against the 30 before. */
export const defaults = { channel: 'chat', span: '30d', from: '', to: '', as_of: '', versus: 'previous' };
export type FilterFields = typeof defaults;

/** FigureQuery is what every route of figures takes: days, never a span. */
export interface FigureQuery { account?: string[]; channel: Channel; from: string; to: string; as_of?: string }

const isDay = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text);

/** windowQuery names the window: two days as they are written, or else a span. */
export function windowQuery(f: FilterFields, account: string[]) {
  const days = isDay(f.from) && isDay(f.to) ? { from: f.from, to: f.to } : { span: spans.find((s) => s === f.span) ?? '30d' as const };
  return { account, ...days, as_of: f.as_of || undefined };
}

/** figureQuery is the window in days. The instant goes along only where the address fixes it. */
export function figureQuery(f: FilterFields, account: string[], w: SpanWindow): FigureQuery {
  return { account, channel: channels.find((c) => c === f.channel) ?? 'chat', from: w.from, to: w.to, as_of: f.as_of || undefined };
}

/**
 * fixed is the address that shows the same tomorrow and to others: days, instant and accounts written
 * out. The instant is a second before now: WeChat dates messages by whole seconds, and in this one
 * more may come.
 */
export function fixed(f: FilterFields, account: string[], w: SpanWindow): Record<string, string> {
  const query: Record<string, string> = { from: w.from, to: w.to, as_of: f.as_of || instant(new Date(Date.parse(w.as_of) - 1000).toISOString()) };
  if (account.length > 0) query.account = account.join(',');
  if (f.channel !== defaults.channel) query.channel = f.channel;
  if (f.versus !== defaults.versus) query.versus = f.versus;
  return query;
}

const instant = (at: string) => `${exact(at).replace(' ', 'T')}+08:00`;

/** spanWords is 10月1日–10月31日 (1–31 Oct in English), with the years where they are not this one. */
export function spanWords(from: string, to: string, lang: string, now = new Date()): string {
  const [a, b] = [from, to].map((d) => d.split('-').map(Number) as [number, number, number]) as [[number, number, number], [number, number, number]];
  const year = Number(isoDay(now).slice(0, 4));
  const both = a[0] === b[0];
  if (lang === 'en') {
    const month = (m: number) => ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][m - 1];
    const tail = `${b[2]} ${month(b[1])}${both && b[0] === year ? '' : ` ${b[0]}`}`;
    if (from === to) return tail;
    if (both && a[1] === b[1]) return `${a[2]}–${tail}`;
    return `${a[2]} ${month(a[1])}${both ? '' : ` ${a[0]}`} – ${tail}`;
  }
  const head = `${a[0] === year && both ? '' : `${a[0]}年`}${a[1]}月${a[2]}日`;
  if (from === to) return head;
  return `${head}–${both ? '' : `${b[0]}年`}${b[1]}月${b[2]}日`;
}
