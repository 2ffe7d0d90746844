import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { useObjects } from '@/records/api/describe-objects';
import type { CustomObject } from './api/custom-objects';

/** In: an object. Out: what it holds, in words: "3 fields", "more than 10,000 records". */
export function useHoldings(): (object: Pick<CustomObject, 'name' | 'records'>) => string[] {
  const { t } = useTranslation('objects');
  const formats = useFormats();
  const objects = useObjects();
  return ({ name, records }) => {
    const described = objects.find(({ key }) => key === name);
    const fields = described?.fields.filter(({ key }) => key.startsWith('custom.')).length;
    const shown = formats.number(records.count);
    return [
      ...(fields === undefined ? [] : [t('holds.fields', { count: fields, shown: formats.number(fields) })]),
      records.isCapped
        ? t('holds.manyRecords', { shown })
        : t('holds.records', { count: records.count, shown }),
    ];
  };
}
