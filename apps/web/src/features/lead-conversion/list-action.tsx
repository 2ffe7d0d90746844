import { Button } from '@mantine/core';
import { IconTransform } from '@tabler/icons-react';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mayUpdate, type ObjectDescription } from '@/records/object-description';
import { lazyPart } from '@/lib/i18n/i18n';

const ConvertFromListDialog = lazyPart('lead-conversion', () => import('./convert-from-list-dialog'));

/** Converts a lead chosen by name, without opening its page. */
export function ConvertLeadFromList({ object }: { object: ObjectDescription }) {
  const { t } = useTranslation('entries');
  const [isOpen, setOpen] = useState(false);
  if (!mayUpdate(object)) return null;
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconTransform size={15} />}
        onClick={() => setOpen(true)}
      >
        {t('lead-conversion.convert')}
      </Button>
      {isOpen ? (
        <Suspense fallback={null}>
          <ConvertFromListDialog object={object} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
