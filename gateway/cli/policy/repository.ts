// Where the parts of a policy repository are: its rules, their tests, the schemas, what the engine can do.
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError } from '../command.ts';

/** Paths of the parts are relative to `root`, where OPA runs. */
export type PolicyRepository = Readonly<{
  root: string;
  policies: string;
  /** Undefined where there are none yet. */
  tests: string | undefined;
  schemas: string;
  /** The file that names the built-in functions which the gateway's engine has. */
  capabilities: string;
}>;

/** The folder that this installation of the gateway lies in, with its own policies and schemas. */
export const installation = fileURLToPath(new URL('../../..', import.meta.url));

export async function openRepository(folder: string): Promise<PolicyRepository> {
  const root = resolve(folder);
  if (!(await isFolder(join(root, 'policies')))) {
    throw new CommandError(`${folder} is no policy repository: it has no folder "policies"`, {
      hint: `Start one with: portcullis policy init ${folder === '.' ? 'DIR' : folder}`,
    });
  }
  const ownOrInstalled = (path: string): string =>
    existsSync(join(root, path)) ? path : relative(root, join(installation, path));
  return {
    root,
    policies: 'policies',
    tests: (await isFolder(join(root, 'policy-tests'))) ? 'policy-tests' : undefined,
    schemas: ownOrInstalled('schemas'),
    capabilities: ownOrInstalled('schemas/capabilities.json'),
  };
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
