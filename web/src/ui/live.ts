// One stream of events for the whole browser: a browser opens six connections to a server at
// most, so that a seventh tab with a stream of its own would hang. The tab that holds the lock
// listens to the server and tells the others.
export type LiveStatus = 'connecting' | 'live' | 'polling' | 'broken';
export interface LiveEvent { name: string; data: unknown }
type Told = { event?: LiveEvent; status?: LiveStatus; hello?: true };

const names = ['counters', 'indices', 'desk', 'reset'];
const pollEvery = 10_000;
/** A break shorter than this is not worth a word: the browser connects again by itself. */
const grace = 1_500;

export class Live {
  status: LiveStatus = 'connecting';

  #listeners = new Set<(event: LiveEvent) => void>();
  #watchers = new Set<(status: LiveStatus) => void>();
  #channel = new BroadcastChannel('wenzheng-live');
  #latest = new Map<string, LiveEvent>();
  #source: EventSource | undefined;
  #timer = 0;
  #release = () => {};
  #closed = new AbortController();
  #leads = false;

  constructor(private readonly address: string) {
    this.#channel.addEventListener('message', (message: MessageEvent<Told>) => this.#told(message.data));
    if (navigator.locks) void this.#lead();
    else this.#poll();
    this.#channel.postMessage({ hello: true } satisfies Told);
  }

  /** listen calls f with each event, and at once with the latest of each kind. */
  listen(f: (event: LiveEvent) => void): () => void {
    this.#listeners.add(f);
    for (const event of this.#latest.values()) f(event);
    return () => this.#listeners.delete(f);
  }

  watch(f: (status: LiveStatus) => void): () => void {
    this.#watchers.add(f);
    f(this.status);
    return () => this.#watchers.delete(f);
  }

  close() {
    this.#closed.abort();
    this.#release();
    this.#source?.close();
    window.clearTimeout(this.#timer);
    window.clearInterval(this.#timer);
    this.#channel.close();
  }

  async #lead() {
    await navigator.locks.request('wenzheng-live', { signal: this.#closed.signal }, () => {
      this.#leads = true;
      this.#open();
      return new Promise<void>((done) => { this.#release = done; });
    }).catch(() => undefined); // the tab was closed while it waited
  }

  #open() {
    const source = new EventSource(this.address);
    this.#source = source;
    source.onopen = () => { window.clearTimeout(this.#timer); this.#say('live'); };
    source.onerror = () => {
      window.clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => {
        this.#say('broken');
        if (source.readyState !== EventSource.CLOSED) return;
        this.#timer = window.setTimeout(() => this.#open(), 5_000); // an answer that was no stream
      }, grace);
    };
    for (const name of names) {
      source.addEventListener(name, (event) => this.#pass({ name, data: parsed((event as MessageEvent<string>).data) }));
    }
  }

  #poll() {
    this.#say('polling');
    this.#timer = window.setInterval(() => { if (!document.hidden) this.#tell({ name: 'poll', data: null }); }, pollEvery);
  }

  #pass(event: LiveEvent) {
    this.#tell(event);
    this.#channel.postMessage({ event } satisfies Told);
  }

  #tell(event: LiveEvent) {
    const account = (event.data as { account?: string } | null)?.account ?? '';
    if (event.name !== 'poll') this.#latest.set(`${event.name} ${account}`, event);
    for (const f of this.#listeners) f(event);
  }

  #say(status: LiveStatus) {
    this.#become(status);
    if (this.#leads) this.#channel.postMessage({ status } satisfies Told);
  }

  #become(status: LiveStatus) {
    this.status = status;
    for (const f of this.#watchers) f(status);
  }

  #told(told: Told) {
    if (told.event && !this.#leads) this.#tell(told.event);
    if (told.status && !this.#leads) this.#become(told.status);
    if (!told.hello || !this.#leads) return;
    this.#channel.postMessage({ status: this.status } satisfies Told);
    for (const event of this.#latest.values()) this.#channel.postMessage({ event } satisfies Told);
  }
}

function parsed(text: string): unknown {
  try { return JSON.parse(text); } catch { return null; }
}
