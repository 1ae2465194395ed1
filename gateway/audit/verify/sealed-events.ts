// Stands before the check of a chain: holds back shipped events that were sealed together until their line can be judged.
import { AwaitedLine } from './awaited-line.ts';
import type { ChainCheck, ChainReport } from './chain-check.ts';
import { type Evidence, linkedWithin, type Sealed } from './evidence.ts';
import { altered } from './flaws.ts';

/** A message, where something came that is no event. */
type Arrival = Evidence | Sealed | string;

export class SealedEvents {
  readonly #check: ChainCheck;
  #open: AwaitedLine | undefined;
  /** Since the line was opened, in the order in which it came, which is judged as well. */
  #arrived: Arrival[] = [];

  constructor(check: ChainCheck) {
    this.#check = check;
  }

  see(event: Evidence | Sealed): void {
    const open = this.#open;
    // Sinks get events at least once: what is there already needn't wait for the others of its line.
    if (this.#check.knows(event)) this.#check.see(linked(event));
    else if (open === undefined && !isSealed(event)) this.#check.see(event);
    else if (open === undefined) this.#hold(event);
    else if (isSealed(event) && event.seq <= open.last) this.#hold(event);
    else if (event.seq < open.first) this.#arrived.push(event);
    else this.#seeBehind(event, open);
  }

  seeUnreadable(message: string): void {
    if (this.#open === undefined) this.#check.seeUnreadable(message);
    else this.#arrived.push(message);
  }

  end(): ChainReport {
    if (this.#open !== undefined) this.#settle(this.#open);
    return this.#check.end();
  }

  #hold(event: Evidence | Sealed): void {
    if (!isSealed(event)) return;
    this.#arrived.push(event);
    if (this.#open === undefined) this.#open = new AwaitedLine(event);
    else this.#open.add(event);
    if (this.#open.isDone()) this.#settle(this.#open);
  }

  /** It doesn't belong to the line, which is not waited for any longer. */
  #seeBehind(event: Evidence | Sealed, open: AwaitedLine): void {
    const { first, last } = open;
    const isFlawed = this.#settle(open, event.seq);
    if (event.seq > last || isFlawed) {
      this.see(event);
      return;
    }
    const message = `event ${first} says that it was sealed together with this one, which says otherwise: one of them was changed`;
    this.#check.see({ ...event, flaw: event.flaw ?? altered(message) });
  }

  /** Hands on what came, and says whether there was something wrong with it; `next` comes behind. */
  #settle(open: AwaitedLine, next = 0): boolean {
    const { flaws, missing } = open.judge();
    const arrived = this.#arrived;
    this.#open = undefined;
    this.#arrived = [];
    let isMissing = missing !== undefined && missing.first !== next;
    for (const one of arrived) {
      if (typeof one === 'string') {
        this.#check.seeUnreadable(one);
        continue;
      }
      if (missing !== undefined && isMissing && one.seq > missing.first) {
        this.#check.seeMissing({ ...missing, instead: one.seq });
        isMissing = false;
      }
      this.#check.see({ ...linked(one), flaw: one.flaw ?? flaws.get(one.seq) });
    }
    if (missing !== undefined && isMissing) this.#check.seeMissing({ ...missing, instead: next });
    return flaws.size > 0;
  }
}

const isSealed = (event: Evidence | Sealed): event is Sealed => 'sealed' in event;

const linked = (event: Evidence | Sealed): Evidence =>
  isSealed(event) && event.together !== undefined ? linkedWithin(event, event.together) : event;
