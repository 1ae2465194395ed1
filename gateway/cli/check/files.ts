// Checks the files that a configuration names, without leaving the machine.

import type { Config, IssuerConfig, ResourceConfig } from '../../config/index.ts';
import { checkAuthority, checkCertificate } from './certificates.ts';
import { checkChannelFiles } from './channel-files.ts';
import { bad, type Finding, good } from './finding.ts';
import { checkMaskKeys } from './mask-keys.ts';
import { checkRecordingKey } from './recording-key.ts';
import { checkSecret, readable } from './secret.ts';
import { checkSinkFiles } from './sink.ts';

export async function checkFiles(
  config: Config,
  now: number,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Finding[]> {
  const { listen, admin, identity, resources, audit } = config;
  const recordingKey = audit.recordings.public_key_file;
  return (
    await Promise.all([
      listen.tls === undefined
        ? [good('listen.tls', 'absent: only this machine can connect')]
        : checkCertificate('listen.tls', listen.tls.cert, listen.tls.key, now),
      admin?.tls === undefined ? [] : checkCertificate('admin.tls', admin.tls.cert, admin.tls.key, now),
      ...identity.issuers.map((issuer, index) => checkIssuerFiles(issuer, `identity.issuers[${index}]`, now)),
      checkAccessKeys(identity.access_keys?.file),
      checkMasking(config.masking, environment),
      ...config.approvals.notify.map((channel, index) =>
        checkChannelFiles(channel, `approvals.notify[${index}]`, now),
      ),
      recordingKey === undefined ? [] : checkRecordingKey(recordingKey),
      ...audit.sinks.map((sink, index) => checkSinkFiles(sink, `audit.sinks[${index}]`, now)),
      ...resources.map((resource, index) => checkResourceFiles(resource, `resources[${index}]`, now)),
    ])
  ).flat();
}

async function checkIssuerFiles(issuer: IssuerConfig, at: string, now: number): Promise<Finding[]> {
  const findings: Finding[] = [];
  if (issuer.jwks_file !== undefined) findings.push(await checkKeySet(`${at}.jwks_file`, issuer.jwks_file));
  if (issuer.ca !== undefined) findings.push(await checkAuthority(`${at}.ca`, issuer.ca, now));
  const secret = issuer.introspection?.client_secret_file;
  if (secret !== undefined)
    findings.push(...(await checkSecret(`${at}.introspection.client_secret_file`, secret)));
  return findings;
}

async function checkResourceFiles(resource: ResourceConfig, at: string, now: number): Promise<Finding[]> {
  const { upstream, credentials } = resource;
  const findings: Finding[] = [];
  if (upstream.ca !== undefined) findings.push(await checkAuthority(`${at}.upstream.ca`, upstream.ca, now));
  if (upstream.cert !== undefined && upstream.key !== undefined) {
    findings.push(...(await checkCertificate(`${at}.upstream`, upstream.cert, upstream.key, now)));
  }
  for (const [name, { password_file: file }] of Object.entries(credentials)) {
    if (file !== undefined)
      findings.push(...(await checkSecret(`${at}.credentials.${name}.password_file`, file)));
  }
  return findings;
}

async function checkMasking(
  masking: Config['masking'],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Finding[]> {
  const found = await checkMaskKeys(masking, environment);
  const { keys_file: file } = masking;
  // Whoever reads the keys can tell by trying which value a token stands for.
  if (file === undefined || found.grade === 'bad') return [found];
  return [found, ...(await checkSecret(found.about, file)).filter(({ grade }) => grade !== 'good')];
}

async function checkKeySet(about: string, path: string): Promise<Finding> {
  const read = await readable(about, path);
  if (typeof read !== 'string') return read;
  try {
    const { keys } = JSON.parse(read) as { keys?: unknown };
    if (!Array.isArray(keys) || keys.length === 0) return bad(about, `${path} has no keys`);
    return good(about, `${path}, ${keys.length} key${keys.length === 1 ? '' : 's'}`);
  } catch {
    return bad(about, `${path} is not JSON`, 'It must be a JSON Web Key Set: {"keys": […]}.');
  }
}

/** The file may be absent until the first key is created. */
async function checkAccessKeys(path: string | undefined): Promise<Finding[]> {
  const about = 'identity.access_keys.file';
  if (path === undefined) return [];
  const read = await readable(about, path);
  if (typeof read !== 'string') {
    const isAbsent = read.text.includes('ENOENT');
    return [isAbsent ? good(about, `${path} does not exist yet: no access keys`) : read];
  }
  try {
    JSON.parse(read);
    return [good(about, path)];
  } catch {
    return [bad(about, `${path} is not JSON`, 'It is written by portcullis keys create alone.')];
  }
}
