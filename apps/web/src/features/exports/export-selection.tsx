import type { ObjectDescription } from '@/records/object-description';
import { ExportButton } from './export-button';

/** Exports the selected records of a list. */
export function ExportSelection({ object, ids }: { object: ObjectDescription; ids: string[] }) {
  return <ExportButton object={object} ids={ids} />;
}
