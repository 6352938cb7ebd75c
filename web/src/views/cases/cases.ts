// What a case's state and limit mean to people, and what each step asks for.
import type { Case, Photo, Step } from '@/api/cases';
import type { Meaning, ShapeName } from '@/ui/Shape.vue';

export const kinds = ['consult', 'complaint', 'suggestion', 'report', 'help', 'praise'] as const;
export const boxes = ['open', 'mine', 'review', 'overdue', 'final', 'all'] as const;
export const reasons = ['overdue', 'returned', 'extended', 'ill_rated'] as const;

export const shapes: Record<Case['state'], [ShapeName, Meaning]> = {
  submitted: ['empty', 'open'], accepted: ['quarter', 'human'], handling: ['half', 'human'], review: ['ring', 'open'], closed: ['ok', 'human'], rejected: ['dash', 'left'], withdrawn: ['dash', 'left'],
};

export interface Due { key: 'late' | 'late_today' | 'today' | 'left'; n: number; shape: ShapeName; meaning: Meaning }

/** due is how a case stands with its limit; none when it is over. Red is only what is late. */
export function due(c: Pick<Case, 'due' | 'left_wd' | 'overdue'>): Due | undefined {
  if (!c.due) return undefined;
  const n = Math.abs(c.left_wd);
  if (c.overdue) return { key: n === 0 ? 'late_today' : 'late', n, shape: 'cross', meaning: 'breach' };
  if (c.left_wd <= 0) return { key: 'today', n: 0, shape: 'full', meaning: 'open' };
  return { key: 'left', n, shape: n === 1 ? 'half' : 'quarter', meaning: n === 1 ? 'open' : 'left' };
}

type Need = 'required' | 'optional';
export interface Needs { text?: Need; unit?: Need; handler?: Need; days?: Need; complex?: Need }

/** needs are what each step asks for; what is not here needs a word of consent only. */
export const needs: Partial<Record<Step, Needs>> = {
  accept: { unit: 'optional', handler: 'optional', complex: 'optional' },
  reject: { text: 'required' },
  assign: { unit: 'required', handler: 'optional' },
  return: { text: 'required', unit: 'optional' },
  ask: { text: 'required' },
  extend: { days: 'required', text: 'required' },
  refuse: { text: 'required' },
  reopen: { text: 'required' },
  urge: { text: 'optional' },
};

/** steps are the buttons of a case in their order: draft and submit stand below the reply, reviews beside what is reviewed. */
export const steps: Step[] = ['accept', 'assign', 'ask', 'extend', 'return', 'reject', 'reopen', 'urge'];

/** cut shortens a title for its cell. */
export const cut = (text: string, most: number) => ([...text].length > most ? `${[...text].slice(0, most).join('')}……` : text);

/** seen: a photo can be looked at now. */
export const seen = (p: Pick<Photo, 'state'>) => p.state === 'wechat' || p.state === 'due' || p.state === 'kept';

/** photosNote: one line says of all photos where they are. */
export const photosNote = (list: Pick<Photo, 'state' | 'until'>[]) => list.every((p) => p.state === list[0]!.state && p.until === list[0]!.until);
