// URLs in a configuration: what goes there must not pass a network in the clear, nor a password stand in the file.
import { isPrivateWay } from '../../lib/index.ts';
import type { Path, Problem } from '../problem.ts';

export const parsedUrl = (text: string): URL | undefined => URL.parse(text) ?? undefined;

export function checkHttps(text: string, path: Path): Problem[] {
  const url = parsedUrl(text);
  if (url !== undefined && isPrivateWay(url)) return [];
  return [{ path, wrong: 'is not an https URL', right: 'plain http is accepted from loopback only' }];
}

/** Without a password, and with no parameter but sslmode. `file`: where a password belongs instead. */
export function checkDatabaseUrl(text: string, file: string, path: Path): Problem[] {
  const url = parsedUrl(text);
  if (url?.password)
    return [{ path, wrong: 'holds a password', right: `put it into a file, and that into ${file}` }];
  const isWhole = /^postgres(ql)?:$/.test(url?.protocol ?? '') && url?.username && url.hostname;
  if (!isWhole || url.pathname.length < 2)
    return [
      { path, wrong: 'does not say user, host and database', right: 'postgres://user@host:5432/database' },
    ];
  const sslmode = url.searchParams.get('sslmode');
  if ([...url.searchParams.keys()].some((key) => key !== 'sslmode'))
    return [{ path, wrong: 'has parameters other than sslmode', right: 'remove them' }];
  if (sslmode !== null && !sslModes.includes(sslmode))
    return [{ path, wrong: `has the unknown sslmode ${sslmode}`, right: `one of ${sslModes.join(', ')}` }];
  return [];
}

const sslModes: readonly string[] = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'];
