import { ActionIcon, Badge, Button, Group, Skeleton, Switch, Text, TextInput, Tooltip } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form } from '@/lib/forms/form';
import { Modal } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { useObjects } from '@/records/api/describe-objects';
import {
  changeTemplate,
  type ImportTemplate,
  importTemplatesQuery,
  removeTemplate,
} from './api/import-templates';
import classes from './template-list.module.css';

/** All templates that the user can use. They rename, share and delete their own. */
export default function TemplateList({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('imports');
  const query = useQuery(importTemplatesQuery);
  return (
    <Modal opened onClose={onClose} title={t('templates.title')} size="lg">
      {query.isPending ? (
        <Skeleton height={80} radius="md" aria-label={t('templates.loading')} />
      ) : query.isError ? (
        <Group role="alert" justify="space-between">
          <Text size="sm">{problemText(query.error)}</Text>
          <Button size="xs" onClick={() => void query.refetch()}>
            {t('retry')}
          </Button>
        </Group>
      ) : query.data.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('templates.none')}
        </Text>
      ) : (
        <ul className={classes['list']}>
          {query.data.map((template) => (
            <TemplateItem key={template.id} template={template} />
          ))}
        </ul>
      )}
    </Modal>
  );
}

function TemplateItem({ template }: { template: ImportTemplate }) {
  const { t } = useTranslation('imports');
  const objects = useObjects();
  const [name, setName] = useState<string | undefined>();
  const [isAsking, setAsking] = useState(false);
  const change = useMutation({
    mutationFn: (body: { name?: string; isShared?: boolean }) => changeTemplate(template, body),
    onSuccess: () => setName(undefined),
  });
  const remove = useMutation({ mutationFn: () => removeTemplate(template) });
  const error = change.error ?? remove.error;
  return (
    <li className={classes['item']}>
      {name === undefined ? (
        <div className={classes['what']}>
          <Text size="sm" fw={600} className="pl-truncate">
            {template.name}
          </Text>
          <Text size="xs" c="dimmed">
            {objects.find(({ key }) => key === template.object)?.pluralLabel ?? template.object}
            {template.owner?.name && !template.mayChange ? ` · ${template.owner.name}` : ''}
            {template.leftOut.length
              ? ` · ${t('templates.leftOut', { count: template.leftOut.length })}`
              : ''}
          </Text>
        </div>
      ) : (
        <Form
          className={classes['what']}
          onSubmit={() => {
            if (name.trim()) change.mutate({ name: name.trim() });
          }}
        >
          <Group gap="xs" wrap="nowrap">
            <TextInput
              size="xs"
              flex={1}
              aria-label={t('templates.name')}
              value={name}
              maxLength={100}
              data-autofocus
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button size="xs" type="submit" loading={change.isPending} disabled={!name.trim()}>
              {t('templates.saveIt')}
            </Button>
          </Group>
        </Form>
      )}
      {template.mayChange ? (
        <Group gap={6} wrap="nowrap">
          <Switch
            size="xs"
            label={t('templates.shared')}
            checked={template.isShared}
            disabled={change.isPending}
            onChange={(event) => change.mutate({ isShared: event.currentTarget.checked })}
          />
          <Tooltip label={t('templates.rename')}>
            <ActionIcon
              aria-label={t('templates.renameNamed', { name: template.name })}
              onClick={() => setName(name === undefined ? template.name : undefined)}
            >
              <IconPencil size={16} />
            </ActionIcon>
          </Tooltip>
          {isAsking ? (
            <Button size="xs" color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
              {t('templates.deleteIt')}
            </Button>
          ) : (
            <Tooltip label={t('templates.deleteIt')}>
              <ActionIcon
                aria-label={t('templates.deleteNamed', { name: template.name })}
                onClick={() => setAsking(true)}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </Tooltip>
          )}
        </Group>
      ) : (
        <Badge variant="light">{t('templates.shared')}</Badge>
      )}
      {error ? (
        <Text size="xs" c="red" role="alert" className={classes['error']}>
          {problemText(error)}
        </Text>
      ) : null}
    </li>
  );
}
