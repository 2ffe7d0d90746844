import { Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Modal } from '@/lib/layers/overlays';

/** Asks whether to discard unsaved changes. */
export default function LeaveQuestion({ onStay, onLeave }: { onStay: () => void; onLeave: () => void }) {
  const { t } = useTranslation('app');
  return (
    <Modal opened size="sm" zIndex={1100} title={t('unsaved.title')} onClose={onStay}>
      <Text size="sm">{t('unsaved.text')}</Text>
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={onStay} data-autofocus>
          {t('unsaved.stay')}
        </Button>
        <Button color="red" onClick={onLeave}>
          {t('unsaved.discard')}
        </Button>
      </Group>
    </Modal>
  );
}
