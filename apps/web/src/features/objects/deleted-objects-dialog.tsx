import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { DeletedThingsDialog } from '@/app/shell/deleted-things-dialog';
import { useFormats } from '@/lib/format/formats';
import { deletedObjectsQuery, restoreObject } from './api/custom-objects';
import { ObjectMark } from './object-mark';
import { useHoldings } from './use-holdings';

const DAY_MS = 86_400_000;

/** Objects that were deleted less than 30 days ago. */
export function DeletedObjectsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('objects');
  const formats = useFormats();
  const holdings = useHoldings();
  const left = (until: string) => {
    const count = Math.max(0, Math.ceil((Date.parse(until) - Date.now()) / DAY_MS));
    return t('deleted.until', { count, date: formats.dateTime(until) });
  };
  return (
    <DeletedThingsDialog
      texts="objects"
      title={t('deleted.open')}
      things={useQuery(deletedObjectsQuery)}
      restore={restoreObject}
      mark={({ icon, color }) => <ObjectMark icon={icon} color={color} />}
      about={(object) =>
        [...holdings(object), ...(object.restorableUntil ? [left(object.restorableUntil)] : [])].join(' · ')
      }
      onClose={onClose}
    />
  );
}
