// The demo's policy: a repository as `policy init` starts one, with rules for the shop, built into a signed bundle.
import { generateKeyPairSync } from 'node:crypto';
import { access, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './run-command.ts';

const shopRules = fileURLToPath(new URL('shop/access.yaml', import.meta.url));

/** Where its parts are, by their names in the demo's folder. */
export const policyFiles = {
  repository: 'policy',
  rules: join('policy', 'policies', 'access', 'data.yaml'),
  bundle: 'bundle.tar.gz',
  privateKey: 'policy-signing.pem',
  publicKey: 'policy.pub',
} as const;

/** Rules that somebody has changed stay as they are until the folder is removed. */
export async function preparePolicy(folder: string): Promise<void> {
  const path = (name: keyof typeof policyFiles): string => join(folder, policyFiles[name]);
  if (!(await exists(path('publicKey')))) {
    await rm(path('repository'), { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await runCommand(['policy', 'init', path('repository')]);
    await copyFile(shopRules, path('rules'));
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(path('privateKey'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    await writeFile(path('publicKey'), publicKey.export({ type: 'spki', format: 'pem' }));
  }
  await buildPolicy(folder, 'demo');
}

/** Puts the bundle where the gateway looks for it. */
export async function buildPolicy(folder: string, revision: string): Promise<void> {
  await runCommand([
    ...['policy', 'build', join(folder, policyFiles.repository)],
    ...['--signing-key', join(folder, policyFiles.privateKey)],
    ...['--revision', revision],
    ...['--output', join(folder, policyFiles.bundle)],
  ]);
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
