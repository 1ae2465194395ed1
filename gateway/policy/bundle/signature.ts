// The signature of a bundle (`.signatures.json`): one JWT under the pinned key and algorithm that lists every file's hash.
import { compactVerify, errors } from 'jose';
import type { SigningConfig } from '../../config/index.ts';
import { BundleRefused } from './bundle-refused.ts';
import { JsonProblem, readCanonicalJson } from './canonical-json.ts';
import { readSigningKey } from './signing-key.ts';

export const signaturesPath = '.signatures.json';

export type SignedFile = Readonly<{ hash: string; algorithm: string }>;

export type Signature = Readonly<{
  files: ReadonlyMap<string, SignedFile>;
  keyId: string | undefined;
}>;

type Document = Readonly<Record<string, unknown>>;

export async function verifySignature(content: Buffer, signing: SigningConfig): Promise<Signature> {
  const { payload, header } = await verifyToken(onlyToken(content), signing);
  // As OPA, times and issuer of the token count for nothing: a bundle holds until the next one comes.
  const { files, scope = '', keyid } = payload;
  if (scope !== (signing.scope ?? '')) {
    throw new BundleRefused(
      'scope_mismatch',
      `it was signed for ${describe(scope)} and not for ${describe(signing.scope ?? '')}; sign it with a --claims-file that has this scope, or correct signing.scope`,
    );
  }
  const keyId = header.kid ?? (typeof keyid === 'string' && keyid !== '' ? keyid : undefined);
  if (signing.key_id !== undefined && keyId !== signing.key_id) {
    throw new BundleRefused(
      'key_id_mismatch',
      `its signature does not name the key ${JSON.stringify(signing.key_id)}; sign it with --verification-key-id, or correct signing.key_id`,
    );
  }
  return { files: readFiles(files), keyId };
}

function onlyToken(content: Buffer): string {
  const { signatures, plugin = '' } = readJson(content.toString('utf8'));
  if (plugin !== '' && plugin !== '_default') {
    throw new BundleRefused(
      'signature_plugin_refused',
      'it is signed by a signing plugin, which only its own OPA can verify; sign it with `opa sign` as it is',
    );
  }
  const [token, ...others] = Array.isArray(signatures) ? signatures : [];
  if (typeof token !== 'string' || others.length > 0) throw malformed('it does not hold exactly one token');
  return token;
}

async function verifyToken(
  token: string,
  signing: SigningConfig,
): Promise<{ payload: Document; header: { kid?: string } }> {
  const key = await readSigningKey(signing);
  const { payload, protectedHeader } = await compactVerify(token, key, {
    algorithms: [signing.algorithm],
  }).catch((cause) => {
    throw refusalOf(cause, signing);
  });
  return { payload: readJson(Buffer.from(payload).toString('utf8')), header: protectedHeader };
}

function refusalOf(cause: unknown, { algorithm }: SigningConfig): BundleRefused {
  if (cause instanceof errors.JOSEAlgNotAllowed) {
    return new BundleRefused(
      'algorithm_mismatch',
      `it is not signed with ${algorithm}; sign it with --signing-alg ${algorithm}, or correct signing.algorithm`,
      { cause },
    );
  }
  if (cause instanceof errors.JWSSignatureVerificationFailed) {
    const secret = algorithm.startsWith('HS') ? ' (a line feed at the end of the secret counts)' : '';
    return new BundleRefused(
      'signature_wrong',
      `its signature was not made with the key of signing.key${secret}; sign it with the key that belongs to it, or name the other key`,
      { cause },
    );
  }
  if (cause instanceof errors.JOSEError) return malformed('its token is no JWT', cause);
  return new BundleRefused(
    'signing_key_unusable',
    `the key of signing.key cannot be used with ${algorithm}`,
    { cause },
  );
}

function readFiles(list: unknown): Map<string, SignedFile> {
  if (!Array.isArray(list)) throw malformed('its token lists no files');
  const files = new Map<string, SignedFile>();
  for (const entry of list) {
    const { name, hash, algorithm } = (entry ?? {}) as Document;
    if (typeof name !== 'string' || typeof hash !== 'string' || typeof algorithm !== 'string') {
      throw malformed('a file of its token lacks its name, hash or algorithm');
    }
    if (files.has(name)) throw malformed('its token lists a file twice');
    files.set(name, { hash: hash.toLowerCase(), algorithm });
  }
  return files;
}

function readJson(text: string): Document {
  try {
    const { value } = readCanonicalJson(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Document;
  } catch (cause) {
    if (!(cause instanceof JsonProblem)) throw cause;
  }
  throw malformed('it is no JSON object');
}

function malformed(problem: string, cause?: unknown): BundleRefused {
  return new BundleRefused(
    'signature_malformed',
    `${signaturesPath} is wrong: ${problem}; sign the bundle again with \`opa sign\` or \`opa build --signing-key\``,
    { cause },
  );
}

function describe(scope: unknown): string {
  return scope === '' ? 'no scope' : `the scope ${JSON.stringify(scope)}`;
}
