import { lazy, Suspense } from 'react';
import type { ObjectDescription, RecordData } from '@/records/object-description';

const RecordAsOfDialog = lazy(() =>
  import('@/records/log/record-as-of-dialog').then(({ RecordAsOfDialog }) => ({ default: RecordAsOfDialog })),
);
const RestoreVersionDialog = lazy(() =>
  import('@/records/log/restore-version-dialog').then(({ RestoreVersionDialog }) => ({
    default: RestoreVersionDialog,
  })),
);

/** An earlier version of a record that is looked at, or the question whether to go back to one. */
export function Versions({
  object,
  record,
  version,
  onVersion,
  restoring,
  onRestoring,
}: {
  object: ObjectDescription;
  record: RecordData;
  /** The version that is looked at. */
  version: number | undefined;
  onVersion: (version: number | undefined) => void;
  /** The version to go back to. */
  restoring: number | undefined;
  onRestoring: (version: number | undefined) => void;
}) {
  return (
    <Suspense fallback={null}>
      {restoring !== undefined ? (
        <RestoreVersionDialog
          object={object}
          record={record}
          version={restoring}
          onClose={() => onRestoring(undefined)}
          onRestored={() => {
            onRestoring(undefined);
            onVersion(undefined);
          }}
        />
      ) : version !== undefined ? (
        <RecordAsOfDialog
          object={object}
          record={record}
          version={version}
          onClose={() => onVersion(undefined)}
          onRestore={() => onRestoring(version)}
        />
      ) : null}
    </Suspense>
  );
}
