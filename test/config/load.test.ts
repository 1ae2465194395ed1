// Configuration files and what loadConfig makes of them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError, loadConfig } from '../../gateway/config/index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-config-'));
  await writeFile(join(folder, 'pw'), 'secret');
  await writeFile(join(folder, 'tls.pem'), 'not looked into');
});
afterAll(() => rm(folder, { recursive: true }));

async function load(yaml: string) {
  const file = join(folder, 'portcullis.yaml');
  await writeFile(file, yaml);
  return loadConfig(file);
}

async function problemsOf(yaml: string): Promise<readonly string[]> {
  const error = await load(yaml).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).problems;
}

const identity = 'identity: { access_keys: { file: keys.json } }';
const guarded = `resources:
  - name: orders
    upstream: { host: db, database: orders }
    credentials: { default: { kind: static, user: gateway, password_file: pw }, resolver: { kind: static, user: r } }`;
const resources = `${guarded}\npolicy: { open: true }`;

describe('a good file', () => {
  test('is filled with the defaults of the schema', async () => {
    const config = await load(`${identity}\n${resources}`);
    expect(config.listen).toEqual({ host: '127.0.0.1', port: 6432 });
    expect(config.limits.connections).toBe(1000);
    expect(config.resources[0]?.upstream.sslmode).toBe('verify-full');
    expect(config.identity.clock_skew_seconds).toBe(30);
  });

  test('has file names relative to itself made absolute', async () => {
    const config = await load(`${identity}\n${resources}`);
    expect(config.data_dir).toBe(join(folder, '.portcullis'));
    expect(config.identity.access_keys?.file).toBe(join(folder, 'keys.json'));
    expect(config.resources[0]?.credentials.default.password_file).toBe(join(folder, 'pw'));
  });

  test('has the paths of bundles made file URLs, and leaves URLs as they are', async () => {
    const remote = '{ name: more, url: "https://policies.example/more.tar.gz", unsigned: true }';
    const { policy } = await load(policyOf(`bundles: [${bundle}, ${remote}]`));
    expect(policy.bundles.map(({ url }) => url)).toEqual([
      pathToFileURL(join(folder, 'main.tar.gz')).href,
      'https://policies.example/more.tar.gz',
    ]);
    expect(policy.bundles[0]?.poll).toEqual({ min_seconds: 60, max_seconds: 120, long_poll_seconds: 0 });
  });

  test('is frozen to its depth', async () => {
    const config = await load(`${identity}\n${resources}`);
    expect(() => Object.assign(config.limits, { connections: 1 })).toThrow(TypeError);
    expect(() => (config.resources as unknown[]).push(1)).toThrow(TypeError);
  });

  test('fills an issuer with its claims and algorithms', async () => {
    const config = await load(
      `identity: { issuers: [{ issuer: "https://a.example", audience: x }] }\n${resources}`,
    );
    expect(config.identity.issuers[0]).toMatchObject({
      claims: { principal: 'sub', groups: 'groups' },
      kind: 'human',
      oauth: { scope: 'openid' },
    });
    expect(config.identity.issuers[0]?.algorithms).not.toContain('HS256');
  });
});

const upstreamWith = (keys: string): string =>
  `${identity}\nresources:\n  - name: orders\n    upstream: { host: db, database: orders, ${keys} }\n    credentials: { default: { kind: static, user: gateway } }`;

const bundle = '{ name: main, url: main.tar.gz, unsigned: true }';
const policyOf = (keys: string): string => `${identity}\n${guarded}\npolicy: { ${keys} }`;

const bad: { name: string; yaml: string; want: string }[] = [
  {
    name: 'a misspelt key is answered with the one that was meant',
    yaml: `listen:\n  prot: 1\n${identity}\n${resources}`,
    want: 'listen.prot (line 2): unknown key; did you mean "port"?',
  },
  {
    name: 'a key like no other is answered with the known ones',
    yaml: `log: { verbosity: 3 }\n${identity}\n${resources}`,
    want: 'log.verbosity (line 1): unknown key; known keys are level',
  },
  {
    name: 'a missing key is named with its purpose',
    yaml: `${identity}\nresources:\n  - name: orders\n    credentials: { default: { kind: static, user: a } }`,
    want: 'resources[0].upstream (line 3): is missing; set it: the database behind it',
  },
  {
    name: 'a value out of range is told the range',
    yaml: `workers: 0\n${identity}\n${resources}`,
    want: 'workers (line 1): 0 is out of range; it must be at least 1',
  },
  {
    name: 'a value of the wrong type is told the right one',
    yaml: `workers: many\n${identity}\n${resources}`,
    want: 'workers (line 1): "many" is of the wrong type; it must be a whole number',
  },
  {
    name: 'a misspelt choice is answered with the one that was meant',
    yaml: upstreamWith('sslmode: verify_ful'),
    want: 'resources[0].upstream.sslmode (line 4): "verify_ful" is not known; did you mean "verify-full"? it must be one of disable, prefer, require, verify-ca, verify-full',
  },
  {
    name: 'a symmetric signature algorithm is refused',
    yaml: `identity: { issuers: [{ issuer: "https://a.example", audience: x, algorithms: [HS256] }] }\n${resources}`,
    want: 'identity.issuers[0].algorithms[0] (line 1): "HS256" is not known; did you mean "RS256"?',
  },
  {
    name: 'a file that does not exist is named',
    yaml: upstreamWith('ca: nowhere.pem'),
    want: 'resources[0].upstream.ca (line 4): {folder}/nowhere.pem cannot be read (ENOENT)',
  },
  {
    name: 'a resource that is there twice is refused',
    yaml: `${identity}\n${guarded}\n${guarded.slice(guarded.indexOf('\n') + 1)}`,
    want: 'resources[1].name (line 6): "orders" is there already',
  },
  {
    name: 'listening beyond loopback without TLS is refused',
    yaml: `listen: { host: 0.0.0.0 }\n${identity}\n${resources}`,
    want: 'listen.tls (line 1): is missing while listen.host 0.0.0.0 can be reached from other machines',
  },
  {
    name: 'a state database without a user is refused',
    yaml: `state: { url: "postgres://db.example/state" }\n${identity}\n${resources}`,
    want: 'state.url (line 1): does not say user, host and database; postgres://user@host:5432/database',
  },
  {
    name: 'a password in the configuration is refused',
    yaml: `state: { url: "postgres://a:b@db.example/state" }\n${identity}\n${resources}`,
    want: 'state.url (line 1): holds a password; put it into a file, and that into password_file',
  },
  {
    name: 'a state database with a TLS mode that nobody knows is refused',
    yaml: `state: { url: "postgres://a@db.example/state?sslmode=full" }\n${identity}\n${resources}`,
    want: 'state.url (line 1): has the unknown sslmode full',
  },
  {
    name: 'a certificate authority for no state database is refused',
    yaml: `state: { ca: portcullis.yaml }\n${identity}\n${resources}`,
    want: 'state.url (line 1): is missing beside password_file or ca',
  },
  {
    name: 'a file by which nobody could log in is refused',
    yaml: resources,
    want: 'identity: nobody could log in; set issuers (OpenID Connect) or access_keys, or both',
  },
  {
    name: 'an issuer over plain http is refused',
    yaml: `identity: { issuers: [{ issuer: "http://a.example", audience: x }] }\n${resources}`,
    want: 'identity.issuers[0].issuer (line 1): is not an https URL',
  },
  {
    name: 'an issuer that is there twice is refused',
    yaml: `identity: { issuers: [{ issuer: "https://a.example", audience: x }, { issuer: "https://a.example", audience: y }] }\n${resources}`,
    want: 'identity.issuers[1].issuer (line 1): "https://a.example" is there already',
  },
  {
    name: 'a client certificate without its key is refused',
    yaml: upstreamWith('cert: tls.pem'),
    want: 'resources[0].upstream.key (line 4): is missing while cert is set',
  },
  {
    name: 'channel binding without TLS is refused',
    yaml: upstreamWith('sslmode: disable, channel_binding: require'),
    want: 'resources[0].upstream.channel_binding (line 4): cannot be required with sslmode disable',
  },
  {
    name: 'a file without any policy is refused',
    yaml: `${identity}\n${guarded}`,
    want: 'policy: no bundle decides, and every statement would be denied; name one under bundles',
  },
  {
    name: 'a bundle needs the key of its signature',
    yaml: policyOf('bundles: [{ name: main, url: main.tar.gz }]'),
    want: 'policy.bundles[0].signing (line 6): is missing; name the public key',
  },
  {
    name: 'an unsigned bundle does not travel in the clear',
    yaml: policyOf('bundles: [{ name: main, url: "http://host.example/main.tar.gz", unsigned: true }]'),
    want: 'policy.bundles[0].url (line 6): is plain http, and the bundle is unsigned',
  },
  {
    name: 'a bundle comes over https or from a file',
    yaml: policyOf('bundles: [{ name: main, url: "ftp://host.example/main.tar.gz", unsigned: true }]'),
    want: 'policy.bundles[0].url (line 6): is neither an https URL nor a file',
  },
  {
    name: 'a bundle that is there twice is refused',
    yaml: policyOf(`bundles: [${bundle}, ${bundle}]`),
    want: 'policy.bundles[1].name (line 6): "main" is there already',
  },
  {
    name: 'open decides nothing beside bundles',
    yaml: policyOf(`open: true, bundles: [${bundle}]`),
    want: 'policy.open (line 6): is set beside bundles',
  },
  {
    name: 'a canary replaces a bundle that is there',
    yaml: policyOf(
      `bundles: [${bundle}], canary: { percent: 5, bundles: [{ name: mian, url: a, unsigned: true }] }`,
    ),
    want: 'policy.canary.bundles[0].name (line 6): no bundle under policy.bundles is called "mian"',
  },
  {
    name: 'a resource that policies decide for has a resolver',
    yaml: policyOf(`bundles: [${bundle}]`).replace(', resolver: {', ', other: {'),
    want: 'resources[0].credentials.resolver (line 5): is missing, and policies decide by what only it can find out',
  },
  {
    name: 'decisions do not travel in the clear',
    yaml: policyOf(`bundles: [${bundle}], decision_log: { url: "http://host.example/logs" }`),
    want: 'policy.decision_log.url (line 6): is not an https URL; plain http is accepted from loopback only',
  },
  {
    name: 'a canary is for somebody',
    yaml: policyOf(`bundles: [${bundle}], canary: { bundles: [${bundle}] }`),
    want: 'policy.canary (line 6): nobody would be in it; set percent, groups or principals',
  },
  {
    name: 'text that is not YAML is placed',
    yaml: `workers: 1\nworkers: 2\n`,
    want: 'line 2: map keys must be unique',
  },
  { name: 'a list is not a configuration', yaml: '- a', want: 'the file is not a group of keys' },
  { name: 'an empty file lacks resources', yaml: '', want: 'resources: is missing' },
];

describe('a bad file says where, what is wrong and what would be right', () => {
  test.each(bad)('$name', async ({ yaml, want }) => {
    const problems = await problemsOf(yaml);
    expect(problems).toContainEqual(expect.stringContaining(want.replace('{folder}', folder)));
  });

  test('with every problem at once, by line', async () => {
    const problems = await problemsOf(`workers: 0\nlog: { level: loud }\n${identity}\n${resources}`);
    expect(problems.map((problem) => /line (\d+)/.exec(problem)?.[1])).toEqual(['1', '2']);
  });

  test('without quoting a long value, which may be a secret', async () => {
    const secret = 'x'.repeat(60);
    const problems = await problemsOf(`workers: ${secret}\n${identity}\n${resources}`);
    expect(problems.join()).not.toContain(secret);
  });

  test('when the file itself cannot be read', async () => {
    await expect(loadConfig(join(folder, 'absent.yaml'))).rejects.toThrow('cannot be read (ENOENT)');
  });
});
