import { ESPOCRM } from './espocrm.js';
import { HUBSPOT } from './hubspot.js';
import { PIPEDRIVE } from './pipedrive.js';
import { SALESFORCE } from './salesforce.js';
import { type AnySourceFile, foldColumn, type SourceSystem } from './source-system.js';
import { TWENTY } from './twenty.js';

export * from './source-system.js';

/** The systems that Pellucid knows the files of. */
export const SOURCES: readonly SourceSystem[] = [SALESFORCE, HUBSPOT, ESPOCRM, PIPEDRIVE, TWENTY];

/** Returns the system. @throws Error for an unknown key */
export function sourceNamed(key: string): SourceSystem {
  const found = SOURCES.find((source) => source.key === key);
  if (!found) throw new Error(`no catalogue of "${key}"`);
  return found;
}

/** Whether files of this kind add to records that other files bring. @param kind what the source calls their rows */
export function addsToRecords(source: SourceSystem, kind: string | null): boolean {
  return source.files.some((file) => file.name === kind && file.kind === 'records' && file.mode === 'update');
}

/** Returns the kind of a file with these columns; undefined if the source has none like it. */
export function recognise(source: SourceSystem, columns: readonly string[]): AnySourceFile | undefined {
  const has = new Set(columns.map(foldColumn));
  return source.files
    .filter(({ signature }) => signature.every((column) => has.has(foldColumn(column))))
    .sort((a, b) => b.signature.length - a.signature.length)[0];
}

/** Returns the system that most of the files come from; undefined if none is recognised. */
export function detectSource(files: readonly (readonly string[])[]): SourceSystem | undefined {
  const scored = SOURCES.map((source) => ({
    source,
    score: files.reduce((sum, columns) => sum + (recognise(source, columns)?.signature.length ?? 0), 0),
  })).sort((a, b) => b.score - a.score);
  return scored[0]?.score ? scored[0].source : undefined;
}
