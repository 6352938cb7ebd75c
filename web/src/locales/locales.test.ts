import { expect, test } from 'vitest';

type Words = { [key: string]: string | Words };
const files = import.meta.glob<Words>('./*.{zh,en}.ts', { eager: true, import: 'default' });
const sources = import.meta.glob<string>('/src/**/*.{vue,ts}', { eager: true, query: '?raw', import: 'default' });
const areas = [...new Set(Object.keys(files).map((file) => file.replace(/^\.\/(\w+)\.\w+\.ts$/, '$1')))];
const of = (area: string, language: string) => files[`./${area}.${language}.ts`] ?? {};

function keys(words: Words, prefix = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) => (typeof value === 'object' ? keys(value, `${prefix}${key}.`) : [prefix + key]));
}

function holes(words: Words): string[] {
  return Object.values(words).flatMap((value) => (typeof value === 'object' ? holes(value) : [(String(value).match(/\{\w+\}/g) ?? []).sort().join()]));
}

test.each(areas)('both languages say the same things: %s', (area) => {
  expect(keys(of(area, 'en'))).toEqual(keys(of(area, 'zh')));
  expect(holes(of(area, 'en'))).toEqual(holes(of(area, 'zh')));
});

/** areaOf gives the area a first part of a key belongs to. */
const areaOf = new Map(areas.flatMap((area) => Object.keys(of(area, 'zh')).map((head) => [head, area] as const)));

test('no two areas share the first part of a key', () => {
  const heads = areas.flatMap((area) => Object.keys(of(area, 'zh')));
  expect(heads.filter((head, i) => heads.indexOf(head) !== i)).toEqual([]);
});

/** lists are where views are asked for, with their words. */
const lists = ['/src/frame/pages.ts', '/src/frame/router.ts', '/src/App.vue'];

/** codes are English words by the codes of the server, which look like keys. */
const codes = /^\/src\/api\/english/;

/** shown are the areas of the words a file of src shows, itself and by what it imports. */
function shown(file: string, seen = new Set<string>(), found = new Set<string>()): Set<string> {
  const text = sources[file];
  if (text === undefined || seen.has(file) || lists.includes(file) || codes.test(file)) return found;
  seen.add(file);
  for (const [, head] of text.matchAll(/['`]([a-z_]+)\.[a-z_$]/g)) {
    const area = areaOf.get(head!);
    if (area) found.add(area);
  }
  for (const [, from] of text.matchAll(/(?:from|import\() ?'([^']+)'/g)) {
    const path = new URL(from!.replace(/^@\//, '/src/'), `file://${file}`).pathname;
    for (const end of ['', '.ts']) shown(path + end, seen, found);
  }
  return found;
}

const views = lists.flatMap((list) => [...sources[list]!.matchAll(/(?:words: |withWords\()\[([^\]]*)\].*?import\('@(\/views\/[^']+)'\)/g)]
  .map(([, words, view]) => ({ view: `/src${view}`, words: [...words!.matchAll(/'(\w+)'/g)].map((m) => m[1]!) })));

test('every view asked for by a list is looked at', () => {
  expect(views.length).toBeGreaterThan(15);
  expect(views.flatMap((v) => v.words).filter((area) => !areas.includes(area))).toEqual([]);
});

test.each(views)('$view asks for the words it shows, and for no others', ({ view, words }) => {
  const needed = [...shown(view)].filter((area) => area !== 'frame').sort();
  expect([...words].sort()).toEqual(needed);
});

test('the frame, which is there before any page, shows only its own words', () => {
  expect([...shown('/src/frame/Frame.vue'), ...shown('/src/views/missing/Missing.vue')].filter((area) => area !== 'frame')).toEqual([]);
});
