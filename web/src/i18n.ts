// Words in the language of the reader, one file of locales/ per area and language. Those of the frame
// are in the first load; those of a page are asked for together with the page (withWords).
import { createI18n, type MessageCompiler, type MessageContext } from 'vue-i18n';

export type Language = 'zh' | 'en';

/** compiled fills the {holes} of a message: all our words need of the library's own compiler, a third of its size. */
const compiled: MessageCompiler<string, string> = (message) => ({ named }: MessageContext<string>) => message.replace(/\{(\w+)\}/g, (_, hole: string) => String(named(hole) ?? ''));

const i18n = createI18n({ messageCompiler: compiled, legacy: false, locale: 'zh', fallbackLocale: [], messages: {}, missingWarn: false, fallbackWarn: false });

export default i18n;

const files = import.meta.glob<{ default: Record<string, unknown> }>('./locales/*.{zh,en}.ts');
/** wanted are the areas something has asked for: another language needs them too. */
const wanted = new Set(['frame']);
const loading = new Map<string, Promise<void>>();

function load(area: string, language: Language): Promise<void> {
  const file = `./locales/${area}.${language}.ts`;
  const found = loading.get(file) ?? files[file]!().then((words) => i18n.global.mergeLocaleMessage(language, words.default));
  loading.set(file, found);
  found.catch(() => loading.delete(file)); // asked for again the next time
  return found;
}

/** withWords asks for a view and the words of its areas together: no key is ever seen. */
export const withWords = <T>(areas: string[], view: () => Promise<T>) => async (): Promise<T> => {
  for (const area of areas) wanted.add(area);
  const [found] = await Promise.all([view(), ...areas.map((area) => load(area, language()))]);
  return found;
};

export const language = () => i18n.global.locale.value as Language;

export async function setLanguage(language: Language): Promise<void> {
  let had: number;
  do { // a page may have asked for its words meanwhile
    had = wanted.size;
    await Promise.all([...wanted].map((area) => load(area, language)));
  } while (wanted.size > had);
  i18n.global.locale.value = language;
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  try { localStorage.setItem('language', language); } catch { /* storage is switched off */ }
}

function chosen(): Language {
  try { return localStorage.getItem('language') === 'en' ? 'en' : 'zh'; } catch { return 'zh'; }
}

/** restoreLanguage is called before the first paint of the application. */
export const restoreLanguage = () => setLanguage(chosen());
