import { describe, expect, it } from 'vitest';
import type { Row } from '@/api/desk';
import { composes } from '@/ui/keys';
import { sendKey } from '@/ui/sendKey';
import { bytes } from '@/ui/text';
import { calls, due, groups, isNew, isNewLine, isSend, marked, messages, toAccept } from './desk';

const now = Date.parse('2026-03-02T10:00:00+08:00');
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();

describe('due', () => {
  it.each([
    [32, 180, 148, 'empty', false],
    [200, 7_200, 7_000, 'quarter', false],
    [12 * 3600, 86_400, 12 * 3600, 'half', false],
    [46.5 * 3600, 172_800, 1.5 * 3600, 'full', true],
    [40 * 3600, 172_800, 8 * 3600, 'full', false],
  ])('%d seconds', (age, limit, left, shape, red) => {
    expect(due({ owed_at: ago(age) }, now)).toEqual({ limit, left, shape, red });
  });
  it('is none where nothing is owed', () => { expect(due({}, now)).toBeUndefined(); });
});

describe('groups', () => {
  it('begins with what is owed', () => {
    const rows = ['answered', 'queued', 'assigned', 'queued'].map((state, i) => ({ id: String(i), state }) as Row);
    expect(groups(rows).map((g) => [g.state, g.rows.length])).toEqual([['assigned', 1], ['queued', 2], ['answered', 1]]);
  });
});

describe('messages', () => {
  it('counts bytes as the platform does', () => {
    expect(bytes('路灯 a')).toBe(8);
    expect([messages(''), messages('长'.repeat(682)), messages('长'.repeat(683))]).toEqual([1, 1, 2]);
  });
  it('has keys that differ', () => { expect(sendKey()).not.toBe(sendKey()); });
});

describe('the send key', () => {
  const press = (how: object) => ({ key: 'Enter', keyCode: 13, isComposing: false, ctrlKey: false, metaKey: false, shiftKey: false, ...how });
  it.each([
    ['Ctrl+Enter', { ctrlKey: true }, true, false],
    ['Cmd+Enter', { metaKey: true }, true, false],
    ['Enter', {}, false, true],
    ['Shift+Enter', { shiftKey: true }, false, false],
    ['Enter of an input method', { isComposing: true }, false, false],
    ['Ctrl+Enter of an input method', { keyCode: 229, ctrlKey: true }, false, false],
  ])('%s', (_, how, usual, swapped) => {
    expect([isSend(press(how), false), isSend(press(how), true)]).toEqual([usual, swapped]);
  });
  it('is not taken for Tab or / while an input method composes', () => {
    expect([composes(press({ key: '/' })), composes(press({ key: 'Tab', isComposing: true })), composes(press({ key: '/', keyCode: 229 }))]).toEqual([false, true, true]);
  });
  it('leaves a new line to the browser, but Ctrl+Enter where Enter sends', () => {
    expect([isNewLine(press({}), false), isNewLine(press({ ctrlKey: true }), true), isNewLine(press({ ctrlKey: true, isComposing: true }), true)]).toEqual([false, true, false]);
  });
});

describe('marked', () => {
  it('divides a text at what was searched for, in either case', () => {
    expect(marked('WiFi 断了，wifi', 'wifi')).toEqual(['', 'WiFi', ' 断了，', 'wifi', '']);
    expect(marked('路灯', '水管')).toEqual(['路灯']);
    expect(marked('İstanbul', 'ist')).toEqual(['İstanbul']);
  });
});

describe('what calls', () => {
  const row = (over: Partial<Row>) => ({ id: '1', state: 'queued', assignee: '', nudge: '', offered_to: '', owed_at: ago(10), ...over }) as Row;
  it('calls anew when a row is nudged or offered', () => {
    const before = calls([row({}), row({ id: '2', state: 'answered', assignee: 'li' })], 'li');
    expect(before).toHaveLength(1);
    expect(calls([row({ nudge: 'unassigned' })], 'li')).not.toEqual(before);
    expect(calls([row({ offered_to: 'li', offered_at: ago(1) })], 'li')).not.toEqual(before);
    expect(calls([row({ offered_to: 'wang', offered_at: ago(1) })], 'li')).toEqual(before);
  });
  it('is new only beside what called in the same list before', () => {
    expect([isNew(['a', 'b'], ['a']), isNew(['a'], ['a', 'b']), isNew(['a'], [])]).toEqual([true, false, true]);
    expect([isNew(['a'], undefined), isNew(undefined, ['a'])]).toEqual([false, false]);
  });
  it('counts down to when another is asked', () => {
    expect(toAccept(row({ offered_to: 'li', offered_at: ago(20) }), 'li', now)).toBe(40);
    expect(toAccept(row({ offered_to: 'li', offered_at: ago(90) }), 'li', now)).toBe(0);
    expect(toAccept(row({ offered_to: 'wang', offered_at: ago(20) }), 'li', now)).toBeUndefined();
  });
});
