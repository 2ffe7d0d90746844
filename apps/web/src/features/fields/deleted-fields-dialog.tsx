import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { DeletedThingsDialog } from '@/app/shell/deleted-things-dialog';
import { useFormats } from '@/lib/format/formats';
import type { ObjectDescription } from '@/records/object-description';
import { deletedFieldsQuery, restoreField } from './api/custom-fields';

/** Fields of an object that were deleted less than 30 days ago. */
export function DeletedFieldsDialog({ object, onClose }: { object: ObjectDescription; onClose: () => void }) {
  const { t } = useTranslation('fields');
  const formats = useFormats();
  return (
    <DeletedThingsDialog
      texts="fields"
      title={t('deleted.title', { objects: object.pluralLabel })}
      things={useQuery(deletedFieldsQuery(object.key))}
      restore={restoreField}
      about={({ restorableUntil }) =>
        restorableUntil ? t('deleted.until', { date: formats.dateTime(restorableUntil) }) : null
      }
      onClose={onClose}
    />
  );
}
