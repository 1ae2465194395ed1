// The admin side shows the certificate that its files hold now, to whoever connects next.
import { X509Certificate } from 'node:crypto';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { expect, test } from 'vitest';
import { startAdmin } from '../../gateway/admin/index.ts';
import { silentLog } from '../../gateway/lib/index.ts';
import { createCertificates } from '../support/certificates.ts';
import { waitUntil } from '../support/wait.ts';

function shownAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(new X509Certificate(socket.getPeerCertificate().raw).subject);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

test('a certificate that is replaced is shown at once, and one that cannot be used is not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-admin-'));
  const certificates = await createCertificates(folder);
  const [first, second] = await Promise.all(
    ['first', 'second'].map((commonName) => certificates.issue(commonName, { commonName })),
  );
  const tls = { cert: join(folder, 'admin.crt'), key: join(folder, 'admin.key') };
  const put = async (files = first) => {
    await copyFile(files?.cert ?? '', tls.cert);
    await copyFile(files?.key ?? '', tls.key);
  };
  await put();
  const errors: unknown[] = [];
  const log = {
    ...silentLog,
    error: (fields: unknown) => errors.push(fields),
  } as unknown as typeof silentLog;
  const nothing = async () => [];
  const admin = await startAdmin(
    { host: '127.0.0.1', port: 0, tls, administrators: [] },
    { log, health: nothing, metrics: nothing, api: async () => ({ status: 404, body: {} }) },
  );
  try {
    expect(await shownAt(admin.port)).toBe('CN=first');
    await put(second);
    await waitUntil('the second to be shown', async () => (await shownAt(admin.port)) === 'CN=second');
    await writeFile(tls.cert, 'no certificate');
    await waitUntil('the failure to be told', () => errors.length > 0);
    expect(await shownAt(admin.port)).toBe('CN=second');
  } finally {
    await admin.close();
    await rm(folder, { recursive: true });
  }
});
