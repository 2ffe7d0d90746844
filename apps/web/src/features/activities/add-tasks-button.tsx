import { Button } from '@mantine/core';
import { IconCheckbox } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SelectionActionProps } from '@/app/feature.types';
import { useObject } from '@/records/api/describe-objects';
import { fieldOf, mayBulk, mayCreate } from '@/records/object-description';
import AddTasksDialog from './add-tasks-dialog';

/** Opens the dialog that adds a task to each of the selected records. */
export default function AddTasksButton(props: SelectionActionProps) {
  const { t } = useTranslation('activities');
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
        {t('addTasks.button')}
      </Button>
      {isOpen ? <AddTasksDialog {...props} task={task} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
