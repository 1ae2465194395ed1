// A thread that decides recorded inputs anew: it gets parts of the audit one after the other, and answers with what it counted.
import { parentPort, workerData } from 'node:worker_threads';
import { Judge, type Part, readDecided, type TallyDocument, type TimeRange } from '../../../audit/index.ts';
import type { Policy } from '../../../policy/index.ts';
import { stageBundle } from '../replay/open-policy.ts';

export type JudgingData = Readonly<{ bundle: Uint8Array; name: string; range: TimeRange }>;
export type ToJudge = Readonly<{ part: Part }>;
export type FromJudge =
  | Readonly<{ bytes: number; recorded: number }>
  | Readonly<{ tally: TallyDocument }>
  | Readonly<{ failed: string }>;

const { bundle, name, range } = workerData as JudgingData;
const send = (message: FromJudge): void => parentPort?.postMessage(message);
let staged: Promise<Judge> | undefined;

parentPort?.on('message', async ({ part }: ToJudge) => {
  try {
    staged ??= stageBundle(Buffer.from(bundle), name).then(({ policy }) => new Judge(candidateOf(policy)));
    const judge = await staged;
    for await (const { entries, bytes, unreadable } of readDecided(part, range)) {
      for (const entry of entries) judge.judge(entry);
      judge.tally.unreadable(unreadable);
      send({ bytes, recorded: entries.length });
    }
    send({ tally: judge.take() });
  } catch (error) {
    send({ failed: error instanceof Error ? error.message : String(error) });
  }
});

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
