// Logging in with a code on another device (RFC 8628).

import * as oidc from 'openid-client';
import { CommandError, type Terminal } from './command.ts';
import type { Profile } from './profile.ts';
import { printable, providerFailure } from './provider.ts';

type TokenResponse = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;

export async function loginWithDevice(
  provider: oidc.Configuration,
  profile: Profile,
  terminal: Terminal,
): Promise<TokenResponse> {
  if (provider.serverMetadata().device_authorization_endpoint === undefined) {
    throw new CommandError('the issuer offers no device login', { hint: 'Log in without --device.' });
  }
  try {
    const device = await oidc.initiateDeviceAuthorization(provider, {
      scope: profile.scope,
      ...(profile.audience === undefined ? {} : { audience: profile.audience }),
    });
    const { user_code: code, verification_uri: address, verification_uri_complete: complete } = device;
    terminal.stderr.write(`Open ${printable(address)} on any device and enter the code ${printable(code)}\n`);
    if (complete !== undefined) terminal.stderr.write(`Or open ${printable(complete)}\n`);
    terminal.stderr.write('Waiting for you there…\n');
    return await oidc.pollDeviceAuthorizationGrant(provider, device, undefined, {
      signal: AbortSignal.timeout(Math.min(device.expires_in, 900) * 1000),
    });
  } catch (error) {
    throw new CommandError(`the login failed: ${providerFailure(error)}`);
  }
}
