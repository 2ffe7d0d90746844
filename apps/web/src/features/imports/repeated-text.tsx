import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Inspection } from './api/import.types';
import type { ImportTemplate } from './api/import-templates';

/** Says where the choices come from that the wizard starts with, and what of them the file or the company has no more. */
export function RepeatedText({
  inspection,
  template,
}: {
  inspection: Inspection;
  template: ImportTemplate | undefined;
}) {
  const { t } = useTranslation('imports');
  if (!template)
    return (
      <Text size="sm">
        {inspection.corrects
          ? t('wizard.corrects', { file: inspection.corrects.fileName })
          : t('wizard.repeated')}
      </Text>
    );
  const names = new Set(inspection.columns.map(({ name }) => name));
  const missing = Object.keys(template.options.mapping).filter((name) => !names.has(name));
  const gone = [...new Set(template.leftOut.map(({ column }) => column))];
  return (
    <div>
      <Text size="sm">{t('wizard.fromTemplate', { name: template.name })}</Text>
      {gone.length ? <Text size="xs">{t('wizard.fieldsGone', { columns: gone.join(', ') })}</Text> : null}
      {missing.length ? (
        <Text size="xs">{t('wizard.columnsMissing', { columns: missing.slice(0, 10).join(', ') })}</Text>
      ) : null}
    </div>
  );
}
