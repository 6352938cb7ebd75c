// 工单: matters that an office handles under a number.
import { address, call, file, read, type Schemas } from './client';

export type Case = Schemas['Case'];
export type CaseDetail = Schemas['CaseDetail'];
export type Supervised = Schemas['SupervisedCase'];
export type Photo = Schemas['CasePhoto'];
export type CaseEvent = Schemas['CaseEvent'];
export type Kind = Case['kind'];
export type Box = 'open' | 'mine' | 'review' | 'overdue' | 'final' | 'all';
export type Reason = Supervised['reasons'][number];
export type Step = 'accept' | 'reject' | 'assign' | 'return' | 'ask' | 'extend' | 'draft' | 'submit' | 'approve' | 'refuse' | 'reopen' | 'urge';
export interface CaseFilter { account?: string[]; box?: Box; kind?: Kind; unit?: string; q?: string; sort?: 'due' | 'newest'; after?: string; limit?: number }
export interface NewCase { key: string; kind: Kind; text: string; topic?: string; district?: string; place?: string; phone?: string; public?: boolean; complex?: boolean; conversation?: string; conversation_version?: string }
export interface EventWords { text?: string; unit?: string; handler?: string; days?: number; complex?: boolean; of?: '' | 'extension' }

export const cases = (filter: CaseFilter, signal?: AbortSignal, background?: boolean) => read('/cases', filter, signal, background);
export const casesFile = (filter: CaseFilter, format: 'csv' | 'xlsx') => address('/cases/export', { ...filter, format });
export const one = (account: string, number: string, signal?: AbortSignal, background?: boolean) => call<CaseDetail>('GET', `/cases/${number}`, { query: { account }, signal, background });
export const submitCase = (account: string, body: NewCase) => call<CaseDetail>('POST', '/cases', { query: { account }, body });
export const caseStep = (c: Pick<Case, 'account' | 'number' | 'version'>, event: Step, words: EventWords) => call<CaseDetail>('POST', `/cases/${c.number}/events`, { query: { account: c.account }, body: { version: c.version, event, ...words } });
export const supervision = (filter: { account?: string[]; reason?: Reason; after?: string; limit?: number }, signal?: AbortSignal, background?: boolean) => read('/cases/supervision', filter, signal, background);
export const reveal = (c: CaseDetail, reason: string) => call<Schemas['RevealedCase']>('POST', `/cases/${c.number}/reveal`, { query: { account: c.account }, body: { reason } });
type Whose = Pick<Case, 'account' | 'number'>;
export const photoAddress = (c: Whose, n: number) => address(`/cases/${c.number}/photos/${n}`, { account: c.account });
export const photo = (c: Whose, n: number) => file(`/cases/${c.number}/photos/${n}`, { account: c.account });
export type ImportedCases = Schemas['ImportedCases'];
export const importCases = (account: string, file: File, source: string, look: boolean) =>
  call<ImportedCases>('POST', '/cases/import', { query: { account, name: file.name, source, dry_run: look }, content: file });
