// A client's certificate and its private key, of which one is of no use without the other.
import type { Path, Problem } from '../problem.ts';

export function checkCertificatePair(
  { cert, key }: Readonly<{ cert?: string; key?: string }>,
  path: Path,
): Problem[] {
  if (cert !== undefined && key === undefined) {
    const right = "name the file with the certificate's private key";
    return [{ path: [...path, 'key'], wrong: 'is missing while cert is set', right }];
  }
  if (key !== undefined && cert === undefined) {
    const right = "name the file with the private key's certificate";
    return [{ path: [...path, 'cert'], wrong: 'is missing while key is set', right }];
  }
  return [];
}
