import { Suspense } from 'react';
import { recordPanelsFor } from '@/app/features';
import type { ObjectDescription, RecordData } from '../object-description';
import { RelatedLists } from './related-lists';

/** The panel with the lists of related records, which every record has; the features add the others. */
export const OVERVIEW = 'overview';

/** Panels of an object's records by key, with the catalogue keys of their titles. */
export function panelsOf(object: ObjectDescription): Map<string, string> {
  const panels = recordPanelsFor(object).toSorted((a, b) => Number(b.isFirst ?? 0) - Number(a.isFirst ?? 0));
  return new Map([
    ...panels.map(({ key, labelKey }): [string, string] => [key, labelKey]),
    [OVERVIEW, 'records:record.overview'],
  ]);
}

/** A panel of a record by its key; nothing if no feature has it. */
export function PanelPiece({
  panel,
  object,
  record,
}: {
  panel: string;
  object: ObjectDescription;
  record: RecordData;
}) {
  if (panel === OVERVIEW) return <RelatedLists object={object} record={record} />;
  const found = recordPanelsFor(object).find(({ key }) => key === panel);
  return found ? (
    <Suspense fallback={<div aria-busy />}>
      <found.Panel object={object} record={record} />
    </Suspense>
  ) : null;
}
