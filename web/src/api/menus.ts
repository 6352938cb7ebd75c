// The menu below the chat of an account: the draft, what was published, what citizens see now.
import { address, call, read, type Schemas } from './client';

export type AccountMenu = Schemas['AccountMenu'];
export type MenuButton = Schemas['MenuButton'];
export type MenuBook = Schemas['MenuBook'];
export type MenuLive = Schemas['MenuLive'];
export type MenuVersion = Schemas['MenuVersion'];
export type MenuChange = Schemas['MenuChange'];
export type MenuFinding = Schemas['MenuFinding'];
export type MenuStep = 'submit' | 'take_back' | 'discard' | 'approve' | 'return' | 'publish';

export const menu = (account: string, signal?: AbortSignal, background?: boolean) => read('/menus', { account }, signal, background);
export const liveMenu = (account: string, signal?: AbortSignal, background?: boolean) => read('/menus/live', { account }, signal, background);
export const menuVersion = (account: string, version: string) => call<MenuVersion>('GET', `/menus/versions/${version}`, { query: { account } });
export const menuFile = (account: string) => address('/menus/export', { account });
export const saveMenu = (account: string, said: Schemas['MenuSave']) => call<MenuVersion>('PUT', '/menus', { query: { account }, body: said });
export const importMenu = (account: string) => call<Schemas['ImportedMenu']>('POST', '/menus/import', { query: { account } });
export const stepMenu = (account: string, step: MenuStep, revision: string, reason = '') =>
  call<MenuVersion>('POST', ['approve', 'return', 'publish'].includes(step) ? '/menus/review' : '/menus/steps', { query: { account }, body: { step, revision, reason } });
