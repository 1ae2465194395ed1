// S3 as a sink: against a store that checks signatures, rights and locks, and against one that lies.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { signed } from '../../../gateway/audit/sinks/s3/signature.ts';
import { waitUntil } from '../../support/wait.ts';
import { type Behaviour, startHttpService } from './http-service.ts';
import { bucket, INSTALL_MS, installS3, type S3Server, startS3 } from './s3-server.ts';
import { openStage, type SinkConfig, sinkConfig, temporaryFolder } from './stage.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Keys = S3Server['writer'];

async function stageWith(url: string, keys: Keys, more: Partial<SinkConfig> = {}, options = {}) {
  const folder = await temporaryFolder();
  const files = { id: join(folder, 'id'), secret: join(folder, 'secret') };
  const use = async ({ id, secret }: Keys) => {
    await writeFile(files.id, `${id}\n`);
    await writeFile(files.secret, `${secret}\n`);
  };
  await use(keys);
  const stage = await openStage(
    [
      sinkConfig({
        ...{ kind: 's3', name: 'archive', url, bucket, prefix: 'logs/audit' },
        ...{ access_key_id_file: files.id, secret_access_key_file: files.secret },
        lock: { mode: 'compliance', days: 30 },
        ...more,
      }),
    ],
    options,
  );
  closing.push(() => stage.close());
  return { ...stage, use };
}

test('a signature is the one of the example that AWS publishes', () => {
  const { authorization } = signed(
    {
      method: 'GET',
      url: new URL('https://examplebucket.s3.amazonaws.com/test.txt'),
      headers: { range: 'bytes=0-9' },
      body: Buffer.alloc(0),
      region: 'us-east-1',
      now: Date.parse('2013-05-24T00:00:00Z'),
    },
    {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      sessionToken: undefined,
    },
  );
  expect(authorization).toMatch(
    /Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41$/,
  );
});

describe('a store', () => {
  let store: S3Server;
  let missing: string | undefined;
  beforeAll(async () => {
    missing = await installS3();
    if (missing === undefined) store = await startS3();
  }, INSTALL_MS);
  afterAll(() => store?.stop());

  test('has every event in objects named by chain and number, locked until their time is over', async (context) => {
    if (missing !== undefined) context.skip(missing);
    const { append, shipped, journal } = await stageWith(store.url, store.writer);
    const sent = append(2_000);
    await shipped();
    const mine = (await store.list()).filter((key) => key.includes(journal.chain));
    expect(mine[0]).toMatch(
      new RegExp(`^logs/audit/${journal.chain}/\\d{4}/\\d\\d/\\d\\d/000000000001-\\d{12}\\.jsonl\\.gz$`),
    );
    const ids = (await store.events()).map(({ id }) => id).filter((id) => id.startsWith(journal.chain));
    expect(ids).toEqual(expect.arrayContaining(sent));
    expect(new Set(ids).size).toBe(ids.length);
    const { headers } = await store.ask('HEAD', `/${bucket}/${mine[0]}`, store.owner);
    expect(headers.get('x-amz-object-lock-mode')).toBe('COMPLIANCE');
    const until = Date.parse(headers.get('x-amz-object-lock-retain-until-date') ?? '');
    expect(Math.abs(until - Date.now() - 30 * 86_400_000)).toBeLessThan(300_000);
    // Nobody deletes what is locked: not even who may do everything.
    const version = headers.get('x-amz-version-id');
    const deleted = await store.ask('DELETE', `/${bucket}/${mine[0]}?versionId=${version}`, store.owner);
    expect(deleted.status).toBe(403);
  });

  test('whose key only writes keeps the gateway from reading and deleting', async (context) => {
    if (missing !== undefined) context.skip(missing);
    const { append, shipped, journal } = await stageWith(store.url, store.writer);
    append(5);
    await shipped();
    const [key] = (await store.list()).filter((each) => each.includes(journal.chain));
    for (const method of ['GET', 'DELETE'])
      expect((await store.ask(method, `/${bucket}/${key}`, store.writer)).status).toBe(403);
  });

  test('that is asked for what it has says so, lock included', async (context) => {
    if (missing !== undefined) context.skip(missing);
    const { append, shipped } = await stageWith(store.url, store.owner, { confirm: 'read' });
    append(50);
    await shipped();
  });

  test('gets events again once the files have the new key', async (context) => {
    if (missing !== undefined) context.skip(missing);
    const { id } = store.writer;
    const { append, shipped, report, use } = await stageWith(store.url, { id, secret: 'wrong-secret' });
    append(5);
    await waitUntil('it to be away', () => report('archive').state === 'away');
    expect(report('archive').problem).toBe('it answers 403: SignatureDoesNotMatch');
    await use(await store.newKey('writer'));
    await shipped();
    expect(JSON.stringify(report('archive'))).not.toContain('wrong-secret');
  });

  test('without the bucket is away', async (context) => {
    if (missing !== undefined) context.skip(missing);
    const { append, report } = await stageWith(store.url, store.owner, { bucket: 'another-bucket' });
    append(5);
    await waitUntil('it to be away', () => report('archive').state === 'away');
    expect(report('archive').problem).toBe('it answers 404: NoSuchBucket');
  });
});

describe('a store that lies', () => {
  const digest = 'd41d8cd98f00b204e9800998ecf8427e';
  test.each<{ name: string; answer: Behaviour; confirm?: 'read'; problem: string }>([
    {
      name: 'about the digest of what it stored',
      answer: (_, response) => Boolean(response.writeHead(200, { etag: `"${digest}"` }).end()),
      problem: 'the digest of what it stored is another',
    },
    {
      name: 'about the checksum of what it stored',
      answer: (_, response) => Boolean(response.writeHead(200, { 'x-amz-checksum-sha256': 'AAAA' }).end()),
      problem: 'the checksum of what it stored is another',
    },
    {
      name: 'and has nothing when it is asked',
      answer: ({ method }, response) => Boolean(response.writeHead(method === 'HEAD' ? 404 : 200).end()),
      confirm: 'read',
      problem: 'it took the object, and does not have it',
    },
    {
      name: 'and keeps it without a lock',
      answer: ({ method, bytes }, response) => {
        if (method === 'PUT') length = bytes.length;
        return Boolean(
          response.writeHead(200, method === 'HEAD' ? { 'content-length': String(length) } : {}).end(),
        );
      },
      confirm: 'read',
      problem: 'it has the object, without the lock that was asked for',
    },
  ])('$name is found', async ({ answer, confirm, problem }) => {
    const service = await startHttpService(answer);
    closing.push(() => service.stop());
    const more = confirm === undefined ? {} : { confirm };
    const { append, report } = await stageWith(service.url, { id: 'id', secret: 'secret' }, more);
    append(5);
    await waitUntil('it to be away', () => report('archive').state === 'away');
    expect(report('archive')).toMatchObject({ because: 'lied', problem });
  });
  let length = 0;
});
