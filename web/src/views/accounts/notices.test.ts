import { describe, expect, it } from 'vitest';
import { blank, faultOf, missing, said, type Form } from './notices';

describe('the form of the notice channel', () => {
  it('begins with what is set, and says it again', () => {
    const way = { channel: 'subscription', template_id: 'T1', fields: { thing2: 'matter', character_string1: 'number' } } as const;
    const form = blank(way);
    expect(form.lines.map((l) => l.field)).toEqual(['character_string1', 'thing2']);
    expect(said(form)).toEqual({ way, twice: '' });
    expect(said(blank())).toEqual({ way: { channel: 'template', template_id: '', fields: {} }, twice: '' });
  });
  it('names a field that stands in two lines', () => {
    const form: Form = { channel: 'template', template_id: ' T1 ', lines: [{ field: 'thing1', part: 'matter' }, { field: ' thing1 ', part: 'remark' }, { field: '', part: '' }] };
    expect(said(form).twice).toBe('thing1');
    expect(said(form).way.template_id).toBe('T1');
  });
  it('gives what the template has besides a line of its own, and every fault to its line', () => {
    const faults = { template_id: 'no such one', 'fields.thing2': 'is missing', 'fields.phrase9': 'has it not', 'fields.': 'empty' };
    const lines: Form['lines'] = [{ field: 'phrase9', part: 'state' }, { field: '', part: 'time' }, { field: '', part: '' }];
    expect(missing(faults, lines)).toEqual(['thing2']);
    expect(lines.map((l) => faultOf(faults, l))).toEqual(['has it not', 'empty', '']);
  });
});
