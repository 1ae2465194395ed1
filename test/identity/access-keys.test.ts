// Access keys: made, listed and revoked in their file, and what a gateway that is running makes of it.
import { chmod, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createAccessKey,
  type Identity,
  listAccessKeys,
  revokeAccessKey,
} from '../../gateway/identity/index.ts';
import {
  deriveKeys,
  ScramClientExchange,
  ScramServerExchange,
  type ScramVerifier,
} from '../../gateway/wire/index.ts';
import { waitUntil } from '../support/wait.ts';
import { identityConfig, openIdentity, TestClock } from './fixture.ts';

let clock: TestClock;
let folder: string;
let file: string;
let opened: Identity[];

beforeEach(async () => {
  clock = new TestClock();
  opened = [];
  folder = await mkdtemp(path.join(tmpdir(), 'portcullis-keys-'));
  file = path.join(folder, 'keys.json');
});

afterEach(async () => {
  for (const identity of opened) await identity.close();
  await rm(folder, { recursive: true });
});

async function open() {
  const result = await openIdentity(identityConfig([], { access_keys: { file } }), clock);
  opened.push(result.identity);
  return result;
}

const reports = {
  name: 'service:reports',
  kind: 'service',
  groups: ['analytics'],
  scopes: ['read'],
} as const;

/** The whole file at once: a look in the middle of a write would find something else. */
async function replace(content: string): Promise<void> {
  await writeFile(`${file}.new`, content);
  await rename(`${file}.new`, file);
}

/** Whether a client with this secret passes a whole SCRAM exchange against the verifier. */
async function passes(secret: string, verifier: ScramVerifier): Promise<boolean> {
  const mechanism = 'SCRAM-SHA-256';
  const client = new ScramClientExchange({ mechanism });
  const server = new ScramServerExchange({ mechanism, verifier });
  const keys = await deriveKeys(secret, client.challenge(server.first(client.first())));
  try {
    client.verify(server.final(client.final(keys)));
    return client.verified;
  } catch {
    return false;
  }
}

describe('making a key', () => {
  test('returns a secret that passes a SCRAM exchange, and no other does', async () => {
    const { id, secret } = await createAccessKey(file, reports, clock);
    const { identity } = await open();
    const key = identity.findAccessKey(id);
    expect(key).toMatchObject({
      id,
      principal: {
        ...reports,
        subject: id,
        issuer: 'access_key',
        auth: { method: 'access_key', keyId: id, expiresAt: undefined },
      },
    });
    expect(await passes(secret, key?.verifier as ScramVerifier)).toBe(true);
    expect(await passes(`${secret}x`, key?.verifier as ScramVerifier)).toBe(false);
  });

  test('writes a file that its owner alone can read, and that holds no secret', async () => {
    const { id, secret } = await createAccessKey(file, reports, clock);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const text = await readFile(file, 'utf8');
    expect(text).not.toContain(secret);
    expect(text).not.toContain(secret.slice(4));
    expect(JSON.parse(text)).toMatchObject({
      version: 1,
      keys: [{ id, principal: reports, created: '2031-05-01T12:00:00.000Z', expires: null, revoked: null }],
    });
    expect(await readdir(folder)).toEqual(['keys.json']);
  });

  test('gives names and secrets that need no quoting in a connection string', async () => {
    const { id, secret } = await createAccessKey(file, reports, clock);
    expect(id).toMatch(/^pk_[a-z2-7]{16}$/);
    expect(secret).toMatch(/^pks_[A-Za-z0-9_-]{43}$/);
  });

  test('twenty at once loses none', async () => {
    await Promise.all(Array.from({ length: 20 }, () => createAccessKey(file, reports, clock)));
    expect(new Set((await listAccessKeys(file, clock)).map(({ id }) => id)).size).toBe(20);
  });

  test('through a symbolic link changes the file behind it', async () => {
    await createAccessKey(file, reports, clock);
    const link = path.join(folder, 'link.json');
    await symlink(file, link);
    await createAccessKey(link, reports, clock);
    expect(await listAccessKeys(file, clock)).toHaveLength(2);
    expect(await readFile(link, 'utf8')).toBe(await readFile(file, 'utf8'));
  });

  const refused = [
    { name: 'without a name', change: { name: ' ' }, want: /name/ },
    { name: 'that has expired already', change: { expires: new Date(0) }, want: /expired/ },
  ];
  test.each(refused)('$name is refused, and nothing is written', async ({ change, want }) => {
    await expect(createAccessKey(file, { ...reports, ...change }, clock)).rejects.toThrow(want);
    expect(await readdir(folder)).toEqual([]);
  });

  test('in a file that is damaged is refused, and the file stays as it is', async () => {
    await writeFile(file, '{"version": 1, "keys": [');
    await expect(createAccessKey(file, reports, clock)).rejects.toThrow(/JSON/);
    expect(await readFile(file, 'utf8')).toBe('{"version": 1, "keys": [');
    expect(await readdir(folder)).toEqual(['keys.json']);
  });
});

describe('listing keys', () => {
  test('shows everything but verifiers, with what each is worth now', async () => {
    const expires = new Date(clock.now() + 60_000);
    const ends = await createAccessKey(file, { ...reports, expires }, clock);
    const gone = await createAccessKey(file, reports, clock);
    const stays = await createAccessKey(file, reports, clock);
    await revokeAccessKey(file, gone.id, clock);
    clock.advance(60);
    const keys = await listAccessKeys(file, clock);
    expect(keys.map(({ id, standing }) => [id, standing])).toEqual([
      [ends.id, 'expired'],
      [gone.id, 'revoked'],
      [stays.id, 'valid'],
    ]);
    expect(JSON.stringify(keys)).not.toContain('SCRAM');
  });

  test('of a file that is not there yet is an empty list', async () => {
    expect(await listAccessKeys(file, clock)).toEqual([]);
  });
});

describe('revoking a key', () => {
  test('ends its logins and sessions without being asked', async () => {
    const { id } = await createAccessKey(file, reports, clock);
    const { identity } = await open();
    const principal = identity.findAccessKey(id)?.principal;
    if (principal === undefined) return expect.unreachable();
    expect(identity.standing(principal)).toBe('valid');
    expect(await revokeAccessKey(file, id, clock)).toBe('revoked');
    await waitUntil('the revocation', () => identity.standing(principal) === 'revoked');
    expect(identity.findAccessKey(id)).toBeUndefined();
    expect(identity.accessKeyRefusal(id).reason).toBe('access_key_revoked');
  });

  test('twice keeps the first time', async () => {
    const { id } = await createAccessKey(file, reports, clock);
    await revokeAccessKey(file, id, clock);
    const [first] = await listAccessKeys(file, clock);
    clock.advance(100);
    expect(await revokeAccessKey(file, id, clock)).toBe('already_revoked');
    expect(await listAccessKeys(file, clock)).toEqual([first]);
  });

  test('that does not exist says so, and makes no file', async () => {
    expect(await revokeAccessKey(file, 'pk_unknown', clock)).toBe('unknown');
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a gateway that is running', () => {
  test('starts without the file and takes a key that is made later', async () => {
    const { identity, messages } = await open();
    expect(messages()).not.toContain('access key file cannot be read; the keys read before it stay');
    const { id } = await createAccessKey(file, reports, clock);
    await waitUntil('the key', () => identity.findAccessKey(id));
  });

  test('ends a key at its expiry to the second, without a look at the file', async () => {
    const { id } = await createAccessKey(
      file,
      { ...reports, expires: new Date(clock.now() + 60_000) },
      clock,
    );
    const { identity } = await open();
    const principal = identity.findAccessKey(id)?.principal;
    if (principal === undefined) return expect.unreachable();
    clock.advance(59);
    expect(identity.standing(principal)).toBe('valid');
    clock.advance(1);
    expect(identity.standing(principal)).toBe('expired');
    expect(identity.findAccessKey(id)).toBeUndefined();
    expect(identity.accessKeyRefusal(id).reason).toBe('access_key_expired');
  });

  test('ends the sessions of every key when the file is taken away', async () => {
    const { id } = await createAccessKey(file, reports, clock);
    const { identity } = await open();
    const principal = identity.findAccessKey(id)?.principal;
    if (principal === undefined) return expect.unreachable();
    await rm(file);
    await waitUntil('the revocation', () => identity.standing(principal) === 'revoked');
  });

  test('keeps the keys it knows while the file is damaged, says so once, and takes the next good one', async () => {
    const { id } = await createAccessKey(file, reports, clock);
    const { identity, messages, lines } = await open();
    const good = await readFile(file, 'utf8');
    await replace(good.slice(0, 100));
    const damaged = 'access key file cannot be read; the keys read before it stay';
    await waitUntil('the complaint', () => messages().includes(damaged));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(messages().filter((message) => message === damaged)).toHaveLength(1);
    expect(identity.findAccessKey(id)).toBeDefined();
    expect(JSON.stringify(lines)).not.toContain('SCRAM');
    await replace(good.replaceAll(id, 'pk_another'));
    await waitUntil('the other key', () => identity.findAccessKey('pk_another'));
    expect(identity.findAccessKey(id)).toBeUndefined();
  });

  const damages: { name: string; change: (content: Record<string, never>) => unknown; want: RegExp }[] = [
    { name: 'of another version', change: (content) => ({ ...content, version: 2 }), want: /version/ },
    { name: 'that is a list', change: () => [], want: /no object/ },
    { name: 'with a key twice', change: (c) => ({ ...c, keys: [c.keys?.[0], c.keys?.[0]] }), want: /twice/ },
    {
      name: 'with a broken verifier',
      change: (c) => changeKey(c, { verifier: 'md5abc' }),
      want: /keys\[0\]\.verifier/,
    },
    {
      name: 'with a key that is not named like one',
      change: (c) => changeKey(c, { id: 'root' }),
      want: /keys\[0\]\.id/,
    },
    {
      name: 'with a revocation that is no time',
      change: (c) => changeKey(c, { revoked: true }),
      want: /revoked/,
    },
    {
      name: 'with an unknown kind',
      change: (c) => changeKey(c, { principal: { ...reports, kind: 'root' } }),
      want: /principal\.kind/,
    },
  ];
  test.each(damages)('refuses a file $name, and names the place', async ({ change, want }) => {
    await createAccessKey(file, reports, clock);
    await writeFile(file, JSON.stringify(change(JSON.parse(await readFile(file, 'utf8')))));
    const { lines } = await open();
    expect(lines).toHaveLength(1);
    expect(lines[0]?.problem).toMatch(want);
  });

  test('warns of a file that others can write', async () => {
    await createAccessKey(file, reports, clock);
    await chmod(file, 0o666);
    const { messages } = await open();
    expect(messages()).toContain('access key file can be written by others than its owner');
  });
});

describe('a key that is unknown', () => {
  test('is told by its form alone', async () => {
    const { identity } = await open();
    expect(identity.isAccessKeyName('pk_anything')).toBe(true);
    expect(identity.isAccessKeyName('alice')).toBe(false);
    expect(identity.accessKeyRefusal('pk_anything').reason).toBe('access_key_unknown');
  });

  test('is answered like a real one: same salt length, same iterations, and the same each time and in each worker', async () => {
    const { id } = await createAccessKey(file, reports, clock);
    const one = (await open()).identity;
    const other = (await open()).identity;
    const real = one.findAccessKey(id)?.verifier as ScramVerifier;
    const mock = one.mockVerifier('pk_unknown');
    expect(mock.iterations).toBe(real.iterations);
    expect(mock.salt).toHaveLength(real.salt.length);
    expect(mock.storedKey).toHaveLength(real.storedKey.length);
    expect(one.mockVerifier('pk_unknown')).toEqual(mock);
    expect(other.mockVerifier('pk_unknown')).toEqual(mock);
    expect(one.mockVerifier('pk_unknowm').salt).not.toEqual(mock.salt);
    expect(await passes('', mock)).toBe(false);
  });

  test('looks the same to all who share other keys, where there is no file of keys', async () => {
    const [{ identity: one }, { identity: other }] = [
      await openIdentity(identityConfig([])),
      await openIdentity(identityConfig([])),
    ];
    opened.push(one, other);
    const [decoy, another] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    expect(one.mockVerifier('pk_unknown')).not.toEqual(other.mockVerifier('pk_unknown'));
    expect(one.mockVerifier('pk_unknown', decoy)).toEqual(other.mockVerifier('pk_unknown', decoy));
    expect(one.mockVerifier('pk_unknown', another)).not.toEqual(other.mockVerifier('pk_unknown', decoy));
  });

  test('cannot be told from one that is over: that one keeps its salt, and its secret fails', async () => {
    const { id, secret } = await createAccessKey(file, reports, clock);
    const before = (await open()).identity.findAccessKey(id)?.verifier as ScramVerifier;
    await revokeAccessKey(file, id, clock);
    const { identity } = await open();
    const after = identity.mockVerifier(id);
    expect(after.salt).toEqual(before.salt);
    expect(after.iterations).toBe(before.iterations);
    expect(await passes(secret, before)).toBe(true);
    expect(await passes(secret, after)).toBe(false);
  });
});

function changeKey(content: Record<string, unknown>, changes: Record<string, unknown>) {
  const [key] = content.keys as Record<string, unknown>[];
  return { ...content, keys: [{ ...key, ...changes }] };
}
