import { IconCheck, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { WebFieldType } from './web-field-type';

export const boolean: WebFieldType = {
  track: [90, 0.6],
  show: ({ value }) => <BooleanValue isTrue={Boolean(value)} />,
};

function BooleanValue({ isTrue }: { isTrue: boolean }) {
  const { t } = useTranslation('records');
  return isTrue ? (
    <IconCheck size={16} aria-label={t('value.yes')} role="img" />
  ) : (
    // Not a dash, which stands for no value.
    <IconX size={16} color="var(--mantine-color-dimmed)" aria-label={t('value.no')} role="img" />
  );
}
