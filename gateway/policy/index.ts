export { BundleRefused } from './bundle/bundle-refused.ts';
export { type OpenOptions, openBundle } from './bundle/open-bundle.ts';
export { readTar } from './bundle/read-tar.ts';
export { unpackGzip } from './bundle/unpack-gzip.ts';
export type { VerifiedBundle } from './bundle/verified-bundle.ts';
export { allowedBuiltIns } from './engine/builtins.ts';
