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

export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${htmlText(title)}</title>
<style>body{font:16px system-ui;max-width:30rem;margin:4rem auto}button{display:block;width:100%;margin:.5rem 0;padding:.7rem;font:inherit}small{color:#555}</style>
</head><body><h1>${htmlText(title)}</h1>${body}
<p><small>The demo's issuer: it asks for no password and listens on this machine alone.</small></p></body></html>`;
}

function htmlText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
