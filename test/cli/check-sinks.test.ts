// check-config on the sinks of the audit: their files, and with --online that they let the gateway in.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerJson, type HttpService, startHttpService } from '../audit/sinks/http-service.ts';
import { runCli } from './run-cli.ts';

let folder: string;
let web: HttpService;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-check-sinks-'));
  await writeFile(join(folder, 'token'), 'correct-horse', { mode: 0o600 });
  await writeFile(join(folder, 'empty'), '');
  web = await startHttpService((_, response) => answerJson(response, 405, {}));
});
afterAll(async () => {
  await web.stop();
  await rm(folder, { recursive: true, force: true });
});

async function check(sinks: string, ...more: string[]) {
  const file = join(folder, 'portcullis.yaml');
  await writeFile(
    file,
    `audit: { sinks: [ ${sinks} ] }
identity: { access_keys: { file: keys.json } }
policy: { open: true }
resources:
  - { name: orders, upstream: { host: 127.0.0.1, port: 1, database: orders }, credentials: { default: { kind: static, user: gateway } } }`,
  );
  return await runCli(['check-config', '--config', file, ...more]);
}

test('files of sinks are looked at', async () => {
  const sink = (token: string) => `{ kind: http, name: web, url: "${web.url}", token_file: ${token} }`;
  const good = await check(sink('token'));
  expect(good.stdout).toContain(`✓ audit.sinks[0].token_file: ${join(folder, 'token')}`);
  const bad = await check(sink('empty'));
  expect(bad).toMatchObject({ code: 1, stdout: expect.stringContaining('empty is empty') });
});

test('online, sinks are asked without being sent anything', async () => {
  const { stdout } = await check(
    `{ kind: http, name: web, url: "${web.url}", token_file: token }, { kind: syslog, name: sys, host: 127.0.0.1, port: 1, tls: false }, { kind: stdout, name: out }`,
    '--online',
  );
  expect(stdout).toContain('✓ audit.sinks[0]: web: 127.0.0.1:');
  expect(stdout).toContain('✕ audit.sinks[1]: sys cannot be used: nobody listens there (ECONNREFUSED)');
  expect(stdout).toContain('✓ audit.sinks[2]: out: lines go to standard output');
  expect(web.received.every(({ method, body }) => method === 'GET' && body === '')).toBe(true);
});
