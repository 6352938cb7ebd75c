// Operators, grants and everybody's sessions: what the administrators' pages ask.
import { call, read, type Schemas } from './client';

export type Grant = Schemas['Grant'];
export type Operator = Schemas['Operator'];
export type Invitation = Schemas['Invitation'];

const at = (id: string, what: string) => `/operators/${encodeURIComponent(id)}/${what}`;

export const operators = (signal?: AbortSignal) => read('/operators', undefined, signal);
export const addOperator = (name: string, displayName: string) => call<Invitation>('POST', '/operators', { body: { name, display_name: displayName } });
export const disableOperator = (id: string) => call<unknown>('POST', at(id, 'disable'), { body: {} });
export const enableOperator = (id: string) => call<unknown>('POST', at(id, 'enable'), { body: {} });
export const resetOperator = (id: string) => call<Invitation>('POST', at(id, 'reset'), { body: {} });
export const unlockOperator = (id: string) => call<unknown>('POST', at(id, 'unlock'), { body: {} });

export const grants = (signal?: AbortSignal) => read('/grants', undefined, signal);
export const grant = (operatorId: string, list: Grant[]) => call<unknown>('PUT', '/grants', { body: { operator_id: operatorId, grants: list } });
