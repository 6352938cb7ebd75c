// How the program is, as /readyz tells everybody: in words and by codes.
import { ApiError, type Schemas } from './client';

export interface Health { status: 'ok' | 'degraded' | 'unable'; reasons: string[]; problems: Schemas['Reason'][] }

/** health is the answer of /readyz; 503 means that no citizen is answered, and says why. */
export async function health(signal?: AbortSignal): Promise<Health> {
  const response = await fetch('/readyz', { signal, cache: 'no-store' }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw new ApiError(0, 'offline', '');
  });
  return await response.json() as Health;
}
