// `portcullis login`.

import { type Command, type Invocation, UsageError } from './command.ts';
import { withLock } from './file-lock.ts';
import { parseGatewayAddress, parseSslmode } from './gateway-address.ts';
import { loginWithBrowser } from './login-browser.ts';
import { loginWithDevice } from './login-device.ts';
import {
  type Profile,
  profileName,
  profileOption,
  profilePath,
  readProfile,
  writeProfile,
} from './profile.ts';
import { discoverProvider, loginOf, printable } from './provider.ts';

export const login: Command = {
  name: 'login',
  summary: 'Log in with your identity provider',
  description:
    'Opens the browser (authorization code with PKCE, answered on a loopback address), or shows a code to ' +
    'enter on another device with --device. What you give is kept, so the next login needs no options.',
  options: {
    ...profileOption,
    issuer: {
      type: 'string',
      value: 'URL',
      help: 'The identity provider, for example https://login.example.com.',
    },
    'client-id': {
      type: 'string',
      value: 'ID',
      help: 'The client registered for this command (a public, native client).',
    },
    'client-secret-file': {
      type: 'string',
      value: 'FILE',
      help: 'For providers that give native clients a secret.',
    },
    gateway: { type: 'string', value: 'HOST:PORT', help: 'The gateway that psql and sql connect to.' },
    device: {
      type: 'boolean',
      help: 'Log in with a code on another device; for machines without a browser.',
    },
    'no-browser': { type: 'boolean', help: "Only print the address, don't open it." },
    'redirect-port': {
      type: 'string',
      value: 'PORT',
      help: 'For providers that demand a fixed redirect address. Default: a free port.',
    },
    scope: { type: 'string', value: 'SCOPES', help: 'Default: "openid profile email offline_access".' },
    audience: { type: 'string', value: 'NAME', help: 'Sent as "audience", for providers that want it.' },
    send: {
      type: 'string',
      value: 'KIND',
      help: 'Which token the gateway gets: access_token or id_token. Default: the access token if it is a JWT.',
    },
    sslmode: {
      type: 'string',
      value: 'MODE',
      help: 'Towards the gateway. Default: prefer on loopback, else verify-full.',
    },
    ca: {
      type: 'string',
      value: 'FILE',
      help: 'The certificate authority of the gateway, when it is a private one.',
    },
  },
  examples: [
    'portcullis login --issuer https://login.example.com --client-id portcullis-cli --gateway db.example.com:6432',
    'portcullis login --device',
    'portcullis login --profile staging',
  ],
  prints: 'Nothing; the address to open and the outcome go to standard error.',
  exits: { 1: 'The login failed or took longer than five minutes.' },
  async run(invocation) {
    const { env, stderr } = invocation.terminal;
    const name = profileName(invocation);
    const path = profilePath(name, env);
    const profile = settings(invocation, await readProfile(path));
    const redirectPort = port(invocation.text('redirect-port') ?? '0');
    const provider = await discoverProvider(profile);
    const response = invocation.flag('device')
      ? await loginWithDevice(provider, profile, invocation.terminal)
      : await loginWithBrowser(provider, profile, invocation.terminal, {
          redirectPort,
          openBrowser: !invocation.flag('no-browser'),
        });
    const done = loginOf(response, profile, Math.floor(Date.now() / 1000));
    await withLock(`${path}.lock`, () => writeProfile(path, { ...profile, login: done }));
    const { host } = profile.gateway;
    stderr.write(
      `Logged in${done.subject === undefined ? '' : ` as ${printable(done.subject)}`}. ` +
        `Next: portcullis psql RESOURCE (through ${host}:${profile.gateway.port}).\n`,
    );
    return 0;
  },
};

/** The profile to log in with: what was typed, over what was kept. */
function settings({ text }: Invocation, kept: Profile | undefined): Profile {
  const issuer = text('issuer') ?? kept?.issuer;
  const clientId = text('client-id') ?? kept?.client_id;
  if (issuer === undefined || clientId === undefined) {
    throw new UsageError(
      `the first login needs --${issuer === undefined ? 'issuer' : 'client-id'}`,
      'Whoever runs the gateway knows the issuer and the client id.',
    );
  }
  if (!URL.canParse(issuer)) throw new UsageError(`"${issuer}" is no URL`);
  const send = text('send') ?? kept?.send;
  if (send !== undefined && send !== 'access_token' && send !== 'id_token') {
    throw new UsageError(`option --send is access_token or id_token, not "${send}"`);
  }
  const gateway = text('gateway');
  const sslmode = text('sslmode');
  const optional = {
    send,
    client_secret_file: text('client-secret-file') ?? kept?.client_secret_file,
    audience: text('audience') ?? kept?.audience,
    sslmode: sslmode === undefined ? kept?.sslmode : parseSslmode(sslmode),
    ca: text('ca') ?? kept?.ca,
  };
  return {
    issuer,
    client_id: clientId,
    scope: text('scope') ?? kept?.scope ?? 'openid profile email offline_access',
    gateway:
      gateway === undefined
        ? (kept?.gateway ?? { host: '127.0.0.1', port: 6432 })
        : parseGatewayAddress(gateway),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65535)
    throw new UsageError('option --redirect-port needs a port number');
  return number;
}
