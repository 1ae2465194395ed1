// Has the parts of an audit decided anew by as many threads as there are processors, and puts together what they counted.
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Part, SeenEvents, Tally, type TallyDocument, type TimeRange } from '../../../audit/index.ts';
import { CommandError } from '../../command.ts';
import { copiesIn } from './first-copies.ts';
import type { FromJudge, JudgingData, ToJudge } from './judging-thread.ts';

export type JudgingRequest = Readonly<{
  bundle: Uint8Array;
  name: string;
  range: TimeRange;
  parts: readonly Part[];
  /** Of what was read since the last call. */
  onProgress: (bytes: number, recorded: number) => void;
}>;

const program = new URL(`./judging-thread${extname(import.meta.url)}`, import.meta.url);

export async function judgeAcrossThreads(request: JudgingRequest): Promise<TallyDocument> {
  const { bundle, name, range } = request;
  // The largest first, so that none is left alone with much at the end.
  const waiting = [...request.parts].sort((a, b) => b.to - b.from - (a.to - a.from));
  const tally = new Tally();
  const seen = new SeenEvents();
  const threads = Math.max(1, Math.min(availableParallelism(), waiting.length));
  const workers = Array.from({ length: threads }, () => {
    const workerData: JudgingData = { bundle, name, range };
    return new Worker(program, { workerData });
  });
  try {
    await Promise.all(workers.map((worker) => work(worker, { ...request, waiting, tally, seen })));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return tally.document();
}

type Work = Pick<JudgingRequest, 'onProgress'> &
  Readonly<{ waiting: Part[]; tally: Tally; seen: SeenEvents }>;

function work(worker: Worker, { onProgress, waiting, tally, seen }: Work): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const part = waiting.shift();
      if (part === undefined) resolve();
      else worker.postMessage({ part } satisfies ToJudge);
    };
    worker.on('message', (message: FromJudge) => {
      if ('claim' in message) worker.postMessage({ copies: copiesIn(message.claim, seen) } satisfies ToJudge);
      else if ('bytes' in message) onProgress(message.bytes, message.recorded);
      else if ('failed' in message) reject(new CommandError(message.failed));
      else {
        tally.join(message.tally);
        next();
      }
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new CommandError(`a thread ended with ${code}`)));
    next();
  });
}
