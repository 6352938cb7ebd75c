import { describe, expect, it } from 'vitest';
import type { Day, Duty } from '@/api/rosters';
import { csv } from '@/ui/csv';
import { change, copied, coverage, fileColumns, fileRows, fromFile, monday, partsOn, plus, shifted, tidy } from './roster';

const office = '09:00-12:00,13:30-17:30';
const days: Day[] = Array.from({ length: 21 }, (_, i) => ({ date: plus('2026-11-23', i), workday: i % 7 < 5, hours: i % 7 < 5 ? office : '' }));
const duty = (operator: string, more: Partial<Duty> = {}): Duty => ({ operator, from: '', to: '', weekdays: '', hours: office, topics: [], ...more });

const hoursOn = (duties: Duty[], operator: string, day: Day) => partsOn(duties, operator, day).map((p) => p.hours).join(',');
const morning = [{ hours: '09:00-12:00', topics: [] }];

describe('change', () => {
  it('of one day leaves the others', () => {
    const now = change([duty('li')], 'li', days[2]!, []);
    expect(days.slice(0, 5).map((d) => hoursOn(now, 'li', d))).toEqual([office, office, '', office, office]);
    const back = change(now, 'li', days[2]!, [{ hours: '10:00-11:00', topics: ['社保'] }]);
    expect([hoursOn(back, 'li', days[2]!), hoursOn(back, 'li', days[9]!)]).toEqual(['10:00-11:00', office]);
  });
  it('of a Saturday holds on it', () => {
    const now = change([duty('li')], 'li', days[5]!, morning, 'weekly');
    expect([hoursOn(now, 'li', days[5]!), hoursOn(now, 'li', days[12]!), hoursOn(now, 'li', days[6]!), hoursOn(now, 'li', days[7]!)]).toEqual(['09:00-12:00', '09:00-12:00', '', office]);
    expect(hoursOn(change(now, 'li', days[12]!, [], 'weekly'), 'li', days[19]!)).toBe('');
  });
  it('of all workdays holds from that day on, but for single days', () => {
    const now = change([duty('li'), duty('li', { from: days[8]!.date, to: days[8]!.date, weekdays: '2', hours: '19:00-20:00' }), duty('wu')], 'li', days[2]!, [{ hours: '13:00-14:00', topics: [] }], 'workdays');
    expect([1, 2, 7, 8].map((i) => hoursOn(now, 'li', days[i]!))).toEqual([office, '13:00-14:00', '13:00-14:00', '13:00-14:00,19:00-20:00']);
    expect(hoursOn(now, 'wu', days[2]!)).toBe(office);
  });
  it('takes the week before over', () => {
    const now = copied(change([duty('li')], 'li', days[5]!, morning), ['li'], days.slice(7, 14), days.slice(0, 7));
    expect(days.slice(7, 14).map((d) => hoursOn(now, 'li', d))).toEqual([office, office, office, office, office, '09:00-12:00', '']);
  });
  const two = [{ hours: '09:00-12:00', topics: ['社保', '住房'] }, { hours: '14:00-17:00', topics: ['教育'] }];
  it('keeps apart what is done for different topics, also when it is shifted or copied', () => {
    const now = change([duty('li')], 'li', days[0]!, two);
    expect(partsOn(now, 'li', days[0]!)).toEqual(two);
    const moved = shifted(now, 'li', days[0]!, 'wu', days[1]!);
    expect([partsOn(moved, 'li', days[0]!), partsOn(moved, 'wu', days[1]!)]).toEqual([[], two]);
    expect(partsOn(copied(now, ['li'], days.slice(7, 14), days.slice(0, 7)), 'li', days[7]!)).toEqual(two);
  });
  it('puts hours for the same topics into one', () => {
    const now = shifted([duty('li', { topics: ['社保'] }), duty('wu', { hours: '19:00-20:00', topics: ['社保'] }), duty('wu', { hours: '08:00-09:00' })], 'li', days[0]!, 'wu', days[0]!);
    expect(partsOn(now, 'wu', days[0]!)).toEqual([{ hours: '08:00-09:00', topics: [] }, { hours: '09:00-12:00,13:30-17:30,19:00-20:00', topics: ['社保'] }]);
  });
  it('of the topics alone is a change of the week as well', () => {
    const now = copied(change([duty('li')], 'li', days[0]!, [{ hours: office, topics: ['社保'] }]), ['li'], days.slice(7, 14), days.slice(0, 7));
    expect(partsOn(now, 'li', days[7]!)).toEqual([{ hours: office, topics: ['社保'] }]);
  });
});

describe('coverage', () => {
  it('tells of Friday evening, whose window is closed on Monday', () => {
    const week = coverage(days, [duty('li')]);
    expect(week[4]!.there).toEqual([{ from: 540, to: 720 }, { from: 810, to: 1050 }]);
    expect(week[4]!.unreachable).toEqual([{ from: 1050, to: 1440 }]);
    expect(week[5]!.unreachable).toEqual([{ from: 0, to: 540 }]);
    expect(week[5]!.nobody).toEqual([{ from: 540, to: 1050 }]);
    expect(week[0]!.nobody).toEqual([]);
  });
  it('without duties counts everybody in office hours', () => { expect(coverage(days, [])[0]!.there).toHaveLength(2); });
  it('of a night goes over midnight', () => {
    const week = coverage(days, [duty('li', { hours: '22:00-02:00' })]);
    expect([week[0]!.there, week[1]!.there[0]]).toEqual([[{ from: 1320, to: 1440 }], { from: 0, to: 120 }]);
  });
});

describe('hours and files', () => {
  it('are written as the server takes them', () => {
    expect([tidy('9：00－12：00，13:30至17:30'), tidy('9-12'), tidy(''), tidy('25:00-26:00')]).toEqual(['09:00-12:00,13:30-17:30', undefined, '', undefined]);
  });
  it('come back from the file they were written to', () => {
    const list = [duty('li', { topics: ['社保', '住房'], weekdays: '135', from: '2026-12-01', to: '2026-12-31' }), duty('wu')];
    expect(fromFile(csv([], fileColumns, fileRows(list)))).toEqual({ duties: list });
    expect(fromFile('坐席,时段\nli,9-12').line).toBe(2);
    expect(fromFile('甲,乙\n1,2').line).toBe(1);
  });
  it('begin on Monday', () => { expect([monday('2026-11-29'), monday('2026-11-23')]).toEqual(['2026-11-23', '2026-11-23']); });
});
