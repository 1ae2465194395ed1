// login, token and logout against a real OpenID provider.
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demoPublicClientId } from '../../gateway/demo/accounts.ts';
import { type DemoIssuer, startDemoIssuer } from '../../gateway/demo/issuer.ts';
import { signIn } from '../../gateway/demo/sign-in.ts';
import { waitUntil } from '../support/wait.ts';
import { type CliRun, runCli, startCli } from './run-cli.ts';

let issuer: DemoIssuer;
let home: string;
let env: Record<string, string>;

beforeAll(async () => {
  issuer = await startDemoIssuer({ tokenSeconds: 1200 });
});
afterAll(() => issuer.stop());
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'portcullis-login-'));
  env = { XDG_CONFIG_HOME: home };
});
afterEach(() => rm(home, { recursive: true }));

const profileFile = () => join(home, 'portcullis/profiles/default.json');
const first = () => ['login', '--issuer', issuer.issuer, '--client-id', demoPublicClientId, '--no-browser'];

/** The address that login prints. */
function addressOf(run: CliRun): Promise<string> {
  return waitUntil('the address to open', () => /^ {2}(http\S+)$/m.exec(run.stderr())?.[1]);
}

async function logIn(words: string[] = first(), account = 'dana') {
  const run = startCli(words, { env });
  const url = await addressOf(run);
  const page = await signIn(url, account);
  return { code: await run.done, stdout: run.stdout(), stderr: run.stderr(), page, url };
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

describe('with the browser', () => {
  test('logs in, shows a closing page and prints tokens from then on', async () => {
    const { code, stdout, stderr, page, url } = await logIn();
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('Logged in as dana.');
    expect(page.status).toBe(200);
    expect(page.text).toContain('You are logged in');
    expect(page.text).not.toContain('<script');
    expect(new URL(url).searchParams.get('code_challenge_method')).toBe('S256');

    const token = await runCli(['token'], { env });
    expect({ code: token.code, stderr: token.stderr }).toEqual({ code: 0, stderr: '' });
    expect(claimsOf(token.stdout)).toMatchObject({ iss: issuer.issuer, sub: 'dana', aud: 'portcullis' });
  });

  test('keeps the profile to its owner', async () => {
    await logIn();
    expect((await stat(profileFile())).mode & 0o777).toBe(0o600);
    expect((await stat(join(home, 'portcullis/profiles'))).mode & 0o777).toBe(0o700);
  });

  test('the next login needs no options', async () => {
    await logIn([...first(), '--gateway', 'db.example.com:7000']);
    const again = await logIn(['login', '--no-browser'], 'support-agent');
    expect(again.stderr).toContain(
      'Logged in as support-agent. Next: portcullis psql RESOURCE (through db.example.com:7000)',
    );
  });

  test('a request that is not ours changes nothing', async () => {
    const run = startCli(first(), { env });
    const url = await addressOf(run);
    const redirect = new URL(url).searchParams.get('redirect_uri') ?? '';
    for (const query of ['', '?code=x&state=y', '?error=access_denied']) {
      expect((await fetch(redirect + query)).status).toBe(404);
    }
    expect((await signIn(url, 'dana')).status).toBe(200);
    expect(await run.done).toBe(0);
  });

  test('a refusal at the issuer is told, on the page and in the terminal', async () => {
    const run = startCli(first(), { env });
    const url = await addressOf(run);
    const { searchParams } = new URL(url);
    const callback = new URL(searchParams.get('redirect_uri') ?? '');
    callback.search = new URLSearchParams({
      error: 'access_denied',
      error_description: '<b>\x1b[2Jno</b>',
      state: searchParams.get('state') ?? '',
      iss: issuer.issuer,
    }).toString();
    const page = await fetch(callback);
    expect(page.status).toBe(400);
    expect(await page.text()).not.toContain('<b>');
    expect(await run.done).toBe(1);
    expect(run.stderr()).toContain('the login failed: access_denied');
    expect(run.stderr()).not.toContain('\x1b');
  });
});

describe('with a device code', () => {
  test('shows a code and an address, and logs in once it was entered', async () => {
    const run = startCli([...first(), '--device'], { env });
    await waitUntil('the device code', () => run.stderr().includes('Waiting'));
    const [, complete = ''] = /^Or open (\S+)$/m.exec(run.stderr()) ?? [];
    expect(run.stderr()).toMatch(/Open \S+ on any device and enter the code \S+/);
    await signIn(complete, 'analytics-agent');
    expect(await run.done).toBe(0);
    expect(claimsOf((await runCli(['token'], { env })).stdout)).toMatchObject({ sub: 'analytics-agent' });
  });
});

describe('token', () => {
  test('keeps the token while it is fresh', async () => {
    await logIn();
    const tokens = [await runCli(['token'], { env }), await runCli(['token'], { env })];
    expect(tokens[0]?.stdout).toBe(tokens[1]?.stdout);
  });

  test('renews once, however many ask at the same time', async () => {
    await logIn();
    const before = (await runCli(['token'], { env })).stdout;
    const profile = JSON.parse(await readFile(profileFile(), 'utf8'));
    const soon = Math.floor(Date.now() / 1000) + 60;
    await writeFile(
      profileFile(),
      JSON.stringify({ ...profile, login: { ...profile.login, expires_at: soon } }),
    );
    const asked = await Promise.all(
      Array.from({ length: 5 }, () => runCli(['token', '--valid-for', '300'], { env })),
    );
    const tokens = new Set(asked.map(({ stdout }) => stdout));
    expect(asked.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    expect(tokens.size).toBe(1);
    expect(tokens.has(before)).toBe(false);
  });

  test('without a login says so, with a code of its own', async () => {
    expect(await runCli(['token'], { env })).toEqual({
      code: 3,
      stdout: '',
      stderr: 'portcullis: not logged in\nRun: portcullis login\n',
    });
    expect((await runCli(['token', '-p', 'staging'], { env })).stderr).toContain(
      'portcullis login --profile staging',
    );
  });

  test('a login that the issuer ended asks for another', async () => {
    await logIn();
    const profile = JSON.parse(await readFile(profileFile(), 'utf8'));
    const ended = { ...profile, login: { ...profile.login, expires_at: 1, refresh_token: 'ended' } };
    await writeFile(profileFile(), JSON.stringify(ended));
    const { code, stdout, stderr } = await runCli(['token'], { env });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/the login has ended: invalid_grant[\s\S]*Run: portcullis login/);
  });

  test('an issuer that cannot be reached is an error without a stack, or no matter while the token lives', async () => {
    const brief = await startDemoIssuer({ tokenSeconds: 120 });
    await logIn(['login', '--issuer', brief.issuer, '--client-id', demoPublicClientId, '--no-browser']);
    await brief.stop();
    expect((await runCli(['token', '--valid-for', '500'], { env })).code).toBe(0);
    const profile = JSON.parse(await readFile(profileFile(), 'utf8'));
    await writeFile(
      profileFile(),
      JSON.stringify({ ...profile, login: { ...profile.login, expires_at: 1 } }),
    );
    const { code, stderr } = await runCli(['token'], { env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot be used: ECONNREFUSED/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('a damaged profile is said to be one', async () => {
    await mkdir(join(home, 'portcullis/profiles'), { recursive: true });
    await writeFile(profileFile(), '{"login":');
    expect((await runCli(['token'], { env })).stderr).toContain('is damaged\nRemove it and log in again.');
  });
});

describe('logout', () => {
  test('revokes the login and keeps the settings', async () => {
    await logIn();
    const before = JSON.parse(await readFile(profileFile(), 'utf8'));
    const { code, stderr } = await runCli(['logout'], { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'Logged out; the issuer has revoked the login.\n' });
    expect(JSON.parse(await readFile(profileFile(), 'utf8'))).not.toHaveProperty('login');
    expect((await runCli(['token'], { env })).code).toBe(3);

    const response = await fetch(`${issuer.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: demoPublicClientId,
        refresh_token: before.login.refresh_token,
      }),
    });
    expect(response.status).toBe(400);
    expect((await logIn(['login', '--no-browser'])).code).toBe(0);
  });

  test('--forget removes everything; a second logout has nothing to do', async () => {
    await logIn();
    await runCli(['logout', '--forget'], { env });
    await expect(stat(profileFile())).rejects.toThrow('ENOENT');
    expect((await runCli(['logout'], { env })).stderr).toBe('You were not logged in.\n');
  });
});
