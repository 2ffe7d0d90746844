import { Button, Group, Switch, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form } from '@/lib/forms/form';
import { Modal } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { addTemplate } from './api/import-templates';
import type { ImportOptions } from './api/import.types';

/** Asks for a name, and keeps the options of an import under it. */
export default function SaveTemplate({
  options,
  name: preset,
  onClose,
}: {
  options: ImportOptions;
  name: string;
  onClose: () => void;
}) {
  const { t } = useTranslation('imports');
  const [name, setName] = useState(preset);
  const [isShared, setShared] = useState(false);
  const save = useMutation({
    mutationFn: () => addTemplate({ name: name.trim(), options, isShared }),
    onSuccess: () => {
      notify({ color: 'green', message: t('templates.saved', { name: name.trim() }) });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={t('templates.save')} size="sm">
      <Form
        onSubmit={(event) => {
          // The dialog stands inside the form of the wizard's step.
          event.stopPropagation();
          if (name.trim()) save.mutate();
        }}
      >
        <TextInput
          label={t('templates.name')}
          description={t('templates.help')}
          value={name}
          maxLength={100}
          data-autofocus
          error={save.error ? problemText(save.error) : undefined}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Switch
          mt="md"
          label={t('templates.share')}
          checked={isShared}
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
        <Group justify="flex-end" gap="xs" mt="lg">
          <Button variant="default" onClick={onClose}>
            {t('templates.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!name.trim()}>
            {t('templates.saveIt')}
          </Button>
        </Group>
      </Form>
    </Modal>
  );
}
