import { ExportButton } from './export-button';
import type { ObjectDescription } from '@/records/object-description';

/** Exports what the list shows. */
export function ExportList({ object }: { object: ObjectDescription }) {
  return <ExportButton object={object} />;
}
