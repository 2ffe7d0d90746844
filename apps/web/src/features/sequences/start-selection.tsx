import { Button } from '@mantine/core';
import { IconTimeline } from '@tabler/icons-react';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SelectionActionProps } from '@/app/feature.types';
import { lazyPart } from '@/lib/i18n/i18n';

const StartDialog = lazyPart('sequences', () => import('./start-dialog'));

/** Opens the dialog that starts a sequence for the selected records. */
export function StartSelection(props: SelectionActionProps) {
  const { t } = useTranslation('entries');
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconTimeline size={15} />}
        onClick={() => setOpen(true)}
      >
        {t('sequences.start')}
      </Button>
      {isOpen ? (
        <Suspense fallback={null}>
          <StartDialog {...props} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
