// Somebody who looks on while a session runs: lines of JSON, as many as there is room for, and a mark where some are missing.

/** Takes whole lines. */
export type Send = (lines: string) => void;

/** Of one message, with the statement that it answers. */
export type AnswerLine = Readonly<{ time: string; statement: string; kind: string }>;
export type EventLine = Readonly<{ type?: unknown; id?: unknown; statement?: unknown }>;

/** Lines are sent together this often. */
const SEND_MS = 100;
/** Rows that come to more than this in that time are left out: the session waits for nobody who watches it. */
const MOST = 256 * 1024;
/** What isn't a row finds room behind them. */
const MOST_WITH_OTHERS = 2 * MOST;
/** Ends of statements that began in the room there was are few and short; not even they may take all memory. */
const MOST_WITH_ENDS = 16 * MOST;
/** That nothing happens is told this often, so that a connection that is gone is noticed. */
const HEARTBEAT_MS = 5_000;

const ends: ReadonlySet<string> = new Set(['complete', 'suspended', 'error']);

export class Watcher {
  readonly #send: Send;
  #lines = '';
  /** Rows, by their statements, since the last mark that says so. */
  readonly #rowsLeftOut = new Map<string, number>();
  #othersLeftOut = 0;
  /** Statements that began when there was no room: nothing of them is told. */
  readonly #untold = new Set<string>();
  /** Those whose columns were left out: their rows would have no names. */
  readonly #headless = new Set<string>();
  #quietMs = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(send: Send) {
    this.#send = send;
    this.#timer = setInterval(() => this.#flush(), SEND_MS).unref();
  }

  /** Nothing has to be made of what would be left out. */
  get hasRoom(): boolean {
    return this.#lines.length < MOST;
  }

  get #hasRoomForOthers(): boolean {
    return this.#lines.length < MOST_WITH_OTHERS;
  }

  event(event: EventLine): void {
    const { type, id } = event;
    const statement = String(event.statement ?? id);
    const isOutcome = type === 'statement.outcome';
    const isUntold = isOutcome ? this.#untold.delete(statement) : this.#untold.has(statement);
    if (isOutcome) this.#headless.delete(statement);
    if (isUntold) return;
    if (isOutcome || type === 'session.ended') this.#end(statement, { kind: 'event', event });
    else if (this.#hasRoomForOthers) this.#add({ kind: 'event', event });
    else {
      this.#othersLeftOut += 1;
      if (type === 'statement.intent') this.#untold.add(statement);
    }
  }

  answer(line: AnswerLine): void {
    const { statement, kind } = line;
    if (this.#untold.has(statement)) return;
    if (kind === 'columns') this.#columns(line);
    else if (ends.has(kind)) this.#end(statement, line);
    else if (kind === 'notice' || kind === 'notification') {
      if (this.#hasRoomForOthers) this.#add(line);
      else this.#othersLeftOut += 1;
    } else if (this.hasRoom && !this.#headless.has(statement)) {
      this.#mark(statement);
      this.#add(line);
    } else this.leaveOutRow(statement);
  }

  leaveOutRow(statement: string): void {
    if (this.#untold.has(statement)) return;
    this.#rowsLeftOut.set(statement, (this.#rowsLeftOut.get(statement) ?? 0) + 1);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#flush();
  }

  #columns(line: AnswerLine): void {
    if (this.#hasRoomForOthers) {
      this.#headless.delete(line.statement);
      this.#add(line);
    } else this.#headless.add(line.statement);
  }

  /** Without it, what comes next would be taken for a part of this. */
  #end(statement: string, line: object): void {
    this.#mark(statement);
    if (this.#lines.length < MOST_WITH_ENDS) this.#add(line);
    else this.#othersLeftOut += 1;
  }

  /** In the place of the rows that are missing. */
  #mark(statement: string): void {
    const rows = this.#rowsLeftOut.get(statement);
    if (rows === undefined) return;
    this.#rowsLeftOut.delete(statement);
    this.#add({ time: new Date().toISOString(), statement, kind: 'dropped', rows });
  }

  #add(line: object): void {
    this.#lines += `${JSON.stringify(line)}\n`;
  }

  #flush(): void {
    for (const statement of [...this.#rowsLeftOut.keys()]) this.#mark(statement);
    if (this.#othersLeftOut > 0)
      this.#add({ time: new Date().toISOString(), kind: 'dropped', frames: this.#othersLeftOut });
    this.#othersLeftOut = 0;
    this.#quietMs = this.#lines === '' ? this.#quietMs + SEND_MS : 0;
    if (this.#quietMs >= HEARTBEAT_MS) {
      this.#add({ kind: 'heartbeat', time: new Date().toISOString() });
      this.#quietMs = 0;
    }
    const lines = this.#lines;
    this.#lines = '';
    if (lines !== '') this.#send(lines);
  }
}
