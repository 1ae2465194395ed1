// One statement on its way through npm pg: values stay the text that the server sent, COPY output is passed on.

import type { Connection, Submittable } from 'pg';
import type { Column, Row } from './table.ts';

/** What one statement came back with; a simple query can bring several results. */
export type StatementResult = { columns: Column[]; rows: Row[]; tag: string | undefined };

type FieldMessage = Readonly<{ fields: ReadonlyArray<Readonly<{ name: string; dataTypeID: number }>> }>;
type CopyConnection = Connection & { sendCopyFail(message: string): void };

/** The calls are those that npm pg makes on a query object. */
export class StatementQuery implements Submittable {
  /** Rejects with what the server or the connection said. */
  readonly done: Promise<StatementResult[]>;
  readonly #results: StatementResult[] = [];
  readonly #text: string;
  readonly #onCopyData: (chunk: Buffer) => void;
  readonly #settle: PromiseWithResolvers<StatementResult[]>;
  #open: StatementResult | undefined;

  constructor(text: string, onCopyData: (chunk: Buffer) => void) {
    this.#text = text;
    this.#onCopyData = onCopyData;
    this.#settle = Promise.withResolvers();
    this.done = this.#settle.promise;
  }

  submit(connection: Connection): void {
    connection.query(this.#text);
  }

  handleRowDescription(message: FieldMessage): void {
    const columns = message.fields.map(({ name, dataTypeID }) => ({ name, typeOid: dataTypeID }));
    this.#open = { columns, rows: [], tag: undefined };
    this.#results.push(this.#open);
  }

  handleDataRow(message: Readonly<{ fields: Row }>): void {
    this.#open?.rows.push(message.fields);
  }

  handleCommandComplete(message: Readonly<{ text: string }>): void {
    if (this.#open === undefined) this.#results.push({ columns: [], rows: [], tag: message.text });
    else this.#open.tag = message.text;
    this.#open = undefined;
  }

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFail('portcullis sql cannot send data for COPY: use psql');
  }

  handleCopyData(message: Readonly<{ chunk: Buffer }>): void {
    this.#onCopyData(message.chunk);
  }

  handleError(error: Error): void {
    this.#settle.reject(error);
  }

  handleReadyForQuery(): void {
    this.#settle.resolve(this.#results);
  }
}
