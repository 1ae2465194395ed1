// Opens a bundle by the rules that the configuration has for it.
import type { BundleConfig, SigningConfig } from '../../config/index.ts';
import { BundleRefused } from '../bundle/bundle-refused.ts';
import { openBundle } from '../bundle/open-bundle.ts';
import type { VerifiedBundle } from '../bundle/verified-bundle.ts';

export async function openConfigured(bytes: Buffer, config: BundleConfig): Promise<VerifiedBundle> {
  const { name, max_bytes, max_unpacked_bytes } = config;
  const limits = { bytes: max_bytes, unpackedBytes: max_unpacked_bytes };
  return await openBundle(bytes, { name, signing: signingOf(config), limits });
}

function signingOf({ name, signing, unsigned }: BundleConfig): SigningConfig | 'unsigned' {
  if (signing !== undefined) return signing;
  if (unsigned) return 'unsigned';
  throw new BundleRefused('signing_not_configured', 'no key is configured for it; name one under signing', {
    bundle: name,
  });
}
