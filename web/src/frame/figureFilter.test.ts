import { expect, test } from 'vitest';
import { defaults, figureQuery, fixed, spanWords, windowQuery, type SpanWindow } from './figureFilter';

const days = { from: '2026-10-01', to: '2026-10-31', days: 31, provisional: false };
const window: SpanWindow = { as_of: '2026-11-03T02:32:05Z', ...days, previous: days, year: days };

test('days written in the address go before a span, and an unknown span is the usual one', () => {
  expect(windowQuery({ ...defaults, span: '7d' }, ['a'])).toEqual({ account: ['a'], span: '7d', as_of: undefined });
  expect(windowQuery({ ...defaults, span: '7d', from: '2026-03-01', to: '2026-03-02' }, [])).toEqual({ account: [], from: '2026-03-01', to: '2026-03-02', as_of: undefined });
  expect(windowQuery({ ...defaults, span: 'ages', from: 'yesterday', to: '2026-03-02' }, []).span).toBe('30d');
});

test('the instant goes along only where the address fixes it', () => {
  expect(figureQuery(defaults, [], window)).toEqual({ account: [], channel: 'chat', from: '2026-10-01', to: '2026-10-31', as_of: undefined });
  expect(figureQuery({ ...defaults, channel: 'nonsense', as_of: '2026-11-03T10:32:05+08:00' }, [], window)).toMatchObject({ channel: 'chat', as_of: '2026-11-03T10:32:05+08:00' });
});

test('a fixed link has days, instant and accounts, and what differs from the defaults', () => {
  expect(fixed({ ...defaults, channel: 'form' }, ['a', 'b'], window)).toEqual({ from: '2026-10-01', to: '2026-10-31', as_of: '2026-11-03T10:32:04+08:00', account: 'a,b', channel: 'form' });
  const again = fixed({ ...defaults, as_of: '2026-11-01T00:00:00+08:00', versus: 'year' }, [], window);
  expect(again).toEqual({ from: '2026-10-01', to: '2026-10-31', as_of: '2026-11-01T00:00:00+08:00', versus: 'year' });
});

test('a span in words has years only where they are not this one', () => {
  const now = new Date('2026-11-03T00:00:00+08:00');
  expect(spanWords('2026-10-01', '2026-10-31', 'zh', now)).toBe('10月1日–10月31日');
  expect(spanWords('2026-10-01', '2026-10-01', 'zh', now)).toBe('10月1日');
  expect(spanWords('2025-12-20', '2026-01-10', 'zh', now)).toBe('2025年12月20日–2026年1月10日');
  expect(spanWords('2025-10-01', '2025-10-31', 'zh', now)).toBe('2025年10月1日–10月31日');
  expect(spanWords('2026-10-01', '2026-10-31', 'en', now)).toBe('1–31 Oct');
  expect(spanWords('2026-09-30', '2026-10-31', 'en', now)).toBe('30 Sep – 31 Oct');
  expect(spanWords('2025-12-20', '2026-01-10', 'en', now)).toBe('20 Dec 2025 – 10 Jan 2026');
});
