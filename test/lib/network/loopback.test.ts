// Which hosts are this machine, and where a secret may go.
import { expect, test } from 'vitest';
import { isLoopbackHost, isPrivateWay } from '../../../gateway/lib/index.ts';

test.each([
  { host: 'localhost', want: true },
  { host: 'LocalHost', want: true },
  { host: '127.0.0.1', want: true },
  { host: '127.9.8.7', want: true },
  { host: '::1', want: true },
  { host: '[::1]', want: true },
  { host: '127.0.0.1.example.com', want: false },
  { host: '127.0.0.999', want: false },
  { host: 'localhost.example.com', want: false },
  { host: '0.0.0.0', want: false },
  { host: '::2', want: false },
  { host: '', want: false },
])('$host is this machine: $want', ({ host, want }) => expect(isLoopbackHost(host)).toBe(want));

test.each([
  { url: 'https://example.com', want: true },
  { url: 'http://127.1/', want: true },
  { url: 'http://example.com', want: false },
  { url: 'ftp://localhost', want: false },
])('what goes to $url is read by nobody on the way: $want', ({ url, want }) =>
  expect(isPrivateWay(new URL(url))).toBe(want),
);
