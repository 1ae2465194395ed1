// The line of several events that is being put together: what comes within milliseconds goes into it.
//
// Its form is that of event/statements-line.ts. Each statement runs through here twice, and what it costs is seen in
// every transaction: it writes bytes, makes no objects, and is short.
import { checkOfBytes } from '../event/statements-line.ts';
import { type Lines, putNumber, sign } from './lines.ts';
import { type JournaledStatement, type LineContext, NAMED_BYTES } from './statement-context.ts';

const { comma, quote, opening, closing } = sign;

/** More than an entry takes beside its parameters and its text. */
const ENTRY_MOST = 512;
/** As far as an event's time may be from that of its line. */
const LINE_MS = 10;
/** What is hashed at once, and read again where it has to be judged. */
const LINE_MOST = 64 * 1024;

/** The numbers of an outcome: put in turn, so that what puts one stands once in the code. */
const said = new Float64Array(5);

/** Counts the lines of all journals: a context knows by it whether it stands in this one. */
let lines = 0;

export class OpenLine {
  #number = 0;
  /** Contexts and events that stand in it. */
  #named = 0;
  #count = 0;
  #start = -1;
  #time = Number.NaN;

  get isOpen(): boolean {
    return this.#start >= 0;
  }

  /** Where it begins. */
  get start(): number {
    return this.#start;
  }

  get count(): number {
    return this.#count;
  }

  /** What stood before it is gone. */
  moved(): void {
    this.#start = 0;
  }

  /** Events of now may go into it: they have its time. */
  takes(now: number, { length }: Lines): boolean {
    const since = now - this.#time;
    return this.#start >= 0 && since >= 0 && since < LINE_MS && length - this.#start < LINE_MOST;
  }

  /** What stands in front of its events comes next. */
  begin(now: number, into: Lines): void {
    lines += 1;
    this.#number = lines;
    this.#named = 0;
    this.#count = 0;
    this.#start = into.length;
    this.#time = now;
  }

  /** One that holds so many already, and takes no more. */
  resume(count: number): void {
    this.#count = count;
    this.#start = 0;
  }

  intent(statement: JournaledStatement, seq: number, into: Lines): void {
    const entry = this.#beginEntry(statement.context.intent, into);
    statement.writeIntent(into);
    endEntry(entry, into.length, seq, into);
  }

  outcome(statement: JournaledStatement, seq: number, into: Lines): void {
    const entry = this.#beginEntry(statement.context.outcome, into);
    const { rows, bytes, affected, tag } = statement.answer;
    said[0] = statement.seq;
    said[1] = statement.microseconds;
    said[2] = rows;
    said[3] = bytes;
    said[4] = affected;
    const room = into.room(ENTRY_MOST);
    let at = into.length;
    for (const number of said) {
      at = putNumber(room, at, number);
      room[at++] = comma;
    }
    room[at++] = quote;
    for (let index = 0; index < tag.length; index++) room[at++] = tag.charCodeAt(index);
    room[at++] = quote;
    endEntry(entry, at, seq, into);
  }

  /** Gives where it begins. */
  #beginEntry({ place, named }: LineContext, into: Lines): number {
    const room = into.room(ENTRY_MOST);
    let at = into.length;
    if (this.#count > 0) room[at++] = comma;
    this.#count += 1;
    if (place.line !== this.#number) {
      place.line = this.#number;
      place.at = this.#named++;
      room.set(named, at);
      at += NAMED_BYTES;
    }
    const entry = at;
    room[at++] = opening;
    at = putNumber(room, at, place.at);
    room[at++] = comma;
    into.ends(at);
    return entry;
  }

  /** All that is hashed of it is there then. */
  end(into: Lines): void {
    into.add(`],"count":${this.#count}`);
    this.#start = -1;
  }
}

function endEntry(start: number, end: number, seq: number, into: Lines): void {
  into.ends(end);
  const room = into.room(ENTRY_MOST);
  const check = checkOfBytes(room, start, end, seq);
  let at = end;
  room[at++] = comma;
  at = putNumber(room, at, check);
  room[at++] = closing;
  into.ends(at);
}
