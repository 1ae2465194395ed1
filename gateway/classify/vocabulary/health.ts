// How somebody is.
import type { Vocabulary } from './vocabulary.ts';

export const health: Vocabulary = [
  {
    label: 'health.record_number',
    types: ['text', 'number'],
    words: {
      sure:
        'mrn | medical record number | medical record no | health record number | nhs number | nhs no | patient number | ' +
        'patientennummer | patienten nr | número historia clínica | historia clínica | número paciente | patiëntnummer | ' +
        'numéro patient | dossier patient',
      maybe: 'patient identifier',
    },
  },
  {
    label: 'health.insurance_number',
    types: ['text', 'number'],
    words: {
      sure:
        'health insurance number | insurance member id | insurance id | health insurance id | medicare number | medicaid number | ' +
        'krankenversicherungsnummer | versichertennummer | versicherten nr | kvnr | krankenversichertennummer | ' +
        'gesundheitskarte | numéro assuré | carte vitale | tarjeta sanitaria | cartão saúde | cns número | zorgverzekeringsnummer',
      likely:
        'insurance number | insurance policy number | health plan id | krankenkasse | mutuelle | zorgverzekeraar | versicherungsnummer',
    },
  },
  {
    label: 'health.diagnosis',
    types: ['text', 'json', 'number'],
    words: {
      sure:
        'diagnosis | diagnoses | diagnosis code | icd | icd 10 | icd 9 | icd code | icd 10 code | dx code | primary diagnosis | ' +
        'diagnose | diagnostic médical | diagnóstico | diagnostic principal | enfermedad | doença | krankheit | vorerkrankung | ' +
        'vorerkrankungen | maladie | ziekte | aandoening | chief complaint',
      likely:
        'medical condition | medical conditions | health condition | chronic conditions | symptoms | symptom | medical history | ' +
        'anamnese | anamnesis | antécédents | antecedentes | comorbidities | snomed code | cause death | todesursache',
    },
    ofPeople: 'condition | conditions | diagnostic',
  },
  {
    label: 'health.medication',
    types: ['text', 'json', 'number'],
    words: {
      sure:
        'medication | medications | medication name | prescription | prescriptions | medikament | medikamente | medikation | médicament | ' +
        'médicaments | medicamento | medicamentos | medicatie | medicijn | ordonnance | receta médica | rezept arzt',
      maybe: 'drug name | dosage | dose | dosierung | posologie',
    },
  },
  {
    label: 'health.treatment',
    types: ['text', 'json', 'number'],
    words: {
      likely:
        'treatment | treatment plan | therapy | procedure code | cpt code | surgery | behandlung | therapie | traitement | ' +
        'tratamiento | tratamento | behandeling | operation code surgery | clinical notes | progress note | doctor notes | care plan',
    },
  },
  {
    label: 'health.measurement',
    types: ['text', 'number', 'json'],
    words: {
      sure: 'blood type | blood group | blutgruppe | groupe sanguin | grupo sanguíneo | tipo sanguíneo | tipo sangre | bloedgroep',
      likely:
        'blood pressure | systolic | diastolic | heart rate | bmi | body mass index | cholesterol | glucose level | blutdruck | blood sugar | ' +
        'hba 1 c | lab result | lab results | test result lab | body weight | genome | dna | dna sequence | genetic data | ' +
        'körpergröße | körpergewicht | laborwert',
    },
  },
  {
    label: 'health.status',
    types: ['text', 'boolean', 'number', 'json', 'date'],
    words: {
      likely:
        'disability | disabilities | disabled person | handicap | behinderung | grad behinderung | discapacidad | deficiência | ' +
        'handicapé | allergy | allergies | allergie | allergien | alergias | alergia | allergieën | pregnant | pregnancy | is pregnant | ' +
        'pregnancy status | schwanger | enceinte | embarazada | grávida | zwanger | hiv | hiv status | hiv positive | ' +
        'vaccination | vaccination status | vaccinated | vaccination date | impfstatus | impfung | smoker | smoking status | raucher | fumeur | ' +
        'fumador | health status | gesundheitszustand | mental health | sick leave | krankmeldung | organ donor | alcohol use | drug use | ' +
        'due date pregnancy | vaccine',
    },
  },
];
