import { ActionIcon, Button } from '@mantine/core';
import { IconShare3 } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectDescription, RecordData } from '@/records/object-description';

const ShareDialog = lazy(() => import('./share-dialog'));

/** Opens the shares of a record, for those who may change records of its object. */
export default function ShareButton({ object, record }: { object: ObjectDescription; record: RecordData }) {
  const { t } = useTranslation('access');
  const [isOpen, setOpen] = useState(false);
  if (object.permissions?.update === false) return null;
  return (
    <>
      <Button
        size="xs"
        variant="default"
        visibleFrom="sm"
        leftSection={<IconShare3 size={15} />}
        onClick={() => setOpen(true)}
      >
        {t('share.open')}
      </Button>
      <ActionIcon
        size={30}
        variant="default"
        hiddenFrom="sm"
        aria-label={t('share.open')}
        onClick={() => setOpen(true)}
      >
        <IconShare3 size={16} />
      </ActionIcon>
      {isOpen ? (
        <Suspense fallback={null}>
          <ShareDialog object={object} record={record} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
