import { useTranslation } from 'react-i18next';

/** Labels of the fields that a column may fill and that no object describes. */
export function useTargetLabels(): Record<string, string> {
  const { t } = useTranslation('imports');
  return {
    createdAt: t('mapping.createdAt'),
    createdBy: t('mapping.createdBy'),
    recordId: t('mapping.recordId'),
    lineId: t('mapping.lineId'),
  };
}
