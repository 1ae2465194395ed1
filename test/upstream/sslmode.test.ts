// Each sslmode against a server with TLS, without, with another authority and under another name, as libpq means it.
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createCertificates } from '../support/certificates.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { waitUntil } from '../support/wait.ts';
import { type Bench, createBench, encryption, query } from './fixture.ts';
import { startTlsServer } from './stub-server.ts';

const modes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
type Mode = (typeof modes)[number];
type Outcome = 'by TLS' | 'in the clear' | 'refused';

describe.each([15, 18] as const)('PostgreSQL %d', (version) => {
  let encrypted: Postgres;
  let bare: Postgres;
  let bench: Bench;
  let ca: string;
  let otherCa: string;

  beforeAll(async () => {
    encrypted = await startPostgres({
      version,
      tls: true,
      settings: { listen_addresses: '127.0.0.1,127.0.0.2' },
    });
    bare = await startPostgres({ version });
    bench = await createBench();
    ca = encrypted.certificates?.ca ?? '';
    otherCa = (await createCertificates(bench.folder)).ca;
  });
  afterEach(() => bench.finish());
  afterAll(async () => {
    await bench.stop();
    await encrypted.stop();
    await bare.stop();
  });

  const cases: {
    name: string;
    server: 'encrypted' | 'bare';
    ca?: 'good' | 'wrong';
    host?: string;
    want: Record<Mode, Outcome>;
  }[] = [
    {
      name: 'a server with TLS and no CA file',
      server: 'encrypted',
      want: {
        disable: 'in the clear',
        prefer: 'by TLS',
        require: 'by TLS',
        'verify-ca': 'refused',
        'verify-full': 'refused',
      },
    },
    {
      name: 'a server with TLS and its CA file',
      server: 'encrypted',
      ca: 'good',
      want: {
        disable: 'in the clear',
        prefer: 'by TLS',
        require: 'by TLS',
        'verify-ca': 'by TLS',
        'verify-full': 'by TLS',
      },
    },
    {
      name: 'a server with TLS and its CA file, by host name',
      server: 'encrypted',
      ca: 'good',
      host: 'localhost',
      want: {
        disable: 'in the clear',
        prefer: 'by TLS',
        require: 'by TLS',
        'verify-ca': 'by TLS',
        'verify-full': 'by TLS',
      },
    },
    {
      name: 'a server with TLS and another CA file',
      server: 'encrypted',
      ca: 'wrong',
      want: {
        disable: 'in the clear',
        prefer: 'refused',
        require: 'refused',
        'verify-ca': 'refused',
        'verify-full': 'refused',
      },
    },
    {
      name: 'a host that the certificate does not name',
      server: 'encrypted',
      ca: 'good',
      host: '127.0.0.2',
      want: {
        disable: 'in the clear',
        prefer: 'by TLS',
        require: 'by TLS',
        'verify-ca': 'by TLS',
        'verify-full': 'refused',
      },
    },
    {
      name: 'a server without TLS',
      server: 'bare',
      want: {
        disable: 'in the clear',
        prefer: 'in the clear',
        require: 'refused',
        'verify-ca': 'refused',
        'verify-full': 'refused',
      },
    },
  ];

  describe.each(cases)('$name', (row) => {
    test.each(modes)('%s', async (sslmode) => {
      const server = row.server === 'bare' ? bare : encrypted;
      const { connect, failure, logged } = await bench.subject({
        port: server.port,
        password: server.superuser.password,
        sslmode,
        ...(row.ca === undefined ? {} : { ca: row.ca === 'good' ? ca : otherCa }),
        host: row.host ?? '127.0.0.1',
      });
      const want = row.want[sslmode];
      if (want === 'refused') {
        expect(await failure()).toMatchObject({ code: 'upstream_refused' });
        expect(logged()).toMatchObject([{ stage: 'tls', reason: expect.any(String) }]);
      } else {
        expect(await query(await connect(), encryption)).toContain(want);
      }
    });
  });

  test('a CA file that is absent, or no certificate, is refused before the password leaves', async () => {
    const broken = join(bench.folder, 'broken.crt');
    await writeFile(broken, 'this is no certificate');
    for (const file of [join(bench.folder, 'absent.crt'), broken]) {
      const { failure, logged } = await bench.subject({
        port: encrypted.port,
        password: encrypted.superuser.password,
        sslmode: 'verify-full',
        ca: file,
      });
      expect(await failure()).toMatchObject({ code: 'upstream_refused' });
      expect(logged()).toMatchObject([{ stage: 'tls' }]);
    }
  });

  test('a CA file that is replaced counts for the next connections', async () => {
    const file = join(bench.folder, 'replaced.crt');
    await copyFile(ca, file);
    const { connect, failure, upstream } = await bench.subject({
      port: encrypted.port,
      password: encrypted.superuser.password,
      sslmode: 'verify-full',
      ca: file,
    });
    await connect();
    await copyFile(otherCa, file);
    const refused = () =>
      connect().then(
        ({ socket }) => !socket.destroy(),
        () => true,
      );
    await waitUntil('the other one to count', refused);
    expect(await failure()).toMatchObject({ code: 'upstream_refused' });
    await copyFile(ca, file);
    await waitUntil('the first one to count again', async () => !(await refused()));
    await connect();
    upstream.close();
  });
});

test('an expired certificate is refused where it is checked', async () => {
  const bench = await createBench();
  const day = 86_400_000;
  const certificates = await createCertificates(bench.folder, {
    validFrom: new Date(Date.now() - 2 * day),
    validTo: new Date(Date.now() - day),
  });
  const server = await startTlsServer(certificates);
  const { failure, logged } = await bench.subject({
    port: server.port,
    password: 'never-to-be-sent',
    sslmode: 'verify-full',
    ca: certificates.ca,
  });
  expect(await failure()).toMatchObject({ code: 'upstream_refused' });
  expect(logged()[0]?.reason).toContain('expired');
  expect(server.received()).toBe('');
  await server.stop();
  await bench.finish();
  await bench.stop();
});
