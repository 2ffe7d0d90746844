import { Button } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconBookmarkOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** For a link to a view that was deleted or isn't shared with the user. */
export default function MissingView({ onAll }: { onAll: () => void }) {
  const { t } = useTranslation('views');
  return (
    <StateMessage
      role="alert"
      icon={<IconBookmarkOff size={20} />}
      title={t('missing')}
      text={t('missingText')}
    >
      <Button size="xs" onClick={onAll}>
        {t('showAll')}
      </Button>
    </StateMessage>
  );
}
