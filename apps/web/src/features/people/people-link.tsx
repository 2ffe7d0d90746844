import { Button } from '@mantine/core';
import { IconUsersGroup } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

/** A link from the plain list to the page for invitations and roles. */
export function PeopleLink() {
  const { t } = useTranslation('entries');
  return (
    <Button
      size="xs"
      variant="default"
      component={Link}
      to="/people"
      leftSection={<IconUsersGroup size={15} />}
    >
      {t('people.title')}
    </Button>
  );
}
