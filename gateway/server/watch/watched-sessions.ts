// The sessions of one process that somebody watches: their events, and what their clients are told, as it is.
import { MessageReader } from '../../wire/index.ts';
import type { Recorder } from '../audit/followed-statement.ts';
import type { EventListener } from './heard-journal.ts';
import { type Send, Watcher } from './watcher.ts';

type Watching = Readonly<{ watcher: Watcher; over: () => void }>;

export class WatchedSessions {
  readonly #sessions = new Map<string, Set<Watching>>();

  /** Returns what ends it; `over` is called when the session has ended. */
  watch(session: string, send: Send, over: () => void): () => void {
    const watching: Watching = { watcher: new Watcher(send), over };
    const all = this.#sessions.get(session) ?? new Set();
    this.#sessions.set(session, all.add(watching));
    return () => {
      watching.watcher.close();
      all.delete(watching);
      if (all.size === 0) this.#sessions.delete(session);
    };
  }

  get listener(): EventListener {
    return {
      hears: (session) => this.isWatched(session),
      event: (session, event) => {
        for (const { watcher } of this.#sessions.get(session) ?? []) watcher.event(event);
      },
    };
  }

  /** Asked for each statement, and mostly nobody watches. */
  isWatched(session: string): boolean {
    return this.#sessions.size > 0 && this.#sessions.has(session);
  }

  /** Whoever watches when a statement begins sees its answer. */
  of(session: string, statement: string): Recorder | undefined {
    const all = this.#sessions.get(session);
    if (all === undefined) return undefined;
    const reader = new MessageReader();
    return {
      message: (type, bytes, start, end) => {
        const watchers = [...all].map(({ watcher }) => watcher);
        // A row that nobody has room for isn't even read.
        if (!watchers.some(({ hasRoom }) => hasRoom) && type === ROW) {
          for (const watcher of watchers) watcher.leaveOutRow(statement);
          return;
        }
        const step = reader.read(type, bytes.subarray(start, end));
        const time = new Date().toISOString();
        if (step !== undefined) for (const watcher of watchers) watcher.answer({ time, statement, ...step });
      },
    };
  }

  ended(session: string): void {
    const all = this.#sessions.get(session);
    this.#sessions.delete(session);
    for (const { watcher, over } of all ?? []) {
      watcher.close();
      over();
    }
  }
}

/** DataRow. */
const ROW = 0x44;
