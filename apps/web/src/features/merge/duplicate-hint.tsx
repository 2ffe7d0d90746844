import { Button } from '@mantine/core';
import { IconCopyCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ObjectDescription, RecordData } from '@/records/object-description';
import { COUNTED, pairsOfRecordQuery } from './api/pairs-of-record';

/** Says how many other records may be the same as this one, and leads to them. Renders nothing if none may. */
export function DuplicateHint({ object, record }: { object: ObjectDescription; record: RecordData }) {
  const { t } = useTranslation('entries');
  const navigate = useNavigate();
  const { data } = useQuery(pairsOfRecordQuery(record.id));
  const count = data?.data.length ?? 0;
  if (!count) return null;
  const n = data?.page.hasMore ? `${COUNTED}+` : String(count);
  return (
    <Button
      size="xs"
      variant="light"
      color="yellow"
      leftSection={<IconCopyCheck size={15} />}
      onClick={() =>
        void navigate({ to: '/duplicates', search: { object: object.key, record: record.id } } as never)
      }
    >
      {t('merge.hint', { count, n })}
    </Button>
  );
}
