// The pages of the demo's issuer: pick an account, no password, nothing loaded from elsewhere.
import type { DemoAccount } from './accounts.ts';

export function accountPage(action: string, accounts: readonly DemoAccount[]): string {
  const buttons = accounts.map(
    (account) =>
      `<button name="account" value="${htmlText(account.id)}">${htmlText(account.name)}
       <small>${htmlText(account.kind)}, groups: ${htmlText(account.groups.join(', '))}</small></button>`,
  );
  return page(
    'Who are you?',
    `<form method="post" action="${htmlText(action)}">${buttons.join('\n')}</form>`,
  );
}

export function consentPage(action: string, client: string): string {
  return page(
    `Let ${client} log in as you?`,
    `<form method="post" action="${htmlText(action)}"><button>Continue</button></form>`,
  );
}

/** `form` is the provider's own markup, with its protection against cross-site requests. */
export function deviceCodePage(form: string, problem: string | undefined): string {
  return page(
    'Enter the code that your terminal shows',
    `${problem === undefined ? '' : `<p><b>${htmlText(problem)}</b></p>`}${form}
     <button form="op.deviceInputForm">Continue</button>`,
  );
}

export function deviceConfirmPage(form: string, client: string, code: string): string {
  return page(
    `Let ${client} log in as you?`,
    `<p>Your terminal shows the code <b>${htmlText(code)}</b>.</p>${form}
     <button form="op.deviceConfirmForm">Continue</button>
     <button form="op.deviceConfirmForm" name="abort" value="yes">That was not me</button>`,
  );
}

const style = `
:root { color-scheme: light dark; --ground: #f4f5f7; --card: #fff; --ink: #1c2430; --soft: #5b6675; --line: #d5dae1; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14181d; --card: #1d232b; --ink: #e8ecf1; --soft: #9aa6b4; --line: #38424e; }
}
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
main { background: var(--card); padding: 2rem 2.5rem; border-radius: 12px; width: 24rem; margin: 1rem;
  box-shadow: 0 1px 3px rgb(0 0 0 / .15); }
h1 { font-size: 1.25rem; margin: 0 0 1rem; }
button, input { box-sizing: border-box; width: 100%; margin: .25rem 0; padding: .7rem 1rem; font: inherit; color: inherit;
  text-align: left; background: none; border: 1px solid var(--line); border-radius: 8px; }
input { letter-spacing: .1em; }
button { cursor: pointer; }
button:hover, button:focus-visible { border-color: #1a7f4b; outline: 1px solid #1a7f4b; }
small { display: block; color: var(--soft); }
p { margin: 1rem 0 0; }`;

export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${htmlText(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>${style}</style>
</head><body><main><h1>${htmlText(title)}</h1>${body}
<p><small>The demo's issuer: it asks for no password and listens on this machine alone.</small></p></main></body></html>`;
}

function htmlText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
