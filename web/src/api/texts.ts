// What an account says beside its rules, and the words it listens for; changed by one person, approved by another.
import { call, read, type Schemas } from './client';

export type Text = Schemas['Text'];
export type TextDraft = Schemas['TextDraft'];
export type TextVersion = Schemas['TextVersion'];

export const texts = async (account: string, signal?: AbortSignal, background = false) => (await read('/texts', { account }, signal, background)).texts;
export const textVersions = async (account: string, key: string, signal?: AbortSignal) => (await call<Schemas['TextVersions']>('GET', `/texts/${key}/versions`, { query: { account }, signal })).versions;
export const saveText = (account: string, key: string, body: Schemas['TextSave']) => call<Text>('PUT', `/texts/${key}`, { query: { account }, body });
export const stepText = (account: string, key: string, body: Schemas['TextStep']) => call<Text>('POST', `/texts/${key}/steps`, { query: { account }, body });
export const reviewText = (account: string, key: string, body: Schemas['TextReview']) => call<Text>('POST', `/texts/${key}/reviews`, { query: { account }, body });
