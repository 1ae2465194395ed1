// SCRAM: RFC 7677's example, client against server, and every way in which either side can be lied to.
import { pbkdf2Sync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { preparePassword } from '../../gateway/wire/saslprep.ts';
import { ScramClientExchange } from '../../gateway/wire/scram-client.ts';
import { ScramError, type ScramFailure } from '../../gateway/wire/scram-message.ts';
import { offeredScramMechanisms, ScramServerExchange } from '../../gateway/wire/scram-server.ts';
import {
  createVerifier,
  deriveKeys,
  keysOf,
  parseVerifier,
  printVerifier,
  type ScramKeys,
} from '../../gateway/wire/scram-verifier.ts';
import fc from '../support/properties.ts';

const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
const clientNonce = 'rOprNGfwEbeRWgbNEkqO';
const ownNonce = '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
const nonce = clientNonce + ownNonce;
const verifier = createVerifier('pencil', { salt, iterations: 4096 });
const binding = Buffer.from('the hash of a certificate, 32 B.');

function saltedKeys(password: string, iterations = 4096): ScramKeys {
  return keysOf(pbkdf2Sync(preparePassword(password), salt, iterations, 32, 'sha256'));
}

function failureOf(run: () => unknown): ScramFailure | 'none' {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(ScramError);
    return (error as ScramError).failure;
  }
  return 'none';
}

const plain = { mechanism: 'SCRAM-SHA-256' } as const;
const plus = { mechanism: 'SCRAM-SHA-256-PLUS' } as const;

describe('RFC 7677, section 3', () => {
  const messages = {
    clientFirst: `n,,n=user,r=${clientNonce}`,
    serverFirst: `r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`,
    clientFinal: `c=biws,r=${nonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`,
    serverFinal: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  };

  test('the client says what the example says', () => {
    const client = new ScramClientExchange({ ...plain, username: 'user', nonce: clientNonce });
    expect(client.first().toString()).toBe(messages.clientFirst);
    expect(client.challenge(Buffer.from(messages.serverFirst))).toEqual({ salt, iterations: 4096 });
    expect(client.final(saltedKeys('pencil')).toString()).toBe(messages.clientFinal);
    expect(client.verified).toBe(false);
    client.verify(Buffer.from(messages.serverFinal));
    expect(client.verified).toBe(true);
  });

  test('the server says what the example says', () => {
    const server = new ScramServerExchange({ ...plain, verifier, nonce: ownNonce });
    expect(server.first(Buffer.from(messages.clientFirst)).toString()).toBe(messages.serverFirst);
    expect(server.final(Buffer.from(messages.clientFinal)).toString()).toBe(messages.serverFinal);
  });
});

test('keys derived in the thread pool are the same', async () => {
  expect(await deriveKeys('pencil', { salt, iterations: 4096 })).toEqual(saltedKeys('pencil'));
});

describe('client against server', () => {
  const anyPassword = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });

  test('every password opens its own verifier, with and without binding, and no other one does', () => {
    fc.assert(
      fc.property(
        anyPassword,
        anyPassword,
        fc.boolean(),
        fc.boolean(),
        (password, other, bound, couldBind) => {
          const mechanism = bound ? plus : plain;
          const channelBinding = bound ? binding : undefined;
          const run = (typed: string) => {
            const client = new ScramClientExchange({ ...mechanism, channelBinding, couldBind });
            const server = new ScramServerExchange({
              ...mechanism,
              channelBinding,
              verifier: createVerifier(password, { salt, iterations: 1 }),
            });
            expect(client.challenge(server.first(client.first()))).toEqual({ salt, iterations: 1 });
            client.verify(server.final(client.final(saltedKeys(typed, 1))));
            return client.verified;
          };
          expect(run(password)).toBe(true);
          if (!preparePassword(other).equals(preparePassword(password))) {
            expect(failureOf(() => run(other))).toBe('refused');
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a client that binds to another certificate is refused', () => {
    const client = new ScramClientExchange({ ...plus, channelBinding: Buffer.alloc(32) });
    const server = new ScramServerExchange({ ...plus, channelBinding: binding, verifier });
    client.challenge(server.first(client.first()));
    const final = client.final(saltedKeys('pencil'));
    expect(failureOf(() => server.final(final))).toBe('channel_binding');
  });

  test('a doomed exchange and one with a made-up verifier run whole and fail at the end', () => {
    const madeUp = { ...verifier, storedKey: Buffer.alloc(32, 7), serverKey: Buffer.alloc(32, 8) };
    for (const options of [{ verifier, doomed: true }, { verifier: madeUp }]) {
      const client = new ScramClientExchange(plain);
      const server = new ScramServerExchange({ ...plain, ...options });
      client.challenge(server.first(client.first()));
      const final = client.final(saltedKeys('pencil'));
      expect(failureOf(() => server.final(final))).toBe('refused');
    }
  });

  test('any byte of either side changed makes the exchange fail', () => {
    fc.assert(
      fc.property(fc.nat(3), fc.nat(500), fc.integer({ min: 1, max: 255 }), (which, at, flip) => {
        const client = new ScramClientExchange({ ...plus, channelBinding: binding });
        const server = new ScramServerExchange({ ...plus, channelBinding: binding, verifier });
        let turn = 0;
        const wire = (message: Buffer) => {
          const sent = Buffer.from(message);
          if (turn++ === which) {
            const index = at % sent.length;
            sent[index] = (sent[index] ?? 0) ^ flip;
          }
          return sent;
        };
        const run = () => {
          const challenge = client.challenge(wire(server.first(wire(client.first()))));
          const salted = pbkdf2Sync(
            'pencil',
            challenge.salt,
            Math.min(challenge.iterations, 5000),
            32,
            'sha256',
          );
          client.verify(wire(server.final(wire(client.final(keysOf(salted))))));
        };
        expect(failureOf(run)).not.toBe('none');
      }),
      { numRuns: 300 },
    );
  });
});

describe('the server refuses client-first-messages', () => {
  const offered = { ...plain, channelBinding: binding };
  const bound = { ...plus, channelBinding: binding };
  const rest = `n=,r=${clientNonce}`;
  const cases = [
    { name: 'an empty message', options: plain, input: '', want: 'malformed' },
    { name: 'a NUL byte', options: plain, input: `n,,n=\0,r=${clientNonce}`, want: 'malformed' },
    { name: 'no channel binding flag', options: plain, input: rest, want: 'malformed' },
    { name: 'an unknown flag', options: plain, input: `x,,${rest}`, want: 'malformed' },
    { name: 'a flag without a comma', options: plain, input: `n${rest}`, want: 'malformed' },
    { name: 'n where -PLUS was selected', options: bound, input: `n,,${rest}`, want: 'malformed' },
    { name: 'y where -PLUS was selected', options: bound, input: `y,,${rest}`, want: 'malformed' },
    {
      name: 'y where -PLUS was offered: a downgrade',
      options: offered,
      input: `y,,${rest}`,
      want: 'channel_binding',
    },
    { name: 'y where -PLUS was not offered', options: plain, input: `y,,${rest}`, want: 'none' },
    { name: 'n where -PLUS was offered', options: offered, input: `n,,${rest}`, want: 'none' },
    {
      name: 'p where -PLUS was not selected',
      options: offered,
      input: `p=tls-server-end-point,,${rest}`,
      want: 'malformed',
    },
    {
      name: 'p with another binding type',
      options: bound,
      input: `p=tls-unique,,${rest}`,
      want: 'unsupported',
    },
    {
      name: 'p with tls-server-end-point',
      options: bound,
      input: `p=tls-server-end-point,,${rest}`,
      want: 'none',
    },
    { name: 'p without a type', options: bound, input: `p,,${rest}`, want: 'malformed' },
    { name: 'an authorization identity', options: plain, input: `n,a=admin,${rest}`, want: 'unsupported' },
    { name: 'a required extension', options: plain, input: `n,,m=x,${rest}`, want: 'unsupported' },
    { name: 'no user name attribute', options: plain, input: `n,,r=${clientNonce}`, want: 'malformed' },
    { name: 'no nonce', options: plain, input: 'n,,n=', want: 'malformed' },
    { name: 'an empty nonce', options: plain, input: 'n,,n=,r=', want: 'malformed' },
    { name: 'a nonce with a space', options: plain, input: 'n,,n=,r=a b', want: 'malformed' },
    { name: 'a nonce that is not ASCII', options: plain, input: 'n,,n=,r=é', want: 'malformed' },
    { name: 'an extension that can be ignored', options: plain, input: `n,,${rest},x=1,y=2`, want: 'none' },
    { name: 'an extension without a value', options: plain, input: `n,,${rest},x`, want: 'malformed' },
    { name: 'an extension that is no letter', options: plain, input: `n,,${rest},1=x`, want: 'malformed' },
    { name: 'a trailing comma', options: plain, input: `n,,${rest},`, want: 'malformed' },
    {
      name: 'a user name, which PostgreSQL ignores',
      options: plain,
      input: `n,,n=üser=2C,r=abc`,
      want: 'none',
    },
  ] as const;

  test.each(cases)('$name: $want', ({ options, input, want }) => {
    const server = new ScramServerExchange({ ...options, verifier });
    expect(failureOf(() => server.first(Buffer.from(input)))).toBe(want);
  });

  test('a mechanism that was not offered', () => {
    expect(failureOf(() => new ScramServerExchange({ ...plus, verifier }))).toBe('malformed');
    expect(failureOf(() => new ScramServerExchange({ mechanism: 'PLAIN', verifier }))).toBe('malformed');
    expect(offeredScramMechanisms(undefined)).toEqual(['SCRAM-SHA-256']);
    expect(offeredScramMechanisms(binding)).toEqual(['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256']);
  });
});

describe('the server refuses client-final-messages', () => {
  const proof = 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=';
  const wrong = Buffer.alloc(32).toString('base64');
  const cases = [
    { name: 'the example is right', input: `c=biws,r=${nonce},p=${proof}`, want: 'none' },
    { name: 'an empty message', input: '', want: 'malformed' },
    { name: 'no binding', input: `r=${nonce},p=${proof}`, want: 'malformed' },
    { name: 'the binding of another flag', input: `c=eSws,r=${nonce},p=${proof}`, want: 'malformed' },
    { name: 'another nonce', input: `c=biws,r=${nonce}x,p=${proof}`, want: 'malformed' },
    { name: "the client's nonce alone", input: `c=biws,r=${clientNonce},p=${proof}`, want: 'malformed' },
    { name: 'no proof', input: `c=biws,r=${nonce}`, want: 'malformed' },
    { name: 'a proof of another length', input: `c=biws,r=${nonce},p=dHzb`, want: 'malformed' },
    { name: 'a proof with white space', input: `c=biws,r=${nonce},p= ${proof}`, want: 'malformed' },
    {
      name: 'a proof without padding',
      input: `c=biws,r=${nonce},p=${proof.slice(0, -1)}`,
      want: 'malformed',
    },
    {
      name: 'a proof in URL-safe base64',
      input: `c=biws,r=${nonce},p=${proof.replace('+', '-')}`,
      want: 'malformed',
    },
    { name: 'something after the proof', input: `c=biws,r=${nonce},p=${proof},x=1`, want: 'malformed' },
    { name: 'a comma after the proof', input: `c=biws,r=${nonce},p=${proof},`, want: 'malformed' },
    { name: 'an extension, which is signed too', input: `c=biws,r=${nonce},x=1,p=${proof}`, want: 'refused' },
    { name: 'a wrong proof', input: `c=biws,r=${nonce},p=${wrong}`, want: 'refused' },
  ] as const;

  test.each(cases)('$name: $want', ({ input, want }) => {
    const server = new ScramServerExchange({ ...plain, verifier, nonce: ownNonce });
    server.first(Buffer.from(`n,,n=user,r=${clientNonce}`));
    expect(failureOf(() => server.final(Buffer.from(input)))).toBe(want);
  });

  test('a message out of turn, and a second attempt after a failure', () => {
    const server = new ScramServerExchange({ ...plain, verifier, nonce: ownNonce });
    expect(failureOf(() => server.final(Buffer.from('c=biws')))).toBe('malformed');
    server.first(Buffer.from(`n,,n=user,r=${clientNonce}`));
    expect(failureOf(() => server.first(Buffer.from(`n,,n=user,r=${clientNonce}`)))).toBe('malformed');
    expect(failureOf(() => server.final(Buffer.from(`c=biws,r=${nonce},p=${wrong}`)))).toBe('refused');
    expect(failureOf(() => server.final(Buffer.from(`c=biws,r=${nonce},p=${proof}`)))).toBe('malformed');
  });
});

describe('the client refuses server messages', () => {
  const first = `r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`;
  const firstCases = [
    { name: 'the example is right', input: first, want: 'none' },
    { name: 'an empty message', input: '', want: 'malformed' },
    {
      name: 'a nonce that is not an extension of ours',
      input: first.replace('rOpr', 'xOpr'),
      want: 'malformed',
    },
    { name: 'our nonce alone', input: first.replace(ownNonce, ''), want: 'malformed' },
    { name: 'no salt', input: `r=${nonce},i=4096`, want: 'malformed' },
    { name: 'an empty salt', input: `r=${nonce},s=,i=4096`, want: 'malformed' },
    { name: 'a salt that is not base64', input: `r=${nonce},s=***,i=4096`, want: 'malformed' },
    { name: 'no iteration count', input: `r=${nonce},s=AAAA`, want: 'malformed' },
    { name: 'zero iterations', input: `r=${nonce},s=AAAA,i=0`, want: 'malformed' },
    { name: 'a negative count', input: `r=${nonce},s=AAAA,i=-1`, want: 'malformed' },
    { name: 'a count that is no number', input: `r=${nonce},s=AAAA,i=4096x`, want: 'malformed' },
    { name: 'a count that would keep us busy', input: `r=${nonce},s=AAAA,i=2147483647`, want: 'unsupported' },
    { name: 'a required extension', input: `m=x,${first}`, want: 'malformed' },
    { name: 'something after the count', input: `${first},x=1`, want: 'malformed' },
  ] as const;

  test.each(firstCases)('server-first: $name: $want', ({ input, want }) => {
    const client = new ScramClientExchange({ ...plain, nonce: clientNonce });
    client.first();
    expect(failureOf(() => client.challenge(Buffer.from(input)))).toBe(want);
  });

  const signature = '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=';
  const finalCases = [
    { name: 'the example is right', input: `v=${signature}`, want: 'none' },
    { name: 'an empty message', input: '', want: 'malformed' },
    { name: 'an error', input: 'e=invalid-proof', want: 'refused' },
    { name: 'a wrong signature', input: `v=${Buffer.alloc(32).toString('base64')}`, want: 'refused' },
    { name: 'a short signature', input: 'v=AAAA', want: 'malformed' },
    { name: 'something after the signature', input: `v=${signature},x=1`, want: 'malformed' },
  ] as const;

  test.each(finalCases)('server-final: $name: $want', ({ input, want }) => {
    const client = new ScramClientExchange({ ...plain, username: 'user', nonce: clientNonce });
    client.first();
    client.challenge(Buffer.from(first));
    client.final(saltedKeys('pencil'));
    expect(failureOf(() => client.verify(Buffer.from(input)))).toBe(want);
    expect(client.verified).toBe(want === 'none');
  });

  test('messages out of turn', () => {
    const client = new ScramClientExchange({ ...plain, nonce: clientNonce });
    expect(failureOf(() => client.verify(Buffer.from(`v=${signature}`)))).toBe('malformed');
    expect(failureOf(() => client.final(saltedKeys('pencil')))).toBe('malformed');
    expect(failureOf(() => new ScramClientExchange(plus))).toBe('channel_binding');
  });

  test('the name is escaped, and the flag says whether it could bind', () => {
    const first = (options: object) =>
      new ScramClientExchange({ ...plain, nonce: 'x', ...options }).first().toString();
    expect(first({ username: 'a=b,ü' })).toBe('n,,n=a=3Db=2Cü,r=x');
    expect(first({ couldBind: true })).toBe('y,,n=,r=x');
    expect(first({ ...plus, channelBinding: binding, couldBind: true })).toBe(
      'p=tls-server-end-point,,n=,r=x',
    );
  });
});

describe("verifiers in PostgreSQL's form", () => {
  test("print and parse are each other's inverse", () => {
    const text = printVerifier(verifier);
    expect(text).toMatch(/^SCRAM-SHA-256\$4096:W22ZaJ0SNY7soEsUEjb6gQ==\$[^:]+=:[^:]+=$/);
    expect(parseVerifier(text)).toEqual(verifier);
  });

  const text = printVerifier(verifier);
  test.each([
    { name: 'another scheme', input: text.replace('256', '512') },
    { name: 'an md5 hash', input: 'md5c1f2a0b1d0e0f0a0b0c0d0e0f0a0b0c0' },
    { name: 'no iterations', input: text.replace('4096', '') },
    { name: 'zero iterations', input: text.replace('4096', '0') },
    { name: 'too many iterations', input: text.replace('4096', '4096000000') },
    { name: 'a short key', input: text.replace(/:[^:]+$/, ':AAAA') },
    { name: 'something after it', input: `${text}\n` },
    { name: 'nothing', input: '' },
  ])('$name is refused without being quoted', ({ input }) => {
    expect(() => parseVerifier(input)).toThrow();
    try {
      parseVerifier(input);
    } catch (error) {
      expect(input === '' || !String(error).includes(input)).toBe(true);
    }
  });
});
