import { describe, expect, it } from 'vitest';
import en from '@/locales/cases.en';
import zh from '@/locales/cases.zh';
import { due, needs, shapes, steps } from './cases';

describe('due', () => {
  it.each([
    [{ due: 'x', left_wd: 3, overdue: false }, ['left', 3, 'left']],
    [{ due: 'x', left_wd: 1, overdue: false }, ['left', 1, 'open']],
    [{ due: 'x', left_wd: 0, overdue: false }, ['today', 0, 'open']],
    [{ due: 'x', left_wd: 0, overdue: true }, ['late_today', 0, 'breach']],
    [{ due: 'x', left_wd: -2, overdue: true }, ['late', 2, 'breach']],
  ] as const)('%o', (c, expected) => {
    const d = due(c)!;
    expect([d.key, d.n, d.meaning]).toEqual(expected);
  });
  it('is none when it is over', () => { expect(due({ left_wd: 0, overdue: false })).toBeUndefined(); });
});

it('every step and state has its words', () => {
  for (const words of [zh.cases, en.cases]) {
    for (const step of [...steps, 'approve', 'refuse', 'submit', 'draft']) expect(words.step).toHaveProperty(step);
    for (const step of Object.keys(needs)) expect(words.effect).toHaveProperty(step);
    for (const state of Object.keys(shapes)) expect(words.state).toHaveProperty(state);
  }
});
