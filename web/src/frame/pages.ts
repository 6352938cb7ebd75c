// The pages of the console: one line each. `permission` is what the page needs; who lacks it does
// not see it in the menu and gets the page for what does not exist. A new page is a line here, a
// folder in views/ and its words in locales/ (its README.md).
import type { Component } from 'vue';
import type { IconName } from '@/ui/Icon.vue';

export interface PageEntry {
  path: string;
  /** The route's name; its words are nav.<name>. */
  name: string;
  permission?: string;
  /** Where it stands in the menu; without, it is reached by a link. */
  group?: 'home' | 'desk' | 'content' | 'figures' | 'urgent' | 'admin';
  icon?: IconName;
  /** It needs the room of the menu, which is folded there. */
  rail?: boolean;
  /** The areas of locales/ whose words it shows, besides those of the frame. */
  words: string[];
  view: () => Promise<{ default: Component }>;
}

export const pages: PageEntry[] = [
  { path: '/', name: 'overview', group: 'home', icon: 'house', words: ['overview'], view: () => import('@/views/overview/Overview.vue') },
  { path: '/desk', name: 'desk', permission: 'desk:read', group: 'desk', icon: 'service', rail: true, words: ['desk', 'search', 'reveal', 'bulk'], view: () => import('@/views/desk/Desk.vue') },
  { path: '/cases', name: 'cases', permission: 'cases:read', group: 'desk', icon: 'tickets', words: ['cases'], view: () => import('@/views/cases/Cases.vue') },
  { path: '/cases/:number', name: 'case', permission: 'cases:read', words: ['cases', 'reveal'], view: () => import('@/views/cases/Case.vue') },
  { path: '/supervision', name: 'supervision', permission: 'cases:supervise', group: 'desk', icon: 'bell', words: ['cases'], view: () => import('@/views/cases/Supervision.vue') },
  { path: '/ratings', name: 'ratings', permission: 'cases:read', group: 'desk', icon: 'star', words: ['ratings'], view: () => import('@/views/ratings/Ratings.vue') },
  { path: '/outbox', name: 'outbox', permission: 'outbox:own', group: 'desk', icon: 'send', words: ['outbox'], view: () => import('@/views/outbox/Outbox.vue') },
  { path: '/roster', name: 'roster', permission: 'desk:read', group: 'desk', icon: 'calendar', words: ['roster'], view: () => import('@/views/roster/Roster.vue') },
  { path: '/templates', name: 'templates', permission: 'templates:use', group: 'desk', icon: 'document', words: ['templates'], view: () => import('@/views/templates/Templates.vue') },
  { path: '/rules', name: 'rules', permission: 'rules:read', group: 'content', icon: 'collection', words: ['rules'], view: () => import('@/views/rules/Rules.vue') },
  { path: '/rules/versions', name: 'rule-sets', permission: 'rules:read', words: ['rules'], view: () => import('@/views/rules/Sets.vue') },
  { path: '/rules/:id', name: 'rule', permission: 'rules:read', words: ['rules'], view: () => import('@/views/rules/Edit.vue') },
  { path: '/rules/:id/versions', name: 'rule-versions', permission: 'rules:read', words: ['rules'], view: () => import('@/views/rules/Versions.vue') },
  { path: '/review/:id', name: 'review', permission: 'rules:read', words: ['rules'], view: () => import('@/views/rules/Review.vue') },
  { path: '/figures', name: 'figures', permission: 'indices:read', group: 'figures', icon: 'board', words: ['figures', 'filter'], view: () => import('@/views/figures/Figures.vue') },
  { path: '/figures/waits', name: 'waits', permission: 'waits:read', words: ['waits', 'figures', 'filter'], view: () => import('@/views/figures/Waits.vue') },
  { path: '/compare', name: 'compare', permission: 'indices:read', group: 'figures', icon: 'compare', words: ['compare', 'filter'], view: () => import('@/views/compare/Compare.vue') },
  { path: '/indices', name: 'indices', permission: 'indices:read', group: 'figures', icon: 'gauge', words: ['indices', 'filter'], view: () => import('@/views/indices/Indices.vue') },
  { path: '/diagnosis', name: 'diagnosis', permission: 'indices:read', group: 'figures', icon: 'diagnosis', words: ['diagnosis', 'filter'], view: () => import('@/views/diagnosis/Diagnosis.vue') },
  { path: '/reports', name: 'reports', permission: 'indices:read', group: 'figures', icon: 'document', words: ['reports', 'filter'], view: () => import('@/views/reports/Reports.vue') },
  { path: '/start', name: 'start', permission: 'start:read', words: ['start'], view: () => import('@/views/start/Start.vue') },
  { path: '/exchange', name: 'exchange', permission: 'rules:read', words: ['exchange'], view: () => import('@/views/exchange/Exchange.vue') },
  { path: '/menus', name: 'menus', permission: 'rules:read', group: 'content', icon: 'operation', words: ['menus'], view: () => import('@/views/menus/Menus.vue') },
  { path: '/texts', name: 'texts', permission: 'rules:read', group: 'content', icon: 'notebook', words: ['texts'], view: () => import('@/views/texts/Texts.vue') },
  { path: '/gaps', name: 'gaps', permission: 'questions:read', group: 'content', icon: 'aim', words: ['gaps'], view: () => import('@/views/gaps/Gaps.vue') },
  { path: '/surges', name: 'surges', permission: 'surges:read', group: 'content', icon: 'trend', words: ['surges'], view: () => import('@/views/surges/Surges.vue') },
  { path: '/pin', name: 'pin', permission: 'pins:write', group: 'urgent', icon: 'warning', words: ['pin'], view: () => import('@/views/pin/Pin.vue') },
  { path: '/accounts', name: 'accounts', permission: 'accounts:read', group: 'admin', icon: 'chat', words: ['accounts'], view: () => import('@/views/accounts/Accounts.vue') },
  { path: '/accounts/:id', name: 'account', permission: 'accounts:read', words: ['accounts', 'alarms'], view: () => import('@/views/accounts/Account.vue') },
  { path: '/calendar', name: 'calendar', permission: 'calendar:read', group: 'admin', icon: 'calendar', words: ['calendar', 'accounts', 'audit'], view: () => import('@/views/calendar/Calendar.vue') },
  { path: '/operators', name: 'operators', permission: 'operators:read', group: 'admin', icon: 'user', words: ['operators'], view: () => import('@/views/operators/Operators.vue') },
  { path: '/grants', name: 'grants', permission: 'grants:read', group: 'admin', icon: 'key', words: ['grants', 'operators'], view: () => import('@/views/grants/Grants.vue') },
  { path: '/sessions', name: 'sessions', permission: 'sessions:read', group: 'admin', icon: 'screen', words: ['sessions', 'operators'], view: () => import('@/views/sessions/Sessions.vue') },
  { path: '/policy', name: 'policy', permission: 'policy:read', group: 'admin', icon: 'setting', words: ['policy'], view: () => import('@/views/policy/Policy.vue') },
  { path: '/tokens', name: 'tokens', permission: 'tokens:read', group: 'admin', icon: 'card', words: ['tokens'], view: () => import('@/views/tokens/Tokens.vue') },
  { path: '/audit', name: 'audit', permission: 'audit:read', group: 'admin', icon: 'notebook', words: ['audit', 'sessions'], view: () => import('@/views/audit/Audit.vue') },
  { path: '/me', name: 'me', words: ['me', 'sessions', 'codes'], view: () => import('@/views/me/Me.vue') },
];

/** groups are the heads of the menu, in their order. */
export const groups = ['home', 'desk', 'content', 'figures', 'urgent', 'admin'] as const;
