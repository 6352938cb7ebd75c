// The definitions of figures as the server keeps them: one text for the page, the report and the files.
import { read, type Schemas } from '@/api/client';

export type FigureDefinition = Schemas['Definitions']['definitions'][number];

/** definitionsOf are those of some figures; names that share a text stand before it together. */
export async function definitionsOf(about: string[], signal: AbortSignal): Promise<{ version: string; list: Pick<FigureDefinition, 'name' | 'text' | 'source'>[] }> {
  const all = await read('/definitions', undefined, signal);
  const list = new Map<string, Pick<FigureDefinition, 'name' | 'text' | 'source'>>();
  for (const d of all.definitions.filter((one) => about.some((figure) => explains(one.key, figure)))) {
    const names = list.get(d.text)?.name.split('、') ?? [];
    list.set(d.text, { ...d, name: names.includes(d.name) ? names.join('、') : [...names, d.name].join('、') });
  }
  return { version: all.formula_version, list: [...list.values()] };
}

/** A figure named with a dot at its end is all below it. */
export const explains = (key: string, figure: string) => key === figure || (figure.endsWith('.') && key.startsWith(figure));
