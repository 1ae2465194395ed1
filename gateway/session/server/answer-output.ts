// Where answers are put out for the client: what is said in front of them, and what those who watch them learn of it.
import { backend, type MessageScanner } from '../../wire/index.ts';
import { watchedOf } from '../answer-to.ts';
import { watchedBy } from '../exchange.ts';
import type { Expectation } from '../expectation.ts';
import type { MaskedMessages } from '../masking/masked-messages.ts';
import type { Notices } from '../notices.ts';
import { ClientTap } from '../watch/client-tap.ts';
import type { WatchedAnswer } from '../watch/watched-answer.ts';
import type { Watches } from '../watch/watches.ts';

export class AnswerOutput {
  /** Set by whoever wires the scanner to its visitor. */
  scanner!: MessageScanner;
  readonly #watches: Watches;
  readonly #masked: MaskedMessages;

  constructor(watches: Watches, masked: MaskedMessages) {
    this.#watches = watches;
    this.#masked = masked;
  }

  say(notices: Notices): void {
    const bytes = notices.take();
    if (bytes !== undefined) this.scanner.insertBefore(bytes);
  }

  /** What is put out from here on is of whatever is to be answered now, for those who record it. */
  turnTapTo(head: Expectation | undefined): void {
    this.turnTap(head?.answer.to === 'client' ? watchedBy(head) : undefined);
  }

  /** What is put out from here on is of this answer. */
  turnTap(watched: WatchedAnswer | undefined): void {
    const watches = this.#watches;
    const isRecorded = watched?.watch.message !== undefined;
    if (watches.tap === undefined && !isRecorded) return;
    watches.tap ??= new ClientTap();
    watches.tap.turnTo(isRecorded ? watched : undefined, this.scanner.outputBytes);
  }

  /** Rows of this type are forwarded without a visit, until they end. */
  rowsPass(type: number): void {
    this.scanner.passThrough[type] = 1;
  }

  rowsEnd(head: Expectation | undefined): void {
    const { scanner } = this;
    scanner.passThrough[backend.dataRow] = 0;
    scanner.passThrough[backend.copyData] = 0;
    const watched = head === undefined ? undefined : watchedOf(head.answer);
    if (watched !== undefined) {
      watched.passed(scanner.passed, scanner.passedBytes);
      watched.cells += this.#masked.takeCells();
    }
    scanner.passed = 0;
    scanner.passedBytes = 0;
  }
}
