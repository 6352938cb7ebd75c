// The list of waits: page after page by the server's cursor, and all of it for a file.
import { call, type Schemas } from '@/api/client';
import { useScope } from '@/frame/useScope';
import { useAsk } from '@/ui/useAsk';
import { useFurther } from '@/ui/useFurther';
import { useQuery } from '@/ui/useQuery';
import { inTurn } from './asks';
import { question, waitDefaults } from './drill';
import type { WaitRow } from './waitWords';

export type WaitPage = Schemas['WaitPage'];
const onScreen = 100;
const inFile = 200;
/** mostInFile keeps a file within what a browser and a spreadsheet bear. */
export const mostInFile = 20_000;

export function useWaits() {
  const scope = useScope();
  const query = useQuery({ ...waitDefaults });
  const { asked } = query;

  const page = (signal: AbortSignal, limit: number, after?: string, asOf?: string) => inTurn(signal, () => {
    // Pages of one list are of one moment.
    const filters = { ...asked.value, as_of: asked.value.as_of || asOf || '' };
    return call<WaitPage>('GET', `/waits?${question(scope.ids.value, filters, { after, limit })}`, { signal });
  });
  const first = useAsk((signal) => page(signal, onScreen), { of: () => scope.ids.value.join(), watch: asked, empty: (p) => p.waits.length === 0 });
  const further = useFurther(first, (p) => p.waits, (signal, after) => page(signal, onScreen, after, first.data.value?.as_of));

  /** whole reads every row of the list, as of the moment it shows. */
  async function whole(signal: AbortSignal): Promise<{ rows: WaitRow[]; cut: boolean }> {
    const list: WaitRow[] = [];
    let after: string | undefined;
    do {
      const answer = await page(signal, inFile, after, first.data.value?.as_of);
      list.push(...answer.waits);
      after = answer.next;
    } while (after && list.length < mostInFile);
    return { rows: list, cut: Boolean(after) };
  }
  return { scope, ...query, first, ...further, whole };
}
