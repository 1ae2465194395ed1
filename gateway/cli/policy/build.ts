// `portcullis policy build`.
import { createHash, createPublicKey } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SigningConfig } from '../../config/index.ts';
import { silentLog, systemClock } from '../../lib/index.ts';
import { BundleRefused, openBundle, Policy } from '../../policy/index.ts';
import { type Command, CommandError, type Invocation, UsageError } from '../command.ts';
import { readVersion } from '../version.ts';
import { assembleBundle, type Bundle } from './bundle/assemble.ts';
import { mostUnpacked } from './bundle/compile.ts';
import { algorithms, type Signing } from './bundle/sign.ts';
import { readSigningKey } from './bundle/signing-key.ts';
import { count } from './check/finding.ts';
import { prepareOpa, verboseOption } from './opa/opa.ts';
import { openRepository } from './repository.ts';
import { readManifestInputs } from './tests/cases.ts';
import { limits } from './tests/engine.ts';

export const policyBuild: Command = {
  name: 'policy build',
  summary: 'Build a signed bundle from a policy repository',
  usage: '[DIR]',
  description:
    'Compiles the policies to WebAssembly (opa build), notes what of the input each decision depends on ' +
    '(opa deps) and what the tests ask, and signs all of it (opa sign). The Rego stays in the bundle, so ' +
    'that an OPA can use the same one. Equal sources give equal bytes but for the signature.',
  options: {
    output: {
      type: 'string',
      short: 'o',
      value: 'FILE',
      help: 'Where the bundle is written. Default: bundle.tar.gz.',
    },
    'signing-key': { type: 'string', value: 'FILE', help: 'The private key, as PEM.' },
    algorithm: { type: 'string', value: 'NAME', help: `${algorithms.join(', ')}. Default: ES256.` },
    scope: { type: 'string', value: 'NAME', help: 'The scope that the gateway must find in the signature.' },
    'key-id': { type: 'string', value: 'ID', help: 'The name of the key that the signature carries.' },
    unsigned: { type: 'boolean', help: 'Build without a signature, for trials.' },
    revision: { type: 'string', value: 'TEXT', help: 'What it calls its version. Default: the git commit.' },
    json: { type: 'boolean', help: 'Print JSON.' },
    ...verboseOption,
  },
  arguments: { min: 0, max: 1 },
  examples: [
    'portcullis policy build --signing-key signing.pem -o bundle.tar.gz',
    'portcullis policy build my-policy --unsigned --revision trial',
  ],
  prints: 'What is in the bundle: its revision and digest, what it answers, what it depends on.',
  exits: { 1: 'The policies do not compile, or the gateway would refuse the bundle.' },
  async run(invocation) {
    const signing = readSigning(invocation);
    if (signing !== undefined) await readSigningKey(signing.key, signing.algorithm);
    const output = invocation.text('output') ?? 'bundle.tar.gz';
    const repository = await openRepository(invocation.positionals[0] ?? '.');
    const opa = await prepareOpa(invocation);
    const bundle = await assembleBundle(opa, repository, {
      revision: invocation.text('revision'),
      signing,
      builtBy: `portcullis ${await readVersion()}`,
      testInputs: (entryPoints) => readManifestInputs(opa, repository, entryPoints),
    });
    await openAsGateway(bundle.bytes, signing);
    await writeFile(`${output}.part`, bundle.bytes);
    await rename(`${output}.part`, output);
    report(invocation, output, bundle, signing);
    return 0;
  },
};

function readSigning({ text, flag }: Invocation): Signing | undefined {
  const key = text('signing-key');
  if (flag('unsigned')) {
    if (key !== undefined) throw new UsageError('options --signing-key and --unsigned exclude each other');
    return undefined;
  }
  if (key === undefined) {
    throw new UsageError('option --signing-key FILE is missing', 'Or --unsigned, for trials.');
  }
  const algorithm = text('algorithm') ?? 'ES256';
  if (!algorithms.includes(algorithm)) {
    throw new UsageError(`option --algorithm is one of ${algorithms.join(', ')}, not "${algorithm}"`);
  }
  return { key, algorithm, scope: text('scope'), keyId: text('key-id') };
}

/** What the gateway would refuse is never written. */
async function openAsGateway(bytes: Buffer, signing: Signing | undefined): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-key-'));
  try {
    const bundle = await openBundle(bytes, {
      name: 'bundle',
      signing: signing === undefined ? 'unsigned' : await verification(signing, folder),
      limits: { bytes: bytes.length, unpackedBytes: mostUnpacked },
    });
    // A bundle of data alone is for one beside it that has rules.
    if (bundle.wasm !== undefined) {
      await Policy.stage([bundle], { ...limits, log: silentLog, clock: systemClock });
    }
  } catch (error) {
    if (!(error instanceof BundleRefused)) throw error;
    throw new CommandError(`the gateway would refuse the bundle: ${error.message}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function verification(
  { key, algorithm, scope, keyId }: Signing,
  folder: string,
): Promise<SigningConfig> {
  const ask = {
    ...(scope === undefined ? {} : { scope }),
    ...(keyId === undefined ? {} : { key_id: keyId }),
  };
  const base = { algorithm: algorithm as SigningConfig['algorithm'], ...ask };
  const privateKey = await readSigningKey(key, algorithm);
  if (privateKey === undefined) return { key, ...base };
  const publicKey = join(folder, 'public.pem');
  const exported = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' });
  await writeFile(publicKey, exported);
  return { key: publicKey, ...base };
}

function report(
  { terminal, flag }: Invocation,
  file: string,
  bundle: Bundle,
  signing: Signing | undefined,
): void {
  const { bytes, revision, roots, entryPoints, dependencies, testInputs } = bundle;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const signed = signing === undefined ? undefined : { algorithm: signing.algorithm, scope: signing.scope };
  if (flag('json')) {
    const document = {
      file,
      bytes: bytes.length,
      revision,
      sha256,
      roots,
      entryPoints,
      dependencies,
      testInputs,
      signed,
    };
    terminal.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
    return;
  }
  const answers = entryPoints.map(
    (name) => `  ${name}  ${count(dependencies[name]?.length ?? 0, 'part')} of the input`,
  );
  const lines = [
    `${file}  ${bytes.length} bytes`,
    `revision  ${revision}`,
    `sha256    ${sha256}`,
    `roots     ${roots.join(', ')}`,
    `signed    ${signed === undefined ? 'no' : `${signed.algorithm}${signed.scope === undefined ? '' : `, scope ${signed.scope}`}`}`,
    ...(answers.length === 0 ? ['data alone'] : ['answers', ...answers]),
    `tests     ${count(testInputs, 'input')}`,
  ];
  terminal.stdout.write(`${lines.join('\n')}\n`);
}
