// How a figure moved against another window, in words: arrow, amount, and the server's verdict.
import { duration, number } from '@/ui/format';

export interface Moved {
  change: number | null;
  percent: number | null;
  verdict: '' | 'better' | 'worse' | 'same';
  why: '' | 'provisional' | 'small' | 'absent' | 'neutral';
}

export interface Told { arrow: '↓' | '↑' | ''; amount: string; verdict: 'better' | 'worse' | 'same' }

/** told is undefined where nothing may be said: a side is provisional, small or absent. */
export function told(moved: Moved, unit: 'seconds' | 'points', lang: string, words: { points: (n: string) => string; comma: string }): Told | undefined {
  if (moved.verdict === '' || moved.change === null) return undefined;
  const size = Math.abs(moved.change);
  if (size < (unit === 'seconds' ? 0.5 : 0.05)) return { arrow: '', amount: '', verdict: moved.verdict };
  const amount = unit === 'seconds'
    ? `${duration(size, lang)}${moved.percent === null ? '' : `${words.comma}${number(Math.abs(moved.percent), 0)} %`}`
    : words.points(number(size, 1));
  return { arrow: moved.change < 0 ? '↓' : '↑', amount, verdict: moved.verdict };
}
