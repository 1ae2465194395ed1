// Signs in at the demo's issuer as a browser would, by following its pages: for the demo's own tour and for tests.

export type SignInResult = Readonly<{ url: string; status: number; text: string }>;

const stepsAtMost = 20;

/**
 * Opens an authorization or device verification URL of the demo's issuer, picks the account and confirms everything,
 * down to the page after the last redirect (the client's own callback, or the issuer's last page).
 */
export async function signIn(url: string, account: string): Promise<SignInResult> {
  const origin = new URL(url).origin;
  const cookies = new Map<string, string>();
  let at = new URL(url);
  let fields: URLSearchParams | undefined;
  for (let step = 0; step < stepsAtMost; step += 1) {
    const ours = at.origin === origin;
    const response = await fetch(at, {
      ...(fields === undefined ? {} : { method: 'POST', body: fields }),
      redirect: 'manual',
      headers: { cookie: ours ? [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') : '' },
      signal: AbortSignal.timeout(10_000),
    });
    for (const line of response.headers.getSetCookie()) remember(cookies, line);
    const text = await response.text();
    const location = response.headers.get('location');
    const form = ours ? findForm(text, account) : undefined;
    if (location === null && form === undefined) return { url: at.href, status: response.status, text };
    at = new URL(location ?? form?.action ?? '', at);
    fields = location === null ? form?.fields : undefined;
  }
  throw new Error('the sign-in did not come to an end');
}

function remember(cookies: Map<string, string>, line: string): void {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
  if (value === '') cookies.delete(name);
  else cookies.set(name, value);
}

function findForm(html: string, account: string): { action: string; fields: URLSearchParams } | undefined {
  const [, action] = /<form[^>]*\saction="([^"]*)"/.exec(html) ?? [];
  if (action === undefined) return undefined;
  const fields = new URLSearchParams();
  for (const [, name = '', value = ''] of html.matchAll(
    /<input type="hidden" name="([^"]*)" value="([^"]*)"/g,
  )) {
    fields.set(name, value);
  }
  if (html.includes('name="account"')) fields.set('account', account);
  return { action: action.replaceAll('&amp;', '&'), fields };
}
