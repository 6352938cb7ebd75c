// The form of the notice channel: fields of a template as lines, which the server checks against the template itself.
import type { NoticePart, NoticeWay } from '@/api/accounts';

export const parts = ['number', 'matter', 'state', 'time', 'remark'] as const satisfies readonly NoticePart[];

export interface Line { field: string; part: NoticePart | '' }
export interface Form { channel: NoticeWay['channel']; template_id: string; lines: Line[] }

/** blank is what a form begins with, of what is set. */
export const blank = (way?: NoticeWay | null): Form => ({
  channel: way?.channel ?? 'template', template_id: way?.template_id ?? '',
  lines: way ? Object.entries(way.fields).sort(([a], [b]) => a.localeCompare(b)).map(([field, part]) => ({ field, part })) : [{ field: '', part: '' }],
});

/** said is what a form says, and of a field that stands in two lines that it does. */
export function said(form: Form): { way: NoticeWay; twice: string } {
  const fields: Record<string, NoticePart> = {};
  let twice = '';
  for (const line of form.lines) {
    const field = line.field.trim();
    if (field === '' && line.part === '') continue;
    if (field in fields) twice = field;
    fields[field] = line.part as NoticePart;
  }
  return { way: { channel: form.channel, template_id: form.template_id.trim(), fields }, twice };
}

const prefix = 'fields.';

/** missing are the fields that an answer speaks of and no line has: those that the template has besides. */
export const missing = (faults: Record<string, string>, lines: Line[]) => Object.keys(faults).filter((f) => f.startsWith(prefix)).map((f) => f.slice(prefix.length))
  .filter((field) => field !== '' && !lines.some((l) => l.field.trim() === field));

/** faultOf is what is wrong with a line. */
export const faultOf = (faults: Record<string, string>, line: Line) => (line.field.trim() || line.part ? faults[prefix + line.field.trim()] ?? '' : '');
