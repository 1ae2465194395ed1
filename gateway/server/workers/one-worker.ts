// One worker process, as the process that started it sees it.
import type { Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Health, ProcessMetrics } from '../../admin/index.ts';
import { Fault } from '../../lib/index.ts';
import { type FaultText, type FromWorker, Questions, type ToWorker } from './messages.ts';

export class OneWorker {
  readonly #process: Worker;
  readonly #questions = new Questions();
  /** What it said last of itself. */
  health: Health | undefined;
  metrics: ProcessMetrics | undefined;
  /** The principals of its sessions, one for each session. */
  readonly entered: string[] = [];

  constructor(process: Worker) {
    this.#process = process;
  }

  get isThere(): boolean {
    return this.#process.isConnected();
  }

  send(message: ToWorker): void {
    if (this.isThere) this.#process.send(message);
  }

  /** Undefined where it is not there, or ends before it answers. */
  async ask<Answer>(question: (id: number) => ToWorker): Promise<Answer | undefined> {
    if (!this.isThere) return undefined;
    return await this.#questions.ask<Answer | undefined>((id) => this.send(question(id)));
  }

  /** Undefined also where it has nothing to say in the time. */
  async askWithin<Answer>(
    milliseconds: number,
    question: (id: number) => ToWorker,
  ): Promise<Answer | undefined> {
    return await Promise.race([this.ask<Answer>(question), sleep(milliseconds, undefined, { ref: false })]);
  }

  answered({ id, fault, api, sessions, retention }: Extract<FromWorker, { kind: 'done' }>): void {
    this.#questions.done(id, fault, api ?? sessions ?? retention);
  }

  /** Answers its question, once the work is done. */
  answer(id: number, work: Promise<void>, then?: () => void): void {
    work.then(
      () => {
        then?.();
        this.send({ kind: 'done', id });
      },
      (thrown: unknown) => this.send({ kind: 'done', id, fault: faultText(thrown) }),
    );
  }

  /** With the process its sessions have ended: nothing that it was asked needs an answer any more. */
  gone(): void {
    this.#questions.abandon();
  }

  async drain(): Promise<void> {
    const exited = new Promise<void>((resolve) => this.#process.once('exit', () => resolve()));
    this.send({ kind: 'drain' });
    await exited;
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}

function faultText(thrown: unknown): FaultText {
  return thrown instanceof Fault
    ? { code: thrown.code, parameters: thrown.parameters }
    : { code: 'internal_error', parameters: {} };
}
