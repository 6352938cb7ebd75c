import { expect, it } from 'vitest';
import en from '@/locales/ratings.en';
import zh from '@/locales/ratings.zh';
import { said, shapes, totals } from './ratings';

it('says what the citizen chose', () => {
  expect([said({ solved: true, satisfied: true }), said({ solved: true, satisfied: false }), said({ solved: false, satisfied: false })]).toEqual(['good', 'fair', 'bad']);
  for (const words of [zh.ratings, en.ratings]) for (const what of Object.keys(shapes)) expect(words.said).toHaveProperty(what);
});

it('counts of all ratings, and gives no rate of a few', () => {
  expect(totals({ n: 40, solved_n: 36, satisfied_n: 30 })).toEqual([{ key: 'solved', n: 36, of: 40, percent: 90 }, { key: 'satisfied', n: 30, of: 40, percent: 75 }]);
  expect(totals({ n: 9, solved_n: 9, satisfied_n: 0 }).map((x) => x.percent)).toEqual([undefined, undefined]);
});
