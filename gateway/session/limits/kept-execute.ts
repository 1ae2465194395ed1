// An Execute that is held to limits: what the client has sent behind it waits, so that all of its segment can fail.
import { randomUUID } from 'node:crypto';
import { serialize } from 'pg-protocol';
import { backend, encodeMessage, errorResponse, Verdict } from '../../wire/index.ts';
import { Expectation, Kind } from '../expectation.ts';
import { substituteExecute } from '../substitution.ts';
import { askChangedRows, type Counted } from './changed-rows-question.ts';
import { KeptRun } from './kept-run.ts';

export class KeptExecute extends KeptRun {
  protected isRunning = true;

  /** What is sent in front of it. */
  prelude(): Buffer | undefined {
    return this.counts ? askChangedRows(this.host.exchange, 'open', this.countedBefore) : undefined;
  }

  protected get canStop(): boolean {
    return this.rows.fault !== undefined;
  }

  sees(type: number, bodyLength: number, bytes: Buffer, start: number, end: number): Verdict | undefined {
    switch (type) {
      case backend.commandComplete:
        return this.seesEnd(bytes, start, end, this.counts);
      case backend.portalSuspended:
        // More than there is room for was asked for: the client is told that it has all.
        if (this.rows.cutting) this.held = this.rows.completed('SELECT 0');
        else {
          this.held = encodeMessage(type, bytes.subarray(start, end));
          this.isSuspended = true;
        }
        if (!this.counts && this.rows.fault === undefined) this.tellHeld();
        return Verdict.drop;
      default:
        return this.seesRows(type, bodyLength, bytes, start);
    }
  }

  acts(type: number): void {
    if (!ends.has(type)) return;
    this.isRunning = false;
    if (this.rows.fault !== undefined) this.#fail();
    else if (this.counts) {
      this.host.send(askChangedRows(this.host.exchange, 'flush', (counted) => this.#counted(counted)));
    } else this.#succeed();
  }

  instead(): Buffer | undefined {
    const { fault } = this.rows;
    return fault && errorResponse('ERROR', fault);
  }

  goesOn(): void {}

  segmentFailed(): void {
    this.end();
  }

  #counted(counted: Counted): void {
    this.judge(counted);
    if (this.rows.fault === undefined) {
      this.noteRan();
      this.#succeed();
    } else this.#fail();
  }

  #succeed(): void {
    this.tellHeld();
    this.end();
  }

  /** The server is given something that fails the transaction, in which all of it is undone. */
  #fail(): void {
    const { fault } = this.rows;
    const { exchange } = this.host;
    if (fault === undefined) return;
    // Nothing was changed, and the Sync that was sent behind it has ended its transaction.
    if (!exchange.segmentOpen) {
      this.host.tell(errorResponse('ERROR', fault));
      this.end();
      return;
    }
    this.current = new Expectation(Kind.execute, { to: 'denial', denial: fault });
    exchange.sent(this.current);
    this.host.send(Buffer.concat([substituteExecute(randomUUID()), serialize.flush()]));
  }
}

/** What an Execute is answered last. */
const ends: ReadonlySet<number> = new Set([
  backend.commandComplete,
  backend.portalSuspended,
  backend.emptyQueryResponse,
]);
