// Signatures for S3, held against the examples of Amazon's own documentation.
import { describe, expect, test } from 'vitest';
import { encodeKey, signForS3 } from '../../../gateway/cli/policy/publish/aws-signature.ts';

const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: undefined,
};
const now = new Date('2013-05-24T00:00:00Z');
const signatureOf = (headers: Record<string, string>) => headers.authorization?.split('Signature=')[1];

describe('a request to S3 is signed as Amazon documents it', () => {
  test('one that puts an object', () => {
    const headers = signForS3({
      method: 'PUT',
      url: new URL(`https://examplebucket.s3.amazonaws.com/${encodeKey('test$file.text')}`),
      headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
      body: Buffer.from('Welcome to Amazon S3.'),
      region: 'us-east-1',
      credentials,
      now,
    });
    expect(signatureOf(headers)).toBe('98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd');
  });

  test('one that gets an object', () => {
    const headers = signForS3({
      method: 'GET',
      url: new URL('https://examplebucket.s3.amazonaws.com/test.txt'),
      headers: { range: 'bytes=0-9' },
      body: Buffer.alloc(0),
      region: 'us-east-1',
      credentials,
      now,
    });
    expect(signatureOf(headers)).toBe('f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41');
  });

  test('a session token is signed too', () => {
    const headers = signForS3({
      method: 'PUT',
      url: new URL('https://examplebucket.s3.amazonaws.com/a'),
      body: Buffer.alloc(0),
      region: 'us-east-1',
      credentials: { ...credentials, sessionToken: 'session' },
      now,
    });
    expect(headers['x-amz-security-token']).toBe('session');
    expect(headers.authorization).toContain('x-amz-security-token');
  });
});

test('a key is encoded byte by byte, but for its slashes', () => {
  expect(encodeKey("a b/c+d/é(1)'!*~.gz")).toBe('a%20b/c%2Bd/%C3%A9%281%29%27%21%2A~.gz');
});
