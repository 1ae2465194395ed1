// A password in the clear: only where nobody between here and the server could read it.
import { describe, expect, test } from 'vitest';
import { authenticate } from '../../gateway/upstream/authentication.ts';
import { ScramKeyCache } from '../../gateway/upstream/scram-key-cache.ts';
import { message } from './stub-server.ts';

describe('AuthenticationCleartextPassword', () => {
  test.each([
    { name: 'is refused on a connection that leaves the machine without TLS', confidential: false },
    { name: 'is answered over TLS or loopback', confidential: true },
  ])('$name', async ({ confidential }) => {
    const requests = [message('R', 3), message('R', 0)];
    const sent: Buffer[] = [];
    const login = {
      user: 'gateway',
      password: Buffer.from('secret'),
      scramKeys: new ScramKeyCache(),
      channelBinding: { policy: 'prefer', data: undefined },
      confidential,
    } as const;
    const receive = async () => {
      const whole = requests.shift() ?? Buffer.alloc(0);
      return { type: whole[0] ?? 0, body: whole.subarray(5), whole };
    };
    const done = authenticate(login, receive, (bytes) => void sent.push(bytes));
    if (confidential) {
      await done;
      expect(sent).toEqual([message('p', 'secret\0')]);
    } else {
      await expect(done).rejects.toMatchObject({
        code: 'upstream_refused',
        message: expect.stringContaining('TLS'),
      });
      expect(sent).toEqual([]);
    }
  });
});
