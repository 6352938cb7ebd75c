// Figures held against the window before, by the path of the figure.
import type { Schemas } from '@/api/client';
import { number } from '@/ui/format';

export type Changes = Schemas['Changes'];
export type FigureChange = Changes['accounts'][number]['figures'][number];

export const byKey = (c: Changes | null | undefined): Map<string, FigureChange> => new Map((c?.accounts[0]?.figures ?? []).map((f) => [f.key, f]));

/** signed is +1.23 or −1.23, of two decimals; a difference that rounds to nothing has no sign. */
export function signed(value: number): string {
  const text = number(Math.abs(value), 2);
  if (Number(text) === 0) return text;
  return `${value > 0 ? '+' : '−'}${text}`;
}
