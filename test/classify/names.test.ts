// How names are read: into words, and out of the words what a column holds.
import { expect, test } from 'vitest';
import { readComment } from '../../gateway/classify/names/read-comment.ts';
import { readName } from '../../gateway/classify/names/read-name.ts';
import { tableSense } from '../../gateway/classify/names/table-words.ts';
import { wordsOf } from '../../gateway/classify/names/words.ts';

test.each([
  ['dateOfBirth', 'date birth'],
  ['DATE_OF_BIRTH', 'date birth'],
  ['custEMailAddr2', 'cust e mail addr 2'],
  ['firstname', 'firstname'],
  ['customerfirstname', 'customer firstname'],
  ['customerphonenumber', 'customer phone number'],
  ['Straßenname', 'strassenname'],
  ['emails', 'email'],
  ['mitgliedsname', 'mitglied name'],
  ['card_last4', 'card last 4'],
  ['HTTPProxyHost', 'http proxy host'],
  ['größe-in-cm', 'grosse in cm'],
  ['compass', 'compass'],
  ['', ''],
  ['___', ''],
])('%s is %s', (name, words) => {
  expect(wordsOf(name).join(' ')).toBe(words);
});

test.each([
  ['email', 'other', 'pii.email'],
  ['email_count', 'other', undefined],
  ['email_sent_at', 'people', undefined],
  ['email_password', 'other', 'secret.password'],
  ['password_reset_token', 'other', 'secret.token'],
  ['fuehrerschein', 'other', 'pii.driving_licence'],
  ['Führerschein', 'other', 'pii.driving_licence'],
  ['name', 'other', undefined],
  ['name', 'people', 'pii.name'],
  ['product_name', 'people', undefined],
  ['customer_name', 'other', 'pii.name'],
  ['api_key_id', 'other', undefined],
  ['contrasena', 'other', 'secret.password'],
  ['contraseña', 'other', 'secret.password'],
  ['mot_de_passe', 'other', 'secret.password'],
] as const)('%s in a table about %s is %s', (name, table, label) => {
  const [best] = readName(name, table);
  expect(best !== undefined && best.confidence >= 0.5 ? best.entry.label : undefined).toBe(label);
});

test.each([
  ['customers', 'people'],
  ['tblKunden', 'people'],
  ['user_profiles', 'people'],
  ['customer_orders', 'other'],
  ['support_tickets', 'conversation'],
  ['products', 'other'],
] as const)('the table %s is about %s', (table, sense) => {
  expect(tableSense(table)).toBe(sense);
});

test('of a comment the sure phrases count, at its beginning, less than in a name', () => {
  const [found] = readComment('Social security number of the customer; see the manual');
  expect(found).toMatchObject({ entry: { label: 'pii.ssn' } });
  expect(found?.confidence).toBeLessThan(0.8);
  expect(readComment('What the name of the thing is, by key')).toEqual([]);
  expect(readComment(`${'x '.repeat(200)} password`)).toEqual([]);
});

test('of a long name only the beginning is read', () => {
  expect(wordsOf('snss'.repeat(50_000)).join('').length).toBeLessThanOrEqual(128);
  expect(readName('\u0301'.repeat(9_000), 'people')).toEqual([]);
});
