import { Button } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SelectionActionProps } from '@/app/feature.types';
import { lazyPart } from '@/lib/i18n/i18n';

const BulkEditDialog = lazyPart('bulk-edit', () => import('./bulk-edit-dialog'));

/** Opens the dialog that changes the selected records. */
export function EditSelection(props: SelectionActionProps) {
  const { t } = useTranslation('entries');
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPencil size={15} />}
        onClick={() => setOpen(true)}
      >
        {t('bulk-edit.edit')}
      </Button>
      {isOpen ? (
        <Suspense fallback={null}>
          <BulkEditDialog {...props} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
