// Who somebody is and how to reach them.
import type { Vocabulary } from './vocabulary.ts';

export const personal: Vocabulary = [
  {
    label: 'pii.email',
    types: ['text', 'json'],
    words: {
      sure:
        'email | e mail | email address | e mail address | mail address | emailaddr | email addr | email id | e mail id | ' +
        'mailadresse | emailadresse | e mail adresse | adresse mail | adresse email | adresse e mail | adresse electronique | ' +
        'courriel | correo electrónico | correo | correo e | endereço email | endereço eletrônico | correio eletrônico | ' +
        'emailadres | e mailadres | mailadres | posta elettronica',
      maybe: 'mail | mails | email to | email from | reply to',
    },
  },
  {
    label: 'pii.phone',
    types: ['text', 'number', 'json'],
    words: {
      sure:
        'phone | telephone | phone number | phone no | phone nr | phone num | telephone number | tel | tel no | tel nr | tel number | ' +
        'mobile | mobile number | mobile phone | mobile no | cell phone | cellphone | cell number | msisdn | fax | fax number | ' +
        'whatsapp | telefon | telefonnummer | telefonnr | telefon nr | handy | handynummer | handynr | mobilnummer | ' +
        'mobiltelefon | rufnummer | faxnummer | festnetz | téléphone | numéro téléphone | num tel | numéro tel | portable | tél | ' +
        'telefono | teléfono | número teléfono | móvil | celular | telefone | número telefone | telemóvel | telemovel | ' +
        'telefoonnummer | telefoon | mobiel | mobiel nummer | gsm | gsm nummer | cellulare | numero telefono',
      likely: 'caller number | calling number | called number | caller id',
      maybe: 'cell | contact number | contact no | home number | phone e164 | mobil | tf | ph | ph no',
    },
  },
  {
    label: 'pii.name',
    types: ['text', 'json'],
    words: {
      sure:
        'first name | last name | full name | surname | given name | family name | middle name | maiden name | birth name | ' +
        'forename | fname | lname | firstname | lastname | legal name | nachname | vorname | familienname | geburtsname | ' +
        'rufname | prénom | nom famille | nom complet | nom jeune fille | nom naissance | apellido | apellidos | primer apellido | ' +
        'segundo apellido | nombre completo | nombre pila | sobrenome | nome completo | apelido | primeiro nome | último nome | ' +
        'achternaam | voornaam | tussenvoegsel | roepnaam | volledige naam | cognome | mother maiden name',
      likely:
        'middle initial | nick name | nickname | name prefix | name suffix | cardholder | card holder | cardholder name | ' +
        'card holder name | name on card | karteninhaber | kontoinhaber | account holder | account holder name | ' +
        'titular cuenta | titulaire compte | titulaire | ansprechpartner | ansprechpartnerin | contactpersoon | signatory | ' +
        'shipping name | billing name | delivery name | next kin | emergency contact | beneficiary name',
      maybe: 'initials | patronymic | alias names | preferred name | person name | display name',
    },
    ofPeople: 'name | nm | nom | nombre | nome | naam | names | known as',
  },
  {
    label: 'pii.username',
    types: ['text'],
    words: {
      maybe:
        'user name | username | login name | login | screen name | benutzername | anmeldename | nom utilisateur | identifiant | ' +
        'nombre usuario | nome usuário | nome utilizador | gebruikersnaam | user handle | twitter handle | skype',
    },
  },
  {
    label: 'pii.address',
    types: ['text', 'json'],
    words: {
      sure:
        'street | street address | street name | address line | address street | addr line | home address | postal address | ' +
        'mailing address | billing address | shipping address | delivery address | residential address | home addr | ' +
        'house number | house no | street number | street no | apartment number | straße | strasse | straßenname | hausnummer | ' +
        'hausnr | anschrift | postanschrift | wohnadresse | lieferadresse | rechnungsadresse | adresse postale | rue | ' +
        'numéro rue | adresse livraison | adresse facturation | domicile | domicilio | calle | dirección | dirección postal | ' +
        'endereço | morada | rua | logradouro | straat | straatnaam | huisnummer | woonadres | bezorgadres | indirizzo',
      likely:
        'address | addr | address text | full address | adresse | adres | postcode | post code | postal code | zip | zip code | ' +
        'zipcode | plz | postleitzahl | code postal | cp postal | código postal | cep | apartment | apt | apt number | po box | ' +
        'postfach | wohnort | colonia | bairro | suite number',
      hint: 'city | town | ort | stadt | ville | ciudad | cidade | woonplaats | plaats | localidad | unit number',
    },
  },
  {
    label: 'pii.birth_date',
    types: ['date', 'text', 'number'],
    words: {
      sure:
        'birth date | birthdate | date birth | dob | d o b | birthday | birth day | day birth | bday | birth dt | birth year | year birth | ' +
        'geburtsdatum | geburtstag | gebdat | gebdatum | geb datum | geburtsjahr | geb am | geboren am | date naissance | ' +
        'naissance | ddn | date naiss | année naissance | fecha nacimiento | fec nac | fecha nac | fnac | nacimiento | ' +
        'data nascimento | dt nascimento | nascimento | data nasc | dt nasc | geboortedatum | geboortejaar | gebdat | data nascita',
      likely: 'birth month | born | born on | geboren | birth',
    },
    ofPeople: 'age | alter | âge | edad | idade | leeftijd | age years',
  },
  {
    label: 'pii.birth_place',
    types: ['text'],
    words: {
      likely:
        'birth place | place birth | birthplace | city birth | country birth | birth city | birth country | geburtsort | ' +
        'geburtsland | lieu naissance | lugar nacimiento | local nascimento | naturalidade | geboorteplaats',
    },
  },
  {
    label: 'pii.gender',
    types: ['text', 'number'],
    words: {
      likely:
        'gender | sex | geschlecht | sexe | sexo | género | gênero | geslacht | gender identity | gender code | pronouns',
      maybe: 'anrede | civilité | salutation',
    },
  },
  {
    label: 'pii.ethnicity',
    types: ['text', 'number', 'boolean'],
    words: {
      likely:
        'ethnicity | ethnic origin | ethnic group | ethnie | etnia | ethnische herkunft | origen étnico | etniciteit',
    },
    ofPeople: 'race | race code | raza | raça',
  },
  {
    label: 'pii.religion',
    types: ['text', 'number', 'boolean'],
    words: {
      likely:
        'religion | religious affiliation | faith | konfession | religionszugehörigkeit | kirchensteuer | religión | religião | ' +
        'geloof | religieuze overtuiging | croyance',
    },
  },
  {
    label: 'pii.orientation',
    types: ['text', 'number'],
    words: {
      likely:
        'sexual orientation | sexuelle orientierung | orientation sexuelle | orientación sexual | orientação sexual',
    },
  },
  {
    label: 'pii.politics',
    types: ['text', 'number', 'boolean'],
    words: {
      likely:
        'political affiliation | political party | political opinion | party affiliation | parteizugehörigkeit | union member | ' +
        'trade union | union membership | gewerkschaft | syndicat',
    },
  },
  {
    label: 'pii.nationality',
    types: ['text', 'number'],
    words: {
      likely:
        'nationality | citizenship | staatsangehörigkeit | staatsbürgerschaft | nationalität | nationalité | nacionalidad | ' +
        'nacionalidade | nationaliteit',
    },
  },
  {
    label: 'pii.marital_status',
    types: ['text', 'number'],
    words: {
      likely:
        'marital status | marital | civil status | familienstand | situation familiale | état civil | estado civil | burgerlijke staat',
    },
  },
  {
    label: 'pii.photo',
    types: ['text', 'bytes'],
    words: {
      likely: 'portrait | passport photo | selfie | passfoto | pasfoto',
      maybe: 'signature image | signature | unterschrift',
    },
    ofPeople: 'photo | picture | photo url | foto | headshot | lichtbild',
  },
  {
    label: 'pii.free_text',
    types: ['text', 'json'],
    words: {},
    inTablesOfPeople:
      'notes | note | comment | comments | remarks | remark | message | body | message body | bemerkung | bemerkungen | notiz | ' +
      'notizen | kommentar | commentaire | commentaires | remarque | notas | observaciones | comentarios | observações | ' +
      'comentários | opmerking | opmerkingen | free text | freitext | bio | biography | transcript',
  },
];
