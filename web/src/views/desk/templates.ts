// Texts that people send often, found by name, by how it is read, or by what they say; and the blanks in them.
import type { Template } from '@/api/templates';
import { reads } from '@/frame/accountFind';

/** findTemplates are those a text means; those whose name it begins come first. */
export function findTemplates(list: Template[], text: string): Template[] {
  const wanted = text.toLowerCase().replace(/\s/g, '');
  const rank = (m: Template) => {
    const name = m.name.toLowerCase();
    if (name.startsWith(wanted) || reads(wanted, m.pinyin, 0)) return 0;
    return name.includes(wanted) || m.pinyin.some((_, at) => reads(wanted, m.pinyin, at)) ? 1 : m.text.toLowerCase().includes(wanted) ? 2 : 3;
  };
  const ranked = list.map((m) => ({ m, n: rank(m) }));
  return [0, 1, 2].flatMap((n) => ranked.filter((r) => r.n === n).map((r) => r.m));
}

/** blank is the first [[blank]] from a place on, round about, as its beginning and end. */
export function blank(text: string, from = 0): [number, number] | undefined {
  const places = [...text.matchAll(/\[\[[^[\]]*\]\]/g)].map((m): [number, number] => [m.index, m.index + m[0].length]);
  return places.find(([at]) => at >= from) ?? places[0];
}

/** nextBlank is where Tab goes on to from a selection. From the last blank it leaves the field, and there is none. */
export function nextBlank(text: string, from: number, to: number): [number, number] | undefined {
  const [at, next] = [blank(text, from), blank(text, to)];
  const on = at?.[0] === from && at[1] === to;
  return on && next && next[0] < to ? undefined : next;
}
