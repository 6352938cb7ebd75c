// A rule as the editor holds it: every part is there, so that inputs have something to write to.
import type { Menu, Reply, ReplyKind, Rule, Trigger } from '@/api/rules';
import { bytes, messageBytes } from '@/ui/text';

export interface Form extends Omit<Rule, 'when' | 'source' | 'menu' | 'action'> {
  title: string; match: NonNullable<Rule['match']>; keywords: string[]; groups: string[][]; exclude: string[]; min_length: number; max_length: number; priority: number;
  on: Trigger[]; keys: string[]; say: string; replies: Reply[]; pick: NonNullable<Rule['pick']>; menu: Menu | undefined; action: string; topic: string; examples: string[]; counter_examples: string[];
  when: { from: string; until: string; weekdays: number[]; hours: string[]; office: string; holiday: string };
  source: { document: string; issuer: string; valid_until: string };
}

export const triggers: Trigger[] = ['text', 'subscribe', 'scan', 'click', 'photo', 'image', 'voice', 'video', 'location', 'link'];
/** Events that come with a value: a scene or the key of a menu. */
export const keyed: Trigger[] = ['subscribe', 'scan', 'click', 'photo'];
export const replyKinds: ReplyKind[] = ['text', 'news', 'image', 'voice', 'video', 'music', 'transfer_customer_service'];
export const matches = ['contains', 'all', 'exact', 'prefix', 'regexp', 'default'] as const;

export function formOf(rule: Rule): Form {
  const r = JSON.parse(JSON.stringify(rule)) as Rule;
  return {
    name: r.name, title: r.title ?? '', match: r.match || 'contains', keywords: r.keywords ?? [], groups: r.groups ?? [], exclude: r.exclude ?? [],
    min_length: r.min_length ?? 0, max_length: r.max_length ?? 0, priority: r.priority ?? 0, on: r.on?.length ? r.on : ['text'], keys: r.keys ?? [], say: r.say ?? '',
    replies: r.replies ?? (r.menu || r.say ? [] : [{ kind: 'text', text: '' }]), pick: r.pick || 'first', menu: r.menu, action: r.action ?? '', topic: r.topic ?? '',
    examples: r.examples ?? [], counter_examples: r.counter_examples ?? [],
    when: { from: '', until: '', weekdays: [], hours: [], office: '', holiday: '', ...r.when }, source: { document: '', issuer: '', valid_until: '', ...r.source },
  };
}

export const blank = () => formOf({ name: '' });

/** begun is a new rule as a link asks for it: one that welcomes citizens, or one that answers when no other does. */
export const begun = ({ on, match }: { on?: unknown; match?: unknown }) => formOf({ name: '', ...(on === 'subscribe' && { on: ['subscribe' as const] }), ...(match === 'default' && { match: 'default' as const }) });

const nothing = (value: unknown): boolean => value === undefined || value === null || value === '' || value === 0 || (Array.isArray(value) && value.length === 0) || (typeof value === 'object' && !Array.isArray(value) && Object.keys(value as object).length === 0);

/** bare leaves out what says nothing, down to the leaves of menus and replies. */
function bare<T>(value: T): T {
  if (Array.isArray(value)) return value.map(bare).filter((v) => !nothing(v)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, bare(v)]).filter(([, v]) => !nothing(v))) as T;
}

/** ruleOf is the form in the shape of rule files: defaults and what does not belong to the kind of answer left out. */
export function ruleOf(form: Form): Rule {
  const r = bare(JSON.parse(JSON.stringify(form)) as Rule);
  r.name = form.name.trim();
  if (r.match === 'contains') delete r.match;
  if (r.match === 'default') delete r.keywords;
  if (r.pick === 'first') delete r.pick;
  if (r.on?.length === 1 && r.on[0] === 'text') delete r.on;
  if (r.replies?.every((reply) => Object.keys(reply).length === 1 && reply.kind === 'text')) delete r.replies;
  return r;
}

/** answerKind is how a form answers: with replies, a numbered menu, or as if the citizen had said something. */
export const answerKind = (form: Form) => (form.menu ? 'menu' : form.say || (form.replies.length === 0) ? 'say' : 'replies');

/** pagesOf is about how a long text is cut; exactly so the server does it, once it answers. */
export function pagesOf(text: string): string[] {
  if (bytes(text) <= messageBytes) return [text];
  const pages = [''];
  for (const line of text.match(/[^。！？\n]*(?:[。！？\n]|$)/g) ?? []) {
    if (pages.at(-1) !== '' && bytes(pages.at(-1)! + line) > messageBytes) pages.push('');
    pages[pages.length - 1] += line;
  }
  return pages;
}
