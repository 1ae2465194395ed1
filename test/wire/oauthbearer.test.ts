import { describe, expect, test } from 'vitest';
import { Fault } from '../../gateway/lib/index.ts';
import {
  checkOauthbearerEnd,
  decodeOauthbearerResponse,
  encodeOauthbearerFailure,
  type OauthbearerResponse,
} from '../../gateway/wire/oauthbearer.ts';

const decode = (text: string) => decodeOauthbearerResponse(Buffer.from(text, 'latin1'));

describe('the initial response of OAUTHBEARER', () => {
  const accepted: { name: string; input: string; want: OauthbearerResponse }[] = [
    {
      name: 'the example of RFC 7628, section 4.1, apart from its authorization identity, gives its token',
      input:
        'n,,\x01host=server.example.com\x01port=143\x01auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01',
      want: { kind: 'bearer', token: 'vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==' },
    },
    {
      name: 'a client that would support channel binding (gs2 "y") is read alike',
      input: 'y,,\x01auth=Bearer abc.def.ghi\x01\x01',
      want: { kind: 'bearer', token: 'abc.def.ghi' },
    },
    {
      name: 'the scheme may be written in any case and followed by several spaces',
      input: 'n,,\x01auth=bEARER   abc\x01\x01',
      want: { kind: 'bearer', token: 'abc' },
    },
    {
      name: 'an empty auth value, RFC 7628 section 4.3, asks for discovery',
      input: 'n,,\x01auth=\x01\x01',
      want: { kind: 'discovery' },
    },
    {
      name: 'another scheme is unusable',
      input: 'n,,\x01auth=Basic YTpi\x01\x01',
      want: { kind: 'unusable' },
    },
    {
      name: 'a scheme without a token is unusable',
      input: 'n,,\x01auth=Bearer \x01\x01',
      want: { kind: 'unusable' },
    },
    {
      name: 'a token with a space in it is unusable',
      input: 'n,,\x01auth=Bearer abc def\x01\x01',
      want: { kind: 'unusable' },
    },
    {
      name: 'padding in the middle of a token is unusable',
      input: 'n,,\x01auth=Bearer ab=cd\x01\x01',
      want: { kind: 'unusable' },
    },
  ];
  test.each(accepted)('$name', ({ input, want }) => {
    expect(decode(input)).toEqual(want);
  });

  const refused: { name: string; input: string; want: RegExp }[] = [
    { name: 'nothing at all', input: '', want: /header is malformed/ },
    {
      name: 'channel binding',
      input: 'p=tls-server-end-point,,\x01auth=Bearer a\x01\x01',
      want: /channel binding/,
    },
    {
      name: 'an authorization identity',
      input: 'n,a=dana,\x01auth=Bearer a\x01\x01',
      want: /authorization identity/,
    },
    { name: 'an unknown header', input: 'x,,\x01auth=Bearer a\x01\x01', want: /header is malformed/ },
    { name: 'a header alone', input: 'n,,', want: /separators/ },
    { name: 'no closing separator', input: 'n,,\x01auth=Bearer a\x01', want: /separators/ },
    { name: 'bytes after the closing separator', input: 'n,,\x01auth=Bearer a\x01\x01x', want: /separators/ },
    { name: 'no auth key', input: 'n,,\x01host=a\x01\x01', want: /exactly one auth/ },
    { name: 'no pair', input: 'n,,\x01\x01', want: /exactly one auth/ },
    {
      name: 'two auth keys',
      input: 'n,,\x01auth=Bearer a\x01auth=Bearer b\x01\x01',
      want: /exactly one auth/,
    },
    { name: 'a pair without a value', input: 'n,,\x01auth\x01\x01', want: /key or value/ },
    { name: 'a key that is no word', input: 'n,,\x01a1=b\x01auth=Bearer a\x01\x01', want: /key or value/ },
    { name: 'a NUL byte in a value', input: 'n,,\x01auth=Bearer a\0b\x01\x01', want: /key or value/ },
    {
      name: 'a byte beyond ASCII in a value',
      input: 'n,,\x01auth=Bearer \xe9\x01\x01',
      want: /key or value/,
    },
  ];
  test.each(refused)('$name is a protocol violation', ({ input, want }) => {
    expect(() => decode(input)).toThrow(want);
    expect(() => decode(input)).toThrow(Fault);
  });

  test('an error never quotes the message', () => {
    const secret = 'dont-print-me';
    for (const input of [
      `n,,\x01auth=Bearer ${secret}`,
      `n,,\x01auth=Bearer ${secret}\0\x01\x01`,
      `${secret},,\x01`,
    ]) {
      let message = '';
      try {
        decode(input);
      } catch (error) {
        message = (error as Error).message;
      }
      expect(message).toContain('malformed OAUTHBEARER');
      expect(message).not.toContain(secret);
    }
  });
});

describe('the failure of OAUTHBEARER', () => {
  test('names the discovery document and the scope', () => {
    const failure = encodeOauthbearerFailure({
      'openid-configuration': 'https://login.example.com/.well-known/openid-configuration',
      scope: 'openid groups',
    });
    expect(JSON.parse(failure.toString())).toEqual({
      status: 'invalid_token',
      'openid-configuration': 'https://login.example.com/.well-known/openid-configuration',
      scope: 'openid groups',
    });
  });

  test('says only that the token is invalid when no issuer is configured', () => {
    expect(encodeOauthbearerFailure({ 'openid-configuration': '', scope: '' }).toString()).toBe(
      '{"status":"invalid_token"}',
    );
  });

  test.each([
    { name: 'nothing', input: '' },
    { name: 'two separators', input: '\x01\x01' },
    { name: 'another byte', input: 'n' },
  ])('$name is no answer to it', ({ input }) => {
    expect(() => checkOauthbearerEnd(Buffer.from(input))).toThrow(/one separator/);
  });

  test('one separator is the answer to it', () => {
    expect(() => checkOauthbearerEnd(Buffer.from('\x01'))).not.toThrow();
  });
});
