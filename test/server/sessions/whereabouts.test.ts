// What a gateway says of where its admin side is.
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import type { Config } from '../../../gateway/config/index.ts';
import { whereaboutsOf } from '../../../gateway/server/sessions/whereabouts.ts';

const host = hostname();
const tls = { cert: 'tls.crt', key: 'tls.key' };

test.each([
  { name: 'without an admin side, none', admin: undefined, want: undefined },
  {
    name: 'as it is configured',
    admin: { host: '10.0.0.1', port: 1, url: 'https://a.example' },
    want: 'https://a.example',
  },
  { name: 'on this machine alone', admin: { host: '127.0.0.1', port: 8181 }, want: 'http://127.0.0.1:8181' },
  { name: 'over TLS', admin: { host: '10.0.0.1', port: 8181, tls }, want: 'https://10.0.0.1:8181' },
  { name: 'everywhere', admin: { host: '0.0.0.0', port: 8181, tls }, want: `https://${host}:8181` },
  { name: 'at an IPv6 address', admin: { host: 'fd00::1', port: 8181, tls }, want: 'https://[fd00::1]:8181' },
  { name: 'on a free port, which nobody knows', admin: { host: '127.0.0.1', port: 0 }, want: undefined },
])('$name', ({ admin, want }) => {
  const config = (admin === undefined ? {} : { admin: { administrators: [], ...admin } }) as Pick<
    Config,
    'admin'
  >;
  expect(whereaboutsOf(config)).toEqual({ host, ...(want === undefined ? {} : { admin: want }) });
});
