// Which events were seen: each is counted once, however often it was delivered or exported.
import type { AuditEvent } from '../../event/event.ts';

const mostByDefault = 100_000;

/** The first and the last number of what was seen without a gap. */
type Run = { from: number; to: number };

export class SeenEvents {
  readonly #most: number;
  /** By chain, in their order: whole exports are a few. */
  readonly #runs = new Map<string, Run[]>();

  /** `most`: so many runs of a chain are kept, the last ones. */
  constructor(most = mostByDefault) {
    this.#most = most;
  }

  /** True the first time. */
  isNew({ chain, seq }: Pick<AuditEvent, 'chain' | 'seq'>): boolean {
    let runs = this.#runs.get(chain);
    if (runs === undefined) {
      runs = [];
      this.#runs.set(chain, runs);
    }
    const at = firstBehind(runs, seq);
    const before = runs[at - 1];
    const behind = runs[at];
    if (before !== undefined && seq <= before.to) return false;
    const continues = before?.to === seq - 1;
    if (continues && behind?.from === seq + 1) {
      before.to = behind.to;
      runs.splice(at, 1);
    } else if (continues) before.to = seq;
    else if (behind?.from === seq + 1) behind.from = seq;
    else runs.splice(at, 0, { from: seq, to: seq });
    if (runs.length > this.#most) runs.shift();
    return true;
  }
}

/** The place of the first run that begins behind it; mostly there is none. */
function firstBehind(runs: readonly Run[], seq: number): number {
  let low = 0;
  let high = runs.length;
  if ((runs[high - 1]?.from ?? -1) <= seq) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle] as Run).from > seq) high = middle;
    else low = middle + 1;
  }
  return low;
}
