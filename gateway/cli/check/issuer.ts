// Asks an issuer for its discovery document and its keys.

import { readFile } from 'node:fs/promises';
import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import type { IssuerConfig } from '../../config/index.ts';
import { bad, type Finding, good } from './finding.ts';

const patienceMs = 10_000;
const largestAnswer = 1_000_000;

export async function checkIssuer(issuer: IssuerConfig, at: string): Promise<Finding> {
  if (issuer.jwks_file !== undefined)
    return good(at, `${issuer.issuer} is not asked: its keys come from a file`);
  try {
    const ca = issuer.ca === undefined ? undefined : await readFile(issuer.ca);
    const address = `${issuer.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const discovery = (await getJson(address, ca)) as { issuer?: unknown; jwks_uri?: unknown };
    if (discovery.issuer !== issuer.issuer) {
      return bad(
        `${at}.issuer`,
        `${issuer.issuer} calls itself "${String(discovery.issuer).slice(0, 200)}"`,
        'Write it exactly so.',
      );
    }
    const { keys } = (await getJson(String(discovery.jwks_uri), ca)) as { keys?: unknown };
    if (!Array.isArray(keys) || keys.length === 0) return bad(at, `${issuer.issuer} publishes no keys`);
    return good(at, `${issuer.issuer} answers, ${keys.length} key${keys.length === 1 ? '' : 's'}`);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return bad(at, `${issuer.issuer} cannot be used: ${code ?? message}`);
  }
}

function getJson(address: string, ca: Buffer | undefined): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const get = address.startsWith('https:') ? getSecure : getPlain;
    const options = { signal: AbortSignal.timeout(patienceMs), ...(ca === undefined ? {} : { ca }) };
    const request = get(address, options, async (response) => {
      try {
        if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode} from ${address}`);
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) {
          text += chunk;
          if (text.length > largestAnswer) throw new Error(`${address} answers too much`);
        }
        resolve(JSON.parse(text));
      } catch (error) {
        reject(error instanceof SyntaxError ? new Error(`${address} does not answer with JSON`) : error);
      } finally {
        request.destroy();
      }
    });
    request.on('error', reject);
  });
}
