// A profile: one login with one identity provider for one gateway, kept under ~/.config/portcullis.

import { mkdir, readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { writeWhole } from '../lib/index.ts';
import { CommandError, type Invocation, type OptionSpec, type Terminal, UsageError } from './command.ts';

export type Profile = Readonly<{
  issuer: string;
  client_id: string;
  client_secret_file?: string;
  scope: string;
  audience?: string;
  /** Which of the provider's tokens the gateway is given; absent: the access token if it is a JWT, else the ID token. */
  send?: 'access_token' | 'id_token';
  gateway: Readonly<{ host: string; port: number }>;
  sslmode?: string;
  ca?: string;
  login?: Login;
}>;

export type Login = Readonly<{
  token: string;
  /** Unix seconds. */
  expires_at: number;
  refresh_token?: string;
  subject?: string;
}>;

export const profileOption: Readonly<Record<string, OptionSpec>> = {
  profile: {
    type: 'string',
    short: 'p',
    value: 'NAME',
    help: 'Which login to use, when you have several. Default: PORTCULLIS_PROFILE or "default".',
  },
};

/** The name of the profile that the command line or the environment asks for. */
export function profileName({ text, terminal }: Invocation): string {
  const name = text('profile') ?? terminal.env.PORTCULLIS_PROFILE ?? 'default';
  if (!/^[\w.-]{1,64}$/.test(name) || name.startsWith('.')) {
    throw new UsageError('a profile name consists of letters, digits, "_", "-" and "."');
  }
  return name;
}

/** The profile's file, by the XDG base directory rules. */
export function profilePath(name: string, env: Terminal['env']): string {
  const base = env.XDG_CONFIG_HOME?.startsWith('/')
    ? env.XDG_CONFIG_HOME
    : join(env.HOME ?? homedir(), '.config');
  return join(base, 'portcullis', 'profiles', `${name}.json`);
}

export async function readProfile(path: string): Promise<Profile | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CommandError(`the profile ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
  try {
    return JSON.parse(text) as Profile;
  } catch {
    throw new CommandError(`the profile ${path} is damaged`, { hint: 'Remove it and log in again.' });
  }
}

/** Replaces the file in one step, so that a reader never sees half of it; only its owner may read it. */
export async function writeProfile(path: string, profile: Profile): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeWhole(path, `${JSON.stringify(profile, undefined, 2)}\n`);
}

export async function removeProfile(path: string): Promise<void> {
  await rm(path, { force: true });
}
