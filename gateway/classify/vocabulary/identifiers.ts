// Numbers that states, machines and places give to people.
import type { Vocabulary } from './vocabulary.ts';

export const identifiers: Vocabulary = [
  {
    label: 'pii.ssn',
    types: ['text', 'number', 'bytes'],
    words: {
      sure: 'ssn | social security | social security number | social security no | soc sec | soc sec no | ssno | ssn last 4 | ssn4',
    },
  },
  {
    label: 'pii.national_id',
    types: ['text', 'number', 'bytes'],
    words: {
      sure:
        'national id | national identifier | national identity number | national id number | nino | national insurance number | ' +
        'ni number | identity card | identity card number | id card number | id card no | personal id number | ' +
        'personal identity number | ausweisnummer | ausweisnr | personalausweis | personalausweisnummer | ' +
        'sozialversicherungsnummer | svnr | sv nummer | rentenversicherungsnummer | ahv nummer | numéro sécurité sociale | ' +
        'num secu | numéro sécu | numéro sécurité soc | nir | dni | nie | dni nie | curp | cédula | cédula identidad | cpf | ' +
        'cartão cidadão | bsn | burgerservicenummer | personnummer | codice fiscale | pesel | aadhaar | aadhar | nric | ' +
        'número identidad | número seguridad social | numéro carte identité | carte identité | niss | rijksregisternummer | ' +
        'sozialversicherungsnr',
      likely:
        'rg number | rut | nif | government id | gov id | id document number | document number | sin number | id number',
    },
  },
  {
    label: 'pii.tax_id',
    types: ['text', 'number', 'bytes'],
    words: {
      likely:
        'tax id | tax number | tax no | taxpayer id | taxpayer number | tax identification number | tin | itin | steuer id | steuerid | steuernummer | ' +
        'steuernr | steueridentifikationsnummer | idnr | steuer idnr | numéro fiscal | spi fiscal | rfc | número fiscal | nif fiscal',
    },
  },
  {
    label: 'pii.passport',
    types: ['text', 'number', 'bytes'],
    words: {
      sure:
        'passport | passport number | passport no | passport nr | passport num | reisepass | reisepassnummer | passnummer | ' +
        'reisepass nr | numéro passeport | passeport | pasaporte | número pasaporte | passaporte | paspoortnummer | paspoort',
    },
  },
  {
    label: 'pii.driving_licence',
    types: ['text', 'number', 'bytes'],
    words: {
      sure:
        'driving licence | driving license | driver licence | driver license | drivers license | drivers licence | ' +
        'driver license number | driving licence number | drivers license number | licence number driver | dl number | ' +
        'führerschein | führerscheinnummer | permis conduire | numéro permis | licencia conducir | carnet conducir | ' +
        'carta condução | cnh | rijbewijs | rijbewijsnummer',
    },
  },
  {
    label: 'pii.vehicle',
    types: ['text'],
    words: {
      likely:
        'license plate | licence plate | number plate | plate number | registration plate | kfz kennzeichen | kennzeichen | ' +
        'autokennzeichen | immatriculation | plaque immatriculation | matrícula vehículo | placa vehículo | kenteken',
      maybe: 'vin | vehicle identification number | fahrgestellnummer',
    },
  },
  {
    label: 'pii.ip_address',
    types: ['network', 'text', 'number'],
    words: {
      likely:
        'ip | ip address | ip addr | ipaddr | ipv4 | ipv6 | ipv4 address | client ip | remote ip | remote addr | remote address | source ip | ' +
        'client addr | last ip | login ip | ip adresse | adresse ip | dirección ip | endereço ip | ip adres | user ip',
    },
  },
  {
    label: 'pii.device_id',
    types: ['text', 'uuid', 'hardware'],
    words: {
      likely:
        'device id | device identifier | device uuid | device fingerprint | imei | imsi | iccid | mac address | mac addr | ' +
        'advertising id | idfa | gaid | android id | browser fingerprint | push token | device token',
    },
  },
  {
    label: 'pii.location',
    types: ['geometry', 'number', 'text', 'json'],
    words: {
      likely:
        'geolocation | gps | gps position | gps coordinates | gps location | last location | home location | user location',
    },
    inTablesOfPeople:
      'latitude | longitude | lat | lng | lon | long lat | coordinates | geo | breitengrad | längengrad | latitud | longitud | position',
  },
  {
    label: 'pii.biometric',
    types: ['text', 'bytes', 'json'],
    words: {
      likely:
        'biometric | biometrics | biometric template | biometric hash | fingerprint template | face encoding | face template | face embedding | voice print | ' +
        'voiceprint | iris scan | fingerabdruck | empreinte digitale | huella dactilar | impressão digital | vingerafdruk',
      maybe: 'face id | fingerprint',
    },
  },
];
