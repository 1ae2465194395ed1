// A policy to be asked about whole inputs: from a bundle's file, or from a repository that is built on the way.
import { readFile } from 'node:fs/promises';
import { silentLog, systemClock } from '../../../lib/index.ts';
import {
  BundleRefused,
  openBundle,
  Policy,
  readTar,
  unpackGzip,
  type VerifiedBundle,
} from '../../../policy/index.ts';
import { CommandError } from '../../command.ts';
import { assembleBundle, type TestInput } from '../bundle/assemble.ts';
import { mostUnpacked } from '../bundle/compile.ts';
import { writeTarGz } from '../bundle/write-tar.ts';
import type { Opa } from '../opa/opa.ts';
import { isFolder, openRepository } from '../repository.ts';
import { readManifestInputs } from '../tests/cases.ts';
import { limits } from '../tests/engine.ts';

export type OpenedPolicy = Readonly<{
  /** What it was called on the command line. */
  path: string;
  revision: string;
  policy: Policy;
  /** Its Rego, by path; `undefined` where it has none. */
  sources: ReadonlyMap<string, Buffer>;
  testInputs: readonly TestInput[];
  data: VerifiedBundle['data'];
}>;

export async function openPolicy(opa: Opa, path: string): Promise<OpenedPolicy> {
  return stageBundle(await bundleBytes(opa, path), path);
}

/** Of a bundle's file, or of a repository, which is built. */
export async function bundleBytes(opa: Opa, path: string): Promise<Buffer> {
  return (await isFolder(path)) ? buildFrom(opa, path) : readBundle(path);
}

/** The signature isn't looked at: nothing is put to work here. */
export async function stageBundle(bytes: Buffer, path: string): Promise<OpenedPolicy> {
  try {
    const files = readTar(await unpackGzip(bytes, mostUnpacked));
    files.delete('.signatures.json');
    const bundle = await openBundle(writeTarGz(files), {
      name: 'bundle',
      signing: 'unsigned',
      limits: { bytes: mostUnpacked, unpackedBytes: mostUnpacked },
    });
    const policy = await Policy.stage([bundle], { ...limits, log: silentLog, clock: systemClock });
    const { revision } = policy;
    return { path, revision, policy, sources: files, testInputs: testInputsOf(bundle), data: bundle.data };
  } catch (error) {
    if (error instanceof BundleRefused)
      throw new CommandError(`${path}: the gateway would refuse it: ${error.message}`);
    throw error;
  }
}

async function buildFrom(opa: Opa, folder: string): Promise<Buffer> {
  const repository = await openRepository(folder);
  const { bytes } = await assembleBundle(opa, repository, {
    revision: undefined,
    signing: undefined,
    builtBy: 'portcullis',
    testInputs: (entryPoints) => readManifestInputs(opa, repository, entryPoints),
  });
  return bytes;
}

async function readBundle(path: string): Promise<Buffer> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${path} cannot be read: ${error.code}`);
  });
}

/** Whether they have the right form was seen when the bundle was staged. */
function testInputsOf({ metadata }: VerifiedBundle): readonly TestInput[] {
  const own = metadata.portcullis as { test_inputs?: readonly TestInput[] } | undefined;
  return own?.test_inputs ?? [];
}
