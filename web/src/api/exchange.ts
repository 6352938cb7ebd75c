// Rules as files: what a file would change, and files of the rules there are.
import { address, call, type Schemas } from './client';

export type ImportedRules = Schemas['ImportedRules'];
export const formats = ['xlsx', 'csv', 'yaml'] as const;

export const importRules = (account: string, file: File, look: boolean) =>
  call<ImportedRules>('POST', '/rules/import', { query: { account, name: file.name, dry_run: look }, content: file });
export const exportAddress = (account: string, format: (typeof formats)[number], drafts: boolean) => address('/rules/export', { account, format, drafts });
