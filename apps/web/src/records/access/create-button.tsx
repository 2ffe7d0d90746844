import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { mayCreate, type ObjectDescription, wouldCreate } from '../object-description';

interface CreateButtonProps {
  /** Objects that the button can create. */
  objects: ObjectDescription[];
  label: string;
  /** Secondary style, beside a more important button. */
  isPlain?: boolean;
  onClick?: () => void;
}

/**
 * The "New" button. Hidden if the user may create none of the objects. While viewing as a role that could create one,
 * it is disabled and says why.
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
    // A plain title attribute, because Mantine's tooltip would exceed the size limit of the first load.
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
