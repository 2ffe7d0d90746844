import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { recordKeys } from '@/records/api/record-keys';
import { newCause } from '@/records/api/undo';
import { updateRecord } from '@/records/api/write-record';
import { type ObjectDescription, type RecordData, recordName } from '@/records/object-description';
import { showUndo } from '@/records/undo';
import { type ActivityStep, takeStep } from './api/activity-steps';

/** An activity with its description. */
export interface Activity {
  object: ObjectDescription;
  record: RecordData;
}

/** Completes, reopens and reschedules activities, each with a notification that undoes it. */
export function useActivitySteps() {
  const { t } = useTranslation('activities');
  const queryClient = useQueryClient();
  const onError = (error: unknown) => notify({ color: 'red', message: problemText(error) });
  const show = ({ object, record }: Activity, written: RecordData) =>
    queryClient.setQueryData(recordKeys.record(object.path, record.id), written);
  const step = useMutation({
    mutationFn: async ({ activity, step }: { activity: Activity; step: ActivityStep }) => {
      const cause = newCause();
      const written = await takeStep(activity.object.path, activity.record.id, step, cause);
      return { cause, written };
    },
    onSuccess: ({ cause, written }, { activity, step }) => {
      show(activity, written);
      const name = recordName(activity.object, activity.record);
      showUndo({ message: t(step === 'complete' ? 'completed' : 'reopened', { name }), cause });
    },
    onError,
  });
  const move = useMutation({
    mutationFn: async ({ activity, changes }: { activity: Activity; changes: Record<string, unknown> }) => {
      const cause = newCause();
      const { object, record } = activity;
      return { cause, written: await updateRecord(object.path, record.id, changes, record.version, cause) };
    },
    onSuccess: ({ cause, written }, { activity }) => {
      show(activity, written);
      showUndo({ message: t('moved', { name: recordName(activity.object, activity.record) }), cause });
    },
    onError,
  });
  return { step, move };
}
