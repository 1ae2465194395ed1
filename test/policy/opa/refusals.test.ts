// What is wrong with a bundle is refused by name, the old one goes on deciding, and where OPA must refuse it, it does.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBundle, createSigningKey, repack } from '../../support/build-bundle.ts';
import { writeTarGzip } from '../../support/write-tar.ts';
import { ask } from '../engine/asks.ts';
import { type Beside, mostBytes, startBeside } from './beside.ts';
import { jointBundle, signed, unsignedJointBundle } from './joint-bundle.ts';
import { shopPolicy } from './shop-policy.ts';

let beside: Beside;
const good = new Map<string, Buffer>();

beforeAll(async () => {
  beside = await startBeside();
  for (const revision of ['r1', 'r2'])
    good.set(revision, await jointBundle(shopPolicy(revision), beside.key));
});
afterAll(() => beside?.stop());

const goodBytes = (): Buffer => good.get('r1') as Buffer;

/** Rules that decide, and this package beside them. */
const withRules = (rego: string) => shopPolicy('bad', { files: { 'gateway/more.rego': rego } });

const circle = `package gateway.statement

parent := child if input.identity.principal

child := parent if input.identity.principal
`;

// Ten thousand million steps.
const endless = `package gateway.statement

decision := {"effect": "deny", "rule": "shop.endless"} if {
	some a in numbers.range(1, 100000)
	some b in numbers.range(1, 100000)
	a + b < 0
}
`;

const refused: { name: string; bundle: () => Promise<Buffer> | Buffer; code: string; opa?: RegExp }[] = [
  {
    name: 'its data were changed after it was signed',
    bundle: () => repack(goodBytes(), { '/data.json': '{"shop": {"readers": ["eve"], "notice": ""}}' }),
    code: 'digest_mismatch',
    opa: /data.json/,
  },
  {
    name: 'its rules were changed after it was signed',
    bundle: () => repack(goodBytes(), { '/gateway/statement.rego': 'package gateway.statement\n' }),
    code: 'digest_mismatch',
    opa: /statement.rego/,
  },
  {
    name: 'a file was added after it was signed',
    bundle: () => repack(goodBytes(), { '/gateway/more.rego': 'package gateway.more\n' }),
    code: 'file_not_signed',
    opa: /more.rego/,
  },
  {
    name: 'half of it is missing',
    bundle: () => goodBytes().subarray(0, Math.floor(goodBytes().length / 2)),
    code: 'gzip_damaged',
    opa: /EOF/,
  },
  { name: 'it is empty', bundle: () => Buffer.alloc(0), code: 'empty', opa: /EOF/ },
  {
    name: 'there is nothing in it',
    bundle: () => writeTarGzip([]),
    code: 'signature_missing',
    opa: /signature/,
  },
  {
    name: 'somebody else signed it',
    bundle: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'other-key-'));
      try {
        return await signed(
          await unsignedJointBundle(shopPolicy('bad')),
          await createSigningKey(folder, 'ES256'),
        );
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    code: 'signature_wrong',
    opa: /signature/,
  },
  {
    name: 'nobody signed it',
    bundle: () => unsignedJointBundle(shopPolicy('bad')),
    code: 'signature_missing',
    opa: /signature/,
  },
  {
    name: 'it is larger than it may be',
    bundle: () =>
      jointBundle(
        shopPolicy('bad', {
          files: { 'shop/more/data.json': `"${randomBytes(mostBytes).toString('hex')}"` },
        }),
        beside.key,
      ),
    code: 'too_large',
    opa: /size/,
  },
  {
    name: 'its roots lie one within the other',
    bundle: async () =>
      await signed(
        repack(await unsignedJointBundle(shopPolicy('bad')), {
          '/.manifest': '{"roots": ["gateway", "gateway/statement", "shop", "system/log"]}',
        }),
        beside.key,
      ),
    code: 'roots_overlap',
    opa: /overlap/,
  },
  {
    // No module can be made of such rules, so that they come alone.
    name: 'its rules go round in a circle',
    bundle: async () =>
      await signed(
        repack(await unsignedJointBundle(shopPolicy('bad')), {
          '/gateway/more.rego': circle,
          '/policy.wasm': undefined,
          '/.manifest': '{"roots": ["gateway", "shop", "system/log"]}',
        }),
        beside.key,
      ),
    code: 'wasm_missing',
    opa: /compil|recursi/,
  },
  {
    name: 'a link in it leads to itself',
    bundle: async () => repack(goodBytes(), {}, [{ name: '/shop/again', type: '2' }]),
    code: 'archive_entry_refused',
  },
  {
    // OPA only notices when it is asked, and then doesn't come back.
    name: 'its rules have no end',
    bundle: () => jointBundle(withRules(endless), beside.key),
    code: 'evaluation_failed',
  },
  {
    // OPA takes what nobody asks for.
    name: 'it answers something else than what is asked',
    bundle: async () =>
      await jointBundle(
        {
          revision: 'bad',
          roots: ['gateway'],
          entrypoints: ['gateway/verdict/decision'],
          files: {
            'gateway/verdict.rego':
              'package gateway.verdict\n\ndecision := {"effect": "allow", "rule": "x"}\n',
          },
        },
        beside.key,
      ),
    code: 'entrypoints_missing',
  },
  {
    name: 'it has no rules',
    bundle: async () =>
      await signed(
        await buildBundle({
          files: { 'gateway/data.json': '{"a": 1}', '.manifest': '{"roots": ["gateway"]}' },
          revision: 'bad',
        }),
        beside.key,
      ),
    code: 'wasm_missing',
  },
];

describe('a bundle is refused, and the one before it goes on deciding, when', () => {
  let turn = 0;
  it.each(refused)('$name', async ({ bundle, code, opa }) => {
    const bad = await bundle();
    const revision = turn % 2 === 0 ? 'r1' : 'r2';
    turn += 1;
    beside.publish(good.get(revision) as Buffer);
    await beside.bothActive(revision);
    beside.publish(bad);
    const refusal = await beside.refusal();
    expect(refusal).toMatchObject({ code, active: revision });
    expect(refusal.message).toMatch(/\S \S/);
    const asked = ask({ identity: { ...ask().identity, principal: 'ada' } });
    const decided = beside.tracks.decider(asked.identity)?.policy.statement(asked);
    expect(decided).toMatchObject({ revision, decision: { effect: 'allow', rule: 'shop.reader' } });
    expect(beside.tracks.status()).toMatchObject({ ready: true });
    expect(beside.tracks.status().warnings.join()).toContain(refusal.message);
    if (opa === undefined) return;
    const byOpa = await beside.refusalOfOpa();
    expect(byOpa.active).toBe(revision);
    expect(byOpa.message).toMatch(opa);
    expect((await beside.opa.decide('gateway/statement/decision', decided?.input())).result).toEqual(
      decided?.decision,
    );
  });
});
