// What citizens said of answers.
import { read, type Schemas } from './client';

export type Ratings = Schemas['Ratings'];
export type Rated = Schemas['Rated'];

export const ratings = (filter: { account?: string[]; from?: string; to?: string }, signal?: AbortSignal, background?: boolean) => read('/ratings', filter, signal, background);
