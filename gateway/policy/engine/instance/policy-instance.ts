// One running instance of a policy's module with its data: inputs go in, results come out, and the steps are counted.
import { createRequire } from 'node:module';
import { stepsExport } from '../metering/meter-module.ts';
import { EvaluationFailed } from './evaluation-failed.ts';
import type { PolicyExports } from './exports.ts';
import { createHost } from './host.ts';

type OpaWasm = typeof import('@open-policy-agent/opa-wasm');
// Its module for `import` leaves out the class that takes an instance of one's own.
const { LoadedPolicy } = createRequire(import.meta.url)('@open-policy-agent/opa-wasm') as OpaWasm;

export type InstanceLimits = Readonly<{
  /** Of one evaluation. */
  steps: number;
  /** Of the data, the input and everything on the way, together. */
  memoryBytes: number;
}>;

export type CompiledPolicy = Readonly<{
  /** Metered. */
  module: WebAssembly.Module;
  /** The smallest memory that it can start with. */
  memoryPages: number;
}>;

const pageBytes = 65_536;
/** What reading the data costs at most: each byte is looked at a few times. */
const stepsPerDataByte = 64;
const stepsOfAnySetup = 10_000_000;
const mostSteps = 0x7fff_ffff;

export class PolicyInstance {
  readonly #policy: InstanceType<OpaWasm['LoadedPolicy']>;
  readonly #steps: WebAssembly.Global;
  readonly #limits: InstanceLimits;
  #usable = true;

  /** `data` is JSON. Throws {@link EvaluationFailed}. */
  constructor(
    { module, memoryPages }: CompiledPolicy,
    data: Uint8Array<ArrayBuffer>,
    limits: InstanceLimits,
  ) {
    const maximum = Math.max(memoryPages, Math.floor(limits.memoryBytes / pageBytes));
    const memory = new WebAssembly.Memory({ initial: memoryPages, maximum });
    const host = createHost(memory);
    const instance = new WebAssembly.Instance(module, host.imports);
    const exports = instance.exports as unknown as PolicyExports;
    this.#limits = limits;
    this.#steps = exports[stepsExport];
    this.#policy = this.#counted(
      Math.min(mostSteps, stepsOfAnySetup + data.length * stepsPerDataByte),
      () => {
        host.attach(exports);
        const policy = new LoadedPolicy(
          { instance, module },
          memory,
          exports.opa_wasm_abi_minor_version.value,
        );
        policy.setData(asArrayBuffer(data));
        return policy;
      },
    );
  }

  /** The names of the entry points with the number of each. */
  get entrypoints(): Readonly<Record<string, number>> {
    return this.#policy.entrypoints;
  }

  get memoryBytes(): number {
    return this.#policy.mem.buffer.byteLength;
  }

  /** What is left of the last evaluation's steps. */
  get stepsLeft(): number {
    return this.#steps.value;
  }

  /** False after a failure: then its memory may be damaged. */
  get usable(): boolean {
    return this.#usable;
  }

  /**
   * The results of an entry point: none where it is undefined, else one. `input` is JSON, in a buffer of its own.
   * Throws {@link EvaluationFailed}; the instance is of no use afterwards.
   */
  evaluate(entrypoint: number, input: ArrayBuffer): readonly { readonly result: unknown }[] {
    if (!this.#usable) throw new EvaluationFailed('aborted', 'the instance failed before');
    return this.#counted(this.#limits.steps, () => this.#policy.evaluate(input, entrypoint));
  }

  #counted<Result>(steps: number, run: () => Result): Result {
    this.#steps.value = steps;
    try {
      return run();
    } catch (error) {
      this.#usable = false;
      throw this.#failure(error);
    }
  }

  #failure(error: unknown): EvaluationFailed {
    if (this.#steps.value < 0) return new EvaluationFailed('steps', undefined, error);
    if (error instanceof EvaluationFailed) return error;
    if (error instanceof RangeError && /call stack/.test(error.message))
      return new EvaluationFailed('depth', undefined, error);
    // The library's own throws are strings; a memory that can't grow for the input is a RangeError of the engine.
    if (error instanceof RangeError) return new EvaluationFailed('memory', undefined, error);
    return new EvaluationFailed('aborted', undefined, error);
  }
}

function asArrayBuffer(bytes: Uint8Array<ArrayBuffer>): ArrayBuffer {
  const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  return whole ? bytes.buffer : bytes.slice().buffer;
}
