// Audit entries in words: names of fields and values that the log keeps as codes.
import type { AuditEntry } from '@/api/audit';
import { excerpt } from '@/ui/text';

type T = (key: string) => string;
type Has = (key: string) => boolean;

export const fieldName = (field: string, t: T, te: Has) => {
  const key = `audit.field.${field.replace(/[.[].*$/, '')}`;
  return te(key) ? t(key) : field;
};

export const roleName = (entry: AuditEntry, t: T, te: Has) => (te(`role.${entry.who.role}`) ? t(`role.${entry.who.role}`) : '');

/** value is a code as people say it: case_handler@wx1 is 坐席 wx1, active is 在用. */
export function value(text: string, t: T, te: Has): string {
  if (text === '') return '—';
  if (te(`audit.value.${text}`)) return t(`audit.value.${text}`);
  return text.split(/[ ,]/).map((word) => {
    const [role, account] = word.split('@');
    if (!role || !te(`role.${role}`)) return word;
    return account ? `${t(`role.${role}`)} ${account}` : t(`role.${role}`);
  }).join(t('ui.comma'));
}

/** summary is the first change in a line. */
export function summary(entry: AuditEntry, t: T, te: Has): string {
  const first = entry.changes[0];
  if (!first) return '—';
  const change = first.before === '' ? value(first.after, t, te) : `${value(first.before, t, te)} → ${value(first.after, t, te)}`;
  const whole = `${fieldName(first.field, t, te)} ${change}`;
  const cut = excerpt(whole, 40);
  return entry.changes.length > 1 ? `${cut} +${entry.changes.length - 1}` : cut;
}
