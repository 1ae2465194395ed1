// Checks the sinks of the audit: their files, and with --online that they let the gateway in. Nothing is sent to them.

import { createSink, problemOf, type SinkConfig } from '../../audit/index.ts';
import { silentLog, systemClock } from '../../lib/index.ts';
import { checkAuthority, checkCertificate } from './certificates.ts';
import { bad, type Finding, good } from './finding.ts';
import { checkSecret } from './secret.ts';

const ATTEMPT_MS = 15_000;

export async function checkSinkFiles(sink: SinkConfig, at: string, now: number): Promise<Finding[]> {
  const { ca, cert, key, header_files: headers = {} } = sink;
  const findings: Finding[] = [];
  if (ca !== undefined) findings.push(await checkAuthority(`${at}.ca`, ca, now));
  if (cert !== undefined && key !== undefined) findings.push(...(await checkCertificate(at, cert, key, now)));
  const secrets = {
    password_file: sink.password_file,
    token_file: sink.token_file,
    secret_access_key_file: sink.secret_access_key_file,
    session_token_file: sink.session_token_file,
    ...Object.fromEntries(Object.entries(headers).map(([name, file]) => [`header_files.${name}`, file])),
  };
  for (const [name, file] of Object.entries(secrets))
    if (file !== undefined) findings.push(...(await checkSecret(`${at}.${name}`, file)));
  return findings;
}

export async function checkSinkOnline(config: SinkConfig, at: string): Promise<Finding> {
  const sink = createSink(config, { log: silentLog, clock: systemClock });
  try {
    return good(at, `${config.name}: ${await sink.check(AbortSignal.timeout(ATTEMPT_MS))}`);
  } catch (error) {
    return bad(at, `${config.name} cannot be used: ${problemOf(error)}`);
  } finally {
    await sink.close();
  }
}
