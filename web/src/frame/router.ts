import { createRouter, createWebHistory } from 'vue-router';
import { pages } from './pages';
import { may, session } from './session';
import { withWords } from '@/i18n';

declare module 'vue-router' {
  interface RouteMeta {
    permission?: string;
    /** Shown without a session and without the frame. */
    open?: boolean;
    /** The page needs the room of the menu. */
    rail?: boolean;
  }
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/sign-in', name: 'sign-in', meta: { open: true }, component: withWords(['signin', 'codes'], () => import('@/views/signin/SignInPage.vue')) },
    { path: '/welcome', name: 'welcome', meta: { open: true }, component: withWords(['signin', 'codes'], () => import('@/views/signin/Welcome.vue')) },
    ...pages.map((p) => ({ path: p.path, name: p.name, component: withWords(p.words, p.view), meta: { permission: p.permission, rail: p.rail } })),
    { path: '/:rest(.*)*', name: 'missing', component: () => import('@/views/missing/Missing.vue') },
  ],
  scrollBehavior: (_to, from, saved) => saved ?? (_to.path === from.path ? undefined : { top: 0 }),
});

router.beforeEach((to) => {
  if (to.meta.open) return true;
  if (!session.value) return { name: 'sign-in', query: to.fullPath === '/' ? {} : { back: to.fullPath } };
  if (may(to.meta.permission)) return true;
  return { name: 'missing', params: { rest: to.path.slice(1).split('/') }, query: to.query, replace: true };
});

/** ours is an address of this console to go to after signing in, or undefined. */
export function ours(back: unknown): string | undefined {
  if (typeof back !== 'string' || !back.startsWith('/') || back.startsWith('//') || back.includes('\\')) return undefined;
  return router.resolve(back).matched.length > 0 ? back : undefined;
}
