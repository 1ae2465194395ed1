// The page a browser shows when the login is over. It repeats nothing of the request: nothing to inject.

/** A page without script, loaded from nowhere. */
export function closingPage(success: boolean): Readonly<{ headers: Record<string, string>; html: string }> {
  const [mark, title, text] = success
    ? ['✓', 'You are logged in', 'You can close this window and go back to the terminal.']
    : ['✕', 'The login failed', 'The terminal says why. You can close this window.'];
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      connection: 'close',
    },
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Portcullis</title>
<style>
  :root { color-scheme: light dark; --ground: #f4f5f7; --card: #fff; --ink: #1c2430; --soft: #5b6675; }
  @media (prefers-color-scheme: dark) { :root { --ground: #14181d; --card: #1d232b; --ink: #e8ecf1; --soft: #9aa6b4; } }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground);
    color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
  main { background: var(--card); padding: 2.5rem 3rem; border-radius: 12px; text-align: center;
    box-shadow: 0 1px 3px rgb(0 0 0 / .15); margin: 1rem; }
  .mark { width: 3rem; height: 3rem; line-height: 3rem; margin: 0 auto 1rem; border-radius: 50%; color: #fff;
    font-size: 1.5rem; background: ${success ? '#1a7f4b' : '#b3382c'}; }
  h1 { font-size: 1.25rem; margin: 0 0 .25rem; }
  p { margin: 0; color: var(--soft); }
</style>
</head>
<body>
<main role="status">
<div class="mark" aria-hidden="true">${mark}</div>
<h1>${title}</h1>
<p>${text}</p>
</main>
</body>
</html>
`,
  };
}
