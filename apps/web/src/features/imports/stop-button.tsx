import { Button, Group, Text } from '@mantine/core';
import { IconPlayerStop } from '@tabler/icons-react';
import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Modal } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';

interface StopButtonProps {
  label: string;
  /** Of the question that is asked first. */
  title: string;
  text: string;
  stop: () => Promise<unknown>;
  /** What is read again afterwards. */
  queryKey: QueryKey;
}

/** Stops an import or a move, after a question. */
export function StopButton({ label, title, text, stop, queryKey }: StopButtonProps) {
  const { t } = useTranslation('imports');
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const stopping = useMutation({
    mutationFn: stop,
    onSuccess: () => setAsking(false),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPlayerStop size={15} />}
        onClick={() => setAsking(true)}
      >
        {label}
      </Button>
      <Modal opened={isAsking} onClose={() => setAsking(false)} title={title} size="sm">
        <Text size="sm">{text}</Text>
        <Group justify="flex-end" gap="xs" mt="lg">
          <Button variant="default" onClick={() => setAsking(false)} data-autofocus>
            {t('run.keepRunning')}
          </Button>
          <Button color="red" loading={stopping.isPending} onClick={() => stopping.mutate()}>
            {label}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
