// Logging in with a code on another device (RFC 8628).

import * as oidc from 'openid-client';
import { CommandError, type Terminal } from './command.ts';
import type { Profile } from './profile.ts';
import { providerFailure } from './provider.ts';

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
    terminal.stderr.write(
      `Open ${device.verification_uri} on any device and enter the code ${device.user_code}\n`,
    );
    if (device.verification_uri_complete !== undefined) {
      terminal.stderr.write(`Or open ${device.verification_uri_complete}\n`);
    }
    terminal.stderr.write('Waiting for you there…\n');
    return await oidc.pollDeviceAuthorizationGrant(provider, device, undefined, {
      signal: AbortSignal.timeout(Math.min(device.expires_in, 900) * 1000),
    });
  } catch (error) {
    throw new CommandError(`the login failed: ${providerFailure(error)}`);
  }
}
