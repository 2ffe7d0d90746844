import type { ObjectTexts } from '@pellucid/platform/records';

/** Accounts in German. */
export const accountTextsDe: ObjectTexts = {
  label: 'Account',
  pluralLabel: 'Accounts',
  fields: {
    name: 'Name',
    parent: 'Übergeordneter Account',
    industry: 'Branche',
    annualRevenue: 'Jahresumsatz',
    baseCurrency: 'Basiswährung',
    employees: 'Mitarbeitende',
    yearEstablished: 'Gründungsjahr',
    website: 'Website',
    phone: 'Telefon',
    email: 'E-Mail',
    street: 'Straße',
    postalCode: 'Postleitzahl',
    city: 'Ort',
    region: 'Region',
    country: 'Land',
    description: 'Beschreibung',
  },
  help: {
    annualRevenue: 'In der Basiswährung.',
    baseCurrency: 'Die Währung, in der der Jahresumsatz steht.',
  },
  options: {
    industry: {
      Technology: 'Technologie',
      Finance: 'Finanzen',
      Health: 'Gesundheit',
      Manufacturing: 'Industrie',
      Retail: 'Handel',
      Services: 'Dienstleistungen',
      Education: 'Bildung',
      Government: 'Öffentliche Hand',
      Other: 'Sonstige',
    },
  },
  sections: {
    Company: 'Firma',
    Contact: 'Kontakt',
    Address: 'Adresse',
    Notes: 'Notizen',
  },
};
