// The counts behind the limits, and the keys behind cancels.
import { beforeEach, describe, expect, test } from 'vitest';
import type { LimitsConfig } from '../../gateway/config/index.ts';
import { LocalAdmission } from '../../gateway/server/admission.ts';
import { Registry } from '../../gateway/server/process/registry.ts';
import type { Session } from '../../gateway/session/index.ts';

const limits = { connections: 3, connections_per_principal: 2, failed_logins_per_minute: 2 } as LimitsConfig;
let now = 0;
let admission: LocalAdmission;
beforeEach(() => {
  now = 1_000_000;
  admission = new LocalAdmission(limits, { now: () => now });
});

describe('connections', () => {
  test('of a principal are counted until they are left', async () => {
    await admission.enter('a');
    await admission.enter('a');
    await expect(admission.enter('a')).rejects.toMatchObject({ code: 'too_many_connections_of_principal' });
    admission.leave('a');
    await admission.enter('a');
  });

  test('in total are counted before those of a principal', async () => {
    for (const name of ['a', 'b', 'c']) await admission.enter(name);
    await expect(admission.enter('a')).rejects.toMatchObject({ code: 'too_many_connections' });
  });

  test('that were never counted leave no count', async () => {
    admission.leave('nobody');
    for (const name of ['a', 'b', 'c']) await admission.enter(name);
    await expect(admission.enter('d')).rejects.toMatchObject({ code: 'too_many_connections' });
  });

  test('beyond a limit that was lowered stay, and nobody else comes in', async () => {
    await admission.enter('a');
    await admission.enter('b');
    admission.limits = { ...limits, connections: 1 };
    admission.leave('a');
    await expect(admission.enter('a')).rejects.toMatchObject({ code: 'too_many_connections' });
  });
});

describe('failed logins', () => {
  test('of one address refuse it for the rest of the minute, and no other', async () => {
    admission.loginFailed('x');
    await admission.checkAddress('x');
    now += 10_000;
    admission.loginFailed('x');
    await expect(admission.checkAddress('x')).rejects.toMatchObject({
      code: 'login_rate_limited',
      parameters: { seconds: 50 },
    });
    await admission.checkAddress('y');
    now += 50_000;
    await admission.checkAddress('x');
  });

  test('of ten thousand addresses are kept, and the oldest forgotten', async () => {
    admission.loginFailed('first');
    admission.loginFailed('first');
    for (let index = 0; index < 10_000; index++) admission.loginFailed(`address ${index}`);
    await admission.checkAddress('first');
  });
});

describe('cancel keys', () => {
  const session = {} as Session;

  test("have the server's process id, and of several servers with the same one the secret tells", () => {
    const registry = new Registry();
    const other = {} as Session;
    const key = registry.register(session, 4711, 32);
    const otherKey = registry.register(other, 4711, 4);
    expect(key).toMatchObject({ processId: 4711, secret: { length: 32 } });
    expect(otherKey).toMatchObject({ processId: 4711, secret: { length: 4 } });
    expect(registry.find(key)).toBe(session);
    expect(registry.find(otherKey)).toBe(other);
    registry.unregister(key);
    expect(registry.find(key)).toBeUndefined();
    expect(registry.find(otherKey)).toBe(other);
  });

  test('find their session with the whole secret alone, until it is gone', () => {
    const registry = new Registry();
    const key = registry.register(session, 4711, 4);
    expect(registry.find(key)).toBe(session);
    expect(
      registry.find({
        ...key,
        secret: Buffer.from([...key.secret.subarray(0, 3), (key.secret[3] ?? 0) ^ 1]),
      }),
    ).toBeUndefined();
    expect(registry.find({ ...key, secret: key.secret.subarray(0, 3) })).toBeUndefined();
    expect(registry.find({ ...key, processId: key.processId + 1 })).toBeUndefined();
    registry.unregister(key);
    expect(registry.find(key)).toBeUndefined();
  });
});
