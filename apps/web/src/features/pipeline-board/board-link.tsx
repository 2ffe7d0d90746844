import { Button } from '@mantine/core';
import { IconLayoutKanban } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

/** A link from the list of deals to the board. */
export function BoardLink() {
  const { t } = useTranslation('entries');
  return (
    <Button
      size="xs"
      variant="default"
      component={Link}
      to="/opportunities/board"
      leftSection={<IconLayoutKanban size={15} />}
    >
      {t('pipeline-board.board')}
    </Button>
  );
}
