// A thread that decides recorded inputs anew: it gets parts of the audit one after the other, and answers with what it counted.
import { parentPort, workerData } from 'node:worker_threads';
import {
  Judge,
  mayBeDecided,
  type Part,
  readPart,
  type TallyDocument,
  type TimeRange,
} from '../../../audit/index.ts';
import type { Policy } from '../../../policy/index.ts';
import { stageBundle } from '../replay/open-policy.ts';
import { type Claim, firstCopies } from './first-copies.ts';

export type JudgingData = Readonly<{ bundle: Uint8Array; name: string; range: TimeRange }>;
export type ToJudge = Readonly<{ part: Part }> | Readonly<{ copies: ReadonlySet<string> }>;
export type FromJudge =
  | Readonly<{ bytes: number; recorded: number }>
  /** Which of these came before? */
  | Readonly<{ claim: Claim }>
  | Readonly<{ tally: TallyDocument }>
  | Readonly<{ failed: string }>;

const { bundle, name, range } = workerData as JudgingData;
const send = (message: FromJudge): void => parentPort?.postMessage(message);
let staged: Promise<Judge> | undefined;
let told: ((copies: ReadonlySet<string>) => void) | undefined;

parentPort?.on('message', (message: ToJudge) => {
  if ('copies' in message) told?.(message.copies);
  else void judgePart(message.part);
});

const ask = (claim: Claim): Promise<ReadonlySet<string>> =>
  new Promise((resolve) => {
    told = resolve;
    send({ claim });
  });

async function judgePart(part: Part): Promise<void> {
  try {
    staged ??= stageBundle(Buffer.from(bundle), name).then(({ policy }) => new Judge(candidateOf(policy)));
    const judge = await staged;
    for await (const { entries, bytes, unreadable } of readPart(part, range, mayBeDecided)) {
      // A database has dropped copies by itself.
      const first = part.kind === 'rows' ? entries : await firstCopies(entries, ask);
      for (const entry of first) judge.judge(entry);
      judge.tally.unreadable(unreadable);
      send({ bytes, recorded: entries.length });
    }
    send({ tally: judge.take() });
  } catch (error) {
    send({ failed: error instanceof Error ? error.message : String(error) });
  }
}

type Keys = ReturnType<Policy['inputKey']>;

function candidateOf(policy: Policy): ConstructorParameters<typeof Judge>[0] {
  const keys: Readonly<Record<'connect' | 'statement', Keys>> = {
    connect: policy.inputKey('connect'),
    statement: policy.inputKey('statement'),
  };
  return {
    decide: (phase, input) => policy.decide(phase, input),
    keyOf: (phase, input) => keys[phase].of(input),
    reads: (phase, part, ...path) => keys[phase].reads(part, ...path),
  };
}
