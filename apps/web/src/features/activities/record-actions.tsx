import { Suspense } from 'react';
import type { SelectionActionProps } from '@/app/feature.types';
import { lazyPart } from '@/lib/i18n/i18n';
import type { ObjectDescription, RecordData } from '@/records/object-description';

const ActivityButtons = lazyPart('activities', () => import('./activity-buttons'));

const AddTasksButton = lazyPart('activities', () => import('./add-tasks-button'));

export function ActivitySteps(props: { object: ObjectDescription; record: RecordData }) {
  return (
    <Suspense fallback={null}>
      <ActivityButtons {...props} />
    </Suspense>
  );
}

/** Adds a task to each of the selected records. */
export function AddTasks(props: SelectionActionProps) {
  return (
    <Suspense fallback={null}>
      <AddTasksButton {...props} />
    </Suspense>
  );
}
