// What sampled values look like: how many of a column's are of a kind, and what that makes the column.
import { type Findable, isWholly } from '../../mask/index.ts';

/** What a value may be, as far as it can be told from the value alone. */
export type ValueKind = Readonly<{
  label: string;
  /** As people read it: "look like …". */
  looksLike: string;
  is(value: string): boolean;
  /** The share of values above which the column is one. */
  least: number;
  /** A column of which no value looks so isn't one. */
  alwaysLooksSo: boolean;
  /** How sure that makes one, at that share and when all are. */
  confidence: Readonly<{ least: number; all: number }>;
}>;

const wholly =
  (kind: Findable) =>
  (value: string): boolean =>
    isWholly(value, kind);
const digits = (value: string): string => value.replace(/\D/g, '');

export const valueKinds: readonly ValueKind[] = [
  {
    label: 'pii.email',
    looksLike: 'e-mail addresses',
    is: wholly('email'),
    least: 0.5,
    alwaysLooksSo: true,
    confidence: { least: 0.85, all: 0.97 },
  },
  {
    label: 'pci.card_number',
    looksLike: 'card numbers with a right check digit',
    // One of ten numbers passes the check by chance: most must, and begin as cards do.
    is: (value) =>
      wholly('card')(value) &&
      /^(?:4|5[1-5]|2[2-7]|3[4-7]|6)/.test(digits(value)) &&
      digits(value).length >= 15,
    least: 0.6,
    alwaysLooksSo: true,
    confidence: { least: 0.8, all: 0.97 },
  },
  {
    label: 'financial.iban',
    looksLike: 'IBANs with right check digits',
    is: wholly('iban'),
    least: 0.3,
    alwaysLooksSo: true,
    confidence: { least: 0.85, all: 0.98 },
  },
  {
    label: 'pii.ssn',
    looksLike: 'social security numbers',
    // Never given: area 000, group 00, serial 0000.
    is: (value) => wholly('ssn')(value) && !/^000|^.{3}\D?00|0000$/.test(value),
    least: 0.6,
    alwaysLooksSo: false,
    confidence: { least: 0.75, all: 0.93 },
  },
  {
    label: 'pii.phone',
    looksLike: 'telephone numbers',
    is: (value) => /^[+(0\d]/.test(value) && wholly('phone')(value) && !isDate(value),
    least: 0.6,
    alwaysLooksSo: false,
    confidence: { least: 0.7, all: 0.9 },
  },
  {
    label: 'pii.ip_address',
    looksLike: 'IP addresses',
    is: isAddress,
    least: 0.8,
    alwaysLooksSo: true,
    confidence: { least: 0.75, all: 0.9 },
  },
  {
    label: 'secret.password',
    looksLike: 'password hashes',
    is: (value) =>
      /^(?:\$2[abxy]?\$\d\d\$|\$argon2|\$[156y]\$|\$scrypt|\{SSHA|SCRAM-SHA-|pbkdf2[_:$])/.test(value),
    least: 0.3,
    alwaysLooksSo: false,
    confidence: { least: 0.9, all: 0.98 },
  },
  {
    label: 'secret.token',
    looksLike: 'keys or tokens',
    is: wholly('secret'),
    least: 0.5,
    alwaysLooksSo: false,
    confidence: { least: 0.7, all: 0.9 },
  },
];

function isAddress(value: string): boolean {
  const [address = '', bits] = value.split('/');
  if (bits !== undefined && !/^\d{1,3}$/.test(bits)) return false;
  const four = address.split('.');
  // Versions look so too, but for their small first number.
  if (four.length === 4)
    return four.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255) && Number(four[0]) >= 10;
  return /^[\da-f:]{6,39}$/i.test(address) && address.split(':').length > 4;
}

const isDate = (value: string): boolean =>
  /^\d{4}[-/.]\d\d?[-/.]\d\d?|^\d\d?[-/.]\d\d?[-/.]\d{4}/.test(value);
