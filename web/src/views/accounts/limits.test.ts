import { expect, test } from 'vitest';
import type { LimitsChange } from '@/api/accounts';
import { changed, fields, valueOf } from './limits';

const usual: LimitsChange = {
  first_s: 180, acceptance_s: 7200, same_day_s: 86_400, last_s: 172_800, bot_silence_s: 1800, at_risk_s: 158_400, first_word_s: 172_800, major_first_word_s: 18_000,
  case: { acceptance: 1, consultation: 2, complaint: 5, complex: 15 }, gap_notice_d: 7, gap_amber_d: 10, gap_veto_d: 14, test_answer_wd: 5,
};
const typed = () => Object.fromEntries(fields.map((f) => [f.key, String(valueOf(usual, f))]));

test('only what was changed is said, in the units of the server', () => {
  expect(changed(usual, typed())).toEqual({});
  expect(changed(usual, { ...typed(), acceptance_s: '1.5', 'case.complaint': '3' })).toEqual({ acceptance_s: 5400, case: { complaint: 3 } });
});

test('what is no number is not said at all', () => {
  expect(changed(usual, { ...typed(), first_s: '' })).toBeUndefined();
  expect(changed(usual, { ...typed(), first_s: 'three' })).toBeUndefined();
});
