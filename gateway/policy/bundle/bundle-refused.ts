// The one error that a bundle is refused with: a code for programs, a sentence for people on what is wrong and what to do.

export class BundleRefused extends Error {
  readonly code: string;
  /** The bundle that is to blame, where one is. */
  readonly bundle: string | undefined;

  constructor(code: string, message: string, { bundle, cause }: { bundle?: string; cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'BundleRefused';
    this.code = code;
    this.bundle = bundle;
  }
}
