import type { ObjectTexts } from '@pellucid/platform/records';

/** Contacts in German. */
export const contactTextsDe: ObjectTexts = {
  label: 'Kontakt',
  pluralLabel: 'Kontakte',
  fields: {
    firstName: 'Vorname',
    lastName: 'Nachname',
    email: 'E-Mail',
    phone: 'Telefon',
    mobile: 'Mobil',
    jobTitle: 'Position',
    department: 'Abteilung',
    account: 'Account',
    accounts: 'Alle Accounts',
    role: 'Rolle',
    primaryOf: 'Hauptkontakt von',
    street: 'Straße',
    postalCode: 'Postleitzahl',
    city: 'Ort',
    region: 'Region',
    country: 'Land',
    description: 'Beschreibung',
  },
  help: {
    account: 'Der erste Account, mit dem der Kontakt verknüpft ist.',
    role: 'Die Rolle des Kontakts bei diesem Account, z. B. „Entscheider“.',
  },
  sections: {
    Person: 'Person',
    Work: 'Beruf',
    Address: 'Adresse',
    Notes: 'Notizen',
  },
};
