import { expect, test } from 'vitest';
import { asked, monthsBack, quarters, usual } from './periods';
import { paper, scoped, taken } from './sheet';

const now = new Date('2026-11-30T11:00:00+08:00');

test('quarters and months are whole, newest first', () => {
  const [running, before, , , earlier] = quarters(now);
  expect(running).toEqual({ id: '2026Q4', year: 2026, number: 4, from: '2026-10-01', to: '2026-12-31', over: false });
  expect(before).toMatchObject({ id: '2026Q3', from: '2026-07-01', to: '2026-09-30', over: true });
  expect(earlier).toMatchObject({ id: '2025Q4', from: '2025-10-01', to: '2025-12-31' });
  const months = monthsBack(now);
  expect(months[0]).toMatchObject({ id: '2026-11', to: '2026-11-30', over: false });
  expect(months[9]).toMatchObject({ id: '2026-02', from: '2026-02-01', to: '2026-02-28' });
  expect(months[11]).toMatchObject({ id: '2025-12', year: 2025, number: 12 });
  expect(usual(quarters(now)).id).toBe('2026Q3');
});

test('at Beijing midnight a new quarter begins, whatever the clock of the machine', () => {
  expect(quarters(new Date('2026-12-31T16:30:00Z'))[0]!.id).toBe('2027Q1');
});

test('the address names the period; own days must both be there and in order', () => {
  const f = { by: 'quarter', quarter: '', month: '', from: '', to: '' };
  expect(asked(f, now)).toBeUndefined();
  expect(asked({ ...f, quarter: '1999Q4' }, now)).toBeUndefined();
  expect(asked({ ...f, quarter: '2026Q4' }, now)).toMatchObject({ from: '2026-10-01' });
  expect(asked({ ...f, by: 'month', month: '2026-02' }, now)).toMatchObject({ to: '2026-02-28' });
  expect(asked({ ...f, by: 'span', from: '2026-10-01' }, now)).toBeUndefined();
  expect(asked({ ...f, by: 'span', from: '2026-10-02', to: '2026-10-01' }, now)).toBeUndefined();
  expect(asked({ ...f, by: 'span', from: '2026-10-01', to: '2026-10-02' }, now)).toEqual({ from: '2026-10-01', to: '2026-10-02' });
});

test('a report is cut into its body and its styles, without style attributes', () => {
  const html = '<html><head><style>:root { --a: 1 }\nbody { margin: 0 }\n@page { size: A4; @top-left { content: "x" } }</style></head><body>\n<th style="width:42mm">甲 style=&#34;x&#34;</th></body></html>';
  const { body, css } = taken(html);
  expect(body).toBe('\n<th data-style="width:42mm">甲 style=&#34;x&#34;</th>');
  expect(css).toContain(':host { --a: 1 }');
  expect(css).toContain('.sheet { margin: 0 }');
  expect(paper(css)).toBe('@page { size: A4; @top-left { content: "x" } }');
});

test('only the page itself is meant, not what has its name in it', () => {
  expect(scoped('tbody { a: b } html { c: d } @media print { body { e: f } } .body { g: h }')).toBe('tbody { a: b } :host { c: d } @media print { .sheet { e: f } } .body { g: h }');
  expect(paper('@page { margin: 1mm } p { a: b } @page :first { margin: 2mm }')).toBe('@page { margin: 1mm }\n@page :first { margin: 2mm }');
  expect(paper('p { a: b }')).toBe('');
});
