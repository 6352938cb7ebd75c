// What a rating says, and what all of them come to.
import type { Rated, Ratings } from '@/api/ratings';
import type { Meaning, ShapeName } from '@/ui/Shape.vue';

export const said = (r: Pick<Rated, 'solved' | 'satisfied'>) => (r.solved ? (r.satisfied ? 'good' : 'fair') : 'bad');

export const shapes: Record<ReturnType<typeof said>, [ShapeName, Meaning]> = { good: ['ok', 'bot'], fair: ['warning', 'open'], bad: ['cross', 'breach'] };

/** Of fewer ratings a rate says nothing. */
export const enough = 10;

export interface Total { key: 'solved' | 'satisfied'; n: number; of: number; percent: number | undefined }

/** totals are how many of all ratings say solved, and satisfied. */
export const totals = (r: Omit<Ratings, 'ratings'>): Total[] => ([['solved', r.solved_n], ['satisfied', r.satisfied_n]] as const)
  .map(([key, n]) => ({ key, n, of: r.n, percent: r.n < enough ? undefined : (100 * n) / r.n }));
