import { Button } from '@mantine/core';
import { IconCheckbox } from '@tabler/icons-react';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SelectionActionProps } from '@/app/feature.types';
import { lazyPart } from '@/lib/i18n/i18n';
import { useObject } from '@/records/api/describe-objects';
import { fieldOf, mayBulk, mayCreate } from '@/records/object-description';

const AddTasksDialog = lazyPart('activities', () => import('./add-tasks-dialog'));

/** Opens the dialog that adds a task to each of the selected records. */
export function AddTasks(props: SelectionActionProps) {
  const { t } = useTranslation('entries');
  const task = useObject('task');
  const [isOpen, setOpen] = useState(false);
  const about = task && fieldOf(task, 'about');
  if (!task || !mayCreate(task) || !mayBulk(task) || !about || about.readOnly) return null;
  if (!about.linksTo?.includes(props.object.key)) return null;
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconCheckbox size={15} />}
        onClick={() => setOpen(true)}
      >
        {t('activities.addTasks')}
      </Button>
      {isOpen ? (
        <Suspense fallback={null}>
          <AddTasksDialog {...props} task={task} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
