import { ActionIcon, Badge, Button, Group, Skeleton, Switch, Text, TextInput, Tooltip } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation, type UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form } from '@/lib/forms/form';
import { Modal } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import classes from './template-list.module.css';

/** What templates of every kind have. */
export interface KeptTemplate {
  id: string;
  name: string;
  isShared: boolean;
  owner: { id: string; name: string | null } | null;
  mayChange: boolean;
  version: number;
}

/** A change of a template by people. */
export interface TemplateWish {
  name?: string;
  isShared?: boolean;
}

interface TemplateListProps<Template extends KeptTemplate> {
  query: UseQueryResult<Template[]>;
  /** Said if there are none. */
  none: string;
  /** What is said about a template below its name. */
  about: (template: Template) => string;
  onChange: (template: Template, wish: TemplateWish) => Promise<unknown>;
  onRemove: (template: Template) => Promise<unknown>;
  onClose: () => void;
  zIndex?: number;
}

/** All templates of a kind that the user can use. They rename, share and delete their own. */
export default function TemplateList<Template extends KeptTemplate>({
  query,
  none,
  onClose,
  zIndex,
  ...item
}: TemplateListProps<Template>) {
  const { t } = useTranslation('templates');
  return (
    <Modal opened onClose={onClose} title={t('list.title')} size="lg" {...(zIndex && { zIndex })}>
      {query.isPending ? (
        <Skeleton height={80} radius="md" aria-label={t('list.loading')} />
      ) : query.isError ? (
        <Group role="alert" justify="space-between">
          <Text size="sm">{problemText(query.error)}</Text>
          <Button size="xs" onClick={() => void query.refetch()}>
            {t('app:retry')}
          </Button>
        </Group>
      ) : query.data.length === 0 ? (
        <Text size="sm" c="dimmed">
          {none}
        </Text>
      ) : (
        <ul className={classes['list']}>
          {query.data.map((template) => (
            <TemplateItem key={template.id} template={template} {...item} />
          ))}
        </ul>
      )}
    </Modal>
  );
}

function TemplateItem<Template extends KeptTemplate>({
  template,
  about,
  onChange,
  onRemove,
}: { template: Template } & Pick<TemplateListProps<Template>, 'about' | 'onChange' | 'onRemove'>) {
  const { t } = useTranslation('templates');
  const [name, setName] = useState<string | undefined>();
  const [isAsking, setAsking] = useState(false);
  const change = useMutation({
    mutationFn: (wish: TemplateWish) => onChange(template, wish),
    onSuccess: () => setName(undefined),
  });
  const remove = useMutation({ mutationFn: () => onRemove(template) });
  const error = change.error ?? remove.error;
  return (
    <li className={classes['item']}>
      {name === undefined ? (
        <div className={classes['what']}>
          <Text size="sm" fw={600} className="pl-truncate">
            {template.name}
          </Text>
          <Text size="xs" c="dimmed">
            {[about(template), template.mayChange ? undefined : template.owner?.name]
              .filter(Boolean)
              .join(' · ')}
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
              aria-label={t('list.name')}
              value={name}
              maxLength={100}
              data-autofocus
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button size="xs" type="submit" loading={change.isPending} disabled={!name.trim()}>
              {t('save')}
            </Button>
          </Group>
        </Form>
      )}
      {template.mayChange ? (
        <Group gap={6} wrap="nowrap">
          <Switch
            size="xs"
            label={t('list.shared')}
            checked={template.isShared}
            disabled={change.isPending}
            onChange={(event) => change.mutate({ isShared: event.currentTarget.checked })}
          />
          <Tooltip label={t('list.rename')}>
            <ActionIcon
              aria-label={t('list.renameNamed', { name: template.name })}
              onClick={() => setName(name === undefined ? template.name : undefined)}
            >
              <IconPencil size={16} />
            </ActionIcon>
          </Tooltip>
          {isAsking ? (
            <Button size="xs" color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
              {t('list.deleteIt')}
            </Button>
          ) : (
            <Tooltip label={t('list.deleteIt')}>
              <ActionIcon
                aria-label={t('list.deleteNamed', { name: template.name })}
                onClick={() => setAsking(true)}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </Tooltip>
          )}
        </Group>
      ) : (
        <Badge variant="light">{t('list.shared')}</Badge>
      )}
      {error ? (
        <Text size="xs" c="red" role="alert" className={classes['error']}>
          {problemText(error)}
        </Text>
      ) : null}
    </li>
  );
}
