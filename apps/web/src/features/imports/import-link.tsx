import { Button } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { mayUse } from '@/lib/session/permissions';
import { useMe } from '@/lib/session/use-me';
import type { ObjectDescription } from '@/records/object-description';

/** A link from a list to the wizard, with the list's object chosen. */
export function ImportLink({ object }: { object: ObjectDescription }) {
  const { t } = useTranslation('entries');
  const { permissions } = useMe();
  if (!mayUse(permissions, 'manageImports')) return null;
  return (
    <Button
      size="xs"
      variant="default"
      component={Link}
      to="/imports/new"
      search={{ object: object.key } as never}
      leftSection={<IconFileImport size={15} />}
    >
      {t('imports.import')}
    </Button>
  );
}
