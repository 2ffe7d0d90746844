import { lazy, Suspense } from 'react';
import { recordPanelsFor } from '@/app/features';
import type { ObjectDescription, RecordData } from '../object-description';
import { RelatedLists } from './related-lists';

const RecordHistory = lazy(() =>
  import('./record-history').then(({ RecordHistory }) => ({ default: RecordHistory })),
);

/** Panels that every record has; the features add their own. */
export const OWN_PANELS = ['overview', 'history'] as const;

/** Panels of an object's records by key, with the catalogue keys of their titles. */
export function panelsOf(object: ObjectDescription): Map<string, string> {
  return new Map([
    ...recordPanelsFor(object).map(({ key, labelKey }): [string, string] => [key, labelKey]),
    ...OWN_PANELS.map((key): [string, string] => [key, `records:record.${key}`]),
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
  if (panel === 'overview') return <RelatedLists object={object} record={record} />;
  if (panel === 'history')
    return (
      <Suspense fallback={<div aria-busy />}>
        <RecordHistory object={object} record={record} />
      </Suspense>
    );
  const found = recordPanelsFor(object).find(({ key }) => key === panel);
  return found ? <found.Panel object={object} record={record} /> : null;
}
