// From verified bundles to a policy that can be asked: it is tried in a thread, and then started here.
import { type Clock, type Log, OffThread, OffThreadError } from '../../../lib/index.ts';
import { BundleRefused } from '../../bundle/bundle-refused.ts';
import type { VerifiedBundle } from '../../bundle/verified-bundle.ts';
import { EvaluationFailed } from '../instance/evaluation-failed.ts';
import { InstancePool } from '../instance/instance-pool.ts';
import { PolicyInstance } from '../instance/policy-instance.ts';
import { assembleSet, type BundleSet } from './bundle-set.ts';
import type { Prepared, PrepareInput, preparePolicy } from './prepare-job.ts';
import { smokeResults } from './smoke-input.ts';

export type PolicyOptions = Readonly<{
  /** Of one evaluation. */
  steps: number;
  memoryBytes: number;
  log: Log;
  clock: Clock;
}>;

/** What a policy is made of once it passed. */
export type PolicyParts = Readonly<{
  revision: string;
  metadata: Readonly<Record<string, unknown>>;
  entrypoints: Readonly<Record<string, number>>;
  instances: InstancePool;
  log: Log;
}>;

const job = { module: import.meta.resolve('./prepare-job.ts'), name: 'preparePolicy' };
const threadLimits = { waiting: 1, milliseconds: 120_000, megabytes: 1024 };

/** Throws {@link BundleRefused}. */
export async function stagePolicy(
  bundles: readonly VerifiedBundle[],
  { steps, memoryBytes, log }: PolicyOptions,
): Promise<PolicyParts> {
  const set = assembleSet(bundles);
  const limits = { steps, memoryBytes };
  const { wasm, data, testInputs, name, revision, metadata } = set;
  const prepared = await prepare(set, { wasm, data, testInputs, limits });
  const { memoryPages, image, smoke, entrypoints } = prepared;
  const compiled = { module: await WebAssembly.compile(prepared.module), memoryPages };

  const build = (): PolicyInstance => {
    const instance = new PolicyInstance(compiled, { image }, limits);
    // An instance can be damaged without a word: this one has said what the others said.
    if (smokeResults(instance) !== smoke)
      throw new EvaluationFailed('aborted', 'a new instance decides otherwise');
    return instance;
  };
  const ownLog = log.child({ bundle: name });
  return { revision, metadata, entrypoints, instances: new InstancePool(build, ownLog), log: ownLog };
}

async function prepare({ name }: BundleSet, input: PrepareInput): Promise<Prepared> {
  const thread = new OffThread(threadLimits);
  try {
    const output = await thread.run<PrepareInput, ReturnType<typeof preparePolicy>>(job, input);
    if ('prepared' in output) return output.prepared;
    const { code, message } = output.refused;
    throw new BundleRefused(code, message, { bundle: name });
  } catch (error) {
    if (!(error instanceof OffThreadError)) throw error;
    const took =
      error.reason === 'timed_out' ? 'it took too long to try it' : 'trying it failed unexpectedly';
    throw new BundleRefused('staging_failed', took, { bundle: name, cause: error });
  } finally {
    await thread.close();
  }
}
