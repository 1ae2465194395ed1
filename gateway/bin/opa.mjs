// OPA, the policy compiler.
import { ensureProgram, findProgram } from './program.mjs';

const version = '1.19.0';
const release = (file, sha256) => [
  `https://github.com/open-policy-agent/opa/releases/download/v${version}/${file}`,
  sha256,
];

const opa = {
  name: 'opa',
  title: 'OPA',
  version,
  /** The published SHA-256 of that release's files. */
  releases: {
    'linux-x64': release(
      'opa_linux_amd64_static',
      '1dd5c5591ff856f5e20a1d66bafae9511ddf3c5552ed3b5070c70b2b6580ee3f',
    ),
    'linux-arm64': release(
      'opa_linux_arm64_static',
      '06680087ed236c8c6aaa021660d83178db829a2ad30bdb3482481fada6791b2a',
    ),
    'darwin-x64': release(
      'opa_darwin_amd64',
      'a6bb096502d176a23b721e023f3ca615a0e4773fec69511143093a2281118f5c',
    ),
    'darwin-arm64': release(
      'opa_darwin_arm64_static',
      '6de003137cc54b65cb4a6a9c7cf6b29a248f10c1c16fc34f793a8a83b5f9d004',
    ),
  },
  module: 'github.com/open-policy-agent/opa',
  advice: 'Put an opa of version 1.12 to 1.x on PATH.',
  isFitting(printed) {
    const [, major, minor] = /^Version: (\d+)\.(\d+)/m.exec(printed) ?? [];
    return major === '1' && Number(minor) >= 12;
  },
};

/** The path of a fitting OPA. Throws when there is none and none can be had. */
export const ensureOpa = () => ensureProgram(opa);
export const findOpa = () => findProgram(opa);
