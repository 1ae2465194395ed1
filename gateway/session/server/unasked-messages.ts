// What the server says at any boundary, whatever is expected: notices, notifications, and what its settings are.
import { Fault } from '../../lib/index.ts';
import { backend, encodeMessage, readCstring, Verdict } from '../../wire/index.ts';
import type { Exchange } from '../exchange.ts';
import { withheld } from '../masking/withheld-words.ts';
import { isReported } from '../reported-settings.ts';
import type { AnswerOutput } from './answer-output.ts';
import { unexpected } from './unexpected.ts';
import type { Withholding } from './withholding.ts';

export type UnaskedMessagesOptions = Readonly<{
  exchange: Exchange;
  pinned: Readonly<Record<string, string>>;
  /** As the guard says. */
  filters?: boolean;
  /** The server has said what application_name is now. */
  onApplicationName: (name: string) => void;
}>;

export class UnaskedMessages {
  readonly #exchange: Exchange;
  readonly #options: UnaskedMessagesOptions;
  readonly #output: AnswerOutput;
  readonly #withholding: Withholding;

  constructor(options: UnaskedMessagesOptions, output: AnswerOutput, withholding: Withholding) {
    this.#options = options;
    this.#exchange = options.exchange;
    this.#output = output;
    this.#withholding = withholding;
  }

  notice(bytes: Buffer, start: number, end: number): Verdict {
    if (!this.#isForClient) return Verdict.drop;
    const head = this.#exchange.queue.head;
    this.#output.turnTapTo(head);
    this.#exchange.kept?.goesOn();
    if (!this.#withholding.withholds(head)) return Verdict.forward;
    this.#output.scanner.insertBefore(withheld(backend.noticeResponse, bytes, start, end));
    return Verdict.drop;
  }

  /** At a low client_min_messages, notices repeat the text of what the gateway itself has sent. */
  get #isForClient(): boolean {
    const to = this.#exchange.queue.head?.answer.to;
    return to !== 'listener' && to !== 'denial';
  }

  /** Behind the process that sent it stands its channel. */
  notification(bytes: Buffer, start: number, end: number): Verdict {
    this.#output.turnTapTo(this.#exchange.queue.head);
    if (!this.#options.filters) return Verdict.forward;
    const channel = readCstring(bytes, start + 4, end)?.text;
    const isExpected = channel !== undefined && this.#exchange.state.channels.has(channel);
    return isExpected ? Verdict.forward : Verdict.drop;
  }

  parameterStatus(bytes: Buffer, start: number, end: number): Verdict {
    this.#output.turnTapTo(this.#exchange.queue.head);
    const name = readCstring(bytes, start, end);
    const value = name && readCstring(bytes, name.end, end);
    if (value === undefined) throw unexpected(backend.parameterStatus);
    const want = this.#options.pinned[name?.text ?? ''];
    if (want !== undefined && value.text !== want) {
      throw new Fault('pinned_setting_changed', { name: name?.text ?? '', want });
    }
    this.#exchange.state.context.reported(name?.text ?? '');
    if (name?.text === 'application_name') {
      this.#options.onApplicationName(value.text);
      // The client keeps the name that it chose.
      if (this.#exchange.queue.head?.answer.to === 'listener') return Verdict.drop;
    } else if (this.#options.filters && !isReported(name?.text ?? '')) return Verdict.drop;
    const { kept } = this.#exchange;
    if (kept === undefined) return Verdict.forward;
    const report = encodeMessage(backend.parameterStatus, bytes.subarray(start, end));
    return kept.tellBehind(report) ? Verdict.drop : Verdict.forward;
  }
}
