// Asks a module about whole inputs under any data, with the limits of the gateway and without putting it to work: for tests.
import { EvaluationFailed } from '../instance/evaluation-failed.ts';
import { type CompiledPolicy, type InstanceLimits, PolicyInstance } from '../instance/policy-instance.ts';
import { meterModule } from '../metering/meter-module.ts';

/** `failed`: why there is no result, in a sentence. A result that is undefined is that of Rego. */
export type TrialAnswer = Readonly<{ result: unknown }> | Readonly<{ failed: string }>;

export class PolicyTrial {
  readonly #compiled: CompiledPolicy;
  readonly #limits: InstanceLimits;
  /** Cases come by their data: the instance of the last one serves the next as long as these are the same. */
  #last: { data: string; instance: PolicyInstance } | undefined;

  /** Throws ModuleRefused for what isn't a module that OPA compiled. */
  constructor(wasm: Uint8Array, limits: InstanceLimits) {
    const { bytes, memoryPages } = meterModule(wasm);
    this.#compiled = { module: new WebAssembly.Module(bytes), memoryPages };
    this.#limits = limits;
  }

  ask(entrypoint: string, input: unknown, data: unknown): TrialAnswer {
    try {
      const instance = this.#instanceWith(JSON.stringify(data));
      const number = instance.entrypoints[entrypoint];
      if (number === undefined) return { failed: `there is no entry point ${entrypoint}` };
      return { result: instance.evaluate(number, encode(JSON.stringify(input)).buffer)[0]?.result };
    } catch (error) {
      if (error instanceof EvaluationFailed) return { failed: error.message };
      throw error;
    }
  }

  #instanceWith(data: string): PolicyInstance {
    if (this.#last?.data !== data || !this.#last.instance.usable) {
      this.#last = {
        data,
        instance: new PolicyInstance(this.#compiled, { data: encode(data) }, this.#limits),
      };
    }
    return this.#last.instance;
  }
}

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
