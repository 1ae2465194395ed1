// What a decision has the client told: sentences in front of the first answer to what was decided, each once.
import { noticeResponse } from '../wire/index.ts';

export class Notices {
  #unsaid: readonly string[];

  constructor(sentences: readonly string[]) {
    this.#unsaid = sentences;
  }

  /** NoticeResponses; undefined when they were said. A portal is executed as often as its rows are fetched. */
  take(): Buffer | undefined {
    const sentences = this.#unsaid;
    if (sentences.length === 0) return undefined;
    this.#unsaid = [];
    return Buffer.concat(sentences.map((message) => noticeResponse({ sqlstate: NO_CONDITION, message })));
  }
}

/** SQLSTATE of what is neither an error nor a warning. */
const NO_CONDITION = '00000';

export const noticesOf = (sentences: readonly string[] | undefined): Notices | undefined =>
  sentences === undefined || sentences.length === 0 ? undefined : new Notices(sentences);
