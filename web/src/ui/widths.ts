// Widths of columns that the reader moves. They are kept in pixels; a column without a width of its own
// takes what the others leave, whatever the window.
import type { Column } from './table';

/** Widths by the key of a column, in pixels. */
export type Widths = Record<string, number>;

const least = 48;
/** leastRest is what is left to a column that takes the rest. */
export const leastRest = 120;

/** takesRest tells whether a column has no width of its own. */
export const takesRest = (column: Column) => column.width === undefined;

/** movedOf is the column whose width the edge behind a column tells: that one, or the next where it takes the rest. */
export function movedOf(columns: Column[], index: number): Column | undefined {
  return [columns[index], columns[index + 1]].find((c) => c && !takesRest(c));
}

/** moved moves the edge behind a column by some pixels: what the one gains the other loses. `now` are the widths as they are seen. */
export function moved(columns: Column[], now: Widths, index: number, by: number): Widths {
  const left = columns[index];
  const right = columns[index + 1];
  if (!left || !right) return {};
  const seen = (c: Column) => now[c.key] ?? least;
  const room = (c: Column) => Math.max(0, seen(c) - (takesRest(c) ? leastRest : least));
  const step = Math.round(Math.max(-room(left), Math.min(room(right), by)));
  const out: Widths = {};
  if (!takesRest(left)) out[left.key] = Math.round(seen(left)) + step;
  if (!takesRest(right)) out[right.key] = Math.round(seen(right)) - step;
  return out;
}

/** keptWidths are the kept ones, if anything that makes sense was kept. */
export function keptWidths(kept: unknown): Widths {
  if (typeof kept !== 'object' || kept === null || Array.isArray(kept)) return {};
  return Object.fromEntries(Object.entries(kept).filter(([, w]) => typeof w === 'number' && w >= least && w <= 2000)) as Widths;
}

/** tableLeast is how narrow a table with these widths may get before it scrolls by itself, in pixels. */
export function tableLeast(columns: Column[], widths: Widths): number {
  return columns.reduce((sum, c) => sum + (widths[c.key] ?? (takesRest(c) ? leastRest : c.width?.endsWith('px') ? Number.parseInt(c.width, 10) : least)), 0);
}
