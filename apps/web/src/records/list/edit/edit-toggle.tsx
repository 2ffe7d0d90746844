import { Button } from '@mantine/core';
import { IconTablePlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

interface EditToggleProps {
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}

/** Switches a list between opening records and editing their cells. */
export default function EditToggle({ isOn, onChange }: EditToggleProps) {
  const { t } = useTranslation('views');
  return (
    <Button
      variant={isOn ? 'light' : 'default'}
      size="xs"
      aria-pressed={isOn}
      leftSection={<IconTablePlus size={15} />}
      onClick={(event) => {
        // The keyboard goes on in the list.
        event.currentTarget.blur();
        onChange(!isOn);
      }}
    >
      {t(isOn ? 'stopEditing' : 'editCells')}
    </Button>
  );
}
