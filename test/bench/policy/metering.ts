// The same module with and without its steps counted, asked the same.
import { createRequire } from 'node:module';
import { InputBytes } from '../../../gateway/policy/engine/input/input-bytes.ts';
import { PolicyInstance } from '../../../gateway/policy/engine/instance/policy-instance.ts';
import { meterModule } from '../../../gateway/policy/engine/metering/meter-module.ts';
import type { VerifiedBundle } from '../../../gateway/policy/index.ts';
import type { Question } from './questions.ts';

type OpaWasm = typeof import('@open-policy-agent/opa-wasm');
const opaWasm = createRequire(import.meta.url)('@open-policy-agent/opa-wasm') as OpaWasm;

const entrypoint = 'gateway/statement/decision';

export type Engines = Readonly<{
  plain: (question: Question) => void;
  metered: (question: Question) => void;
  steps: (question: Question) => number;
  startInstance: () => void;
  meter: () => void;
}>;

export async function startEngines(
  { wasm, data }: VerifiedBundle,
  limits: Readonly<{ steps: number; memoryBytes: number }>,
): Promise<Engines> {
  const bytes = Uint8Array.from(wasm as Buffer);
  const plain = await opaWasm.loadPolicy(bytes, { initial: 40 });
  plain.setData(data);
  const metered = meterModule(bytes);
  const compiled = {
    module: await WebAssembly.compile(metered.bytes),
    memoryPages: metered.memoryPages,
  };
  const json = new TextEncoder().encode(JSON.stringify(data));
  const instance = new PolicyInstance(compiled, { data: json }, limits);
  const image = instance.image();
  const number = instance.entrypoints[entrypoint] as number;
  const inputs = new InputBytes();
  const known = new Map<Question, ArrayBuffer>();
  const bytesOf = (question: Question): ArrayBuffer => {
    const input = known.get(question) ?? inputs.of('statement', question.ask);
    known.set(question, input);
    return input;
  };
  return {
    plain: (question) => void plain.evaluate(bytesOf(question), number),
    metered: (question) => void instance.evaluate(number, bytesOf(question)),
    steps: (question) => {
      instance.evaluate(number, bytesOf(question));
      return limits.steps - instance.stepsLeft;
    },
    startInstance: () => void new PolicyInstance(compiled, { image }, limits),
    meter: () => void meterModule(bytes),
  };
}
