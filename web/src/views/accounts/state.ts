// How an account or a line of the doctor is, as a shape.
import type { Account, CheckResult } from '@/api/accounts';
import type { Meaning, ShapeName } from '@/ui/Shape.vue';

export const shapes: Record<Account['state'], [ShapeName, Meaning]> = {
  ok: ['ok', 'bot'], attention: ['warning', 'open'], unable: ['cross', 'breach'], unknown: ['empty', 'left'],
};
export const checkShapes: Record<CheckResult['state'], [ShapeName, Meaning]> = { pass: ['ok', 'bot'], fail: ['cross', 'breach'], unknown: ['empty', 'left'] };
export const rightShapes: Record<Account['rights'][number]['state'], [ShapeName, Meaning]> = { yes: ['ok', 'bot'], no: ['cross', 'left'], unknown: ['empty', 'left'] };

/** clockOf is how far the server's clock is off, by what an account's callbacks show; lacks is what else is not as it should be. */
export const clockOf = (a: Pick<Account, 'problems'>) => a.problems.filter((p) => p.what === 'clock');
export const lacks = (a: Pick<Account, 'problems'>) => a.problems.filter((p) => p.what !== 'clock');
