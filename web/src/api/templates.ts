// Texts that people at the desk send often: their own, and those of all, which a second person approves.
import { call, read, type Schemas } from './client';

export type Template = Schemas['Template'];

export const templates = async (account: string, signal?: AbortSignal, background = false) => (await read('/templates', { account }, signal, background)).templates;
export const addTemplate = (account: string, body: { mine: boolean; name: string; text: string }) => call<Template>('POST', '/templates', { query: { account }, body });
export const changeTemplate = (of: Template, body: { name: string; text: string }) => call<Template>('PUT', `/templates/${of.id}`, { query: { account: of.account }, body: { ...body, version: of.version } });
export const removeTemplate = (of: Template) => call<void>('DELETE', `/templates/${of.id}`, { query: { account: of.account, version: of.version } });
export const reviewTemplate = (of: Template, step: 'approve' | 'return', reason = '') => call<Template>('POST', `/templates/${of.id}/review`, { query: { account: of.account }, body: { version: of.version, step, reason } });
