// `portcullis policy publish`.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { BundleRefused, readTar, unpackGzip } from '../../policy/index.ts';
import { type Command, CommandError, type Invocation, UsageError } from '../command.ts';
import { mostUnpacked } from './bundle/compile.ts';
import { type Destination, parseDestination } from './publish/destination.ts';
import type { Access, Published } from './publish/publisher.ts';
import { publishToFolder } from './publish/to-folder.ts';
import { publishToHttp } from './publish/to-http.ts';
import { publishToOci } from './publish/to-oci.ts';
import { publishToS3 } from './publish/to-s3.ts';

export const policyPublish: Command = {
  name: 'policy publish',
  summary: 'Publish a bundle where gateways fetch it',
  usage: 'BUNDLE URL',
  description:
    'URL is one of https://HOST/PATH (PUT), s3://BUCKET/KEY, oci://REGISTRY/REPOSITORY:TAG, or a file or ' +
    'folder, where the new bundle takes the place of the old one in one step. S3 takes its credential from ' +
    'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.',
  options: {
    'bearer-token-file': { type: 'string', value: 'FILE', help: 'A file with the token that is sent.' },
    user: { type: 'string', value: 'NAME', help: 'The user name, for a registry or a web server.' },
    'password-file': { type: 'string', value: 'FILE', help: 'A file with its password.' },
    ca: { type: 'string', value: 'FILE', help: "The server's authority, as PEM. Default: the system's." },
    cert: { type: 'string', value: 'FILE', help: 'A client certificate, as PEM.' },
    key: { type: 'string', value: 'FILE', help: 'Its private key.' },
    endpoint: { type: 'string', value: 'URL', help: "What speaks S3's protocol, where it is not Amazon." },
    region: { type: 'string', value: 'NAME', help: 'Of S3. Default: AWS_REGION, or us-east-1.' },
    unsigned: { type: 'boolean', help: 'Publish a bundle that has no signature.' },
    json: { type: 'boolean', help: 'Print JSON.' },
  },
  arguments: { min: 2, max: 2 },
  examples: [
    'portcullis policy publish bundle.tar.gz https://bundles.example.com/main.tar.gz --bearer-token-file token',
    'portcullis policy publish bundle.tar.gz s3://policies/main.tar.gz --region eu-central-1',
    'portcullis policy publish bundle.tar.gz oci://registry.example.com/policies/main:v7 --user ci --password-file pw',
    'portcullis policy publish bundle.tar.gz /srv/bundles/main.tar.gz',
  ],
  prints: 'Where it is now, and under which ETag or digest.',
  exits: { 1: 'The bundle could not be published.' },
  async run(invocation) {
    const [path = '', url = ''] = invocation.positionals;
    const destination = parseDestination(url);
    const access = await readAccess(invocation);
    const bytes = await readBundle(path, invocation.flag('unsigned'));
    const published = await publish(bytes, destination, access, basename(path));
    const { stdout } = invocation.terminal;
    if (invocation.flag('json')) stdout.write(`${JSON.stringify(published)}\n`);
    else
      stdout.write(`${published.place}${published.version === undefined ? '' : `  ${published.version}`}\n`);
    return 0;
  },
};

function publish(bytes: Buffer, to: Destination, access: Access, name: string): Promise<Published> {
  switch (to.kind) {
    case 'http':
      return publishToHttp(bytes, to, access);
    case 's3':
      return publishToS3(bytes, to, access);
    case 'oci':
      return publishToOci(bytes, to, access);
    case 'folder':
      return publishToFolder(bytes, to, name);
  }
}

/** Gateways refuse what isn't signed, unless they are told otherwise: better to hear of it here. */
async function readBundle(path: string, mayBeUnsigned: boolean): Promise<Buffer> {
  const bytes = await readNamed(path);
  try {
    const files = readTar(await unpackGzip(bytes, mostUnpacked));
    if (files.has('.signatures.json') || mayBeUnsigned) return bytes;
  } catch (error) {
    if (error instanceof BundleRefused) throw new CommandError(`${path} is no bundle: ${error.message}`);
    throw error;
  }
  throw new CommandError(`${path} is not signed`, {
    hint: 'Build it with --signing-key, or publish it with --unsigned.',
  });
}

async function readAccess({ text, terminal }: Invocation): Promise<Access> {
  const secret = async (option: string) => {
    const path = text(option);
    return path === undefined ? undefined : (await readNamed(path)).toString('utf8').trim();
  };
  const pem = async (option: 'ca' | 'cert' | 'key') => {
    const path = text(option);
    return path === undefined ? {} : { [option]: await readNamed(path) };
  };
  const user = text('user');
  const password = await secret('password-file');
  if ((user === undefined) !== (password === undefined)) {
    throw new UsageError('options --user and --password-file belong together');
  }
  const endpoint = text('endpoint');
  return {
    bearerToken: await secret('bearer-token-file'),
    login: user === undefined || password === undefined ? undefined : { user, password },
    tls: { ...(await pem('ca')), ...(await pem('cert')), ...(await pem('key')) },
    endpoint: endpoint === undefined ? undefined : parseEndpoint(endpoint),
    region: text('region'),
    env: terminal.env,
    now: new Date(),
  };
}

function parseEndpoint(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && ['http:', 'https:'].includes(url.protocol)) return url;
  throw new UsageError(`option --endpoint is an https URL, not "${text}"`);
}

async function readNamed(path: string): Promise<Buffer> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${path} cannot be read: ${error.code}`);
  });
}
