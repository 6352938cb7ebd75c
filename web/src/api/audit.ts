// The audit log: pages of it, its check, its export.
import { address, call, type Query } from './client';

export interface AuditEntry {
  seq: string;
  at: string;
  who: { id: string; name: string; role: string; ip?: string; request_id?: string };
  action: string;
  /** What was done, in words. */
  title: string;
  object_type: string;
  object_id: string;
  app_id?: string;
  result: string;
  reason?: string;
  changes: { field: string; before: string; after: string }[];
  prev_hash: string;
  hash: string;
}

export interface AuditPage { entries: AuditEntry[]; next: string }
export interface AuditVerdict { entries: number; head_kept: boolean; broken?: string }

export const auditPage = (query: Query, signal?: AbortSignal) => call<AuditPage>('GET', '/audit', { query, signal });
export const verifyAudit = () => call<AuditVerdict>('POST', '/audit/verify', { body: {} });
export const auditExport = (query: Query) => address('/audit/export', query);
