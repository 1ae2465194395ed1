// Regal, the linter of Rego.
import { ensureProgram, findProgram } from './program.mjs';

const version = '0.42.0';
const packageOfVersion = 'github.com/open-policy-agent/regal/pkg/version';

const regal = {
  name: 'regal',
  title: 'Regal',
  version,
  /** The published SHA-256 of that release's files; on other machines it is built. */
  releases: {
    'linux-x64': [
      `https://github.com/open-policy-agent/regal/releases/download/v${version}/regal_Linux_x86_64`,
      '2ebd3c93e4b325b735dbc4851a033e4d7830e88a79c47c8d087ea75c061cec67',
    ],
  },
  module: 'github.com/open-policy-agent/regal',
  linkerFlags: `-X ${packageOfVersion}.Version=${version}`,
  advice: 'Put a regal of version 0.36 or later on PATH (brew install regal).',
  isFitting(printed) {
    const [, major, minor] = /^Version:\s+(\d+)\.(\d+)/m.exec(printed) ?? [];
    return Number(major) > 0 || Number(minor) >= 36;
  },
};

/** The path of a fitting Regal. Throws when there is none and none can be had. */
export const ensureRegal = () => ensureProgram(regal);
export const findRegal = () => findProgram(regal);
