// What lets somebody in.
import type { Vocabulary } from './vocabulary.ts';

export const secrets: Vocabulary = [
  {
    label: 'secret.password',
    types: ['text', 'bytes'],
    words: {
      sure:
        'password | passwd | pwd | passphrase | pass phrase | pass word | password hash | passwd hash | pwd hash | pw hash | ' +
        'password digest | hashed password | encrypted password | crypted password | password salt | pwd salt | passwort | ' +
        'passwort hash | kennwort | mot passe | mdp | contraseña | clave acceso | senha | senha hash | palavra passe | ' +
        'wachtwoord | wachtwoord hash | db password | password encrypted | password crypt',
      likely:
        'pw | passcode | pass code | pin code | pin hash | pin number | user pass | pass hash | password reminder',
      maybe: 'pass | pin | salt | clave',
    },
  },
  {
    label: 'secret.token',
    types: ['text', 'bytes', 'uuid', 'json'],
    words: {
      sure:
        'access token | refresh token | auth token | authentication token | api token | bearer token | session token | id token | ' +
        'reset token | password reset token | reset password token | confirmation token | remember token | invite token | ' +
        'verification token | csrf token | oauth token | jwt | jwt token | api key | apikey | api secret | app secret | ' +
        'client secret | consumer secret | shared secret | webhook secret | signing secret | signing key | secret key | secret | ' +
        'secrets | private key | encryption key | master key | access key secret | secret access key | totp secret | otp secret | ' +
        'mfa secret | two factor secret | 2 fa secret | otp seed | recovery codes | recovery code | backup codes | backup code | token hash | ' +
        'otp code | token secret | hmac key | ssh key | ssh private key | pgp private key | license secret | ' +
        'api schlüssel | geheimnis | clé api | clé secrète | jeton | clave api | clave secreta | chave api | chave secreta | ' +
        'sleutel api | token acceso',
      likely:
        'token | tokens | session id | session key | credentials | credential | connection string | dsn | database url | ' +
        'access key | cookie | session cookie | session data | verification code | unlock code | sms code | otp | key hash | hashed key | key secret',
    },
  },
  {
    label: 'secret.answer',
    types: ['text', 'bytes'],
    words: {
      sure: 'security answer | secret answer | security question answer | answer hash | antwort sicherheitsfrage',
    },
  },
];
