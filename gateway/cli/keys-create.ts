// `portcullis keys create`.

import { createAccessKey } from '../identity/index.ts';
import { type Command, type Invocation, UsageError } from './command.ts';
import { keysFileOptions, resolveKeysFile, withKeysFile } from './keys-file.ts';

const kinds = ['agent', 'service', 'human'] as const;
const units: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };
const defaultLife = '90d';

export const keysCreate: Command = {
  name: 'keys create',
  summary: 'Create an access key',
  usage: 'PRINCIPAL',
  description:
    'For a client that cannot carry a token. The key is a user name and a password; the gateway keeps a ' +
    'verifier alone, so the secret is shown this once.',
  options: {
    ...keysFileOptions,
    kind: { type: 'string', value: 'KIND', help: 'agent, service or human. Default: service.' },
    groups: { type: 'string', value: 'A,B', help: 'The groups that the principal belongs to.' },
    scopes: { type: 'string', value: 'A,B', help: 'The scopes of the key.' },
    expires: {
      type: 'string',
      value: 'WHEN',
      help: `30m, 12h, 90d, a date such as 2030-01-31, or "never". Default: ${defaultLife}.`,
    },
    json: { type: 'boolean', help: 'Print JSON.' },
  },
  arguments: { min: 1, max: 1 },
  examples: [
    'portcullis keys create nightly-report --config portcullis.yaml --groups analytics --expires 30d',
  ],
  prints: 'The user name and the password.',
  exits: { 1: 'The key could not be stored.' },
  async run(invocation) {
    const { stdout, stderr } = invocation.terminal;
    const [name = ''] = invocation.positionals;
    if (name.trim() === '') throw new UsageError('PRINCIPAL is empty');
    const expires = parseExpiry(invocation.text('expires') ?? defaultLife, Date.now());
    const key = {
      name,
      kind: parseKind(invocation.text('kind') ?? 'service'),
      groups: parseList(invocation, 'groups'),
      scopes: parseList(invocation, 'scopes'),
      expires,
    };
    const file = await resolveKeysFile(invocation);
    const { id, secret } = await withKeysFile(file, () => createAccessKey(file, key));
    if (invocation.flag('json')) {
      stdout.write(
        `${JSON.stringify({ user: id, password: secret, expires: expires?.toISOString() ?? null })}\n`,
      );
    } else {
      stdout.write(`user:     ${id}\npassword: ${secret}\n`);
      const until =
        expires === undefined ? 'It never expires.' : `It expires on ${expires.toISOString().slice(0, 10)}.`;
      stderr.write(`Keep the password now: it is stored nowhere. ${until}\n`);
    }
    return 0;
  },
};

function parseKind(text: string): (typeof kinds)[number] {
  const kind = kinds.find((known) => known === text);
  if (kind === undefined) throw new UsageError(`option --kind is one of ${kinds.join(', ')}, not "${text}"`);
  return kind;
}

function parseList({ text }: Invocation, name: string): string[] {
  return (text(name) ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Undefined is never. */
export function parseExpiry(text: string, now: number): Date | undefined {
  if (text === 'never') return undefined;
  const [, amount, unit = ''] = /^(\d+)([mhd])$/.exec(text) ?? [];
  const date = /^\d{4}-\d{2}-\d{2}(T.*)?$/.test(text) ? Date.parse(text) : Number.NaN;
  const expires = amount === undefined ? date : now + Number(amount) * (units[unit] ?? 0) * 1000;
  if (Number.isNaN(expires) || expires > 8.64e15) {
    throw new UsageError(
      `"${text}" is no time to expire`,
      'Write 30m, 12h, 90d, a date such as 2030-01-31, or never.',
    );
  }
  if (expires <= now) throw new UsageError(`the key would be expired already (${text})`);
  return new Date(expires);
}
