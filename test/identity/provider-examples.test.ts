// The examples of docs/identity.md: each is loaded as it stands there, and takes a token of its provider's shape.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Config, loadConfig } from '../../gateway/config/index.ts';
import {
  createAccessKey,
  type Principal,
  type RefusalReason,
  refusalReasons,
} from '../../gateway/identity/index.ts';
import { introspectionClient, startIssuer, type TestIssuer } from '../support/issuer.ts';
import { openIdentity, TestClock } from './fixture.ts';

const resource = `
policy: { open: true }
resources:
  - name: orders
    upstream: { host: 127.0.0.1, database: orders, sslmode: disable }
    credentials: { default: { kind: static, user: gateway } }
`;

const clock = new TestClock();
let document: string;
let folder: string;
let issuer: TestIssuer;

beforeAll(async () => {
  document = await readFile(path.join(import.meta.dirname, '../../docs/identity.md'), 'utf8');
  folder = await mkdtemp(path.join(tmpdir(), 'portcullis-examples-'));
  issuer = await startIssuer({ algorithm: 'RS256', now: clock.now });
  await writeFile(path.join(folder, 'kubernetes-ca.pem'), '');
  await writeFile(path.join(folder, 'introspection.secret'), introspectionClient.secret);
  await writeFile(path.join(folder, 'issuer-keys.json'), await readFile(issuer.jwksFile));
});

afterAll(async () => {
  await issuer.stop();
  await rm(folder, { recursive: true });
});

/** The configuration of the first YAML block under a heading, through the real loader. */
async function loadExample(heading: string): Promise<Config> {
  const section = document.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const [, yaml] = /^```yaml\n(.*?)^```/ms.exec(section) ?? [];
  if (yaml === undefined) throw new Error(`docs/identity.md has no example under "${heading}"`);
  const file = path.join(folder, 'portcullis.yaml');
  await writeFile(file, yaml + resource);
  return await loadConfig(file);
}

/** The identity of an example. Nobody here can reach the real issuer, so its keys come from a file. */
async function openExample(heading: string) {
  const { identity } = await loadExample(heading);
  const issuers = identity.issuers.map((one) => ({ ...one, jwks_file: issuer.jwksFile }));
  return await openIdentity({ ...identity, issuers }, clock);
}

type Claims = Record<string, unknown>;

type Example = Readonly<{
  heading: string;
  header?: Record<string, string>;
  /** A token as the provider documents it, apart from its times. */
  claims: Claims;
  want: Partial<Principal>;
  refused: readonly { name: string; change: Claims; want: RefusalReason }[];
}>;

const tenant = '11111111-2222-3333-4444-555555555555';

const examples: readonly Example[] = [
  {
    heading: 'Okta',
    header: { typ: 'application/at+jwt' },
    claims: {
      ver: 1,
      jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
      iss: 'https://acme.okta.com/oauth2/default',
      aud: 'portcullis',
      cid: '0oabucvyc38HLL1ef0h7',
      uid: '00uabucvyc38HLL1ef0h7',
      scp: ['openid', 'portcullis.connect'],
      auth_time: 1_935_400_000,
      sub: 'dana@acme.example',
      groups: ['db-dba', 'db-support'],
    },
    want: {
      name: 'dana@acme.example',
      kind: 'human',
      groups: ['db-dba', 'db-support'],
      scopes: ['openid', 'portcullis.connect'],
    },
    refused: [
      { name: 'without the scope', change: { scp: ['openid'] }, want: 'required_claim_mismatch' },
      {
        name: 'of the org server',
        change: { iss: 'https://acme.okta.com', aud: 'https://acme.okta.com' },
        want: 'issuer_unknown',
      },
    ],
  },
  {
    heading: 'Microsoft Entra ID',
    claims: {
      aud: '66666666-7777-8888-9999-000000000000',
      iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
      aio: 'AXQAi/8IAAAAqmZk',
      azp: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
      azpacr: '0',
      oid: '99999999-0000-1111-2222-333333333333',
      rh: '0.ARoAv4j5cvGGr0GRqy180BHbR',
      roles: ['dba'],
      scp: 'connect',
      sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
      tid: tenant,
      uti: 'fqiBqXLPj0eQa82S-IYFAA',
      ver: '2.0',
    },
    want: {
      name: '99999999-0000-1111-2222-333333333333',
      kind: 'human',
      groups: ['dba'],
      scopes: ['connect'],
    },
    refused: [
      { name: 'of another tenant', change: { tid: 'other' }, want: 'required_claim_mismatch' },
      {
        name: 'of version 1',
        change: { iss: `https://sts.windows.net/${tenant}/`, ver: '1.0' },
        want: 'issuer_unknown',
      },
      {
        name: 'for Microsoft Graph',
        change: { aud: '00000003-0000-0000-c000-000000000000' },
        want: 'audience_mismatch',
      },
      {
        name: 'with groups left out for their number',
        change: {
          roles: undefined,
          _claim_names: { roles: 'src1' },
          _claim_sources: { src1: { endpoint: 'https://graph.windows.net/…/getMemberObjects' } },
        },
        want: 'groups_overage',
      },
      {
        name: 'with hasgroups in the place of groups',
        change: { roles: undefined, hasgroups: true },
        want: 'groups_overage',
      },
    ],
  },
  {
    heading: 'Google Workspace',
    claims: {
      iss: 'https://accounts.google.com',
      azp: '123456789012-abcdefghijklmnopqrstuvwxyz012345.apps.googleusercontent.com',
      aud: '123456789012-abcdefghijklmnopqrstuvwxyz012345.apps.googleusercontent.com',
      sub: '110169484474386276334',
      hd: 'example.com',
      email: 'dana@example.com',
      email_verified: true,
      at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q',
      name: 'Dana',
      groups: undefined,
    },
    want: { name: 'dana@example.com', subject: '110169484474386276334', groups: [], scopes: [] },
    refused: [
      {
        name: 'of an account outside the organization',
        change: { hd: undefined },
        want: 'required_claim_mismatch',
      },
      { name: 'of another organization', change: { hd: 'evil.example' }, want: 'required_claim_mismatch' },
      {
        name: 'with an unverified address',
        change: { email_verified: false },
        want: 'required_claim_mismatch',
      },
    ],
  },
  {
    heading: 'Kubernetes service accounts',
    header: { typ: undefined as never },
    claims: {
      aud: ['portcullis'],
      iss: 'https://kubernetes.default.svc.cluster.local',
      jti: 'aed34954-b33a-4142-b1ec-389d6bbb4936',
      'kubernetes.io': {
        namespace: 'agents',
        node: { name: 'node-1', uid: '646e7c5e-32d6-4d42-9dbd-e504e6cbe6b1' },
        pod: { name: 'invoice-bot-7d4b9c', uid: '5e0bd49b-f040-43b0-99b7-22765a53f7f3' },
        serviceaccount: { name: 'invoice-bot', uid: '14ee3fa4-a7e2-420f-9f9a-dbc4507c3798' },
      },
      nbf: 1_935_400_000,
      sub: 'system:serviceaccount:agents:invoice-bot',
      groups: undefined,
    },
    want: {
      name: 'k8s:invoice-bot',
      kind: 'agent',
      groups: ['agents'],
      subject: 'system:serviceaccount:agents:invoice-bot',
    },
    refused: [
      {
        name: 'of another namespace',
        change: { 'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'invoice-bot' } } },
        want: 'required_claim_mismatch',
      },
      {
        name: 'for the API server',
        change: { aud: ['https://kubernetes.default.svc'] },
        want: 'audience_mismatch',
      },
      {
        name: 'of the old kind, out of a secret',
        change: {
          iss: 'kubernetes/serviceaccount',
          aud: undefined,
          exp: undefined,
          'kubernetes.io': undefined,
          'kubernetes.io/serviceaccount/namespace': 'agents',
          'kubernetes.io/serviceaccount/service-account.name': 'invoice-bot',
        },
        want: 'issuer_unknown',
      },
    ],
  },
  {
    heading: 'GitHub Actions',
    claims: {
      jti: 'example-id',
      sub: 'repo:acme/shop:environment:production',
      environment: 'production',
      aud: 'portcullis',
      ref: 'refs/heads/main',
      sha: 'example-sha',
      repository: 'acme/shop',
      repository_owner: 'acme',
      actor_id: '12',
      repository_visibility: 'private',
      repository_id: '74',
      repository_owner_id: '1234567',
      run_id: 'example-run-id',
      run_number: '10',
      run_attempt: '2',
      runner_environment: 'github-hosted',
      actor: 'octocat',
      workflow: 'nightly',
      head_ref: '',
      base_ref: '',
      event_name: 'schedule',
      ref_type: 'branch',
      job_workflow_ref: 'acme/shop/.github/workflows/nightly.yml@refs/heads/main',
      iss: 'https://token.actions.githubusercontent.com',
      nbf: 1_935_400_000,
      groups: undefined,
    },
    want: { name: 'github:acme/shop', kind: 'service', groups: ['production'], actor: undefined },
    refused: [
      {
        name: "of somebody else's repository",
        change: { repository_owner_id: '7654321' },
        want: 'required_claim_mismatch',
      },
      { name: 'of a pull request', change: { ref: 'refs/pull/7/merge' }, want: 'required_claim_mismatch' },
    ],
  },
  {
    heading: 'Keycloak',
    claims: {
      auth_time: 1_935_400_000,
      jti: 'onrtac:2f5a1b0e',
      iss: 'https://sso.example.com/realms/acme',
      aud: ['portcullis', 'account'],
      sub: 'c2f1b8c0-7b6e-4c8e-9a59-3f1f3f7a0a11',
      typ: 'Bearer',
      azp: 'portcullis-cli',
      sid: '5f0b2a61-2f9a-4f3a-8a57-5f0d1d3f8b7e',
      acr: '1',
      realm_access: { roles: ['offline_access', 'uma_authorization'] },
      resource_access: { account: { roles: ['manage-account'] } },
      scope: 'openid portcullis offline_access',
      preferred_username: 'dana',
      email_verified: true,
      groups: ['/dba'],
    },
    want: {
      name: 'dana',
      kind: 'human',
      groups: ['/dba'],
      scopes: ['openid', 'portcullis', 'offline_access'],
    },
    refused: [
      { name: 'without the audience mapper', change: { aud: 'account' }, want: 'audience_mismatch' },
      {
        name: 'of another realm',
        change: { iss: 'https://sso.example.com/realms/master' },
        want: 'issuer_unknown',
      },
    ],
  },
];

describe.each(examples)('the example of $heading', ({ heading, header = {}, claims, want, refused }) => {
  test("takes a token of the provider's shape", async () => {
    const { identity } = await openExample(heading);
    await expect(identity.verifyToken(await issuer.token(claims, { header }))).resolves.toMatchObject(want);
    await identity.close();
  });

  test.each(refused)('refuses one $name', async ({ change, want: reason }) => {
    const { identity, expectRefusal } = await openExample(heading);
    await expectRefusal(await issuer.token({ ...claims, ...change }, { header }), reason);
    await identity.close();
  });
});

test('the example of Keycloak knows agents by the claim that its mapper adds', async () => {
  const { identity } = await openExample('Keycloak');
  const { claims } = examples.find(({ heading }) => heading === 'Keycloak') as Example;
  const token = await issuer.token({
    ...claims,
    preferred_username: 'service-account-bot',
    agent_kind: 'agent',
  });
  await expect(identity.verifyToken(token)).resolves.toMatchObject({
    name: 'service-account-bot',
    kind: 'agent',
  });
  await identity.close();
});

test('the example of opaque tokens asks the issuer, and takes the name that its answer has', async () => {
  const config = await loadExample('Opaque tokens');
  // The real issuer can't be reached from a test: the stand-in answers in its place.
  const issuers = config.identity.issuers.map((one) => ({ ...one, issuer: issuer.issuer }));
  const { identity } = await openIdentity({ ...config.identity, issuers }, clock);
  const token = issuer.opaqueToken({
    username: 'dana',
    scope: 'read',
    client_id: 'app',
    token_type: 'Bearer',
  });
  await expect(identity.verifyToken(token)).resolves.toMatchObject({ name: 'dana', scopes: ['read'] });
  await identity.close();
});

test('the example of closed networks works with the file alone', async () => {
  const { publicJwk } = issuer.signingKey();
  const { identity: config } = await loadExample('Closed networks');
  const issuers = config.issuers.map((one) => ({ ...one, algorithms: ['RS256'] as const }));
  expect(publicJwk.alg).toBe('RS256');
  const { identity } = await openIdentity({ ...config, issuers }, clock);
  const token = await issuer.token({ iss: 'https://login.internal.example' });
  await expect(identity.verifyToken(token)).resolves.toMatchObject({ name: 'alice' });
  await identity.close();
});

test('the example of access keys opens the file', async () => {
  const { identity: config } = await loadExample('Access keys');
  const { id } = await createAccessKey(
    config.access_keys?.file ?? '',
    { name: 'reports', kind: 'service' },
    clock,
  );
  const { identity } = await openIdentity(config, clock);
  expect(identity.findAccessKey(id)).toMatchObject({ principal: { name: 'reports' } });
  await identity.close();
});

test('the document says what to do about every reason of a refusal, and about no other', () => {
  const [, table = ''] = document.split('## Why a login was refused');
  const documented = [...table.matchAll(/^\| `(\w+)` \| (\S.*) \|$/gm)].map(([, reason]) => reason);
  expect(documented.sort()).toEqual([...refusalReasons].sort());
});
