// Opens bundles in a thread, by the rules of the configuration: whoever can send one may not hold the gateway up with it.
import type { BundleConfig, SigningConfig } from '../../config/index.ts';
import { type Job, OffThread, OffThreadError } from '../../lib/index.ts';
import { BundleRefused } from '../bundle/bundle-refused.ts';
import type { VerifiedBundle } from '../bundle/verified-bundle.ts';
import type { OpenInput, OpenOutput } from './open-job.ts';

const job: Job<OpenInput, OpenOutput> = {
  module: import.meta.resolve('./open-job.ts'),
  name: 'openForParent',
};

export class Verifier {
  readonly #config: BundleConfig;
  readonly #thread: OffThread;

  constructor(config: BundleConfig, limits = { milliseconds: 60_000, megabytes: 2048 }) {
    this.#config = config;
    this.#thread = new OffThread({ ...limits, lingerMilliseconds: 5000 });
  }

  /** Throws BundleRefused, and nothing else. */
  async open(bytes: Buffer): Promise<VerifiedBundle> {
    const { name, max_bytes, max_unpacked_bytes } = this.#config;
    const limits = { bytes: max_bytes, unpackedBytes: max_unpacked_bytes };
    const output = await this.#run({ bytes, options: { name, signing: signingOf(this.#config), limits } });
    if ('bundle' in output) return restored(output.bundle);
    const { code, message, cause } = output.refused;
    throw new BundleRefused(code, message, { bundle: name, cause });
  }

  async close(): Promise<void> {
    await this.#thread.close();
  }

  async #run(input: OpenInput): Promise<OpenOutput> {
    try {
      return await this.#thread.run(job, input);
    } catch (cause) {
      const tooMuch = cause instanceof OffThreadError && ['timed_out', 'crashed'].includes(cause.reason);
      const [code, message] = tooMuch
        ? ['too_costly', 'it takes too much time or memory to verify it; make it smaller']
        : ['unforeseen', 'it cannot be verified for a reason that nobody foresaw; the log has it'];
      throw new BundleRefused(code, message, { bundle: this.#config.name, cause });
    }
  }
}

function signingOf({ name, signing, unsigned }: BundleConfig): SigningConfig | 'unsigned' {
  if (signing !== undefined) return signing;
  if (unsigned) return 'unsigned';
  throw new BundleRefused('signing_not_configured', 'no key is configured for it; name one under signing', {
    bundle: name,
  });
}

/** What a thread sends has lost its Buffer and the absence of prototypes. */
function restored({ wasm, data, metadata, ...rest }: VerifiedBundle): VerifiedBundle {
  return {
    ...rest,
    wasm: wasm === undefined ? undefined : Buffer.from(wasm.buffer, wasm.byteOffset, wasm.length),
    data: Object.assign(Object.create(null), data),
    metadata: Object.assign(Object.create(null), metadata),
  };
}
