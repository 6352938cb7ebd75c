// The audit log: pages of it, its check, its export.
import { address, call, read, type Query, type Schemas } from './client';

export type AuditEntry = Schemas['AuditEntry'];

/** broken names the first entry that is not as it was; without it the chain is whole. */
export interface AuditVerdict { entries: number; head_kept: boolean; broken?: string }

export const auditPage = (query: Parameters<typeof read<'/audit'>>[1], signal?: AbortSignal) => read('/audit', query, signal);
export const verifyAudit = () => call<AuditVerdict>('POST', '/audit/verify', { body: {} });
export const auditExport = (query: Query) => address('/audit/export', query);
