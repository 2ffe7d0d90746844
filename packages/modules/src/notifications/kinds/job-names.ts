const NAMES: Record<'en' | 'de', Record<string, string>> = {
  en: {
    'bulk.create': 'Create records',
    'bulk.update': 'Change records',
    'bulk.delete': 'Delete records',
    'bulk.restore': 'Restore records',
    'bulk.share': 'Share records',
    'cascade.delete': 'Change linked records of deleted ones',
    'cascade.restore': 'Restore linked records',
    export: 'Export',
    'undo.undo': 'Undo',
    'importRollback.undo': 'Roll back an import',
    'customField.mergeOptions': 'Merge options of a field',
    'customField.changeType': 'Change the type of a field',
    'computedField.recalculate': 'Recalculate a field',
    'search.rebuild': 'Rebuild the search index',
    'duplicates.find': 'Find duplicates',
    other: 'Background work',
  },
  de: {
    'bulk.create': 'Datensätze anlegen',
    'bulk.update': 'Datensätze ändern',
    'bulk.delete': 'Datensätze löschen',
    'bulk.restore': 'Datensätze wiederherstellen',
    'bulk.share': 'Datensätze teilen',
    'cascade.delete': 'Verknüpfte Datensätze gelöschter ändern',
    'cascade.restore': 'Verknüpfte Datensätze wiederherstellen',
    export: 'Export',
    'undo.undo': 'Rückgängig machen',
    'importRollback.undo': 'Import zurücknehmen',
    'customField.mergeOptions': 'Optionen eines Felds zusammenführen',
    'customField.changeType': 'Typ eines Felds ändern',
    'computedField.recalculate': 'Feld neu berechnen',
    'search.rebuild': 'Suchindex neu aufbauen',
    'duplicates.find': 'Dubletten suchen',
    other: 'Arbeit im Hintergrund',
  },
};

/** Returns what people call work that has ended. @param objects plural of the object that it was about */
export function jobName(
  { job, action }: Record<string, string | number>,
  objects: string | undefined,
  language: 'en' | 'de',
): string {
  const names = NAMES[language];
  const name = names[`${job}.${action}`] ?? names[`${job}`] ?? names['other']!;
  return objects ? `${name} · ${objects}` : name;
}
