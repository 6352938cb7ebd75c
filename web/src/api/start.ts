// A new account, from its keys to the first citizen who is answered.
import { call, read, type Schemas } from './client';

export type Progress = Schemas['Progress'];
export type ProgressStep = Schemas['ProgressStep'];
export type FirstTry = Schemas['FirstTry'];
export type ImportedReplies = Schemas['ImportedReplies'];

export const progress = (account: string[], signal?: AbortSignal, background?: boolean) => read('/start', account.length > 0 ? { account } : {}, signal, background);
export { checkAccount } from './accounts';
export const autoReplies = (id: string, look: boolean) => call<ImportedReplies>('POST', `/accounts/${id}/auto-replies`, { body: { dry_run: look } });
export const tryFirst = (account: string, text: string) => call<FirstTry>('POST', '/start/try', { query: { account }, body: { text } });
export const stepAll = (account: string, step: 'submit' | 'approve' | 'publish') =>
  call<{ rules: number }>('POST', step === 'submit' ? '/start/submit' : '/start/review', { query: { account }, body: { step } });
