// Figures and times in words. All times are Beijing's, whatever the reader's clock is set to.
export interface Part { number: string; unit: string }

type Lang = string;

const units: Record<string, Record<string, string>> = {
  zh: { s: '秒', m: '分', h: '小时', d: '天' },
  en: { s: 's', m: 'min', h: 'h', d: 'd' },
};

const group = new Intl.NumberFormat('en-US', { maximumFractionDigits: 20 });

/** number groups thousands; digits fixes the decimals. */
export function number(value: number, digits?: number): string {
  if (digits === undefined) return group.format(value);
  return new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** durationParts are two units at most: 3 分 20 秒, 2 小时 5 分, from 72 hours on 4.5 天. */
export function durationParts(seconds: number, lang: Lang = 'zh'): Part[] {
  const u = units[lang] ?? units.zh!;
  const s = Math.max(0, Math.round(seconds));
  const part = (n: number, unit: string): Part => ({ number: String(n), unit: u[unit]! });
  const two = (big: number, unit: string, small: number, unit2: string) => (small === 0 ? [part(big, unit)] : [part(big, unit), part(small, unit2)]);
  if (s < 60) return [part(s, 's')];
  if (s < 3600) return two(Math.floor(s / 60), 'm', s % 60, 's');
  if (s < 72 * 3600) return two(Math.floor(s / 3600), 'h', Math.floor((s % 3600) / 60), 'm');
  return [part(Math.round(s / 8640) / 10, 'd')];
}

export const duration = (seconds: number, lang: Lang = 'zh') => durationParts(seconds, lang).map((p) => `${p.number} ${p.unit}`).join(' ');

const zone = 'Asia/Shanghai';
const fields = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const week = ['日', '一', '二', '三', '四', '五', '六'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

function split(at: Date) {
  const got = Object.fromEntries(fields.formatToParts(at).map((p) => [p.type, p.value]));
  const [year, month, day] = [Number(got.year), Number(got.month), Number(got.day)];
  return { year, month, day, weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay(), clock: `${got.hour}:${got.minute}`, seconds: got.second! };
}

/** isoDay is the Beijing day, 2026-03-02. */
export function isoDay(at: Date | string): string {
  const p = split(new Date(at));
  return `${p.year}-${String(p.month).padStart(2, '0')}-${String(p.day).padStart(2, '0')}`;
}

/** day is 3月2日（周一）, with the year where it is not this one. */
export function day(at: Date | string, lang: Lang = 'zh', now = new Date()): string {
  const p = split(new Date(at));
  const other = p.year !== split(now).year;
  if (lang === 'en') return `${weekdays[p.weekday]} ${p.day} ${months[p.month - 1]}${other ? ` ${p.year}` : ''}`;
  return `${other ? `${p.year}年` : ''}${p.month}月${p.day}日（周${week[p.weekday]}）`;
}

/** date is 3月2日, with the year where it is not this one. */
export function date(at: Date | string, lang: Lang = 'zh', now = new Date()): string {
  return day(at, lang, now).replace(/（.*$/, '').replace(/^[A-Z][a-z]{2} /, '');
}

/** time is as short as it can be without doubt: 10:32, 昨天 16:05, 3月2日（周一）09:00. */
export function time(at: Date | string, lang: Lang = 'zh', now = new Date()): string {
  const when = new Date(at);
  if (Number.isNaN(when.getTime())) return '—';
  const { clock } = split(when);
  if (isoDay(when) === isoDay(now)) return clock;
  if (isoDay(when) === isoDay(new Date(now.getTime() - 86_400_000))) return `${lang === 'en' ? 'yesterday' : '昨天'} ${clock}`;
  return lang === 'en' ? `${day(when, lang, now)} ${clock}` : `${day(when, lang, now)}${clock}`;
}

/** brief is time without the hour of days before yesterday: 10:32, 昨天 16:05, 3月2日. */
export function brief(at: Date | string, lang: Lang = 'zh', now = new Date()): string {
  const when = new Date(at);
  const recent = isoDay(when) >= isoDay(new Date(now.getTime() - 86_400_000));
  return Number.isNaN(when.getTime()) || recent ? time(when, lang, now) : date(when, lang, now);
}

/** exact is a time to the second: 2026-03-02 09:00:05. */
export function exact(at: Date | string): string {
  const p = split(new Date(at));
  return `${isoDay(at)} ${p.clock}:${p.seconds}`;
}

/** caseNumber is the number of a case as people read it, in fours. */
export const caseNumber = (number: string) => number.replace(/(\d{4})(?=\d)/g, '$1 ');
