import { Button } from '@mantine/core';
import { IconArrowMerge } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { SelectionActionProps } from '@/app/feature.types';
import { FEWEST, MOST } from './limits';

/** Opens the page that merges the selected records, if they are few enough. */
export function MergeSelection({ object, ids }: SelectionActionProps) {
  const { t } = useTranslation('entries');
  const navigate = useNavigate();
  if (ids.length < FEWEST || ids.length > MOST) return null;
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconArrowMerge size={15} />}
      onClick={() =>
        void navigate({ to: '/merge', search: { object: object.key, ids: ids.join(',') } } as never)
      }
    >
      {t('merge.merge')}
    </Button>
  );
}
