// One running instance of a policy's module with its data: inputs go in, results come out, and the steps are counted.
import { createRequire } from 'node:module';
import { stepsExport } from '../metering/meter-module.ts';
import { EvaluationFailed } from './evaluation-failed.ts';
import { type PolicyExports, readText } from './exports.ts';
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

/** The memory of an instance that has its data: another instance begins where this one was. */
export type PolicyImage = Readonly<{
  /** Shared between threads: it is handed over without a copy. */
  memory: Uint8Array<SharedArrayBuffer>;
  data: number;
  heap: number;
}>;

/** Data is JSON. */
export type PolicySource = Readonly<{ data: Uint8Array<ArrayBuffer> }> | Readonly<{ image: PolicyImage }>;

export type Results = readonly { readonly result: unknown }[];
export type ReadResults<R> = (json: string) => R;

const pageBytes = 65_536;
/** What reading the data costs at most: each byte is looked at a few times. */
const stepsPerDataByte = 64;
const stepsOfAnySetup = 10_000_000;
const mostSteps = 0x7fff_ffff;

export class PolicyInstance {
  readonly #policy: InstanceType<OpaWasm['LoadedPolicy']>;
  readonly #exports: PolicyExports;
  readonly #steps: WebAssembly.Global;
  readonly #limits: InstanceLimits;
  readonly #builtIns: readonly string[];
  #usable = true;

  /** Throws {@link EvaluationFailed}, or what the engine throws for a module that doesn't fit. */
  constructor({ module, memoryPages }: CompiledPolicy, source: PolicySource, limits: InstanceLimits) {
    const maximum = Math.max(memoryPages, Math.floor(limits.memoryBytes / pageBytes));
    const memory = new WebAssembly.Memory({ initial: memoryPages, maximum });
    const host = createHost(memory);
    const instance = new WebAssembly.Instance(module, host.imports);
    const exports = instance.exports as unknown as PolicyExports;
    this.#limits = limits;
    this.#exports = exports;
    this.#steps = exports[stepsExport];
    const bytes = 'data' in source ? source.data.length : 0;
    const steps = Math.min(mostSteps, stepsOfAnySetup + bytes * stepsPerDataByte);
    const { policy, builtIns } = this.#counted(steps, () => {
      const builtIns = host.attach(exports);
      const minorVersion = exports.opa_wasm_abi_minor_version.value;
      const policy = new LoadedPolicy({ instance, module }, memory, minorVersion);
      if ('data' in source) policy.setData(asArrayBuffer(source.data));
      else restore(policy, source.image);
      return { policy, builtIns };
    });
    this.#policy = policy;
    this.#builtIns = builtIns;
  }

  /** The names of the entry points with the number of each. */
  get entrypoints(): Readonly<Record<string, number>> {
    return this.#policy.entrypoints;
  }

  /** The built-in functions that the module calls outside of itself. */
  get builtIns(): readonly string[] {
    return this.#builtIns;
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

  /** To be taken before the first evaluation. */
  image(): PolicyImage {
    const { mem, dataAddr: data, dataHeapPtr: heap } = this.#policy;
    const memory = new Uint8Array(new SharedArrayBuffer(heap));
    memory.set(new Uint8Array(mem.buffer, 0, heap));
    return { memory, data, heap };
  }

  /**
   * The results of an entry point: none where it is undefined, else one. `input` is JSON, as is what `read` gets.
   * Throws {@link EvaluationFailed}; the instance is of no use afterwards.
   */
  evaluate<R = Results>(entrypoint: number, input: ArrayBuffer, read: ReadResults<R> = JSON.parse): R {
    if (!this.#usable) throw new EvaluationFailed('aborted', 'the instance failed before');
    return this.#counted(this.#limits.steps, () => read(this.#evaluate(entrypoint, new Uint8Array(input))));
  }

  /** The library's own way would look for the end of a result even where there is none. */
  #evaluate(entrypoint: number, input: Uint8Array): string {
    const { mem: memory, dataAddr: data, dataHeapPtr: heap } = this.#policy;
    const end = heap + input.length;
    makeRoom(memory, end);
    new Uint8Array(memory.buffer).set(input, heap);
    const result = readText(memory, this.#exports.opa_eval(0, entrypoint, data, heap, input.length, end, 0));
    if (result === undefined) throw new EvaluationFailed('aborted', 'its result cannot be read');
    return result;
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
    // A memory that can't grow for the input is the engine's RangeError.
    if (error instanceof RangeError) return new EvaluationFailed('memory', undefined, error);
    return new EvaluationFailed('aborted', undefined, error);
  }
}

function restore(policy: InstanceType<OpaWasm['LoadedPolicy']>, { memory, data, heap }: PolicyImage): void {
  makeRoom(policy.mem, memory.length);
  new Uint8Array(policy.mem.buffer).set(memory);
  policy.dataAddr = data;
  policy.dataHeapPtr = heap;
}

/** Throws a RangeError where the memory may not become so large. */
function makeRoom(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
}

function asArrayBuffer(bytes: Uint8Array<ArrayBuffer>): ArrayBuffer {
  const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  return whole ? bytes.buffer : bytes.slice().buffer;
}
