import { ActionIcon } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { visibilityOf } from './field-visibility';
import { askForReveal, type RevealRequest } from './reveal-request';

/** Reveals a masked value, for users who may. Asks for the reason first. */
export function RevealButton({ object, record, field }: RevealRequest) {
  const { t } = useTranslation('records');
  if (!object.permissions?.['reveal'] || visibilityOf(record, field.key) !== 'mask') return null;
  return (
    <ActionIcon
      title={t('access.reveal')}
      size={22}
      variant="subtle"
      color="gray"
      aria-label={t('access.revealNamed', { field: field.label })}
      onClick={(event) => {
        event.stopPropagation();
        askForReveal({ object, record, field });
      }}
    >
      <IconEye size={15} />
    </ActionIcon>
  );
}
