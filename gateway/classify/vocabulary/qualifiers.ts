// Words beside a telling one. Most leave it what it is; some make the column one about the value and not the value.

/** Whose it is, which of several, and where it is from: the value is still the value. */
export const neutral =
  'primary secondary main alternate alt alternative other additional backup old new previous prev current former original raw clean ' +
  'home work office private personal business mobile billing bill shipping ship delivery mailing legal registered default ' +
  'number num no nr nummer número numéro num value val text txt str string field fld data info details full short long ' +
  'complete emergency daytime evening day night contact account acct login normalized normalised lower upper canonical ' +
  'plain encrypted enc hashed hash crypt cipher masked clear decrypted local remote source target first second third one two last ' +
  'is has user usr cust emp pat x my the a b c d digits digit input output in out internal external official residential permanent ' +
  'privat geschäftlich dienstlich neu alt principal secundario secundário professionnel personnel particular e164 ' +
  'address addr adresse line sms reply from to cc bcc notification notify recovery invoice reset store customer org organization ' +
  'organisation company supplier vendor partner merchant service support sales hr crm sap legacy src tgt tmp temp stg v pii gdpr ' +
  'us uk de fr es pt nl eu en it ch';

/** It tells something about the value, or names what goes with it. */
export const aboutTheValue =
  'count cnt total verified confirmed valid validated invalid verify status state type typ kind enabled disabled sent opened bounced bounce ' +
  'template subject format length len required optional preference preferences consent opt optin optout allowed policy provider ' +
  'domain version changed change updated update created create expired expires expiry expire expiration attempts attempt tries ' +
  'failed failure failures on at date time timestamp since until id ids fk ref reference index seq sort order ordering flag can should ' +
  'needs need allow use uses using show hide visible visibility label title help description desc category class level rank ' +
  'ratio avg min max sum mean percent pct limit size width height color colour currency language lang locale mode method ' +
  'channel host server port protocol queue job schedule frequency interval step reason result error errors script pattern regex rule rules ' +
  'column columns mapping config settings setting option options list count days hours minutes seconds ms quota usage used ' +
  'rate price cost fee discount available availability active inactive deleted blocked locked unsubscribed subscribed notified ' +
  'strength age history migrated synced sync checksum coverage campaign newsletter country region timezone ' +
  'anzahl gültig geprüft bestätigt art am um seit bis datum zeit aktiv gesendet geändert nombre nb vérifié confirmé statut ' +
  'envoyé actif verificado confirmado tipo estado cantidad enviado activo fecha hora quantidade ativo hora ' +
  'aantal geverifieerd soort bevestigd actief verzonden model brand make issuer maker per number of';

/** Too short, or too common, to say anything: they stand in phrases of the Romance languages, Dutch and English. */
export const empty = 'of de du da do des del della di van von der den het the and et und y le la los las os';
