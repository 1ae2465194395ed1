// Words for people, in names of tables and columns: what stands beside them, or under them, is somebody's.

export const people =
  'customer client user cust emp person people persons personal employee staff member patient contact guest subscriber student pupil teacher ' +
  'donor applicant candidate author recipient sender beneficiary cardholder holder payer payee buyer driver passenger ' +
  'visitor doctor physician nurse insured policyholder lead prospect spouse child children guardian mother father parent attendee ' +
  'participant resident citizen player borrower debtor voter worker personnel manager shopper signer witness victim ' +
  'suspect defendant plaintiff inmate traveler traveller consumer individual owner admin administrator signatory ' +
  'crm hr profile identity donator registrant enrollee caller household family kin adult subject ' +
  'kunde kunden mitarbeiter mitarbeiterin angestellte angestellter patienten mitglied mitglieder kontakt kontakte ' +
  'gast gäste schüler lehrer bewerber nutzer benutzer empfänger absender inhaber versicherter versicherte mieter ' +
  'besucher teilnehmer ansprechpartner personen personal arzt ärzte halter studierende verwender ' +
  'utilisateur personne employé salarié membre destinataire titulaire adhérent élève étudiant candidat ' +
  'locataire assuré bénéficiaire médecin abonné ' +
  'cliente usuario persona empleado paciente miembro contacto destinatario titular alumno estudiante candidato médico socio ' +
  'usuário pessoa funcionário membro contato aluno empregado colaborador utente hóspede ' +
  'klant klanten gebruiker gebruikers persoon personen medewerker medewerkers werknemer werknemers patiënt patiënten lid ' +
  'leden contactpersoon leerling student huurder verzekerde';

/** Around a word for people, these leave a table one about them. */
export const aroundPeople =
  'data info information detail profile account master record list table tbl archive backup history old new temp tmp import ' +
  'staging stage raw all active dim dimension base main t tab stamm stammdaten daten actif activos ativos core app shop web ' +
  'registration signup directory personal basic extended ext contact communication submission medical public internal external';

/** Tables of what people write to or tell somebody. */
export const conversations =
  'ticket message email chat conversation recording feedback review complaint inquiry enquiry call support case letter sms ' +
  'anfrage beschwerde nachricht réclamation mensaje mensagem klacht consultation visit encounter appointment survey response';
