// The signature of a bundle, by `opa sign`: a JWT that lists every file's hash.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Opa, runOrFail } from '../opa/opa.ts';

export type Signing = Readonly<{
  /** File of the private key, or of the shared secret for HS…. */
  key: string;
  algorithm: string;
  scope: string | undefined;
  keyId: string | undefined;
}>;

export const algorithms = [
  ...['ES256', 'ES384', 'ES512'],
  ...['RS256', 'RS384', 'RS512'],
  ...['PS256', 'PS384', 'PS512'],
  ...['HS256', 'HS384', 'HS512'],
];

/** The content of `.signatures.json`. */
export async function sign(opa: Opa, files: ReadonlyMap<string, Buffer>, signing: Signing): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-sign-'));
  try {
    const content = join(folder, 'bundle');
    for (const [name, bytes] of files) {
      await mkdir(dirname(join(content, name)), { recursive: true });
      await writeFile(join(content, name), bytes);
    }
    const claims = join(folder, 'claims.json');
    const { scope, keyId } = signing;
    await writeFile(
      claims,
      JSON.stringify({
        ...(scope === undefined ? {} : { scope }),
        ...(keyId === undefined ? {} : { keyid: keyId }),
      }),
    );
    const args = ['sign', '--signing-key', resolve(signing.key), '--signing-alg', signing.algorithm];
    await runOrFail(
      opa,
      [...args, '--claims-file', claims, '--output-file-path', folder, '--bundle', '.'],
      content,
    );
    return await readFile(join(folder, '.signatures.json'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
