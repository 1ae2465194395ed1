// The line of several events that is being put together: what comes within a millisecond goes into it.
//
// Its form is that of event/statements-line.ts. Each statement runs through here twice, and what it costs is seen in
// every transaction: it writes bytes, and makes no objects.
import { checkOfBytes } from '../event/statements-line.ts';
import { type Lines, sign } from './lines.ts';
import { type CompleteAnswer, type LineContext, NAMED_BYTES } from './statement-context.ts';

const { comma, quote, opening, closing } = sign;

/** Counts the lines of all journals: a context knows by it whether it stands in this one. */
let lines = 0;

export class OpenLine {
  /** As many as `#named`. */
  readonly #contexts: (LineContext | undefined)[] = [];
  #named = 0;
  #number = 0;
  #count = 0;
  #start = -1;
  #entry = 0;
  #time = Number.NaN;

  get isOpen(): boolean {
    return this.#start >= 0;
  }

  /** Where it begins. */
  get start(): number {
    return this.#start;
  }

  /** An event of now may go into it: it has the time of the line, which may have begun a millisecond before. */
  takes(now: number): boolean {
    return this.#start >= 0 && (now === this.#time || now === this.#time + 1);
  }

  /** What stands in front of the entries comes next. */
  begin(now: number, into: Lines): void {
    lines += 1;
    this.#number = lines;
    this.#count = 0;
    this.#start = into.length;
    this.#time = now;
  }

  intent(context: LineContext, seq: number, parameters: { write: (into: Lines) => void }, into: Lines): void {
    this.#beginEntry(context, into);
    into.byte(comma);
    parameters.write(into);
    this.#endEntry(seq, into);
  }

  outcome(
    context: LineContext,
    seq: number,
    statement: number,
    microseconds: number,
    { rows, bytes, affected, tag }: CompleteAnswer,
    into: Lines,
  ): void {
    this.#beginEntry(context, into);
    into.byte(comma);
    into.number(statement);
    into.byte(comma);
    into.number(microseconds);
    into.byte(comma);
    into.number(rows);
    into.byte(comma);
    into.number(bytes);
    into.byte(comma);
    into.number(affected);
    into.byte(comma);
    into.byte(quote);
    into.ascii(tag);
    into.byte(quote);
    this.#endEntry(seq, into);
  }

  #beginEntry(context: LineContext, into: Lines): void {
    if (this.#count > 0) into.byte(comma);
    this.#count += 1;
    this.#entry = into.length;
    const { place } = context;
    if (place.line !== this.#number) {
      place.line = this.#number;
      place.at = this.#named;
      this.#contexts[this.#named++] = context;
    }
    into.byte(opening);
    into.number(place.at);
  }

  #endEntry(seq: number, into: Lines): void {
    const check = checkOfBytes(into.whole, this.#entry, into.length, seq);
    into.byte(comma);
    into.number(check);
    into.byte(closing);
  }

  /** All that is hashed of it is there then. */
  end(into: Lines): void {
    into.ascii('],"of":[');
    for (let at = 0; at < this.#named; at++) {
      if (at > 0) into.byte(comma);
      into.bytes((this.#contexts[at] as LineContext).named, 0, NAMED_BYTES);
      this.#contexts[at] = undefined;
    }
    this.#named = 0;
    into.ascii('],"count":');
    into.number(this.#count);
    this.#start = -1;
  }
}
