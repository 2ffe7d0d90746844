import { Alert, Button, Checkbox, SegmentedControl, Space, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SelectionActionProps } from '@/app/feature.types';
import { Dialog } from '@/app/shell/dialog';
import { useFormats } from '@/lib/format/formats';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { useMe } from '@/lib/session/use-me';
import { idsOf, MOST_ROWS, ownersOf, TooManyRecords } from '@/records/api/ids-of-list';
import { newCause } from '@/records/api/undo';
import { followCascades } from '@/records/cascades';
import { failureText } from '@/records/failure-text';
import { FieldInput } from '@/records/fields/field-input';
import { toWireValue } from '@/records/fields/wire-value';
import { fieldOf, type ObjectDescription } from '@/records/object-description';
import { showUndo } from '@/records/undo';
import { createTasks } from './api/create-tasks';

/** Fields of the dialog, as far as the user may set them. */
const FIELDS = ['name', 'due', 'priority', 'owner', 'description'];

interface AddTasksDialogProps extends SelectionActionProps {
  task: ObjectDescription;
  onClose: () => void;
}

/** Adds a task to each of the selected records, or of all records of the list. */
export default function AddTasksDialog(props: AddTasksDialogProps) {
  const { object, task, ids, matching, onDone, onClose } = props;
  const { t } = useTranslation('activities');
  const formats = useFormats();
  const { user } = useMe();
  const [isAll, setAll] = useState(false);
  const [isTried, setTried] = useState(false);
  const [isForOwners, setForOwners] = useState(false);
  const fields = FIELDS.flatMap((key) => {
    const field = fieldOf(task, key);
    return field && !field.readOnly ? [field] : [];
  });
  const mayName = fields.some(({ key }) => key === 'owner');
  const [values, setValues] = useState<Record<string, unknown>>({
    priority: fieldOf(task, 'priority')?.default,
    owner: { id: user.memberId, name: user.name },
  });
  const isNamed = typeof values['name'] === 'string' && values['name'].trim() !== '';
  const add = useMutation({
    mutationFn: async () => {
      const own = Object.fromEntries(
        fields.flatMap((field) => {
          const value = values[field.key];
          return value === undefined || value === '' ? [] : [[field.key, toWireValue(field, value)]];
        }),
      );
      const cause = newCause();
      const owners = isForOwners
        ? await ownersOf(object.path, matching?.request ?? {}, isAll && matching ? undefined : ids)
        : undefined;
      const about = owners
        ? [...owners.keys()]
        : isAll && matching
          ? await idsOf(object.path, matching.request)
          : ids;
      const rows = about.map((id) => ({
        ...own,
        // The user's own, if a record has no owner or doesn't show it.
        ...(owners && { owner: owners.get(id) ?? user.memberId }),
        about: [{ object: object.key, id }],
      }));
      return { cause, answer: await createTasks(task.path, rows, cause) };
    },
    onSuccess: ({ cause, answer }) => {
      if ('results' in answer) {
        const count = answer.counts['created'] ?? 0;
        const failed = answer.counts['failed'] ?? 0;
        if (count) showUndo({ message: t('addTasks.done', { count }), cause });
        if (failed) {
          const reasons = answer.results.flatMap(({ errors }) => (errors ? [failureText(errors)] : []));
          notify({
            color: 'red',
            title: t('addTasks.failed', { count: failed }),
            message: [...new Set(reasons)].slice(0, 3).join(' '),
            autoClose: 12_000,
          });
        }
      } else followCascades([answer.id]);
      onDone();
      onClose();
    },
  });
  return (
    <Dialog title={t('addTasks.title', { objects: object.pluralLabel })} onClose={onClose}>
      <Form
        onSubmit={() => {
          setTried(true);
          if (isNamed) add.mutate();
        }}
      >
        <Stack gap="md">
          {matching ? (
            <Checkbox
              checked={isAll}
              label={t('addTasks.matching', { n: matching.countText })}
              onChange={(event) => setAll(event.currentTarget.checked)}
            />
          ) : null}
          {mayName && fieldOf(object, 'owner') ? (
            <SegmentedControl
              size="xs"
              aria-label={t('addTasks.for')}
              value={isForOwners ? 'owners' : 'person'}
              data={(['person', 'owners'] as const).map((value) => ({
                value,
                label: t(`addTasks.fors.${value}`),
              }))}
              onChange={(value) => setForOwners(value === 'owners')}
            />
          ) : null}
          {(isForOwners ? fields.filter(({ key }) => key !== 'owner') : fields).map((field) => (
            <FieldInput
              key={field.key}
              field={field}
              label={field.label}
              value={values[field.key]}
              canCreate={false}
              error={field.key === 'name' && isTried && !isNamed ? t('addTasks.nameless') : undefined}
              onChange={(value) => setValues({ ...values, [field.key]: value })}
            />
          ))}
        </Stack>
        {add.error ? (
          <Alert color="red" variant="light" role="alert" mt="sm">
            {add.error instanceof TooManyRecords
              ? t('addTasks.tooMany', { n: formats.number(MOST_ROWS) })
              : problemText(add.error)}
          </Alert>
        ) : null}
        <Space h="lg" />
        <FormButtons>
          <CancelButton>{t('records:form.cancel')}</CancelButton>
          <Button type="submit" loading={add.isPending}>
            {t('addTasks.add')}
          </Button>
        </FormButtons>
      </Form>
    </Dialog>
  );
}
