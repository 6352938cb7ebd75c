// Questions of the dashboard. The server computes two at once and refuses a third for a moment, so
// they wait in line here, and a refusal because of somebody else's is tried again.
import { ApiError } from '@/api/client';

const atOnce = 2;
const patience = [1_000, 2_000, 4_000];

let running = 0;
const line: (() => void)[] = [];

async function enter(signal: AbortSignal): Promise<void> {
  if (running >= atOnce) {
    await new Promise<void>((go, stop) => {
      const turn = () => { signal.removeEventListener('abort', left); go(); };
      const left = () => {
        const at = line.indexOf(turn);
        if (at >= 0) line.splice(at, 1);
        stop(signal.reason);
      };
      line.push(turn);
      signal.addEventListener('abort', left, { once: true });
    });
  }
  running++;
}

function leave() {
  running--;
  line.shift()?.();
}

const pause = (ms: number, signal: AbortSignal) => new Promise<void>((go, stop) => {
  const timer = setTimeout(go, ms);
  signal.addEventListener('abort', () => { clearTimeout(timer); stop(signal.reason); }, { once: true });
});

/** inTurn runs a question when it is its turn, and again when the server was busy. */
export async function inTurn<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    signal.throwIfAborted();
    await enter(signal);
    try {
      return await ask();
    } catch (fault) {
      if (!(fault instanceof ApiError) || fault.status !== 503 || tries >= patience.length) throw fault;
    } finally {
      leave();
    }
    await pause(patience[tries]!, signal);
  }
}
