// Which requests for approval holds keep: those of what they name, with all that became of them.
//
// Who answered stands in the chain of whichever process was asked, and the statement may come before or after: all chains
// are read for it once, as far as a line can be of one.
import { stat } from 'node:fs/promises';
import { requestOf } from '../query/found.ts';
import type { Entry } from '../query/source/entry.ts';
import { MarkedLines } from '../query/source/marked-lines.ts';
import { readPart } from '../query/source/parts.ts';
import { textOf } from '../query/source/told.ts';
import { type HoldScope, holds } from './hold.ts';

const marks = ['"approval":{', '"decision_id":"'];

/** The ids of the requests. */
export async function heldApprovals(
  files: readonly string[],
  held: readonly HoldScope[],
): Promise<ReadonlySet<string>> {
  const found = new Found(held);
  if (held.length === 0) return found.requests;
  for (const path of files) {
    const to = await sizeOf(path);
    const part = { kind: 'file', path, from: 0, to } as const;
    if (to === 0) continue;
    for await (const { entries } of readPart(part, {}, new MarkedLines(marks).mayMatter))
      for (const entry of entries) found.see(entry);
  }
  return found.requests;
}

class Found {
  readonly #held: readonly HoldScope[];
  /** By the decision that asks for them. */
  readonly #asked = new Map<string, Set<string>>();
  readonly #heldRequests = new Set<string>();
  readonly #heldDecisions = new Set<string>();

  constructor(held: readonly HoldScope[]) {
    this.#held = held;
  }

  get requests(): ReadonlySet<string> {
    const byDecision = [...this.#heldDecisions].flatMap((decision) => [...(this.#asked.get(decision) ?? [])]);
    return new Set([...this.#heldRequests, ...byDecision]);
  }

  see(entry: Entry): void {
    const request = requestOf(entry);
    const decision = textOf(entry.event.decision_id);
    if (decision !== undefined && request !== undefined) {
      const asked = this.#asked.get(decision) ?? new Set();
      this.#asked.set(decision, asked.add(request));
    }
    if (!this.#held.some((hold) => holds(hold, entry))) return;
    if (request !== undefined) this.#heldRequests.add(request);
    if (decision !== undefined) this.#heldDecisions.add(decision);
  }
}

/** 0: it went meanwhile, to make room. */
async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
