// The state of each keyword: new against what answers now, or in doubt because of what was found.
import type { Example, Rule, RuleFinding } from '@/api/rules';
import type { Mark } from '@/ui/ChipField.vue';
import type { Form } from './form';

/** With signs, spaces and case aside a sentence holds a keyword or not; the server has the last word. */
const plain = (text: string) => text.normalize('NFKC').toLowerCase().replaceAll(/[\s\p{P}]/gu, '');

/** wrongly are the counter-examples that this rule answers all the same. */
export const wrongly = (results: Example[]) => results.filter((r) => r.counter && !r.ok).map((r) => r.text);

/** guilty is the longest keyword that a sentence holds; undefined: none. */
export function guilty(sentence: string, keywords: string[]): string | undefined {
  return keywords.filter((word) => plain(sentence).includes(plain(word))).sort((a, b) => b.length - a.length)[0];
}

export function marksOf(form: Form, live: Rule | null, results: Example[], findings: RuleFinding[], t: (key: string, values: Record<string, unknown>) => string): Record<string, Mark | undefined> {
  const marks: Record<string, Mark | undefined> = {};
  if (live) {
    for (const word of form.keywords) if (!live.keywords?.includes(word)) marks[word] = { kind: 'new', text: t('rule.mark.new', {}) };
  }
  for (const finding of findings) {
    for (const word of form.keywords) if (finding.text.includes(`“${word}”`)) marks[word] = { kind: 'doubt', text: finding.text };
  }
  for (const sentence of wrongly(results)) {
    const word = guilty(sentence, form.keywords);
    if (word) marks[word] = { kind: 'doubt', text: t('rule.mark.wrongly', { sentence }) };
  }
  return marks;
}
