// How what was sent turned out, as a shape; and the form of what an account wants to be told.
import type { Alarms, Change, Send } from '@/api/alarms';
import type { Meaning, ShapeName } from '@/ui/Shape.vue';

export const outcomeShapes: Record<Send['outcome'], [ShapeName, Meaning]> = { sent: ['ok', 'bot'], failed: ['cross', 'breach'], dropped: ['dash', 'left'] };

type Condition = Alarms['conditions'][number]['condition'];

/** The form: conditions ticked, minutes as typed, '' where a limit is not watched. */
export interface Choice { on: Record<string, boolean>; minutes: Record<string, string>; repeat: number }

const usualAhead: Record<string, number> = { first: 60, acceptance: 1800, same_day: 7200, last: 14400 };

/** repeats are the spans to choose from, in seconds; another that is set is among them. */
export const repeats = (now: number) => [...new Set([1800, 3600, 7200, 14400, 28800, 86400, now])].sort((a, b) => a - b);

/** formOf is the form as it begins. */
export function formOf(v: Alarms): Choice {
  return {
    on: Object.fromEntries(v.conditions.map((c) => [c.condition, c.on])),
    minutes: Object.fromEntries(v.limits.map((l) => [l.limit, l.on ? String(Math.round(l.ahead_s / 0.6) / 100) : ''])),
    repeat: v.repeat_s,
  };
}

/** opens reports whether somebody with these permissions may open the page on which an alarm is seen to, and is not there. */
export const opens = (link: string, may: (permission: string) => boolean) => (link.startsWith('/figures') ? may('waits:read') : link.startsWith('/calendar') ? may('calendar:read') : link.startsWith('/cases') ? may('cases:read') : link === '/');

/** usualMinutes is what a limit begins with when it is ticked: less than the limit itself. */
export const usualMinutes = (limit: string, limitS: number) => String(Math.min(usualAhead[limit] ?? 60, Math.floor(limitS / 2)) / 60);

/** changeOf is the form as the server takes it; undefined where something is no number. */
export function changeOf(form: Choice): Change | undefined {
  const ahead: NonNullable<Change['ahead']> = [];
  for (const [limit, typed] of Object.entries(form.minutes)) {
    if (typed === '') continue;
    const n = Number(typed);
    if (!typed.trim() || !Number.isFinite(n) || n <= 0) return undefined;
    ahead.push({ limit: limit as NonNullable<Change['ahead']>[number]['limit'], ahead_s: Math.round(n * 60) });
  }
  return { conditions: Object.keys(form.on).filter((name) => form.on[name]) as Condition[], ahead, repeat_s: form.repeat };
}
