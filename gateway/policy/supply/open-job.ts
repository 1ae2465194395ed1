// What the verifying thread does: opens one bundle, and says why where it refuses it.
import { BundleRefused } from '../bundle/bundle-refused.ts';
import { type OpenOptions, openBundle } from '../bundle/open-bundle.ts';
import type { VerifiedBundle } from '../bundle/verified-bundle.ts';

export type OpenInput = Readonly<{ bytes: Uint8Array; options: OpenOptions }>;

export type OpenOutput =
  | Readonly<{ bundle: VerifiedBundle }>
  | Readonly<{ refused: Readonly<{ code: string; message: string; cause: string | undefined }> }>;

export async function openForParent({ bytes, options }: OpenInput): Promise<OpenOutput> {
  try {
    return { bundle: await openBundle(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), options) };
  } catch (thrown) {
    if (!(thrown instanceof BundleRefused)) throw thrown;
    const { code, message, cause } = thrown;
    return { refused: { code, message, cause: cause instanceof Error ? cause.message : undefined } };
  }
}
