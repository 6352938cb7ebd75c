import { createApp } from 'vue';
import '@/ui/tokens.css';
import '@/ui/base.css';
import App from './App.vue';
import { router } from '@/frame/router';
import { restore } from '@/frame/session';
import i18n, { restoreLanguage } from '@/i18n';

async function start() {
  // Who is there decides which page is shown: without an answer the sign-in page says so.
  await Promise.all([restoreLanguage(), restore().catch(() => undefined)]);
  createApp(App).use(i18n).use(router).mount('#app');
}

void start();
