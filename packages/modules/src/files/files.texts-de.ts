import type { ObjectTexts } from '@pellucid/platform/records';

/** Files in German. */
export const fileTextsDe: ObjectTexts = {
  label: 'Datei',
  pluralLabel: 'Dateien',
  fields: {
    name: 'Name',
    about: 'Bezug',
    description: 'Beschreibung',
    mediaType: 'Typ',
    size: 'Größe',
    scan: 'Virenprüfung',
    sha256: 'SHA-256',
  },
  help: {
    mediaType: 'Am Inhalt der Datei erkannt, was auch immer ihr Name sagt.',
    size: 'In Bytes.',
    sha256: 'Fingerabdruck des Inhalts.',
  },
  options: {
    scan: {
      notScanned: 'Nicht geprüft',
      pending: 'Prüfung steht aus',
      clean: 'Unbedenklich',
      infected: 'Infiziert',
    },
  },
  sections: { File: 'Datei', Content: 'Inhalt' },
};
