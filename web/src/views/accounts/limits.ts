// The limits that can be set: their units, and how they read in a table.
import type { LimitsChange } from '@/api/accounts';

export const kinds = ['acceptance', 'consultation', 'complaint', 'complex'] as const;

/** A number of a form: where it stands in the limits, and how many of the server's units one is. */
export interface LimitField { key: string; unit: 'minutes' | 'hours' | 'days' | 'workdays'; of: number }

export const fields: LimitField[] = [
  { key: 'first_s', unit: 'minutes', of: 60 }, { key: 'acceptance_s', unit: 'hours', of: 3600 }, { key: 'same_day_s', unit: 'hours', of: 3600 }, { key: 'last_s', unit: 'hours', of: 3600 },
  { key: 'bot_silence_s', unit: 'minutes', of: 60 }, { key: 'at_risk_s', unit: 'hours', of: 3600 },
  { key: 'first_word_s', unit: 'hours', of: 3600 }, { key: 'major_first_word_s', unit: 'hours', of: 3600 },
  ...kinds.map((kind): LimitField => ({ key: `case.${kind}`, unit: 'workdays', of: 1 })),
  { key: 'gap_notice_d', unit: 'days', of: 1 }, { key: 'gap_amber_d', unit: 'days', of: 1 }, { key: 'gap_veto_d', unit: 'days', of: 1 },
  { key: 'test_answer_wd', unit: 'workdays', of: 1 },
];

/** valueOf is the number a field shows. */
export function valueOf(limits: LimitsChange, field: LimitField): number {
  const raw = field.key.startsWith('case.') ? limits.case?.[field.key.slice(5)] : (limits as Record<string, unknown>)[field.key];
  return typeof raw === 'number' ? raw / field.of : 0;
}

/** changed is what differs from the limits before, as the server takes it; undefined where a field is no number. */
export function changed(before: LimitsChange, typed: Record<string, string>): LimitsChange | undefined {
  const change: Record<string, unknown> = {};
  const cases: Record<string, number> = {};
  for (const field of fields) {
    const n = Number(typed[field.key]);
    if (!typed[field.key]?.trim() || !Number.isFinite(n)) return undefined;
    if (n === valueOf(before, field)) continue;
    const raw = Math.round(n * field.of);
    if (field.key.startsWith('case.')) cases[field.key.slice(5)] = raw;
    else change[field.key] = raw;
  }
  if (Object.keys(cases).length > 0) change.case = cases;
  return change as LimitsChange;
}
