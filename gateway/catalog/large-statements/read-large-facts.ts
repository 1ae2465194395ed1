// The facts of a statement that is too long for the event loop: a thread finds them, and asks here what it doesn't know.
import { type Job, type OffThread, OffThreadError, type OffThreadReason } from '../../lib/index.ts';
import type { FactsAnswer, FactsRequest } from '../facts/read-facts.ts';
import { answerCatalogQuestion } from './catalog-questions.ts';
import type { FactsInput, FactsJobQuestion } from './facts-job.ts';

/** Parsing, analysis and facts take about 0.5 ms a kilobyte: up to here they hold the others up for 8 ms at most. */
export const mostInlineCharacters = 16_384;

const job: Job<FactsInput, FactsAnswer> = {
  module: import.meta.resolve('./facts-job.ts'),
  name: 'factsInThread',
};

/**
 * As `readFacts`. The thread waits for whatever it asks: it must be another one than the resolver's, which would wait
 * for it in turn. A thread that fails makes the statement one of which nothing is known.
 */
export async function readLargeFacts(thread: OffThread, request: FactsRequest): Promise<FactsAnswer> {
  const { text, parameterTypes, searchPath, endsQuietly = false, statementBytes, catalog } = request;
  const { version, majorVersion, eventTriggers } = catalog;
  const input = {
    text,
    parameterTypes,
    searchPath,
    endsQuietly,
    statementBytes,
    catalog: { version, majorVersion, eventTriggers },
  };
  const answer = (asked: unknown): unknown => {
    const question = asked as FactsJobQuestion;
    switch (question.ask) {
      case 'catalog':
        return answerCatalogQuestion(catalog, question);
      case 'resolve':
        return request.resolve(...question.parameters);
      case 'named':
        return request.named(...question.parameters);
      default:
        return question satisfies never;
    }
  };
  try {
    return await thread.run(job, input, answer);
  } catch (error) {
    if (!(error instanceof OffThreadError)) throw error;
    return { kind: 'unknown', reason: { reason: 'too_large', because: sentences[error.reason] } };
  }
}

const sentences: Readonly<Record<OffThreadReason, string>> = {
  busy: 'too many long statements are being read at the moment',
  closed: 'the gateway is about to stop',
  timed_out: 'the statement takes too long to be read',
  crashed: 'the statement takes too much memory to be read',
  failed: 'the facts of the long statement could not be derived',
};
