import { Button } from '@mantine/core';
import { IconListNumbers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { SelectionActionProps } from '@/app/feature.types';
import { askToStart } from './start-question';

/** Opens the dialog that starts a sequence for the selected records. */
export function StartSelection(props: SelectionActionProps) {
  const { t } = useTranslation('entries');
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconListNumbers size={15} />}
      onClick={() => askToStart(props)}
    >
      {t('sequences.start')}
    </Button>
  );
}
