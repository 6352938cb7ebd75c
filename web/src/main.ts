import { createApp } from 'vue';
import '@/ui/tokens.css';
import '@/ui/base.css';
import App from './App.vue';
import { sayErrors } from '@/api/client';
import { router } from '@/frame/router';
import { restore } from '@/frame/session';
import i18n, { language, restoreLanguage } from '@/i18n';

sayErrors(async (code, said) => (language() === 'en' ? (await import('@/api/english')).refusalInEnglish(code, said) : said));

async function start() {
  // Who is there decides which page is shown: without an answer the sign-in page says so.
  await Promise.all([restoreLanguage(), restore().catch(() => undefined)]);
  createApp(App).use(i18n).use(router).mount('#app');
}

void start();
