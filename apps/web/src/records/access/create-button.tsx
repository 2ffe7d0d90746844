import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { mayCreate, type ObjectDescription, wouldCreate } from '../object-description';

interface CreateButtonProps {
  /** Objects of which the button makes one. */
  objects: ObjectDescription[];
  label: string;
  /** Beside what matters more on the page. */
  isPlain?: boolean;
  onClick?: () => void;
}

/**
 * "New". Nothing where this person may not create any of the objects; through a role that might, it stands
 * there switched off and says so.
 */
export function CreateButton({ objects, label, isPlain, onClick }: CreateButtonProps) {
  const { t } = useTranslation('records');
  const shared = {
    size: 'xs',
    variant: isPlain ? 'default' : 'filled',
    leftSection: <IconPlus size={15} />,
  };
  if (objects.some(mayCreate)) {
    return (
      <Button {...shared} onClick={onClick}>
        {label}
      </Button>
    );
  }
  if (!objects.some(wouldCreate)) return null;
  return (
    // A plain title: a tooltip of the library would weigh more than the page's room for the first load.
    <Button
      {...shared}
      title={t('access.switchedOff')}
      data-disabled
      aria-disabled
      onClick={(event) => event.preventDefault()}
    >
      {label}
    </Button>
  );
}
