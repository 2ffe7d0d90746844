import { Button } from '@mantine/core';
import { IconHelpCircle } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { NoSuchPage } from '@/app/page-states';
import { askWhy } from '../access/access-questions';
import { useObjects } from '../api/describe-objects';
import { RecordPage } from './record-page';

const RECORD_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** /accounts/{id}: the record of the object with that path. */
export default function ObjectRecordPage() {
  const { t } = useTranslation('records');
  const { objectPath, recordId } = useParams({ strict: false }) as { objectPath: string; recordId: string };
  const object = useObjects().find((candidate) => candidate.path === `/${objectPath}`);
  if (object) return <RecordPage object={object} id={recordId} />;
  return (
    <NoSuchPage>
      {RECORD_ID.test(recordId) ? (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconHelpCircle size={15} />}
          onClick={() => askWhy({ object: objectPath, record: recordId, action: 'read' })}
        >
          {t('access.why')}
        </Button>
      ) : null}
    </NoSuchPage>
  );
}
