// Words in the language of the reader. Chinese is in the first load, English comes when asked for.
import { createI18n } from 'vue-i18n';
import zh from './locales/zh';

export type Language = 'zh' | 'en';

type Words = typeof zh;

const i18n = createI18n<[Words], Language, false>({ legacy: false, locale: 'zh', fallbackLocale: 'zh', messages: { zh } as { zh: Words; en: Words }, missingWarn: false, fallbackWarn: false });

export default i18n;

function chosen(): Language {
  try { return localStorage.getItem('language') === 'en' ? 'en' : 'zh'; } catch { return 'zh'; }
}

export const language = () => i18n.global.locale.value;

export async function setLanguage(language: Language): Promise<void> {
  if (language === 'en' && !Object.hasOwn(i18n.global.messages.value, 'en')) {
    i18n.global.setLocaleMessage('en', (await import('./locales/en')).default);
  }
  i18n.global.locale.value = language;
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  try { localStorage.setItem('language', language); } catch { /* storage is switched off */ }
}

/** restoreLanguage is called before the first paint of the application. */
export const restoreLanguage = () => setLanguage(chosen());
