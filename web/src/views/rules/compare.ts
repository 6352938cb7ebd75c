// Two versions of a rule, part by part, in words that people read.
import type { FieldDiff, Menu, Reply, Rule } from '@/api/rules';

export type Words = (key: string, values?: Record<string, unknown>) => string;
/** The parts in the order in which the editor has them. */
export const parts = ['name', 'title', 'on', 'keys', 'match', 'keywords', 'groups', 'exclude', 'length', 'priority', 'replies', 'pick', 'menu', 'action', 'say', 'when', 'topic', 'source', 'examples', 'counter_examples'] as const;
export type PartName = (typeof parts)[number];

/** What a rule may do beside its answer. */
export const ruleActions = ['handover', 'case', 'case:consult', 'case:complaint', 'case:suggestion', 'case:report', 'case:help', 'case:praise'] as const;
/** The key of the words of an action, '' = none. */
export const actionWord = (action: string) => `rule.action.${action.replace(':', '_') || 'none'}`;

function replyText(reply: Reply, t: Words): string {
  if (reply.kind === 'text') return reply.text ?? '';
  const said = [reply.title, reply.description, reply.media_id, reply.music_url, reply.hq_music_url, reply.thumb_media_id, reply.kf_account, ...(reply.articles ?? []).map((a) => [a.title, a.description, a.url].filter(Boolean).join(' '))];
  return [t(`rule.kind.${reply.kind}`), ...said].filter(Boolean).join('\n');
}

function menuText(menu: Menu, t: Words, depth = 0): string {
  const pad = '　'.repeat(depth);
  const items = menu.items.map((item, i) => {
    const head = `${pad}${i + 1} ${item.title}`;
    if (item.rule) return `${head} → ${item.rule}`;
    return item.menu ? `${head}\n${menuText(item.menu, t, depth + 1)}` : `${head}：${item.reply ? replyText(item.reply, t) : ''}`;
  });
  return [menu.intro && pad + menu.intro, ...items, menu.outro && pad + menu.outro].filter(Boolean).join('\n');
}

function whenText(when: Rule['when'], t: Words): string {
  if (!when) return '';
  return [
    when.from && t('rule.when_words.from', { day: when.from }), when.until && t('rule.when_words.until', { day: when.until }), when.weekdays?.length && when.weekdays.map((d) => t(`rule.weekday.${d}`)).join('、'),
    when.hours?.join('、'), when.office && t(`rule.office.${when.office}`), when.holiday && t(`rule.holiday.${when.holiday}`),
  ].filter(Boolean).join('，');
}

/** inWords is one part of a rule; '' is nothing. */
export function inWords(rule: Rule, part: PartName, t: Words): string {
  const list = (words: string[] | undefined, by = '、') => (words ?? []).join(by);
  switch (part) {
    case 'on': return list((rule.on?.length ? rule.on : ['text']).map((on) => t(`rule.trigger.${on}`)));
    case 'match': return t(`rule.match.${rule.match || 'contains'}`);
    case 'keys': case 'keywords': case 'exclude': return list(rule[part], part === 'keywords' && rule.match === 'regexp' ? '\n' : '、');
    case 'groups': return (rule.groups ?? []).map((group) => group.join('、')).join('\n');
    case 'length': return rule.min_length || rule.max_length ? `${rule.min_length ?? 0}–${rule.max_length || '∞'}` : '';
    case 'priority': return String(rule.priority ?? 0);
    case 'replies': return (rule.replies ?? []).map((reply) => replyText(reply, t)).join('\n———\n');
    case 'pick': return (rule.replies?.length ?? 0) > 1 ? t(`rule.pick.${rule.pick || 'first'}`) : '';
    case 'menu': return rule.menu ? menuText(rule.menu, t) : '';
    case 'action': return rule.action ? t(actionWord(rule.action)) : '';
    case 'when': return whenText(rule.when, t);
    case 'source': return [rule.source?.document, rule.source?.issuer, rule.source?.valid_until && t('rule.when_words.until', { day: rule.source.valid_until })].filter(Boolean).join('，');
    case 'examples': case 'counter_examples': return list(rule[part], '\n');
    default: return rule[part] ?? '';
  }
}

/** compareRules are the parts that differ; before undefined: there was no rule. same are the names of the others that say something. */
export function compareRules(before: Rule | null | undefined, after: Rule, t: Words): { changed: FieldDiff[]; same: string[] } {
  const all = parts.map((part) => ({ field: part as string, title: t(`rule.part.${part}`), before: before ? inWords(before, part, t) : '', after: inWords(after, part, t) }));
  return { changed: all.filter((f) => f.before !== f.after), same: all.filter((f) => f.before === f.after && f.after !== '').map((f) => f.title) };
}
