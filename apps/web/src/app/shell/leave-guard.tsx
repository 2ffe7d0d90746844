import { Button, Group, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Modal } from '@/lib/layers/overlays';
import { hasUnsaved, setLeaveQuestion } from '@/lib/unsaved/unsaved-changes';

/** Asks about unsaved changes, whichever way one leaves: another page, a closed dialog, a closed tab. */
export function LeaveGuard() {
  const { t } = useTranslation('app');
  const [pending, setPending] = useState<{ go: () => void } | undefined>();
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => current.pathname !== next.pathname && hasUnsaved(),
    enableBeforeUnload: hasUnsaved,
    withResolver: true,
  });
  useEffect(() => setLeaveQuestion((go) => setPending({ go })), []);
  const isOpen = pending !== undefined || blocker.status === 'blocked';
  const stay = () => {
    setPending(undefined);
    blocker.reset?.();
  };
  const go = () => {
    const chosen = pending;
    setPending(undefined);
    if (chosen) chosen.go();
    else blocker.proceed?.();
  };
  return (
    <Modal
      opened={isOpen}
      centered
      size="sm"
      zIndex={1100}
      title={t('unsaved.title')}
      closeButtonProps={{ 'aria-label': t('close') }}
      onClose={stay}
    >
      <Text size="sm">{t('unsaved.text')}</Text>
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={stay} data-autofocus>
          {t('unsaved.stay')}
        </Button>
        <Button color="red" onClick={go}>
          {t('unsaved.discard')}
        </Button>
      </Group>
    </Modal>
  );
}
