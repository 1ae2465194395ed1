// Cards, accounts, and what somebody earns or owes.
import type { Vocabulary } from './vocabulary.ts';

export const money: Vocabulary = [
  {
    label: 'pci.card_number',
    types: ['text', 'number', 'bytes'],
    words: {
      sure:
        'card number | card num | card no | card nr | cc number | cc num | cc no | ccn | credit card | credit card number | credit card no | ' +
        'credit card num | creditcard | creditcardnumber | debit card | debit card number | payment card number | ' +
        'cc pan | card pan | kreditkartennummer | kreditkarte | kartennummer | kreditkartennr | kartennr | karten nr | ' +
        'numéro carte | num carte | numéro carte bancaire | carte bancaire | numéro cb | carte crédit | número tarjeta | ' +
        'tarjeta crédito | num tarjeta | número cartão | cartão crédito | num cartão | creditcardnummer | kaartnummer | ' +
        'numero carta | carta credito',
      likely: 'pan | primary account number | gift card number',
    },
  },
  {
    label: 'pci.cvv',
    types: ['text', 'number', 'bytes'],
    words: {
      sure:
        'cvv | cvc | cvv 2 | cvc 2 | cvv code | cvc code | card security code | card verification value | card verification code | csc code | ' +
        'prüfziffer karte | cryptogramme | código seguridad tarjeta | código segurança',
    },
  },
  {
    label: 'pci.card_expires',
    types: ['text', 'date', 'number'],
    words: {
      sure:
        'card expires | card expiry | card expiration | card expiry date | card expiration date | cc expiry | cc exp | card exp | ' +
        'card expires on | card expires at | cc expiration | card exp month | card exp year | card expiry month | card expiry year | ' +
        'card valid thru | date expiration carte | kreditkarte gültig bis',
      likely:
        'exp month | exp year | expiry month | expiry year | expiration month | expiration year | valid thru',
    },
  },
  {
    label: 'pci.last4',
    types: ['text', 'number'],
    words: {
      likely:
        'last 4 | last four | last 4 digits | last four digits | card last 4 | card last four | cc last 4 | last four card',
    },
  },
  {
    label: 'pci.track_data',
    types: ['text', 'bytes'],
    words: { sure: 'track data | track 1 data | track 2 data | magstripe | magnetic stripe' },
  },
  {
    label: 'financial.iban',
    types: ['text'],
    words: { sure: 'iban | iban number | iban no | iban nr | iban nummer | iban code' },
  },
  {
    label: 'financial.account',
    types: ['text', 'number'],
    words: {
      sure:
        'bank account | bank account number | bank account no | kontonummer | kontonr | konto nr | bankkonto | bankverbindung | ' +
        'numéro compte | numéro compte bancaire | compte bancaire | rib | cuenta bancaria | número cuenta | ' +
        'número cuenta bancaria | conta bancária | número conta | rekeningnummer | bankrekening | bankrekeningnummer | clabe',
      likely: 'account number | account no | acct no | acct number | acct num | account num',
      maybe: 'routing number | sort code | bank routing number | aba number | wallet address | crypto wallet',
    },
  },
  {
    label: 'financial.credit_score',
    types: ['number', 'text'],
    words: {
      likely:
        'credit score | fico | fico score | schufa | schufa score | credit rating | bonität | cote crédit',
    },
  },
  {
    label: 'financial.income',
    types: ['number', 'text'],
    words: {
      likely:
        'annual income | monthly income | household income | gross income | net income | net worth | einkommen | jahreseinkommen | ' +
        'nettoeinkommen | revenu annuel | ingresos anuales | ingresos mensuales | renda mensal | renda | jaarinkomen | inkomen',
    },
    ofPeople: 'income | revenu | revenus | ingresos | net salary month',
  },
  {
    label: 'hr.salary',
    types: ['number', 'text'],
    words: {
      sure:
        'salary | base salary | annual salary | monthly salary | gross salary | net salary | wage | wages | hourly wage | ' +
        'gehalt | bruttogehalt | nettogehalt | grundgehalt | monatsgehalt | jahresgehalt | lohn | stundenlohn | salaire | ' +
        'salaire brut | salaire net | sueldo | salario | salário | ordenado | salaris | loon | brutoloon | stipendio | uurloon',
      likely:
        'base pay | pay rate | hourly pay | compensation | total compensation | bonus amount | salary band | remuneration | vergütung',
    },
  },
];
