// Where a bundle is published to, out of one URL.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../command.ts';

export type Destination =
  | Readonly<{ kind: 'http'; url: URL }>
  | Readonly<{ kind: 's3'; bucket: string; key: string }>
  | Readonly<{ kind: 'oci'; registry: string; repository: string; tag: string }>
  | Readonly<{ kind: 'folder'; path: string; isFolder: boolean }>;

export function parseDestination(text: string): Destination {
  if (/^https?:\/\//.test(text)) return { kind: 'http', url: parseUrl(text) };
  if (text.startsWith('s3://')) return parseS3(text);
  if (text.startsWith('oci://')) return parseOci(text);
  if (text.startsWith('file:')) return { kind: 'folder', ...place(fileURLToPath(parseUrl(text))) };
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) {
    throw new UsageError(
      `"${text.slice(0, text.indexOf(':'))}" is no way to publish`,
      'It is https://…, s3://BUCKET/KEY, oci://REGISTRY/REPOSITORY:TAG, or a file.',
    );
  }
  return { kind: 'folder', ...place(text) };
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw new UsageError(`"${text}" is no URL`);
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(
      'a credential in a URL ends up in logs and lists of processes',
      'Use --bearer-token-file, or --user and --password-file.',
    );
  }
  return url;
}

function parseS3(text: string): Destination {
  const [, bucket, key] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/.exec(text) ?? [];
  if (bucket === undefined || key === undefined) {
    throw new UsageError(`"${text}" is no place in S3`, 'It is s3://BUCKET/KEY.');
  }
  return { kind: 's3', bucket, key };
}

function parseOci(text: string): Destination {
  const [, registry, repository, tag = 'latest'] =
    /^oci:\/\/([^/]+)\/([a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::([\w][\w.-]{0,127}))?$/.exec(text) ?? [];
  if (registry === undefined || repository === undefined) {
    throw new UsageError(`"${text}" is no place in a registry`, 'It is oci://REGISTRY/REPOSITORY:TAG.');
  }
  return { kind: 'oci', registry, repository, tag };
}

const place = (path: string) => ({ path: resolve(path), isFolder: /[/\\]$/.test(path) });
