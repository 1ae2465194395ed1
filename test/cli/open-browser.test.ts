// When a browser is asked for, and for which addresses.
import { expect, test } from 'vitest';
import { openBrowser } from '../../gateway/cli/open-browser.ts';

test.each([
  { name: 'no display, no browser', url: 'https://a.test/', env: {}, want: false },
  { name: 'BROWSER names the program', url: 'https://a.test/', env: { BROWSER: '/bin/true' }, want: true },
  {
    name: 'a program that is missing is no failure',
    url: 'https://a.test/',
    env: { BROWSER: '/nowhere' },
    want: true,
  },
  {
    name: 'no other scheme is opened',
    url: 'file:///etc/passwd',
    env: { BROWSER: '/bin/true' },
    want: false,
  },
])('$name', async ({ url, env, want }) => {
  expect(openBrowser(url, env, 'linux')).toBe(want);
  // A program that is missing is told a moment later.
  await new Promise((done) => setTimeout(done, 50));
});
