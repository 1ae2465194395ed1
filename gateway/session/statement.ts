// One statement as the guard sees it: read from the message on demand, and held while the decision is pending.
import { Fault } from '../lib/index.ts';
import { type BindValues, readBindValues } from '../wire/index.ts';
import type { Statement, StatementPath, TransactionState } from './decide.ts';
import type { PreparedStatement } from './names.ts';

/** What a statement may ask of the session it stands in. */
export interface StatementHost {
  readonly transaction: TransactionState;
  ask(sql: string): Promise<readonly (readonly (string | null)[])[]>;
}

/** Where a Bind message keeps its values, when it arrived whole. */
export type ValuesPlace = Readonly<{ bytes: Buffer; start: number; end: number }>;

export class HeldStatement implements Statement {
  readonly path: StatementPath;
  readonly text: string | undefined;
  readonly prepared: PreparedStatement | undefined;
  readonly functionOid: number | undefined;
  readonly #host: StatementHost;
  readonly #values: ValuesPlace | undefined;
  #abort: AbortController | undefined;
  #withdrawn = false;
  #released = false;

  constructor(
    host: StatementHost,
    path: StatementPath,
    text: string | undefined,
    prepared?: PreparedStatement,
    values?: ValuesPlace,
    functionOid?: number,
  ) {
    this.#host = host;
    this.path = path;
    this.text = text;
    this.prepared = prepared;
    this.#values = values;
    this.functionOid = functionOid;
  }

  get transaction(): TransactionState {
    return this.#host.transaction;
  }

  // Made on demand: most decisions are made at once and never look.
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#withdrawn) this.#abort.abort();
    return this.#abort.signal;
  }

  values(): BindValues | undefined {
    const place = this.#values;
    return place && readBindValues(place.bytes, place.start, place.end);
  }

  ask(sql: string): Promise<readonly (readonly (string | null)[])[]> {
    // Once the messages behind it go on, a question could stand in the middle of one of them.
    if (this.#released) return Promise.reject(new Fault('statement_cancelled'));
    return this.#host.ask(sql);
  }

  /** It is decided, and stands in front of the others no longer. */
  release(): void {
    this.#released = true;
  }

  withdraw(): void {
    this.#released = true;
    this.#withdrawn = true;
    this.#abort?.abort();
  }
}
